//! The syntax tree: what a `.rel` file says, without comments and blank lines.
//!
//! Every node owns its span. Bodies that outlive their file's tree (lets, fragments, versions) are shared by `Arc`, so
//! that the phases behind can hold them without lifetimes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::serialize::{self, Lazy};
use crate::source::Span;

/// A word or string with its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// The text, unescaped.
    #[serde(deserialize_with = "serialize::text")]
    pub text: Arc<str>,
    /// Where it stands (for a string: with its quotes).
    pub span: Span,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Documentation of the file itself: a `///` at its head that a blank line follows.
    pub doc: Option<String>,
    /// Its declarations, in their order.
    pub items: Vec<Item>,
    /// Where a bracket is missing, from the mistake to where the reading is sure again: what stands in between was
    /// read as something else than it is meant.
    #[serde(skip)]
    pub misread: Vec<Span>,
}

/// A declaration at the top of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Item {
    /// `import kube, iter8` or `import "common.rel" as c`.
    Import(Arc<Import>),
    /// `release hello on knative-istio … < … >`.
    Release(Arc<Release>),
    /// `let base = …`.
    Let(Arc<Let>),
    /// `param tag: string = "latest"`.
    Param(Arc<Param>),
    /// `type Port = int 1..65535`.
    Type(Arc<TypeDef>),
    /// `fragment hosts(…) = …`.
    Fragment(Arc<Fragment>),
    /// `part tracked extends … { … }`.
    Part(Arc<Part>),
    /// `environment kserve extends … { … }`.
    Environment(Arc<Part>),
}

/// An import of libraries by name, or of one file under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// What is imported.
    pub what: ImportWhat,
    /// The whole statement.
    pub span: Span,
}

/// What an import names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ImportWhat {
    /// Libraries found by their name.
    Libraries(Vec<Name>),
    /// A file, by its path from the importing one, and the name that it gets.
    File {
        /// The path as written.
        path: Name,
        /// The name behind `as`.
        alias: Name,
    },
}

/// A release: a header and its versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Name of the release.
    pub name: Name,
    /// Name behind `on`.
    pub environment: Name,
    /// Name of the strategy, if one is given.
    pub strategy: Option<Name>,
    /// The settings: an [`ExprKind::Object`].
    pub settings: Option<Expr>,
    /// The versions; the first is the primary.
    pub versions: Vec<Version>,
    /// From `release` to `>`.
    pub span: Span,
}

/// One version of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its label.
    pub label: Option<Name>,
    /// Its weight.
    pub weight: Option<Weight>,
    /// The headline value.
    pub headline: Option<Expr>,
    /// Its fields: an [`ExprKind::Object`].
    pub fields: Option<Expr>,
    /// Which requests it gets.
    pub when: Option<When>,
    /// The whole of it.
    pub span: Span,
}

/// A weight as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// The number; `None` where it does not fit.
    pub value: Option<u64>,
    /// Whether `%` follows.
    pub percent: bool,
    /// Number and percent sign.
    pub span: Span,
}

/// A disjunction of clauses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// The clauses between `or`.
    pub clauses: Vec<Clause>,
    /// From `when` on.
    pub span: Span,
}

/// A conjunction of tests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// The tests between `and`.
    pub tests: Vec<Test>,
    /// The whole clause.
    pub span: Span,
}

/// One test of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// What is looked at.
    pub subject: Subject,
    /// How.
    pub op: TestOp,
    /// The text to compare with: an [`ExprKind::String`].
    pub value: Expr,
    /// The whole test.
    pub span: Span,
}

/// What a test looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Subject {
    /// A header, by its name.
    Header(Name),
    /// A query parameter, by its name.
    Query(Name),
    /// The path.
    Path,
    /// The HTTP method.
    Method,
}

/// How a test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TestOp {
    /// Equal.
    Is,
    /// Starts with.
    Prefix,
    /// RE2 over the whole value.
    Matches,
}

