//! The names in a `.rel` file, each with what it stands for.
//!
//! In: a page. Out: its [`Reference`]s, by which a name leads to its declaration, and a declaration to its names. Scopes are those of
//! `check/`: what a part sees is what the union of all that it extends declares.

use std::ops::Range;
use std::sync::Arc;

use super::FileContext;
use super::fields::{record_field, step};
use relc_core::check::TypedPlan;
use relc_core::library::{Environment, Item, Layer, Members, Module, Slot, StrategyDef, flatten};
use relc_core::types::Type;
use relc_syntax::ast::{
    self, Arg, Body, Element, Entry, Expr, ExprKind, Guard, GuardBody, GuardHead, ImportWhat, Key, LintTest, Name,
    Statement, StringPart, TypeExpr, TypeExprKind, TypeStep,
};
use relc_syntax::source::Span;

/// A name in a file.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Its text.
    pub range: Range<usize>,
    /// What it stands for.
    pub meaning: Definition,
    /// Whether it is a key, too, as in `{ port }`.
    pub shorthand: bool,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Definition {
    /// A field of an environment.
    Field(Arc<ast::Field>),
    /// A let.
    Let(Arc<ast::Let>),
    /// A parameter of a release file.
    Param(Arc<ast::Param>),
    /// A fragment.
    Fragment(Arc<ast::Fragment>),
    /// A type.
    Type(Arc<ast::TypeDef>),
    /// A part or environment.
    Part(Arc<ast::Part>),
    /// A strategy.
    Strategy(Arc<ast::Strategy>),
    /// What a loop or a fragment calls so.
    Local(Name),
    /// An imported module.
    Library(Arc<Module>),
    /// A file, by its path from this one.
    File(Arc<str>),
    /// A key below a field, and where a type of the library declares it.
    Key(Option<Span>),
    /// A member of an enum.
    Member,
    /// The label of a version.
    Label,
    /// What the language itself calls so.
    Builtin,
}

impl Definition {
    /// The name in its declaration.
    pub fn declared(&self) -> Option<Span> {
        match self {
            Definition::Field(item) => Some(item.name.span),
            Definition::Let(item) => Some(item.name.span),
            Definition::Param(item) => Some(item.name.span),
            Definition::Fragment(item) => Some(item.name.span),
            Definition::Type(item) => Some(item.name.span),
            Definition::Part(item) => Some(item.name.span),
            Definition::Strategy(item) => Some(item.name.span),
            Definition::Local(name) => Some(name.span),
            Definition::Library(module) => Some(Span::new(module.file, 0, 0)),
            Definition::Key(declared) => *declared,
            Definition::File(_) | Definition::Member | Definition::Label | Definition::Builtin => None,
        }
    }

    /// The documentation of its declaration.
    pub fn doc(&self) -> Option<&str> {
        match self {
            Definition::Field(item) => item.doc.as_deref(),
            Definition::Let(item) => item.doc.as_deref(),
            Definition::Param(item) => item.doc.as_deref(),
            Definition::Fragment(item) => item.doc.as_deref(),
            Definition::Type(item) => item.doc.as_deref(),
            Definition::Part(item) => item.doc.as_deref(),
            Definition::Strategy(item) => item.doc.as_deref(),
            Definition::Library(module) => module.doc.as_deref(),
            Definition::Local(_)
            | Definition::File(_)
            | Definition::Key(_)
            | Definition::Member
            | Definition::Label
            | Definition::Builtin => None,
        }
    }

    fn of(item: &Item) -> Definition {
        match item {
            Item::Let(item) => Definition::Let(Arc::clone(item)),
            Item::Param(item) => Definition::Param(Arc::clone(item)),
            Item::Type(item) => Definition::Type(Arc::clone(item)),
            Item::Fragment(item) => Definition::Fragment(Arc::clone(item)),
            Item::Part(item) | Item::Environment(item) => Definition::Part(Arc::clone(item)),
        }
    }
}

