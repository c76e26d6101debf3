//! The syntax tree of a `.rel` file, without comments and blank lines.
//!
//! Every node has its span. Bodies that outlive their file's tree (lets, fragments, versions) are shared by `Arc`, so
//! that later phases can hold them without lifetimes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::serialize::{self, Lazy};
use crate::source::Span;

/// A word or string with its span.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Name {
    /// The unescaped text.
    #[serde(with = "serialize::text")]
    pub text: Arc<str>,
    /// The span (for a string, including its quotes).
    pub span: Span,
}

/// A complete file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct File {
    /// The documentation of the file itself: a `///` comment at its start, followed by a blank line.
    pub doc: Option<String>,
    /// The declarations, in their order.
    pub items: Vec<Item>,
    /// For each missing bracket, the span from the mistake to where parsing is reliable again: the text in between was
    /// parsed as something that it isn't.
    #[serde(skip)]
    pub misread: Vec<Span>,
}

/// A top-level declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
    /// `apply rules.workloads to "*-istio"`.
    Apply(Arc<Apply>),
}

/// `apply part to "pattern", …`: the part belongs to each environment whose name matches, whatever that extends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Apply {
    /// The name of the part, as after `extends`.
    pub part: Name,
    /// The patterns of names.
    pub patterns: Vec<Pattern>,
    /// The whole statement.
    pub span: Span,
}

impl Apply {
    /// Returns true if it is about the environment `name`.
    pub fn matches(&self, name: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(name))
    }
}

/// A pattern of names, with `*` for any characters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Pattern {
    /// The unescaped text.
    pub text: Arc<str>,
    /// The span of the string with its quotes.
    pub span: Span,
}

impl Pattern {
    /// Returns true if it describes `name`.
    pub fn matches(&self, name: &str) -> bool {
        glob(&self.text, name)
    }
}

/// Returns true if `text` is what `pattern` describes, in which `*` is any characters.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| glob(rest, &text[at..]))
        }),
    }
}

/// An import of libraries by name, or of one file under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Import {
    /// The imported files.
    pub what: ImportWhat,
    /// The whole statement.
    pub span: Span,
}

/// The files named in an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum ImportWhat {
    /// Libraries, found by name.
    Libraries(Vec<Imported>),
    /// A file, by its path relative to the importing one, and its name in that file.
    File {
        /// The path as written.
        path: Name,
        /// The name after `as`.
        alias: Name,
    },
}

/// A library in an import: `kube` or `istio as std`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Imported {
    /// The library's name.
    pub library: Name,
    /// The name after `as`.
    pub alias: Option<Name>,
}

impl Imported {
    /// Returns the name of the library in the importing file.
    pub fn local(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.library)
    }
}

/// A release: a header and its versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Release {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Name of the release.
    pub name: Name,
    /// The name after `on`.
    pub environment: Name,
    /// The name of the strategy, if set.
    pub strategy: Option<Name>,
    /// The settings: an [`ExprKind::Object`].
    pub settings: Option<Expr>,
    /// The versions; the first is the primary.
    pub versions: Vec<Version>,
    /// The span from `release` to `>`.
    pub span: Span,
}

/// One version of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
    /// The requests that the version gets.
    pub when: Option<When>,
    /// The whole version.
    pub span: Span,
}

/// A weight as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Weight {
    /// The number; `None` if it is out of range.
    pub value: Option<u64>,
    /// True if `%` follows.
    pub percent: bool,
    /// The number and its percent sign.
    pub span: Span,
}

/// A disjunction of matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct When {
    /// The matches, separated by `or`.
    pub clauses: Vec<Clause>,
    /// The span from `when` on.
    pub span: Span,
}

/// A conjunction of tests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Clause {
    /// The tests, separated by `and`.
    pub tests: Vec<Test>,
    /// The whole conjunction.
    pub span: Span,
}

/// A condition on a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Test {
    /// The tested part of the request.
    pub subject: Subject,
    /// The operator.
    pub op: TestOp,
    /// The string to compare with: an [`ExprKind::String`].
    pub value: Expr,
    /// The whole test.
    pub span: Span,
}

/// The tested part of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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

