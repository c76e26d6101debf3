//! Rules that found nothing, remembered for releases that agree on all that they read.
//!
//! In: a rule and a release. Out: whether the rule needs to be evaluated. Most releases of a run are of one shape: they differ in
//! their names and images, which few rules read. Only "nothing found" is remembered, as a finding has the spans of its release.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHasher};

use super::reads::{Read, Trace};
use super::{Evaluator, LintFinding, Scope, Tristate};
use crate::library::Definition;
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::ast;
use relc_syntax::source::Span;

/// The largest number of reads by which a verdict is remembered.
const READS: usize = 24;

/// The largest number of values that are told apart.
const VALUES: usize = 4096;

/// The number of releases for which a rule may be remembered in vain before it is given up.
const TRIES: u32 = 16;

/// The verdicts of an environment's rules.
#[derive(Debug, Default)]
pub struct Verdicts {
    releases: AtomicU32,
    rules: RwLock<Rules>,
    values: RwLock<Values>,
}

#[derive(Debug, Default)]
struct Rules {
    by_key: FxHashMap<RuleKey, Rule>,
    /// All that rules read, by position.
    reads: Vec<Read>,
}

/// A rule by its place in memory, the version, and the number of versions.
type RuleKey = (usize, Option<usize>, usize);

/// The verdicts of one rule.
#[derive(Debug)]
struct Rule {
    root: Node,
    hits: AtomicU32,
    misses: AtomicU32,
}

/// The next step of a rule, after the reads on the way to this node.
#[derive(Debug)]
enum Node {
    /// It finds nothing. The number counts the steps of its evaluation, lets aside.
    Clean(u64),
    /// It reads the value at this position of [`Rules::reads`]; behind each known value, by its number, is what it does then.
    Reads(usize, FxHashMap<u32, Node>),
}

/// Values by their number.
#[derive(Debug, Default)]
struct Values {
    numbers: FxHashMap<u64, Vec<(Option<Value>, u32)>>,
    count: u32,
}

/// The rules of one release.
pub struct Checks<'c> {
    verdicts: &'c Verdicts,
    evaluator: &'c Evaluator<'c>,
    /// The numbers of the values that the release's rules read, as far as they were asked; `Some(None)` for a value without a number.
    numbers: RefCell<Vec<Option<Option<u32>>>>,
    is_on: bool,
}

impl Verdicts {
    /// Begins the rules of the release of `evaluator`. The first release remembers nothing, as many runs have only one.
    pub fn begin<'c>(&'c self, evaluator: &'c Evaluator<'c>) -> Checks<'c> {
        self.checks(evaluator, self.releases.fetch_add(1, Ordering::Relaxed) > 0)
    }

    /// Begins further rules of a release that began before.
    pub fn resume<'c>(&'c self, evaluator: &'c Evaluator<'c>) -> Checks<'c> {
        self.checks(evaluator, self.releases.load(Ordering::Relaxed) > 1)
    }

    fn checks<'c>(&'c self, evaluator: &'c Evaluator<'c>, is_on: bool) -> Checks<'c> {
        Checks { verdicts: self, evaluator, numbers: RefCell::default(), is_on }
    }
}