/// `let name: T = expr`, or with `open` a hole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Let {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Whether `open` stands before it.
    pub open: bool,
    /// Its name.
    pub name: Name,
    /// The annotation.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Option<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `param name: T = value`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default.
    pub value: Option<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `type Name = T`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeDef {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// What it stands for.
    pub ty: Lazy<TypeExpr>,
    /// The whole statement.
    pub span: Span,
}

/// `fragment name(params): T = expr`, or with `open` a hole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Whether `open` stands before it.
    pub open: bool,
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Parameter>,
    /// The type of its result.
    pub ty: Option<TypeExpr>,
    /// Its body.
    pub body: Option<Lazy<Expr>>,
    /// The whole statement.
    pub span: Span,
}

/// A parameter of a fragment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default.
    pub default: Option<Expr>,
}

/// A part or an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// What it extends: `istio.routed` as written.
    pub extends: Vec<Name>,
    /// Its statements.
    pub body: Lazy<Body>,
    /// The whole declaration.
    pub span: Span,
}

impl Part {
    /// Calls `each` for every lint statement in it.
    pub fn lints<'a>(&'a self, each: &mut dyn FnMut(&'a Arc<Lint>)) {
        self.body.lints(each);
    }
}

/// Statements in braces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// In their order.
    pub statements: Vec<Statement>,
}

impl Body {
    fn lints<'a>(&'a self, each: &mut dyn FnMut(&'a Arc<Lint>)) {
        for statement in &self.statements {
            match statement {
                Statement::Lint(lint) => each(lint),
                Statement::Settings(body, _) | Statement::Version(body, _) => body.lints(each),
                Statement::Strategy(strategy) => strategy.body.lints(each),
                Statement::Replace(inner, _) => {
                    if let Statement::Lint(lint) = &**inner {
                        each(lint);
                    }
                }
                Statement::Field(_)
                | Statement::Let(_)
                | Statement::Fragment(_)
                | Statement::Emit(_)
                | Statement::Track(_)
                | Statement::Require(_)
                | Statement::Watch(_) => {}
            }
        }
    }
}

/// A statement of a part, an environment, a strategy, or their `settings` and `version`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Statement {
    /// `settings { … }`.
    Settings(Body, Span),
    /// `version { … }`.
    Version(Body, Span),
    /// A field.
    Field(Arc<Field>),
    /// A let.
    Let(Arc<Let>),
    /// A fragment.
    Fragment(Arc<Fragment>),
    /// `emit X, Y`.
    Emit(Arc<Emit>),
    /// `track X, Y`.
    Track(Arc<Emit>),
    /// `strategy canary { … }`.
    Strategy(Arc<Strategy>),
    /// `require C "…" at path`.
    Require(Arc<Require>),
    /// `lint code level { … }`.
    Lint(Arc<Lint>),
    /// `watch short Type …`.
    Watch(Arc<Watch>),
    /// `replace …`: the statement that replaces, and the place of the word.
    Replace(Box<Statement>, Span),
}

/// A field of the settings or of a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// `///` comment above.
    pub doc: Option<String>,
    /// `headline`: a version's bare value is of this field.
    pub headline: bool,
    /// `shared`: the settings may give it for all versions.
    pub shared: bool,
    /// `deprecated "why"`.
    pub deprecated: Option<Name>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default.
    pub default: Option<Expr>,
    /// Its place in values.yaml.
    pub at: FieldPlace,
    /// The whole statement.
    pub span: Span,
}

/// Where a field stands in values.yaml.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldPlace {
    /// Under its own name.
    Named,
    /// `at "a.b"`.
    At(Name),
    /// `at none`.
    Nowhere(Span),
}

/// `emit` or `track`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Emit {
    /// Whether `untracked` is said.
    pub untracked: bool,
    /// What is emitted.
    pub values: Vec<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// How a strategy reads weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeightMode {
    /// Relative, or percentages that sum to 100.
    Split,
    /// Percentages.
    Percent,
    /// Percentages, each for itself.
    Each,
    /// Without effect.
    None,
}

impl Field {
    /// Its place in a values file; `scope` leads to where a field stands that names no place of its own.
    pub fn place(&self, scope: &str) -> Option<String> {
        match &self.at {
            FieldPlace::Named => Some(format!("{scope}{}", self.name.text)),
            FieldPlace::At(path) => Some(path.text.to_string()),
            FieldPlace::Nowhere(_) => None,
        }
    }
}