/// The operator of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TestOp {
    /// Equal.
    Is,
    /// Has the prefix.
    Prefix,
    /// Matches a RE2 pattern as a whole.
    Matches,
}

/// `let name: T = expr`, or with `open` an abstract let.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Let {
    /// `///` comment above.
    pub doc: Option<String>,
    /// True if it is `open`.
    pub open: bool,
    /// Its name.
    pub name: Name,
    /// The annotation.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Option<Lazy<Expr>>,
    /// The whole statement.
    pub span: Span,
}

/// `param name: T = value`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
#[serde(bound(deserialize = "'de: 'static"))]
pub struct TypeDef {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// The type that it names.
    pub ty: Lazy<TypeExpr>,
    /// The whole statement.
    pub span: Span,
}

/// `fragment name(params): T = expr`, or with `open` an abstract fragment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Fragment {
    /// `///` comment above.
    pub doc: Option<String>,
    /// True if it is `open`.
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
#[serde(bound(deserialize = "'de: 'static"))]
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
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Part {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// The names after `extends`, as written: `istio.routed`.
    pub extends: Vec<Name>,
    /// Its statements.
    pub body: Lazy<Body>,
    /// The whole declaration.
    pub span: Span,
}

impl Part {
    /// Calls `each` for every lint statement in the part.
    pub fn lints<'a>(&'a self, each: &mut dyn FnMut(&'a Arc<Lint>)) {
        self.body.lints(each);
    }
}

/// Statements in braces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Body {
    /// The statements, in their order.
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
                | Statement::Mutate(_)
                | Statement::Require(_)
                | Statement::Watch(_) => {}
            }
        }
    }
}

/// A statement of a part, an environment, a strategy, or their `settings` and `version`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
    /// `mutate x: T = …`.
    Mutate(Arc<Mutate>),
    /// `strategy canary { … }`.
    Strategy(Arc<Strategy>),
    /// `require C "…" at path`.
    Require(Arc<Require>),
    /// `lint code level { … }`.
    Lint(Arc<Lint>),
    /// `watch short Type …`.
    Watch(Arc<Watch>),
    /// `replace …`: the replacing statement, and the span of the keyword.
    Replace(Box<Statement>, Span),
}

/// A field of the settings or of a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Field {
    /// `///` comment above.
    pub doc: Option<String>,
    /// `headline`: a version's bare value sets this field.
    pub headline: bool,
    /// `shared`: the settings may set it for all versions.
    pub shared: bool,
    /// `deprecated "why"`; the reason is that of `moved`, if none is written.
    pub deprecated: Option<Name>,
    /// `deprecated use other`: the field of the same scope that gets the value.
    pub moved: Option<Name>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default.
    pub default: Option<Expr>,
    /// The field's path in values.yaml.
    pub at: FieldPlace,
    /// The whole statement.
    pub span: Span,
}

/// The path of a field in values.yaml.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum FieldPlace {
    /// The field's own name.
    Named,
    /// `at "a.b"`.
    At(Name),
    /// `at none`.
    None(Span),
}

/// `emit` or `track`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Emit {
    /// True if it is `untracked`.
    pub untracked: bool,
    /// The emitted objects.
    pub values: Vec<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `mutate x: T = …`: what each emitted object of the type becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Mutate {
    /// The name of the object in the value.
    pub name: Name,
    /// The type of the objects.
    pub ty: TypeExpr,
    /// The object instead.
    pub value: Expr,
    /// The whole statement.
    pub span: Span,
}

/// The way in which a strategy interprets weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeightMode {
    /// Relative weights, or percentages that add up to 100.
    Split,
    /// Percentages.
    Percent,
    /// Independent percentages.
    Each,
    /// Ignored.
    None,
}

impl Field {
    /// Returns the field's path in a values file; `scope` is the path of the fields without a path of their own.
    pub fn place(&self, scope: &str) -> Option<String> {
        match &self.at {
            FieldPlace::Named => Some(format!("{scope}{}", self.name.text)),
            FieldPlace::At(path) => Some(path.text.to_string()),
            FieldPlace::None(_) => None,
        }
    }
}

