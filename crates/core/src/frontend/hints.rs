//! Likely positions of a key that is not declared where it is set.

use crate::library::Plan;
use crate::types::{Type, field_path, quoted, written};
use crate::value::{Entry, Value};
use relc_syntax::ast::TypeExprKind;
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::Sources;

/// The number of steps below a field in which a key is searched for: a container's field is six below an object's
/// specification.
const DEPTH: usize = 6;

/// Number of errors of a release from which an unknown key gets no help that takes a search.
pub const MOST_HELPED: usize = 200;

/// The declarations to search for a key that is unknown where it is set.
pub struct Hints<'a> {
    /// The environment under its strategy.
    pub plan: &'a Plan,
    /// The names of the environments that have a field of this name.
    pub environments_with: &'a dyn Fn(&str) -> Vec<String>,
    /// The files of the release.
    pub sources: &'a Sources,
}

impl Hints<'_> {
    /// Help for the key, if a field holds an object that has it, or another environment does.
    pub fn help(&self, key: &str) -> Option<String> {
        let environment = self.plan.environment.name();
        let others: Vec<String> =
            { (self.environments_with)(key) }.into_iter().filter(|name| **name != **environment).collect();
        if others.is_empty() {
            return self.below(key).map(|path| format!("it is a field of the object: set `{path}`"));
        }
        let shown = quoted(others.iter().take(3).map(String::as_str));
        Some(format!("`{key}` is a field of {shown}: remove it, or change the environment"))
    }

    /// Returns true if another environment has a field with the very name of the key.
    pub fn is_of_another(&self, key: &str) -> bool {
        let environment = self.plan.environment.name();
        (self.environments_with)(key).iter().any(|name| **name != **environment)
    }

    /// How a key of the other number is written with its value: `port: 80` for `ports: [80]`, and `hosts: [a]` for `host: a`. `None`
    /// where the value can't be that of `near`.
    pub fn in_other_number(&self, near: &str, entry: &Entry) -> Option<String> {
        if !is_plural(near, &entry.key) {
            return None;
        }
        let text = |value: &Value| self.sources.text(value.span).trim().to_owned();
        let is_scalar = |value: &Value| value.as_list().is_none() && value.as_object().is_none();
        match entry.value.as_list() {
            Some([only]) if !self.takes_list(near) && is_scalar(&only.value) => {
                Some(format!("{near}: {}", text(&only.value)))
            }
            None if self.takes_list(near) && is_scalar(&entry.value) => {
                Some(format!("{near}: [{}]", text(&entry.value)))
            }
            _ => None,
        }
    }

    /// Returns true if a field of this name is declared as a list.
    fn takes_list(&self, name: &str) -> bool {
        let mut fields = self.plan.version.fields.iter().chain(&self.plan.settings.fields);
        let Some(field) = fields.find(|field| &*field.item.name.text == name) else { return false };
        match &field.item.ty.kind {
            TypeExprKind::Optional(inner) => matches!(inner.kind, TypeExprKind::List(_)),
            kind => matches!(kind, TypeExprKind::List(_)),
        }
    }

    /// The path of the key in an object that a field of the environment holds.
    fn below(&self, key: &str) -> Option<String> {
        let fields = self.plan.version.fields.iter().chain(&self.plan.settings.fields);
        { fields.filter(|field| field.item.deprecated.is_none()) }.find_map(|field| {
            let ty = written::resolve(&field.item.ty, &field.module, &mut Diagnostics::default()).ty;
            let path = field_path(schema(&ty)?, key, DEPTH)?;
            Some(format!("{}{path}", field.item.name.text))
        })
    }
}

/// Returns true if one of two names is the plural of the other one.
pub fn is_plural(one: &str, other: &str) -> bool {
    one.strip_suffix('s') == Some(other) || other.strip_suffix('s') == Some(one)
}

fn schema(ty: &Type) -> Option<&relc_schema::SchemaRef> {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => schema(inner),
        // A short path to a common name, such as `name`, is of no help; objects as a whole have a specification.
        Type::Schema(node) if node.is_root() => Some(node),
        _ => None,
    }
}
