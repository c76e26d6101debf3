//! Resolves written types: looks up names, finds kinds, and follows paths.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::unknown_kind::unknown_kind;
use super::{Pattern, RecordField, RecordType, StringType, Type};
use crate::library::{Item, Module};
use relc_schema as schema;
use relc_syntax::ast::{Name, TypeExpr, TypeExprKind, TypeStep};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest};
use relc_syntax::source::Span;

/// A type, and whether it may contain values that only the controller knows (`run T`).
#[derive(Clone, Debug)]
pub struct Staged {
    /// The type.
    pub ty: Type,
    /// True if it is `run`.
    pub run: bool,
}

/// The types that need no declaration, each with its documentation.
pub const BUILTIN_TYPES: &[(&str, &str)] = &[
    ("Version", "the type of a version"),
    ("When", "the type of `v.when`: the requests that a version gets"),
    ("Test", "the type of one test of a `When`"),
    ("Manifest", "the type of a Kubernetes object of any kind"),
];

/// Resolves the type `written` in `module`.
pub fn resolve(written: &TypeExpr, module: &Module, out: &mut Diagnostics) -> Staged {
    let mut resolver = Resolver { module, open: Open::default(), out };
    match &written.kind {
        TypeExprKind::Run(inner) => Staged { ty: resolver.ty(inner), run: true },
        // `run T?`: the value may be known only to the controller; whether it is absent is known earlier.
        TypeExprKind::Optional(optional) => match &optional.kind {
            TypeExprKind::Run(inner) => Staged { ty: resolver.ty(inner).optional(), run: true },
            _ => Staged { ty: resolver.ty(written), run: false },
        },
        _ => Staged { ty: resolver.ty(written), run: false },
    }
}

/// Largest number of aliases, each of which is declared with the next.
const MAX_HEIGHT: usize = 128;

/// The aliases in progress, and those that are resolved.
#[derive(Default)]
struct Open {
    order: Vec<Arc<str>>,
    names: FxHashSet<Arc<str>>,
    /// Each alias that is resolved, so that one that is written twice is not resolved twice, with its height.
    done: FxHashMap<Arc<str>, (Type, usize)>,
    /// The largest height of the aliases of the type in progress: 1 for an alias that is declared without another.
    height: usize,
}

struct Resolver<'a> {
    module: &'a Module,
    open: Open,
    out: &'a mut Diagnostics,
}