/// `strategy name weights mode { … }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// How it reads weights; `None` where nothing is said.
    pub weights: Option<(WeightMode, Span)>,
    /// Its statements.
    pub body: Lazy<Body>,
    /// The whole statement.
    pub span: Span,
}

/// `require C "message" at path`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Require {
    /// What must hold.
    pub condition: Expr,
    /// What is said otherwise: an [`ExprKind::String`].
    pub message: Expr,
    /// Where it is said.
    pub at: Option<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `lint code level at path { for x in xs; when C; "message"; fix … }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lint {
    /// `///` comment above.
    pub doc: Option<String>,
    /// The rule's name.
    pub name: Name,
    /// Its level.
    pub level: crate::diagnostic::Severity,
    /// Whether a build refuses it, too: the level `require`.
    pub required: bool,
    /// Where it is said.
    pub at: Option<Expr>,
    /// The loops around its condition, outermost first: [`GuardHead::For`].
    pub loops: Vec<GuardHead>,
    /// When it is said: a condition, or for `unique` when the value is another release's too.
    pub test: LintTest,
    /// What is said: an [`ExprKind::String`].
    pub message: Expr,
    /// What to do: an [`ExprKind::String`].
    pub help: Option<Expr>,
    /// What mends it.
    pub fix: Option<LintFix>,
    /// The whole statement.
    pub span: Span,
}

/// When a lint speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LintTest {
    /// `when C`: where the condition holds.
    When(Expr),
    /// `unique X`: where another release of the run has the same text there.
    Unique(Expr),
}

/// What a lint offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LintFix {
    /// The path that is set or removed.
    pub path: Expr,
    /// The new value; `None` removes.
    pub value: Option<Expr>,
    /// Whether `unsafe` is said.
    pub unsafe_: bool,
}