/// `strategy name weights mode { … }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Strategy {
    /// `///` comment above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Name,
    /// The way in which it interprets weights; `None` if not set.
    pub weights: Option<(WeightMode, Span)>,
    /// True for `extends super`: a replacing strategy that keeps the statements of the one that it replaces.
    pub extends_super: bool,
    /// Its statements.
    pub body: Lazy<Body>,
    /// The whole statement.
    pub span: Span,
}

/// `require C "message" at path`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Require {
    /// The condition that must hold.
    pub condition: Expr,
    /// The error message otherwise: an [`ExprKind::String`].
    pub message: Lazy<Expr>,
    /// The path at which the error is reported.
    pub at: Option<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `lint code level at path { for x in xs; when C; "message"; fix … }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Lint {
    /// `///` comment above.
    pub doc: Option<String>,
    /// The rule's name.
    pub name: Name,
    /// Its level.
    pub level: crate::diagnostic::Severity,
    /// True if a violation is also a build error: the level `require`.
    pub required: bool,
    /// The loops around its condition, outermost first: [`GuardHead::For`].
    pub loops: Vec<Lazy<GuardHead>>,
    /// The test: a condition, or for `unique` a value that no other release may have. A replacing lint without a test has
    /// that of the lint that it replaces.
    pub test: Option<Lazy<LintTest>>,
    /// The report of each finding.
    pub report: Lazy<LintReport>,
    /// The whole statement.
    pub span: Span,
}

/// The report of a lint's findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct LintReport {
    /// The path at which the diagnostic is reported.
    pub at: Option<Expr>,
    /// The message: an [`ExprKind::String`]. A replacing lint without a message has the message, help and fix of the lint
    /// that it replaces.
    pub message: Option<Expr>,
    /// The help: an [`ExprKind::String`].
    pub help: Option<Expr>,
    /// The changes of the fix, all of which are made.
    pub fixes: Vec<LintFix>,
}

/// The test of a lint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum LintTest {
    /// `when C`: reports if the condition holds.
    When(Expr),
    /// `unique X`: reports if another release of the run has the same string.
    Unique(Expr),
}

/// A change of the fix of a lint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct LintFix {
    /// The path to set or remove.
    pub path: Expr,
    /// The new value; `None` removes the path.
    pub value: Option<Expr>,
    /// True if it is `unsafe`.
    pub unsafe_: bool,
}

/// `watch short Type "plural" ready "Condition", …`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Watch {
    /// The short name.
    pub short: Name,
    /// The kind.
    pub ty: TypeExpr,
    /// The plural name of the resource, if the schema has none.
    pub plural: Option<Name>,
    /// The conditions that make an object ready.
    pub ready: Vec<Name>,
    /// The whole statement.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct TypeExpr {
    /// The form of the type.
    pub kind: TypeExprKind,
    /// The type's span.
    pub span: Span,
}