impl Resolver<'_> {
    fn ty(&mut self, written: &TypeExpr) -> Type {
        match &written.kind {
            TypeExprKind::Any => Type::Any,
            TypeExprKind::Bool => Type::Bool,
            TypeExprKind::Int { min, max } => Type::Int { min: *min, max: *max },
            TypeExprKind::Number { min, max } => Type::Number { min: *min, max: *max },
            TypeExprKind::String { matching, min, max } => self.string(matching.as_ref(), *min, *max),
            TypeExprKind::Map(value) => Type::Map(Arc::new(self.ty(value))),
            TypeExprKind::Partial(inner) => Type::Partial(Arc::new(self.ty(inner))),
            TypeExprKind::List(element) => Type::list(self.ty(element)),
            TypeExprKind::Record(fields) => self.record(fields),
            TypeExprKind::Kind { api_version, kind, from } => self.kind(api_version, kind, from.as_ref()),
            TypeExprKind::Path { library, name, steps } => self.path(library.as_ref(), name, steps),
            // The library is checked ahead of time.
            TypeExprKind::Member(member) => match (!self.module.is_standard()).then(|| misnamed(member)).flatten() {
                Some(meant) => self.error(
                    Diagnostic::error(Code::UnknownName, written.span, format!("type `{member}` not found"))
                        .help(format!("did you mean `{meant}`?"))
                        .fix(Applicability::Unsafe, written.span, meant),
                ),
                None => Type::Enum([Arc::clone(member)].into()),
            },
            TypeExprKind::Union(branches) => self.union(branches),
            TypeExprKind::Optional(inner) => self.ty(inner).optional(),
            TypeExprKind::Run(_) => self.error(
                Diagnostic::error(Code::Misplaced, written.span, "`run` is not allowed inside a type")
                    .help("write it before the whole type of a parameter or result"),
            ),
            TypeExprKind::Error => Type::Error,
        }
    }

    fn error(&mut self, diagnostic: Diagnostic) -> Type {
        self.out.push(diagnostic);
        Type::Error
    }

    fn string(&mut self, matching: Option<&Name>, min: Option<u64>, max: Option<u64>) -> Type {
        if matching.is_none() && min.is_none() && max.is_none() {
            return Type::STRING;
        }
        let pattern = matching.map(|name| (Arc::clone(&name.text), Pattern::known_of_whole_text(&name.text)));
        if let Some((name, (_, pattern))) = matching.zip(pattern.as_ref())
            && !self.module.is_standard()
            && !pattern.is_valid()
        {
            let message = format!("`{}` is not a regular expression", name.text);
            return self.error(Diagnostic::error(Code::InvalidDeclaration, name.span, message));
        }
        Type::String(Some(Arc::new(StringType { name: None, doc: None, pattern, min, max })))
    }

    fn record(&mut self, fields: &[(Name, TypeExpr)]) -> Type {
        let mut record = RecordType::default();
        for (name, ty) in fields {
            if record.fields.iter().any(|known| known.name == name.text) {
                let message = format!("`{}` is declared twice", name.text);
                self.out.push(Diagnostic::error(Code::DuplicateName, name.span, message));
            }
            let ty = self.ty(ty);
            record.fields.push(RecordField { name: Arc::clone(&name.text), ty, span: name.span });
        }
        Type::Record(Arc::new(record))
    }

    fn kind(&mut self, api_version: &Name, kind: &Name, from: Option<&Name>) -> Type {
        if let Some(from) = from {
            let key = [api_version, kind, from].map(|name| Arc::clone(&name.text));
            // A missing kind was reported when the file was linked.
            return self.module.kinds.get(&key).cloned().map_or(Type::Error, Type::Schema);
        }
        let kinds = &self.module.project_kinds;
        if let Some(found) = kinds.get(&api_version.text, &kind.text, self.out) {
            // The errors of an invalid schema are reported.
            return found.map_or(Type::Error, Type::Schema);
        }
        match schema::builtin(&api_version.text, &kind.text) {
            Some(root) => Type::Schema(root),
            None => self.error(unknown_kind(api_version, kind, kinds)),
        }
    }

    /// The members of one enum are written as a union of words.
    fn union(&mut self, branches: &[TypeExpr]) -> Type {
        let mut members: Vec<Arc<str>> = Vec::new();
        let mut types = Vec::new();
        for branch in branches {
            match self.ty(branch) {
                Type::Enum(more) => members.extend(more.iter().cloned()),
                other => types.push(other),
            }
        }
        if !members.is_empty() {
            types.push(Type::Enum(members.into()));
        }
        if types.len() == 1 { types.remove(0) } else { Type::Union(types.into()) }
    }

    fn path(&mut self, library: Option<&Name>, name: &Name, steps: &[TypeStep]) -> Type {
        let mut ty = self.named(library, name);
        for step in steps {
            ty = match step {
                TypeStep::Field(field) => self.step(&ty, &field.text, field.span),
                TypeStep::Element(span) => element_type(&ty).unwrap_or_else(|| {
                    self.error(Diagnostic::error(Code::WrongType, *span, format!("{ty} is not a list")))
                }),
            };
        }
        ty
    }

    fn step(&mut self, ty: &Type, field: &str, span: Span) -> Type {
        field_type(ty, field).map(|found| found.present().clone()).unwrap_or_else(|| {
            let known = field_names(ty);
            let error = Diagnostic::error(Code::UnknownName, span, format!("{ty} has no field `{field}`"));
            self.error(match nearest(field, known.iter().map(|name| &**name)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            })
        })
    }

    fn named(&mut self, library: Option<&Name>, name: &Name) -> Type {
        let module = match library {
            None => self.module,
            Some(library) => match self.module.imports.get(&library.text) {
                Some(module) => module,
                None if self.module.unread.contains(&library.text) => return Type::Error,
                None => {
                    let message = format!("library `{}` is not imported", library.text);
                    let help = format!("add `import {}` at the top of the file", library.text);
                    return self.error(Diagnostic::error(Code::UnknownName, library.span, message).help(help));
                }
            },
        };
        if let Some(Item::Type(alias)) = module.items.get(&name.text) {
            return self.alias(module, name, alias);
        }
        match (&*name.text, library) {
            ("Version", None) => Type::Version,
            ("Manifest", None) => Type::Manifest,
            ("When", None) => Type::when(),
            ("Test", None) => Type::test(),
            _ => self.unknown_type(module, name),
        }
    }

    fn alias(&mut self, module: &Module, name: &Name, alias: &relc_syntax::ast::TypeDef) -> Type {
        let key: Arc<str> = format!("{}.{}", module.name, name.text).into();
        if let Some((ty, height)) = self.open.done.get(&key) {
            self.open.height = self.open.height.max(*height);
            return ty.clone();
        }
        if self.open.names.contains(&key) {
            return self.circle(&key, name);
        }
        if self.open.order.len() > MAX_HEIGHT {
            // The error is at the alias that is only one level too high.
            self.open.height = usize::MAX;
            return Type::Error;
        }
        self.open.names.insert(Arc::clone(&key));
        self.open.order.push(Arc::clone(&key));
        let around = std::mem::take(&mut self.open.height);
        let mut inner = Resolver { module, open: std::mem::take(&mut self.open), out: self.out };
        let mut ty = inner.ty(&alias.ty);
        self.open = inner.open;
        self.open.order.pop();
        self.open.names.remove(&key);
        let height = self.open.height.saturating_add(1);
        self.open.height = around.max(height);
        if height == MAX_HEIGHT + 1 {
            let message = format!("type `{}` is nested deeper than {MAX_HEIGHT} types", name.text);
            self.out.push(Diagnostic::error(Code::NestingTooDeep, alias.name.span, message));
        }
        if height > MAX_HEIGHT {
            ty = Type::Error;
        }
        let ty = named_string(ty, &name.text, alias.doc.as_deref());
        self.open.done.insert(key, (ty.clone(), height));
        ty
    }

    /// Reports an alias that is declared by itself.
    fn circle(&mut self, key: &Arc<str>, name: &Name) -> Type {
        let at = self.open.order.iter().position(|open| open == key).unwrap_or(0);
        let circle = &self.open.order[at..];
        // Each cycle is reported once, wherever it is entered.
        if circle.iter().any(|other| other < key) {
            return Type::Error;
        }
        let names = circle.iter().chain([key]).map(|key| key.rsplit('.').next().unwrap_or(key));
        let shown: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let message = format!("type `{}` is declared by itself: {}", name.text, shown.join(" → "));
        self.error(Diagnostic::error(Code::Cycle, name.span, message))
    }

    fn unknown_type(&mut self, module: &Module, name: &Name) -> Type {
        let types = module.items.values().filter(|item| matches!(item, Item::Type(_)));
        let known = types.map(|item| &*item.name().text).chain(BUILTIN_TYPES.iter().map(|(name, _)| *name));
        let error = Diagnostic::error(Code::UnknownName, name.span, format!("type `{}` not found", name.text));
        let library = name.text.to_lowercase();
        if module.imports.contains_key(&*library) {
            let error = error.help(format!("did you mean the library `{library}`?"));
            return self.error(error.fix(Applicability::Unsafe, name.span, library));
        }
        let exact = |known: &str| known == &*name.text;
        let meant = imported_type(module, exact).or_else(|| {
            let near = nearest(&name.text, known).or_else(|| misnamed(&name.text.to_lowercase()));
            near.map(str::to_owned).or_else(|| imported_type(module, |known| nearest(&name.text, [known]).is_some()))
        });
        self.error(match meant {
            Some(meant) => error.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, name.span, meant),
            None => {
                let help = format!("declare it with `type {} = …`, or import the library that declares it", name.text);
                error.help(help)
            }
        })
    }
}

