//! Expressions become values.
//!
//! In: expressions of release files, libraries, parts and environments, with the module or [`Instance`] whose names they
//! see. Out: [`Value`]s, each with the place it comes from, and what the controller only knows left standing in them.
//! Nothing is typed here; what reaches an evaluator was checked, or is checked behind it.

mod budget;
mod call;
mod emitted;
mod expr;
mod functions;
mod instance;
mod lint;
mod literal;
mod names;
pub(crate) mod numbers;
mod reads;
mod tristate;
mod verdicts;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::codegen::{Form, Rendered};
use crate::hir::{Local, Replaced, Site};
use crate::library::{Definition, Module};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{self, Name};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::Span;

pub use functions::{FUNCTIONS, Function, Parameter, Returns, Signature, Takes};
pub use instance::{EmittedObject, Instance, TypedRelease, TypedVersion};
pub use lint::{LintChange, LintFinding};
pub use tristate::Tristate;
pub use verdicts::{Checks, Verdicts};

use reads::Trace;

/// The number of nodes that the evaluation of one release may make. The largest release of the documentation makes a few
/// thousand.
const BUDGET: u64 = 2_000_000;

/// The largest nesting of evaluation: definitions have no cycle, so only long chains of calls come near.
const MAX_DEPTH: u32 = 400;

/// Reads the file that `file("…")` names.
pub trait Files {
    /// The file at `path`, from the file that `from` is in, as data.
    ///
    /// # Errors
    /// What to say of it, at `from`.
    fn read(&self, path: &Name) -> Result<Value, Box<Diagnostic>>;
}

/// Evaluates expressions, each let once.
pub struct Evaluator<'a> {
    /// The release at hand and its environment; none while a release file's own values are read.
    instance: Option<Instance<'a>>,
    /// Values of the release file's parameters.
    params: Option<&'a HashMap<Arc<str>, Value>>,
    files: &'a dyn Files,
    /// The first file that is not a definition file: a value made in a definition file has the span of the user's value that
    /// it is made from.
    definitions: u32,
    state: &'a EvalState,
}

/// The objects of a version or of the release.
type Emitted = Arc<[EmittedObject]>;

/// The results of an evaluation so far. They outlive the evaluator, so that rules that run after a build read the same
/// values.
#[derive(Default)]
pub struct EvalState {
    memo: RefCell<FxHashMap<Memo, Option<Value>>>,
    /// The reads of the current rule, without those inside of lets.
    trace: RefCell<Option<Trace>>,
    /// The objects that the statements of each version emit, and those of the environment's body; `None` while they are
    /// evaluated.
    objects: RefCell<FxHashMap<Option<usize>, Option<Emitted>>>,
    made: RefCell<Vec<Rendered>>,
    out: RefCell<Diagnostics>,
    steps: Cell<u64>,
    depth: Cell<u32>,
}

/// A declaration that is evaluated once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Memo {
    Module(u32, Arc<str>),
    Body(usize),
    Settings(usize),
    SettingsDefault(usize),
    Version(usize, usize),
    VersionDefault(usize, usize),
    /// What a declaration replaces, by its place in memory, for a version.
    Replaced(usize, Option<usize>),
}

/// Which names an expression sees.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    /// The module that the expression stands in.
    pub module: &'s Arc<Module>,
    /// The site of the expression.
    pub site: Site,
    /// The version at hand, by position.
    pub version: Option<usize>,
    locals: Option<&'s Local<'s, Value>>,
    replaced: Option<Replaced<'s>>,
}

impl<'s> Scope<'s> {
    /// The scope of a file's own declarations.
    pub fn module(module: &'s Arc<Module>) -> Self {
        Scope { module, site: Site::File, version: None, locals: None, replaced: None }
    }

    /// The scope of a part's statements.
    pub fn part(module: &'s Arc<Module>, version: Option<usize>) -> Self {
        let site = if version.is_some() { Site::Version } else { Site::Body };
        Scope { module, site, version, locals: None, replaced: None }
    }

    /// Returns the scope in which `super` is `replaced`.
    fn replacing(self, replaced: Option<Replaced<'s>>) -> Self {
        Scope { replaced, ..self }
    }

    /// Returns the scope of a piece of a lint statement, with the variables of its loops.
    fn in_piece(&self, piece: &'s Definition<ast::Lint>) -> Self {
        Scope { module: &piece.module, replaced: Replaced::in_lint(piece), ..*self }
    }

    fn local(&self, name: &str) -> Option<&'s Value> {
        Local::find(self.locals, name)
    }
}

impl<'a> Evaluator<'a> {
    /// An evaluator. The first `definitions` files are of definitions.
    pub fn new(
        instance: Option<Instance<'a>>,
        params: Option<&'a HashMap<Arc<str>, Value>>,
        files: &'a dyn Files,
        definitions: u32,
        state: &'a EvalState,
    ) -> Self {
        Evaluator { instance, params, files, definitions, state }
    }

    /// Returns the diagnostics since the last call.
    pub fn take_diagnostics(&self) -> Diagnostics {
        std::mem::take(&mut self.state.out.borrow_mut())
    }

    /// Returns true if there was an error.
    pub fn failed(&self) -> bool {
        self.state.out.borrow().has_errors()
    }

    /// The texts that `yaml` and `template` made so far.
    pub fn made(&self) -> Vec<Rendered> {
        self.state.made.borrow().clone()
    }

    /// Returns the trees of the routes among them, which are evaluated for every set of ready versions.
    pub fn templates(&self) -> Vec<Value> {
        let made = self.state.made.borrow();
        made.iter().filter(|made| made.form == Form::Template).map(|made| made.tree.clone()).collect()
    }

    fn report(&self, diagnostic: Diagnostic) -> ValueKind {
        self.state.out.borrow_mut().push(diagnostic);
        ValueKind::Error
    }

    /// Evaluates `memo` once; a value that needs itself is an error.
    fn once(&self, memo: Memo, span: Span, name: &str, make: impl FnOnce() -> Value) -> Value {
        self.reads_let(&memo, span);
        match self.state.memo.borrow().get(&memo) {
            Some(Some(value)) => return value.clone(),
            Some(None) => {
                let message = format!("`{name}` depends on itself");
                let data = self.report(Diagnostic::error(Code::Cycle, span, message));
                return Value::new(data, span);
            }
            None => {}
        }
        self.state.memo.borrow_mut().insert(memo.clone(), None);
        let value = self.untraced(|| self.weighed(make(), span));
        self.state.memo.borrow_mut().insert(memo, Some(value.clone()));
        value
    }

    /// The first file that is not of definitions.
    pub fn first_of_users(&self) -> u32 {
        self.definitions
    }

    /// Returns true if `span` is in a file of the user rather than in a definition file.
    fn is_users(&self, span: Span) -> bool {
        span.file.0 >= self.definitions
    }
}