impl TypeExpr {
    /// Iterates over the types that it contains.
    pub fn parts(&self) -> impl Iterator<Item = &TypeExpr> {
        let (inner, branches, fields): (_, &[TypeExpr], &[_]) = match &self.kind {
            TypeExprKind::Map(inner)
            | TypeExprKind::Partial(inner)
            | TypeExprKind::List(inner)
            | TypeExprKind::Optional(inner)
            | TypeExprKind::Run(inner) => (Some(&**inner), &[], &[]),
            TypeExprKind::Union(branches) => (None, branches, &[]),
            TypeExprKind::Record(fields) => (None, &[], fields),
            TypeExprKind::Any
            | TypeExprKind::Bool
            | TypeExprKind::Int { .. }
            | TypeExprKind::Number { .. }
            | TypeExprKind::String { .. }
            | TypeExprKind::Kind { .. }
            | TypeExprKind::Path { .. }
            | TypeExprKind::Member(_)
            | TypeExprKind::Error => (None, &[], &[]),
        };
        inner.into_iter().chain(branches).chain(fields.iter().map(|(_, ty)| ty))
    }
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum TypeExprKind {
    /// `any`.
    Any,
    /// `bool`.
    Bool,
    /// `int`, with bounds.
    Int {
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// `number`, with bounds.
    Number {
        /// Smallest value.
        min: Option<f64>,
        /// Largest value.
        max: Option<f64>,
    },
    /// `string`, with a pattern for the whole string and bounds for its length.
    String {
        /// An RE2 pattern.
        matching: Option<Name>,
        /// Smallest length in characters.
        min: Option<u64>,
        /// Largest length in characters.
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
        /// Group and version, or only the version.
        api_version: Name,
        /// The kind.
        kind: Name,
        /// The file that contains its schema.
        from: Option<Name>,
    },
    /// `kube.Port`, `Deployment.spec.template`, `Rule.match[]`.
    Path {
        /// The library, unless it is declared in this file.
        library: Option<Name>,
        /// The type's name.
        name: Name,
        /// The steps into it.
        steps: Vec<TypeStep>,
    },
    /// A lower-case word: a value of an enum.
    Member(#[serde(with = "serialize::text")] Arc<str>),
    /// `A | B`.
    Union(Vec<TypeExpr>),
    /// `T?`.
    Optional(Box<TypeExpr>),
    /// `run T`.
    Run(Box<TypeExpr>),
    /// A type that could not be parsed; the error is already reported.
    Error,
}

/// A step into a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum TypeStep {
    /// `.name`: the type of a field.
    Field(Name),
    /// `[]`: the type of a list's elements.
    Element(Span),
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Expr {
    /// The form of the expression.
    pub kind: ExprKind,
    /// The expression's span.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum ExprKind {
    /// A string or block, with its interpolations.
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
    Name(#[serde(with = "serialize::text")] Arc<str>),
    /// `base.name`, `base?.name`.
    Field {
        /// The object.
        base: Box<Expr>,
        /// The field.
        name: Name,
        /// True if the access is `?.`.
        optional: bool,
    },
    /// `base[index]`.
    Index {
        /// The list or object.
        base: Box<Expr>,
        /// The index or key.
        index: Box<Expr>,
        /// True if the access is `?[`.
        optional: bool,
    },
    /// `callee(args)`.
    Call {
        /// The called function: a name or a field.
        callee: Box<Expr>,
        /// Positional arguments, then named ones.
        args: Vec<Arg>,
    },
    /// `base!`: fails if the value is absent.
    Unwrap(Box<Expr>),
    /// `if c then a else b`.
    If {
        /// The condition.
        condition: Box<Expr>,
        /// The value if it holds.
        then: Box<Lazy<Expr>>,
        /// The value otherwise; absent if omitted.
        otherwise: Option<Box<Lazy<Expr>>>,
    },
    /// `fail "message" at path`.
    Fail {
        /// An [`ExprKind::String`].
        message: Box<Expr>,
        /// The path at which the error is reported.
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
        /// The value of an enum.
        subject: Box<Expr>,
        /// The value for each member of the enum.
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
    /// An expression that could not be parsed; the error is already reported.
    Error,
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum StringPart {
    /// Unescaped text.
    Text(#[serde(with = "serialize::text")] Arc<str>),
    /// `{path}`: a name, its fields, and optionally `!`. The span excludes the braces.
    Hole(Box<Expr>),
}

impl Expr {
    /// Returns the value of a string without interpolations.
    pub fn plain_string(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::String(parts) => match parts.as_slice() {
                [StringPart::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Binary operators, except access.
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
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Arg {
    /// The parameter's name, if the argument is named.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// An entry of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
    /// `if c: …` or `for x in xs: …`; the fields of the body are added.
    Guard(Guard),
}

/// A key of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Key {
    /// A word or a string.
    Plain(Name),
    /// `[expr]`.
    Computed(Box<Expr>),
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Guard {
    /// Its condition or loop.
    pub head: GuardHead,
    /// The guarded body.
    pub body: Lazy<GuardBody>,
    /// The whole guard.
    pub span: Span,
}

/// The head of a guard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum GuardHead {
    /// `if condition`.
    If(Box<Expr>),
    /// `for x, y in list if condition`.
    For {
        /// One name or two.
        vars: Vec<Name>,
        /// The type of the last one: only elements of this type are iterated.
        ty: Option<Box<TypeExpr>>,
        /// The iterated list or object.
        iter: Box<Expr>,
        /// A filter.
        condition: Option<Lazy<Expr>>,
    },
}

/// The body of a guard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum GuardBody {
    /// Another guard.
    Guard(Box<Guard>),
    /// A value.
    Expr(Box<Expr>),
}