/// Returns the first type of an imported library whose name `is_meant`, with the library's name.
fn imported_type(module: &Module, is_meant: impl Fn(&str) -> bool) -> Option<String> {
    module.imports.iter().find_map(|(library, imported)| {
        let mut types = imported.items.values().filter(|item| matches!(item, Item::Type(_)));
        let found = types.find(|item| is_meant(&item.name().text))?;
        Some(format!("{library}.{}", found.name().text))
    })
}

/// Returns the built-in type that an enum of this single member was probably meant to be, by its name in other
/// languages.
fn misnamed(member: &str) -> Option<&'static str> {
    match member {
        "str" | "text" | "string" => Some("string"),
        "integer" | "int32" | "int64" | "uint" | "int" => Some("int"),
        "float" | "double" | "decimal" | "number" => Some("number"),
        "boolean" | "bool" => Some("bool"),
        "list" | "array" | "slice" => Some("[string]"),
        "map" | "dict" | "dictionary" | "hash" | "object" => Some("Map<string>"),
        _ => nearest(member, ["string", "int", "number", "bool"]).filter(|near| near.len() > 3),
    }
}

/// Returns a refined string type with the name of its declaration, for messages.
fn named_string(ty: Type, name: &str, doc: Option<&str>) -> Type {
    match ty {
        Type::String(Some(string)) if string.name.is_none() => Type::String(Some(Arc::new(StringType {
            name: Some(name.into()),
            doc: doc.and_then(|doc| doc.lines().next()).map(Into::into),
            pattern: string.pattern.clone(),
            min: string.min,
            max: string.max,
        }))),
        other => other,
    }
}