/// `watch short Type "plural" ready "Condition", …`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// The short name.
    pub short: Name,
    /// The kind.
    pub ty: TypeExpr,
    /// The resource's plural, where the schema has none.
    pub plural: Option<Name>,
    /// The conditions that make an object ready.
    pub ready: Vec<Name>,
    /// The whole statement.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TypeExprKind {
    /// `any`.
    Any,
    /// `bool`.
    Bool,
    /// `int`, with bounds.
    Int {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// `number`, with bounds.
    Number {
        /// Least value.
        min: Option<f64>,
        /// Greatest value.
        max: Option<f64>,
    },
    /// `string`, with a pattern over the whole text and bounds on its length.
    String {
        /// An RE2 pattern.
        matching: Option<Name>,
        /// Least length in characters.
        min: Option<u64>,
        /// Greatest length in characters.
        max: Option<u64>,
    },
    /// `Map<T>`.
    Map(Box<TypeExpr>),
    /// `Partial<T>`.
    Partial(Box<TypeExpr>),
    /// `[T]`.
    List(Box<TypeExpr>),
    /// `{ a: T, b: T? }`.
    Record(Vec<(Name, TypeExpr)>),
    /// `kind "apps/v1" "Deployment" from "…"`.
    Kind {
        /// Group and version, or the version alone.
        api_version: Name,
        /// The kind.
        kind: Name,
        /// A file that has its schema.
        from: Option<Name>,
    },
    /// `kube.Port`, `Deployment.spec.template`, `Rule.match[]`.
    Path {
        /// The library, if it is not this file's.
        library: Option<Name>,
        /// The type's name.
        name: Name,
        /// Steps into it.
        steps: Vec<TypeStep>,
    },
    /// A lower-case word: a member of an enum.
    Member(#[serde(deserialize_with = "serialize::text")] Arc<str>),
    /// `A | B`.
    Union(Vec<TypeExpr>),
    /// `T?`.
    Optional(Box<TypeExpr>),
    /// `run T`.
    Run(Box<TypeExpr>),
    /// What could not be parsed; said already.
    Error,
}

/// A step into a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TypeStep {
    /// `.name`: the type of a field.
    Field(Name),
    /// `[]`: the type of a list's elements.
    Element(Span),
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ExprKind {
    /// A string or block, with its holes.
    String(Vec<StringPart>),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// `true`, `false`.
    Bool(bool),
    /// `null`: absent.
    Null,
    /// A bare word.
    Name(#[serde(deserialize_with = "serialize::text")] Arc<str>),
    /// `base.name`, `base?.name`.
    Field {
        /// What is looked into.
        base: Box<Expr>,
        /// The field.
        name: Name,
        /// Whether `?.` stands there.
        optional: bool,
    },
    /// `base[index]`.
    Index {
        /// What is looked into.
        base: Box<Expr>,
        /// The position or key.
        index: Box<Expr>,
    },
    /// `callee(args)`.
    Call {
        /// What is called: a name or a field.
        callee: Box<Expr>,
        /// Positional arguments, then named ones.
        args: Vec<Arg>,
    },
    /// `base!`: must be there.
    Unwrap(Box<Expr>),
    /// `if c then a else b`.
    If {
        /// The condition.
        condition: Box<Expr>,
        /// The value if it holds.
        then: Box<Expr>,
        /// The value otherwise; absent without it.
        otherwise: Option<Box<Expr>>,
    },
    /// `fail "message" at path`.
    Fail {
        /// An [`ExprKind::String`].
        message: Box<Expr>,
        /// Where it is said.
        at: Option<Box<Expr>>,
    },
    /// `a op b`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Its left side.
        left: Box<Expr>,
        /// Its right side.
        right: Box<Expr>,
    },
    /// `not a`.
    Not(Box<Expr>),
    /// `case a { member: expr }`.
    Case {
        /// An enum's value.
        subject: Box<Expr>,
        /// What each member gives.
        arms: Vec<(Name, Expr)>,
    },
    /// `Type { … }`: a literal of a kind or record.
    Typed {
        /// The type: a [`TypeExprKind::Path`].
        ty: Box<TypeExpr>,
        /// An [`ExprKind::Object`].
        object: Box<Expr>,
    },
    /// `{ … }`.
    Object(Vec<Entry>),
    /// `[ … ]`.
    List(Vec<Element>),
    /// `file("path")`.
    File(Name),
    /// What could not be parsed; said already.
    Error,
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StringPart {
    /// Text, unescaped.
    Text(#[serde(deserialize_with = "serialize::text")] Arc<str>),
    /// `{path}`: a name, its fields, perhaps `!`; its span is inside of the braces.
    Hole(Box<Expr>),
}

/// Operators with two sides, without access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `??`
    Coalesce,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arg {
    /// The parameter's name, if it is given.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// What stands in an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// `key: value`.
    Pair {
        /// `///` comment above.
        doc: Option<String>,
        /// The key.
        key: Key,
        /// The value.
        value: Expr,
    },
    /// `name`, for `name: name`.
    Shorthand(Name),
    /// `...expr`.
    Spread(Expr),
    /// `if c: …` or `for x in xs: …`; the body's fields go in.
    Guard(Guard),
}

/// A key of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// A word or a string.
    Plain(Name),
    /// `[expr]`.
    Computed(Box<Expr>),
}

/// What stands in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Element {
    /// A value.
    Value(Expr),
    /// `...expr`.
    Spread(Expr),
    /// `if c: …` or `for x in xs: …`; the body is an element.
    Guard(Guard),
}

/// A guard in an object or a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// Its condition or loop.
    pub head: GuardHead,
    /// What it guards.
    pub body: GuardBody,
    /// The whole of it.
    pub span: Span,
}

/// The head of a guard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GuardHead {
    /// `if condition`.
    If(Box<Expr>),
    /// `for x, y in list if condition`.
    For {
        /// One name or two.
        vars: Vec<Name>,
        /// What is gone through.
        iter: Box<Expr>,
        /// A filter.
        condition: Option<Box<Expr>>,
    },
}

/// The body of a guard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GuardBody {
    /// Another guard.
    Guard(Box<Guard>),
    /// A value.
    Expr(Box<Expr>),
}
