//! The values of the names of a `.rel` file.

use std::sync::Arc;

use super::{Content, LoadedInput};
use crate::eval::{EvalState, Evaluator, Scope};
use crate::library::{Item, Module};
use crate::value::Value;
use relc_syntax::ast::{Expr, ExprKind, Name};

impl LoadedInput {
    /// Returns the values of the lets and params that the releases of a `.rel` file see, by the names under which they see them. What has
    /// no value without a release is not among them.
    pub fn named_values(&self) -> Vec<(String, Value)> {
        let Content::Rel { module, .. } = &self.content else { return Vec::new() };
        let state = EvalState::default();
        let evaluator = Evaluator::new(None, Some(&self.params), &self.files, self.definitions, &state);
        let own = names(module).map(|name| (name.text.to_string(), module, name));
        let imported =
            module.imports.iter().filter(|(_, imported)| !imported.is_standard()).flat_map(|(alias, imported)| {
                names(imported).map(move |name| (format!("{alias}.{}", name.text), imported, name))
            });
        let mut found = Vec::new();
        for (qualified, module, name) in own.chain(imported) {
            let named = Expr { kind: ExprKind::Name(Arc::clone(&name.text)), span: name.span };
            let value = evaluator.eval(&named, &Scope::module(module));
            if evaluator.take_diagnostics().is_empty() {
                found.push((qualified, value));
            }
        }
        found
    }
}

/// The names of the lets and params of a module.
fn names(module: &Arc<Module>) -> impl Iterator<Item = &Name> {
    module.items.values().filter_map(|item| match item {
        Item::Let(_) | Item::Param(_) => Some(item.name()),
        Item::Type(_) | Item::Fragment(_) | Item::Part(_) | Item::Environment(_) => None,
    })
}