/// Returns the type of the field `name` in `ty`, optional if the field may be missing.
pub fn field_type(ty: &Type, name: &str) -> Option<Type> {
    match ty {
        Type::Record(record) => match record.fields.iter().find(|field| &*field.name == name) {
            Some(field) => Some(field.ty.clone()),
            None => field_type(record.rest.as_ref()?, name),
        },
        Type::Schema(node) => {
            if matches!(node.node(), schema::Node::Any) {
                return Some(Type::Any.optional());
            }
            let (child, field) = node.field(name)?;
            let ty = Type::Schema(child);
            Some(if field.required { ty } else { ty.optional() })
        }
        Type::Partial(inner) => {
            field_type(inner, name).map(|ty| Type::Partial(Arc::new(ty.present().clone())).optional())
        }
        Type::Any => Some(Type::Any.optional()),
        Type::Error => Some(Type::Error),
        Type::Optional(inner) => field_type(inner, name).map(Type::optional),
        Type::Manifest if matches!(name, "apiVersion" | "kind") => Some(Type::STRING),
        _ => None,
    }
}

/// Returns the names of the fields that `ty` declares.
pub fn field_names(ty: &Type) -> Vec<Arc<str>> {
    match ty {
        Type::Record(record) => {
            let mut names: Vec<Arc<str>> = record.fields.iter().map(|field| Arc::clone(&field.name)).collect();
            let rest = record.rest.as_ref().map(field_names).unwrap_or_default();
            names.extend(rest.into_iter().filter(|name| !record.fields.iter().any(|field| field.name == *name)));
            names
        }
        Type::Schema(node) => match node.node() {
            schema::Node::Object(object) => object.fields.iter().map(|field| field.name.as_str().into()).collect(),
            _ => Vec::new(),
        },
        Type::Partial(inner) | Type::Optional(inner) => field_names(inner),
        Type::Manifest => ["apiVersion", "kind", "metadata"].map(Arc::from).to_vec(),
        _ => Vec::new(),
    }
}

/// Returns the type of the elements of `ty`, if it is a list.
pub fn element_type(ty: &Type) -> Option<Type> {
    match ty {
        Type::List(list) => Some(list.element.clone()),
        Type::Schema(node) => node.element().map(Type::Schema),
        Type::Partial(inner) => element_type(inner).map(|ty| Type::Partial(Arc::new(ty))),
        Type::Optional(inner) => element_type(inner),
        Type::Any => Some(Type::Any),
        Type::Error => Some(Type::Error),
        _ => None,
    }
}