impl Checks<'_> {
    /// Returns the evaluator of the release.
    pub fn evaluator(&self) -> &Evaluator<'_> {
        self.evaluator
    }

    /// Evaluates a requirement for a version or the release, and calls `refuse` with its scope if it doesn't hold.
    pub fn require(&self, require: &Definition<ast::Require>, version: Option<usize>, refuse: impl FnOnce(&Scope<'_>)) {
        self.unless_clean(std::ptr::from_ref(require).addr(), version, || {
            let scope = Scope::part(&require.module, version);
            let holds = Tristate::of(&self.evaluator.eval(&require.item.condition, &scope)) != Tristate::Known(false);
            if !holds {
                refuse(&scope);
            }
            holds
        });
    }

    /// Evaluates a lint statement for a version or the release, as [`Evaluator::lint`] does.
    pub fn lint(&self, lint: &Definition<ast::Lint>, version: Option<usize>, found: &mut dyn FnMut(LintFinding)) {
        self.unless_clean(std::ptr::from_ref(lint).addr(), version, || {
            let mut is_clean = true;
            self.evaluator.lint(lint, version, &mut |finding| {
                is_clean = false;
                found(finding);
            });
            is_clean
        });
    }

    /// Evaluates a rule with `evaluate`, which returns true if it found nothing, unless it is known to find nothing. `rule` is an address
    /// that is the rule's own.
    fn unless_clean(&self, rule: usize, version: Option<usize>, evaluate: impl FnOnce() -> bool) {
        let instance = self.evaluator.instance.filter(|_| self.is_on);
        let Some(instance) = instance else {
            evaluate();
            return;
        };
        let key = (rule, version, instance.given.versions.len());
        let state = self.evaluator.state;
        match self.known(&key) {
            // What was counted for the rule is counted for each release, so that the same releases exceed the budget.
            Known::Clean(steps) => state.steps.set(state.steps.get() + steps),
            Known::Hopeless => {
                evaluate();
            }
            Known::Open => {
                let before = state.steps.get();
                let (is_clean, trace) = self.evaluator.traced(evaluate);
                // After an error, a rule finds nothing because of it.
                if is_clean && state.out.borrow().is_empty() {
                    let steps = state.steps.get() - before - trace.steps;
                    self.remember(key, &trace, steps);
                }
            }
        }
    }

    fn known(&self, key: &RuleKey) -> Known {
        let rules = self.verdicts.rules.read().unwrap_or_else(PoisonError::into_inner);
        let Some(rule) = rules.by_key.get(key) else { return Known::Open };
        if !rule.is_worth() {
            return Known::Hopeless;
        }
        let mut node = &rule.root;
        loop {
            match node {
                Node::Clean(steps) => {
                    rule.hits.fetch_add(1, Ordering::Relaxed);
                    return Known::Clean(*steps);
                }
                Node::Reads(at, known) => {
                    let number = self.number(*at, &rules.reads[*at], Values::find_in);
                    match number.and_then(|number| known.get(&number)) {
                        Some(next) => node = next,
                        None => {
                            rule.misses.fetch_add(1, Ordering::Relaxed);
                            return Known::Open;
                        }
                    }
                }
            }
        }
    }

    fn remember(&self, key: RuleKey, trace: &Trace, steps: u64) {
        let mut rules = self.verdicts.rules.write().unwrap_or_else(PoisonError::into_inner);
        let path = match trace.is_open || trace.reads.len() > READS {
            true => None,
            false => trace.reads.iter().map(|read| self.step(read, &mut rules.reads)).collect::<Option<Vec<_>>>(),
        };
        let Some(path) = path else {
            // Nothing is remembered, and the rule is given up.
            { rules.by_key.entry(key) }
                .or_insert_with(|| Rule::new(Node::Clean(0)))
                .misses
                .store(u32::MAX, Ordering::Relaxed);
            return;
        };
        match rules.by_key.get_mut(&key) {
            Some(rule) => rule.root.add(&path, steps),
            None => {
                rules.by_key.insert(key, Rule::new(Node::new(&path, steps)));
            }
        }
    }

    /// Returns the position of a read, and the number of its value, which it gets if there are not too many.
    fn step(&self, read: &Read, reads: &mut Vec<Read>) -> Option<(usize, u32)> {
        let at = reads.iter().position(|known| known == read).unwrap_or_else(|| {
            reads.push(read.clone());
            reads.len() - 1
        });
        if let Some(number) = self.number(at, read, Values::find_in) {
            return Some((at, number));
        }
        self.numbers.borrow_mut()[at] = None;
        Some((at, self.number(at, read, Values::find_or_add_in)?))
    }

    /// Returns the number of the value of `read`, which is at this position, once for the release.
    fn number(
        &self,
        at: usize,
        read: &Read,
        find: fn(&RwLock<Values>, Option<&Value>, u64, u32) -> Option<u32>,
    ) -> Option<u32> {
        if let Some(Some(number)) = self.numbers.borrow().get(at) {
            return *number;
        }
        let value = self.evaluator.read(read);
        let first = self.evaluator.definitions;
        let mut hasher = FxHasher::default();
        let is_whole = value.as_ref().is_none_or(|value| hash(value, first, &mut hasher));
        let number = is_whole.then(|| find(&self.verdicts.values, value.as_ref(), hasher.finish(), first)).flatten();
        let mut numbers = self.numbers.borrow_mut();
        if numbers.len() <= at {
            numbers.resize(at + 1, None);
        }
        numbers[at] = Some(number);
        number
    }
}

/// The verdict on a rule for the current release.
enum Known {
    /// It finds nothing, after this number of steps.
    Clean(u64),
    /// It has to be evaluated, and its verdict can be remembered.
    Open,
    /// It has to be evaluated, for each release.
    Hopeless,
}

impl Rule {
    fn new(root: Node) -> Rule {
        Rule { root, hits: AtomicU32::new(0), misses: AtomicU32::new(0) }
    }

    /// Returns true unless the rule was remembered in vain too often.
    fn is_worth(&self) -> bool {
        let misses = self.misses.load(Ordering::Relaxed);
        misses < TRIES || self.hits.load(Ordering::Relaxed) / 2 > misses
    }
}

