//! Likely positions of a key that is not declared where it is set.

use crate::library::Plan;
use crate::types::{Type, field_path, quoted, written};
use relc_syntax::diagnostic::Diagnostics;

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
}

impl Hints<'_> {
    /// Help for the key, if a field holds an object that has it, or another environment does.
    pub fn help(&self, key: &str) -> Option<String> {
        if let Some(path) = self.below(key) {
            return Some(format!("it is a field of the object: set `{path}`"));
        }
        let environment = self.plan.environment.name();
        let others: Vec<String> =
            { (self.environments_with)(key) }.into_iter().filter(|name| **name != **environment).collect();
        if others.is_empty() {
            return None;
        }
        let shown = quoted(others.iter().take(3).map(String::as_str));
        Some(format!("`{key}` is a field of {shown}: remove it, or change the environment"))
    }

    /// Returns true if another environment has a field with the very name of the key.
    pub fn is_of_another(&self, key: &str) -> bool {
        let environment = self.plan.environment.name();
        (self.environments_with)(key).iter().any(|name| **name != **environment)
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

fn schema(ty: &Type) -> Option<&relc_schema::SchemaRef> {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => schema(inner),
        // A short path to a common name, such as `name`, is of no help; objects as a whole have a specification.
        Type::Schema(node) if node.is_root() => Some(node),
        _ => None,
    }
}