/// The names of `page`, in the order of its text. None of a values file.
pub fn mentions(page: &FileContext<'_>) -> Vec<Reference> {
    let Some(links) = page.links() else { return Vec::new() };
    let mut walk = Walk { page, module: &links.module, layers: Vec::new(), locals: Vec::new(), found: Vec::new() };
    page.ast().items.iter().for_each(|item| walk.item(item));
    walk.found.sort_by_key(|mention| mention.range.start);
    walk.found
}

/// The name at `offset`.
pub fn mention(page: &FileContext<'_>, offset: usize) -> Option<Reference> {
    // Where two names meet, as in `kube.Port`, the later one is meant.
    let at = |mention: &Reference| mention.range.start <= offset && offset <= mention.range.end;
    mentions(page).into_iter().rfind(at)
}

/// What can be said at `offset` of a part: its own members and those that it extends.
pub fn scope(page: &FileContext<'_>, offset: usize) -> Option<(Environment, Option<StrategyDef>)> {
    let links = page.links()?;
    let part = page.ast().items.iter().find_map(|item| match item {
        ast::Item::Part(part) | ast::Item::Environment(part) if part.span.range().contains(&offset) => Some(part),
        _ => None,
    })?;
    let environment = flatten(&links.module, part).0;
    let strategies = environment.strategies.iter();
    let strategy = strategies
        .filter(|strategy| strategy.definition.item.span.file == part.span.file)
        .find(|strategy| strategy.definition.item.span.range().contains(&offset))
        .cloned();
    Some((environment, strategy))
}

/// The names that the language itself gives in a part.
pub const BUILTINS: &[(&str, &str)] = &[
    ("release", "the release: `name`, `namespace`, `strategy`, `manifests`"),
    ("settings", "what the release gives for all of its versions"),
    ("versions", "all versions, the primary first"),
    ("primary", "the first version"),
    ("others", "all versions but the primary"),
    ("v", "the version at hand: its fields and lets, `index`, `label?`, `primary`, `weight`, `when?`, `tracked`"),
    ("Version", "the type of a version"),
];

/// The functions of the language.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("len", "how many elements, keys or characters there are"),
    ("any", "whether a condition of the list holds"),
    ("all", "whether every condition of the list holds"),
    ("given", "whether the value stands in the release itself and is no default"),
    ("includes", "whether one value says all that another says"),
    ("join", "the texts of a list as one"),
    ("last", "the last element, if there is one"),
    ("nonempty", "the value, or nothing where it is empty"),
    ("merge", "one object of several, at any depth; what comes later wins"),
    ("number", "the value where it is a number, else nothing"),
    ("object", "the value where it is an object, else nothing"),
    ("regex", "whether a text is a regular expression of RE2"),
    ("repeated", "the texts of a list that stand in it before already"),
    ("text", "the value where it is a text, else nothing"),
    ("watch", "how the controller watches the kind of an object"),
    ("startsWith", "whether a text begins with another"),
    ("matches", "whether a pattern is the whole text"),
    ("lower", "the text in lower case"),
    ("yaml", "the value of a YAML text"),
    ("template", "the text that the controller evaluates for the versions that are ready"),
    ("short", "the name by which the controller knows the kind of an object"),
    ("weight", "the weight of a version while the release runs, which only the controller knows"),
    ("live", "whether a version is ready and has a weight, which only the controller knows"),
];

/// What `name` is among the members of a scope; a hole that is filled is its declaration.
fn member(members: &Members, name: &str) -> Option<Definition> {
    Some(match members.slot(name)? {
        Slot::Field(at) => Definition::Field(Arc::clone(&members.fields[at].item)),
        Slot::Let(at) => Definition::Let(Arc::clone(&members.lets[at].declaration.item)),
        Slot::Fragment(at) => Definition::Fragment(Arc::clone(&members.fragments[at].declaration.item)),
    })
}

