//! Checks definition files by themselves, without a release.

use std::sync::Arc;

use crate::check::TypedPlan;
use crate::library::{Catalog, Item, Module};
use crate::typeck::{self, Lets};
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use relc_syntax::source::FileId;

/// Returns all diagnostics of the definition file `file` and of the user's files that it imports: from the parser, the
/// linker and the checks, for each of its environments under each strategy, in the order of their spans.
pub fn definitions(file: FileId, catalog: &Catalog) -> Diagnostics {
    let Some((module, mut found)) = catalog.module(file) else { return Diagnostics::default() };
    let mut modules = Vec::new();
    reach(&module, &mut modules);
    let sources = catalog.sources();
    for module in modules.into_iter().filter(|module| catalog.is_users(module.file)) {
        found.extend(typeck::file(module, Lets::AreDefinitions, &sources));
    }
    for item in module.items.values() {
        let Item::Environment(part) = item else { continue };
        let Some(environment) = catalog.environment(&part.name.text) else { continue };
        found.extend(environment.diagnostics.clone());
        for strategy in environment.environment.strategy_names() {
            found.extend(TypedPlan::new(environment.plan(Some(strategy)), &Arc::default()).diagnostics);
        }
    }
    for apply in &module.applied {
        applied(apply, catalog, &mut found);
    }
    let mut list = found.into_vec();
    list.sort_by_key(|found| found.span);
    // Each environment and strategy finds what is wrong in the parts that it shares with others.
    list.into_iter().collect()
}

/// Checks a part in the environments to which it is applied.
fn applied(apply: &ast::Apply, catalog: &Catalog, out: &mut Diagnostics) {
    let names = catalog.environment_names();
    for pattern in &apply.patterns {
        let is_meant = |name: &&str| pattern.matches(name);
        if names.iter().any(is_meant) {
            continue;
        }
        let message = format!("no environment is named `{}`", pattern.text);
        let error = Diagnostic::error(Code::UnknownEnvironment, pattern.span, message);
        out.push(match nearest(&pattern.text, names.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("`*` in a pattern is any characters: `*-istio`"),
        });
    }
    for found in names.into_iter().filter(|name| apply.matches(name)).filter_map(|name| catalog.environment(name)) {
        out.extend(found.diagnostics.clone());
    }
}

/// Collects `module` and everything that it imports, each once.
pub fn reach<'m>(module: &'m Arc<Module>, seen: &mut Vec<&'m Arc<Module>>) {
    if seen.iter().any(|known| Arc::ptr_eq(known, module)) {
        return;
    }
    seen.push(module);
    module.imports.values().chain(module.extended.values()).for_each(|import| reach(import, seen));
}