impl Node {
    /// Creates the nodes of a path: positions of reads, and the numbers of their values.
    fn new(path: &[(usize, u32)], steps: u64) -> Node {
        path.iter().rev().fold(Node::Clean(steps), |node, (read, number)| {
            Node::Reads(*read, FxHashMap::from_iter([(*number, node)]))
        })
    }

    /// Adds that the rule finds nothing after it has read the values of `path`. Evaluation is deterministic: where the path leads through
    /// a node, it reads what the node reads.
    fn add(&mut self, path: &[(usize, u32)], steps: u64) {
        let (Node::Reads(read, known), [(own, number), rest @ ..]) = (self, path) else { return };
        if read != own {
            return;
        }
        match known.get_mut(number) {
            Some(next) => next.add(rest, steps),
            None => {
                known.insert(*number, Node::new(rest, steps));
            }
        }
    }
}

impl Values {
    fn find_in(values: &RwLock<Values>, value: Option<&Value>, hash: u64, first: u32) -> Option<u32> {
        values.read().unwrap_or_else(PoisonError::into_inner).find(value, hash, first)
    }

    fn find_or_add_in(values: &RwLock<Values>, value: Option<&Value>, hash: u64, first: u32) -> Option<u32> {
        let mut values = values.write().unwrap_or_else(PoisonError::into_inner);
        values.find(value, hash, first).or_else(|| values.add(value, hash))
    }

    fn find(&self, value: Option<&Value>, hash: u64, first: u32) -> Option<u32> {
        let is_equal = |known: &Option<Value>| match (known, value) {
            (Some(known), Some(value)) => is_same(known, value, first),
            (known, value) => known.is_none() && value.is_none(),
        };
        self.numbers.get(&hash)?.iter().find(|(known, _)| is_equal(known)).map(|(_, number)| *number)
    }

    fn add(&mut self, value: Option<&Value>, hash: u64) -> Option<u32> {
        if self.count as usize >= VALUES {
            return None;
        }
        self.count += 1;
        self.numbers.entry(hash).or_default().push((value.cloned(), self.count));
        Some(self.count)
    }
}

/// Hashes `value` for [`is_same`]; false if it holds an error.
fn hash(value: &Value, first: u32, hasher: &mut FxHasher) -> bool {
    std::mem::discriminant(&value.data).hash(hasher);
    (value.span.file.0 >= first).hash(hasher);
    match &value.data {
        ValueKind::Bool(truth) => truth.hash(hasher),
        ValueKind::Int(number) => number.hash(hasher),
        ValueKind::Float(number) => number.to_bits().hash(hasher),
        ValueKind::String(text) | ValueKind::Word(text) => text.hash(hasher),
        ValueKind::List(elements) => {
            elements.len().hash(hasher);
            return elements.iter().all(|element| hash(&element.value, first, hasher));
        }
        ValueKind::Object(object) => {
            object.entries.len().hash(hasher);
            return object.entries.iter().all(|entry| {
                entry.key.hash(hasher);
                hash(&entry.value, first, hasher)
            });
        }
        ValueKind::Version(at) => at.hash(hasher),
        ValueKind::Guarded(guarded) => return hash(&guarded.1, first, hasher),
        ValueKind::Null | ValueKind::Residual(_) => {}
        ValueKind::Error => return false,
    }
    true
}

/// Returns true if the values are equal, and the user wrote the same parts of them, wherever that was.
fn is_same(one: &Value, two: &Value, first: u32) -> bool {
    let is_users = |span: Span| span.file.0 >= first;
    if is_users(one.span) != is_users(two.span) {
        return false;
    }
    match (&one.data, &two.data) {
        (ValueKind::List(one), ValueKind::List(two)) => {
            one.len() == two.len() && { one.iter().zip(&**two) }
                .all(|(one, two)| one.guard == two.guard && is_same(&one.value, &two.value, first))
        }
        (ValueKind::Object(one), ValueKind::Object(two)) => {
            let is_same_entry = |(one, two): (&Entry, &Entry)| {
                one.key == two.key
                    && one.guard == two.guard
                    && is_users(one.key_span) == is_users(two.key_span)
                    && is_same(&one.value, &two.value, first)
            };
            one.kind == two.kind
                && one.entries.len() == two.entries.len()
                && one.entries.iter().zip(&two.entries).all(is_same_entry)
        }
        (ValueKind::Guarded(one), ValueKind::Guarded(two)) => one.0 == two.0 && is_same(&one.1, &two.1, first),
        (ValueKind::Float(one), ValueKind::Float(two)) => one.to_bits() == two.to_bits(),
        (one, two) => one == two,
    }
}