/// Which scope of a body a statement stands in.
#[derive(Clone, Copy)]
enum Place {
    Settings,
    Version,
    Body,
}

/// A name of a loop or a fragment.
struct Local {
    name: Name,
    is_version: bool,
}

struct Walk<'a> {
    page: &'a FileContext<'a>,
    module: &'a Arc<Module>,
    /// What the place at hand sees of a part and its strategy; nothing outside of parts.
    layers: Vec<Layer>,
    locals: Vec<Local>,
    found: Vec<Reference>,
}

impl Walk<'_> {
    fn note(&mut self, span: Span, meaning: Definition) {
        self.found.push(Reference { range: span.range(), meaning, shorthand: false });
    }

    fn item(&mut self, item: &ast::Item) {
        match item {
            ast::Item::Import(import) => self.import(&import.what),
            ast::Item::Release(release) => self.release(release),
            ast::Item::Let(item) => self.let_(item, Definition::Let(Arc::clone(item))),
            ast::Item::Param(item) => {
                self.note(item.name.span, Definition::Param(Arc::clone(item)));
                self.ty(&item.ty);
                item.value.iter().for_each(|value| self.expr(value));
            }
            ast::Item::Type(item) => {
                self.note(item.name.span, Definition::Type(Arc::clone(item)));
                self.ty(&item.ty);
            }
            ast::Item::Fragment(item) => self.fragment(item, Definition::Fragment(Arc::clone(item))),
            ast::Item::Part(part) | ast::Item::Environment(part) => self.part(part),
        }
    }

    fn import(&mut self, what: &ImportWhat) {
        let module = self.module;
        match what {
            ImportWhat::Libraries(names) => {
                for name in names {
                    if let Some(library) = module.imports.get(&name.text) {
                        self.note(name.span, Definition::Library(Arc::clone(library)));
                    }
                }
            }
            ImportWhat::File { path, alias } => {
                self.note(path.span, Definition::File(Arc::clone(&path.text)));
                if let Some(library) = module.imports.get(&alias.text) {
                    self.note(alias.span, Definition::Library(Arc::clone(library)));
                }
            }
        }
    }

    fn let_(&mut self, item: &ast::Let, meaning: Definition) {
        self.note(item.name.span, meaning);
        item.ty.iter().for_each(|ty| self.ty(ty));
        item.value.iter().for_each(|value| self.expr(value));
    }

    fn fragment(&mut self, item: &ast::Fragment, meaning: Definition) {
        self.note(item.name.span, meaning);
        let before = self.locals.len();
        for parameter in &item.params {
            self.ty(&parameter.ty);
            parameter.default.iter().for_each(|default| self.expr(default));
            self.note(parameter.name.span, Definition::Local(parameter.name.clone()));
            let is_version = names_version(&parameter.ty);
            self.locals.push(Local { name: parameter.name.clone(), is_version });
        }
        item.ty.iter().for_each(|ty| self.ty(ty));
        item.body.as_deref().into_iter().for_each(|body| self.expr(body));
        self.locals.truncate(before);
    }

    fn part(&mut self, part: &Arc<ast::Part>) {
        self.note(part.name.span, Definition::Part(Arc::clone(part)));
        part.extends.iter().for_each(|name| self.extended(name));
        let environment = flatten(self.module, part).0;
        self.layers = vec![environment.base.clone()];
        self.body(&part.body, Place::Body, &environment);
        self.layers.clear();
    }

    /// `istio.routed`, or the name of an environment or part.
    fn extended(&mut self, name: &Name) {
        let module = self.module;
        let found = |module: &Module, name: &str| module.part(name).map(|part| Definition::Part(Arc::clone(part)));
        if let Some(own) = found(module, &name.text) {
            return self.note(name.span, own);
        }
        if let Some((library, part)) = name.text.split_once('.')
            && let Some(imported) = module.imports.get(library)
        {
            let (start, dot) = (name.span.start as usize, library.len());
            let span = |from: usize, to: usize| Span::new(name.span.file, start + from, start + to);
            self.note(span(0, dot), Definition::Library(Arc::clone(imported)));
            if let Some(meaning) = found(imported, part) {
                self.note(span(dot + 1, name.text.len()), meaning);
            }
            return;
        }
        if let Some(meaning) = module.extended.get(&name.text).and_then(|other| found(other, &name.text)) {
            self.note(name.span, meaning);
        }
    }

    fn body(&mut self, body: &Body, place: Place, environment: &Environment) {
        body.statements.iter().for_each(|statement| self.statement(statement, place, environment));
    }

    /// What the name of a declaration in a body stands for: what it fills or replaces, or itself.
    fn own(&self, place: Place, name: &Name, itself: Definition) -> Definition {
        self.seen(place, &name.text).unwrap_or(itself)
    }

    /// What `name` is in a scope of the part at hand.
    fn seen(&self, place: Place, name: &str) -> Option<Definition> {
        let members = |layer: &Layer| match place {
            Place::Settings => member(&layer.settings, name),
            Place::Version => member(&layer.version, name),
            Place::Body => member(&layer.body, name),
        };
        self.layers.iter().rev().find_map(members)
    }

    fn statement(&mut self, statement: &Statement, place: Place, environment: &Environment) {
        match statement {
            Statement::Settings(body, _) => self.body(body, Place::Settings, environment),
            Statement::Version(body, _) => self.body(body, Place::Version, environment),
            Statement::Field(field) => {
                self.note(field.name.span, Definition::Field(Arc::clone(field)));
                self.ty(&field.ty);
                field.default.iter().for_each(|default| self.expr(default));
            }
            Statement::Let(item) => {
                let meaning = self.own(place, &item.name, Definition::Let(Arc::clone(item)));
                self.let_(item, meaning);
            }
            Statement::Fragment(item) => {
                let meaning = self.own(place, &item.name, Definition::Fragment(Arc::clone(item)));
                self.fragment(item, meaning);
            }
            Statement::Emit(item) | Statement::Track(item) => item.values.iter().for_each(|value| self.expr(value)),
            Statement::Strategy(item) => {
                self.note(item.name.span, Definition::Strategy(Arc::clone(item)));
                let layer = environment.strategy(&item.name.text).map(|known| known.layer.clone());
                self.layers.extend(layer);
                self.body(&item.body, Place::Body, environment);
                self.layers.truncate(1);
            }
            Statement::Require(item) => {
                [&item.condition, &item.message].into_iter().chain(&item.at).for_each(|expr| self.expr(expr));
            }
            Statement::Lint(item) => self.lint(item),
            Statement::Watch(item) => self.ty(&item.ty),
            Statement::Replace(inner, _) => self.statement(inner, place, environment),
        }
    }

    fn lint(&mut self, item: &ast::Lint) {
        let before = self.locals.len();
        // Where it is said stands before the loops, and sees what they call by a name.
        item.loops.iter().for_each(|head| self.head(head));
        item.at.iter().for_each(|at| self.expr(at));
        match &item.test {
            LintTest::When(expr) | LintTest::Unique(expr) => self.expr(expr),
        }
        std::iter::once(&item.message).chain(&item.help).for_each(|text| self.expr(text));
        if let Some(fix) = &item.fix {
            std::iter::once(&fix.path).chain(&fix.value).for_each(|expr| self.expr(expr));
        }
        self.locals.truncate(before);
    }

    fn release(&mut self, release: &ast::Release) {
        let prepared = self.page.prepare(&release.environment, release.strategy.as_ref());
        if let Some(prepared) = &prepared {
            let environment = &prepared.plan.environment;
            if environment.name() == &release.environment.text {
                let declaration = Arc::clone(&environment.declaration.item);
                self.note(release.environment.span, Definition::Part(declaration));
            }
            let strategy = release.strategy.as_ref();
            if let Some((name, known)) = strategy.and_then(|name| Some((name, environment.strategy(&name.text)?))) {
                self.note(name.span, Definition::Strategy(Arc::clone(&known.definition.item)));
            }
        }
        let prepared = prepared.as_deref();
        release.settings.iter().for_each(|settings| self.fields(settings, prepared, Place::Settings));
        for version in &release.versions {
            version.label.iter().for_each(|label| self.note(label.span, Definition::Label));
            version.headline.iter().for_each(|headline| self.expr(headline));
            version.fields.iter().for_each(|fields| self.fields(fields, prepared, Place::Version));
        }
    }

    /// The fields that a release gives.
    fn fields(&mut self, object: &Expr, prepared: Option<&TypedPlan>, place: Place) {
        let ExprKind::Object(entries) = &object.kind else { return self.expr(object) };
        for entry in entries {
            let field = |name: &str| field(prepared?, place, name);
            match entry {
                Entry::Pair { key: Key::Plain(key), value, .. } => {
                    let Some((field, ty)) = field(&key.text) else {
                        self.expr(value);
                        continue;
                    };
                    self.note(key.span, Definition::Field(field));
                    self.value(value, &ty);
                }
                Entry::Shorthand(name) => self.shorthand(name),
                Entry::Pair { .. } | Entry::Spread(_) | Entry::Guard(_) => self.entry(entry),
            }
        }
    }

    /// A value of a release, where a type is expected.
    fn value(&mut self, value: &Expr, ty: &Type) {
        match &value.kind {
            ExprKind::Object(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Pair { key: Key::Plain(key), value, .. } => {
                            let declared = record_field(ty, &key.text).map(|field| field.span);
                            self.note(key.span, Definition::Key(declared));
                            match step(ty, &key.text) {
                                Some(inner) => self.value(value, &inner),
                                None => self.expr(value),
                            }
                        }
                        other => self.entry(other),
                    }
                }
            }
            ExprKind::List(elements) => {
                let inner = step(ty, super::context::ELEMENT);
                for element in elements {
                    match (element, &inner) {
                        (Element::Value(value), Some(inner)) => self.value(value, inner),
                        (other, _) => self.element(other),
                    }
                }
            }
            _ => self.expr(value),
        }
    }

    fn bare(&self, name: &str) -> Option<Definition> {
        let local = self.locals.iter().rfind(|local| *local.name.text == *name);
        if let Some(local) = local {
            return Some(Definition::Local(local.name.clone()));
        }
        if let Some(found) = self.seen(Place::Body, name) {
            return Some(found);
        }
        if let Some(item) = self.module.items.get(name) {
            return Some(Definition::of(item));
        }
        if let Some(library) = self.module.imports.get(name) {
            return Some(Definition::Library(Arc::clone(library)));
        }
        let in_part = !self.layers.is_empty();
        (in_part && BUILTINS.iter().any(|(known, _)| *known == name)).then_some(Definition::Builtin)
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                let meaning = self.bare(name).unwrap_or(Definition::Member);
                // A name's span may go on behind it, to where the parser looked.
                let start = expr.span.start as usize;
                self.note(Span::new(expr.span.file, start, start + name.len()), meaning);
            }
            ExprKind::Field { base, name, .. } => {
                self.expr(base);
                let meaning = self.inside(base, &name.text).unwrap_or(Definition::Key(None));
                self.note(name.span, meaning);
            }
            ExprKind::String(parts) => parts.iter().for_each(|part| {
                if let StringPart::Hole(hole) = part {
                    self.expr(hole);
                }
            }),
            ExprKind::Unwrap(base) | ExprKind::Not(base) => self.expr(base),
            ExprKind::Index { base, index } => {
                self.expr(base);
                self.expr(index);
            }
            ExprKind::Call { callee, args } => self.call(callee, args),
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                self.expr(then);
                otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            ExprKind::Fail { message, at } => {
                self.expr(message);
                at.iter().for_each(|at| self.expr(at));
            }
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Case { subject, arms } => {
                self.expr(subject);
                for (member, value) in arms {
                    self.note(member.span, Definition::Member);
                    self.expr(value);
                }
            }
            ExprKind::Typed { ty, object } => {
                self.ty(ty);
                self.expr(object);
            }
            ExprKind::Object(entries) => entries.iter().for_each(|entry| self.entry(entry)),
            ExprKind::List(elements) => elements.iter().for_each(|element| self.element(element)),
            ExprKind::File(path) => self.note(path.span, Definition::File(Arc::clone(&path.text))),
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Null | ExprKind::Error => {}
        }
    }

    /// What `name` is in what `base` stands for.
    fn inside(&self, base: &Expr, name: &str) -> Option<Definition> {
        if self.is_version(base) {
            return self.seen(Place::Version, name);
        }
        let ExprKind::Name(base) = &base.kind else { return None };
        match self.bare(base)? {
            Definition::Library(library) => library.items.get(name).map(Definition::of),
            Definition::Builtin if **base == *"settings" => self.seen(Place::Settings, name),
            _ => None,
        }
    }

    /// Whether an expression is a version.
    fn is_version(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => match self.locals.iter().rfind(|local| local.name.text == *name) {
                Some(local) => local.is_version,
                None => matches!(&**name, "v" | "primary") && matches!(self.bare(name), Some(Definition::Builtin)),
            },
            ExprKind::Unwrap(base) => self.is_version(base),
            ExprKind::Index { base, .. } => self.are_versions(base),
            ExprKind::Call { callee, args } => {
                let is_last = matches!(&callee.kind, ExprKind::Name(name) if **name == *"last");
                is_last && args.first().is_some_and(|arg| self.are_versions(&arg.value))
            }
            _ => false,
        }
    }

    /// Whether an expression is a list of versions.
    fn are_versions(&self, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Name(name) if matches!(&**name, "versions" | "others"))
    }

    fn call(&mut self, callee: &Expr, args: &[Arg]) {
        let meaning = match &callee.kind {
            ExprKind::Name(name) => {
                let meaning = self.bare(name).unwrap_or(Definition::Builtin);
                let start = callee.span.start as usize;
                self.note(Span::new(callee.span.file, start, start + name.len()), meaning.clone());
                Some(meaning)
            }
            ExprKind::Field { base, name, .. } => {
                self.expr(base);
                let meaning = self.inside(base, &name.text);
                meaning.iter().for_each(|meaning| self.note(name.span, meaning.clone()));
                meaning
            }
            _ => {
                self.expr(callee);
                None
            }
        };
        for Arg { name, value } in args {
            if let (Some(name), Some(Definition::Fragment(fragment))) = (name, &meaning)
                && let Some(parameter) = fragment.params.iter().find(|parameter| parameter.name.text == name.text)
            {
                self.note(name.span, Definition::Local(parameter.name.clone()));
            }
            self.expr(value);
        }
    }

    fn shorthand(&mut self, name: &Name) {
        let meaning = self.bare(&name.text).unwrap_or(Definition::Member);
        let range = name.span.range().start..name.span.range().start + name.text.len();
        self.found.push(Reference { range, meaning, shorthand: true });
    }

    fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Pair { key, value, .. } => {
                if let Key::Computed(key) = key {
                    self.expr(key);
                }
                self.expr(value);
            }
            Entry::Shorthand(name) => self.shorthand(name),
            Entry::Spread(value) => self.expr(value),
            Entry::Guard(guard) => self.guard(guard),
        }
    }

    fn element(&mut self, element: &Element) {
        match element {
            Element::Value(value) | Element::Spread(value) => self.expr(value),
            Element::Guard(guard) => self.guard(guard),
        }
    }

    fn guard(&mut self, guard: &Guard) {
        let before = self.locals.len();
        self.head(&guard.head);
        match &guard.body {
            GuardBody::Guard(inner) => self.guard(inner),
            GuardBody::Expr(body) => self.expr(body),
        }
        self.locals.truncate(before);
    }

    /// The head of a guard or loop; what it calls by a name stays known.
    fn head(&mut self, head: &GuardHead) {
        match head {
            GuardHead::If(condition) => self.expr(condition),
            GuardHead::For { vars, iter, condition } => {
                self.expr(iter);
                let are_versions = self.are_versions(iter);
                for (at, name) in vars.iter().enumerate() {
                    self.note(name.span, Definition::Local(name.clone()));
                    // Of two names, the first one is the position.
                    let is_version = are_versions && at + 1 == vars.len();
                    self.locals.push(Local { name: name.clone(), is_version });
                }
                condition.iter().for_each(|condition| self.expr(condition));
            }
        }
    }

    fn ty(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeExprKind::Path { library, name, steps } => {
                let module = self.module;
                let imported = library.as_ref().and_then(|name| module.imports.get(&name.text));
                if let (Some(name), Some(imported)) = (library, imported) {
                    self.note(name.span, Definition::Library(Arc::clone(imported)));
                }
                let declared = if library.is_some() { imported } else { Some(module) };
                match declared.and_then(|module| module.items.get(&name.text)) {
                    Some(item) => self.note(name.span, Definition::of(item)),
                    None if library.is_none() && *name.text == *"Version" => self.note(name.span, Definition::Builtin),
                    None => {}
                }
                for step in steps {
                    if let TypeStep::Field(name) = step {
                        self.note(name.span, Definition::Key(None));
                    }
                }
            }
            TypeExprKind::Map(inner)
            | TypeExprKind::Partial(inner)
            | TypeExprKind::List(inner)
            | TypeExprKind::Optional(inner)
            | TypeExprKind::Run(inner) => self.ty(inner),
            TypeExprKind::Record(fields) => fields.iter().for_each(|(name, ty)| {
                self.note(name.span, Definition::Key(Some(name.span)));
                self.ty(ty);
            }),
            TypeExprKind::Union(branches) => branches.iter().for_each(|ty| self.ty(ty)),
            TypeExprKind::Kind { from: Some(from), .. } => {
                self.note(from.span, Definition::File(Arc::clone(&from.text)))
            }
            TypeExprKind::Member(_) => self.note(ty.span, Definition::Member),
            TypeExprKind::Kind { from: None, .. }
            | TypeExprKind::Any
            | TypeExprKind::Bool
            | TypeExprKind::Int { .. }
            | TypeExprKind::Number { .. }
            | TypeExprKind::String { .. }
            | TypeExprKind::Error => {}
        }
    }
}

/// Whether a type is written `Version`.
fn names_version(ty: &TypeExpr) -> bool {
    matches!(&ty.kind, TypeExprKind::Path { library: None, name, .. } if *name.text == *"Version")
}

/// A field that a release gives in its settings or in a version.
fn field(prepared: &TypedPlan, place: Place, name: &str) -> Option<(Arc<ast::Field>, Type)> {
    let plan = &prepared.plan;
    let of = |slot: Option<Slot>, members: &Members, types: &[Type]| match slot? {
        Slot::Field(at) => Some((Arc::clone(&members.fields[at].item), types[at].clone())),
        Slot::Let(_) | Slot::Fragment(_) => None,
    };
    let version = of(plan.version_slot(name), &plan.version, &prepared.version);
    match place {
        Place::Version => version,
        Place::Settings | Place::Body => of(plan.settings_slot(name), &plan.settings, &prepared.settings)
            .or_else(|| version.filter(|(field, _)| field.shared)),
    }
}
