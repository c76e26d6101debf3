//! Records the values of a release that a rule reads.
//!
//! A rule depends on its release only through the values that [`Read`] names, in the order in which it reads them. So two releases that
//! agree on all of them agree on whether the rule finds something.

use super::{Evaluator, Instance, Memo};
use crate::value::{Value, ValueKind};
use relc_syntax::source::{Span, Syntax};

/// A value that a rule reads.
#[derive(Clone, Debug)]
pub(super) enum Read {
    /// A value of the release.
    Input(Input),
    /// A let or a default, and the span where it is read.
    Let(Memo, Span),
}

impl PartialEq for Read {
    fn eq(&self, other: &Read) -> bool {
        match (self, other) {
            (Read::Input(one), Read::Input(two)) => one == two,
            (Read::Let(one, _), Read::Let(two, _)) => one == two,
            (Read::Input(_) | Read::Let(..), _) => false,
        }
    }
}

/// A value of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// The release's name.
    Name,
    /// Its namespace.
    Namespace,
    /// The strategy's name.
    Strategy,
    /// The language that it is written in.
    Syntax,
    /// The setting at this position of the plan.
    Setting(usize),
    /// The label of a version.
    Label(usize),
    /// The weight of a version.
    Weight(usize),
    /// The conditions of a version.
    When(usize),
    /// The field of a version at this position of the plan.
    Field(usize, usize),
}

/// The reads of a rule so far.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The values, in the order in which they were read first.
    pub reads: Vec<Read>,
    /// True if something else was read or written, too.
    pub is_open: bool,
    /// The steps in the lets among the reads.
    pub steps: u64,
}

impl Evaluator<'_> {
    /// Returns a value of the release, and notes that it is read.
    pub(super) fn input(&self, instance: &Instance<'_>, input: Input) -> Option<Value> {
        self.notes(Read::Input(input));
        input.of(instance)
    }

    /// Notes that the value of `memo` is read at `span`.
    pub(super) fn reads_let(&self, memo: &Memo, span: Span) {
        match memo {
            // The same for every release.
            Memo::Module(file, _) if *file < relc_stdlib::COUNT => {}
            Memo::Module(..) | Memo::Replaced(..) => self.reads_beyond(),
            Memo::Body(_)
            | Memo::Settings(_)
            | Memo::SettingsDefault(_)
            | Memo::Version(..)
            | Memo::VersionDefault(..) => self.notes(Read::Let(memo.clone(), span)),
        }
    }

    /// Notes that something is read or written that no [`Read`] names.
    pub(super) fn reads_beyond(&self) {
        if let Some(trace) = &mut *self.state.trace.borrow_mut() {
            trace.is_open = true;
        }
    }

    fn notes(&self, read: Read) {
        if let Some(trace) = &mut *self.state.trace.borrow_mut()
            && !trace.reads.contains(&read)
        {
            trace.reads.push(read);
        }
    }

    /// Evaluates a let, whose own reads are not those of the rule that reads it.
    pub(super) fn untraced<T>(&self, make: impl FnOnce() -> T) -> T {
        let trace = self.state.trace.take();
        let before = self.state.steps.get();
        let made = make();
        let steps = self.state.steps.get() - before;
        self.state.trace.replace(trace.map(|trace| Trace { steps: trace.steps + steps, ..trace }));
        made
    }

    /// Evaluates a rule.
    pub(super) fn traced<T>(&self, make: impl FnOnce() -> T) -> (T, Trace) {
        self.state.trace.replace(Some(Trace::default()));
        let made = make();
        (made, self.state.trace.take().unwrap_or_default())
    }

    /// Returns the value of a read as a rule of this release would read it.
    pub(super) fn read(&self, read: &Read) -> Option<Value> {
        let instance = &self.instance?;
        match read {
            Read::Input(input) => input.of(instance),
            Read::Let(memo, span) => {
                let plan = instance.plan;
                Some(match memo {
                    Memo::Body(at) => self.let_once(memo.clone(), &plan.body.lets[*at], *span, None),
                    Memo::Settings(at) => self.let_once(memo.clone(), &plan.settings.lets[*at], *span, None),
                    Memo::Version(at, slot) => self.let_once(memo.clone(), &plan.version.lets[*slot], *span, Some(*at)),
                    Memo::SettingsDefault(at) => self.setting_default(instance, *at, *span),
                    Memo::VersionDefault(at, slot) => self.version_default(instance, *at, *slot, *span),
                    Memo::Module(..) | Memo::Replaced(..) => return None,
                })
            }
        }
    }
}

impl Input {
    fn of(self, instance: &Instance<'_>) -> Option<Value> {
        let given = instance.given;
        match self {
            Input::Name => Some(given.name.clone()),
            Input::Namespace => Some(given.namespace.clone()),
            Input::Strategy => Some(given.strategy.clone()),
            Input::Syntax => Some(Value::new(ValueKind::Bool(given.syntax == Syntax::Yaml), given.span)),
            Input::Setting(slot) => given.settings[slot].clone(),
            Input::Label(at) => {
                { given.versions[at].label.as_ref() }.map(|label| Value::string(label.text.clone(), label.span))
            }
            Input::Weight(at) => Some(given.versions[at].weight.clone()),
            Input::When(at) => given.versions[at].when.clone(),
            Input::Field(at, slot) => given.versions[at].fields[slot].clone(),
        }
    }
}
