//! Checks definition files by themselves, without a release.

use std::sync::Arc;

use super::unused;
use crate::check::TypedPlan;
use crate::library::{Catalog, Clash, Environment, Found, Item, Module, Watched, some, unknown_applied};
use crate::typeck::{self, Lets};
use crate::types::{Type, written};
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use relc_syntax::source::{FileId, Span};
use relc_syntax::visit;

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
        // Those of policies are found for all environments to which they are applied.
        let applied = &environment.environment.applied;
        let is_applied = |span: Span| applied.iter().any(|(module, _)| module.file == span.file);
        environment.diagnostics.iter().filter(|own| !is_applied(own.span)).for_each(|own| found.push(own.clone()));
        for (module, apply) in applied {
            policy(module, apply, catalog, &mut found);
        }
        plurals(file, &environment.environment, &mut found);
        for strategy in environment.environment.strategy_names() {
            found.extend(TypedPlan::new(environment.plan(Some(strategy)), &Arc::default()).diagnostics);
        }
    }
    // A misspelled use of a declaration is reported already.
    if !found.has_errors() {
        unused::check(file, &module, catalog, &mut found);
    }
    for path in catalog.tree(file).map(definition_files).unwrap_or_default() {
        let message = format!("`{}` cannot be read from an environment file", path.text);
        let help = "write the values in the file, or import them: only release files read other files";
        found.push(Diagnostic::error(Code::UnreadableFile, path.span, message).help(help));
    }
    for apply in &module.applied {
        applied(&module, apply, catalog, &mut found);
    }
    let mut list = found.into_vec();
    list.sort_by_key(|found| found.span);
    // Each environment and strategy finds what is wrong in the parts that it shares with others.
    list.into_iter().collect()
}

/// Reports the kinds that `file` watches without a known plural, which the controller's configuration needs.
fn plurals(file: FileId, environment: &Environment, out: &mut Diagnostics) {
    for watch in environment.watches.iter().filter(|watch| watch.module.file == file) {
        let ty = written::resolve(&watch.item.ty, &watch.module, &mut Diagnostics::default()).ty;
        let Type::Schema(kind) = ty else { continue };
        if Watched::new(&watch.item, &kind).resource.is_empty() {
            let message = format!("the plural of {} is not known", kind.schema().kind);
            let help = format!("write it after the type: `watch {} … \"PLURAL\"`", watch.item.short.text);
            out.push(Diagnostic::error(Code::MissingField, watch.item.span, message).help(help));
        }
    }
}

/// Returns the paths of `file("…")` in the definitions of `tree`.
fn definition_files(tree: &ast::File) -> Vec<&ast::Name> {
    let mut paths = Vec::new();
    visit::every_file(tree, &mut |path| paths.push(path));
    paths
}

/// Checks a part in the environments to which it is applied.
fn applied(module: &Arc<Module>, apply: &ast::Apply, catalog: &Catalog, out: &mut Diagnostics) {
    let names = catalog.environment_names();
    for pattern in &apply.patterns {
        let is_meant = |name: &&str| pattern.matches(name);
        // The parser reports a missing one.
        if pattern.text.is_empty() || names.iter().any(is_meant) {
            continue;
        }
        let message = format!("no environment is named `{}`", pattern.text);
        let error = Diagnostic::error(Code::UnknownEnvironment, pattern.span, message);
        // `*-istoi` is like the last words of the names.
        let ends: Vec<String> = match pattern.text.starts_with("*-") {
            true => names.iter().filter_map(|name| Some(format!("*-{}", name.rsplit_once('-')?.1))).collect(),
            false => Vec::new(),
        };
        let known = names.iter().copied().chain(ends.iter().map(String::as_str));
        out.push(match nearest(&pattern.text, known) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("`*` in a pattern is any characters: `*-istio`"),
        });
    }
    // Otherwise the environments report a part that isn't found.
    if !names.iter().any(|name| apply.matches(name)) {
        out.extend(unknown_applied(module, apply).into_iter().collect());
    }
    policy(module, apply, catalog, out);
}

/// Reports the mistakes of a part in the environments to which it is applied: each once, with their names.
fn policy(module: &Arc<Module>, apply: &ast::Apply, catalog: &Catalog, out: &mut Diagnostics) {
    let names: Vec<&str> = catalog.environment_names().into_iter().filter(|name| apply.matches(name)).collect();
    let found: Vec<_> = names.iter().filter_map(|name| Some((*name, catalog.environment(name)?))).collect();
    let is_this = |clash: &&Clash| clash.apply.part.span == apply.part.span;
    let clash = |(name, found): &(&'_ str, Arc<Found>)| -> Option<(String, Clash)> {
        let clash = found.environment.clashes.iter().find(is_this)?;
        Some(((*name).to_owned(), clash.clone()))
    };
    let clashes: Vec<(String, Clash)> = found.iter().filter_map(clash).collect();
    let clashes: Vec<(&str, &Clash)> = clashes.iter().map(|(name, clash)| (name.as_str(), clash)).collect();
    let clashing = |name: &&&str| clashes.iter().any(|(known, _)| known == *name);
    let fitting: Vec<&str> = names.iter().filter(|name| !clashing(name)).copied().collect();
    let of_clash = Clash::error(&clashes, &fitting);
    let own = catalog.module(module.file).map(|(_, own)| own).unwrap_or_default();
    let mut mistakes: Vec<(Diagnostic, Vec<&str>)> = Vec::new();
    for (name, found) in &found {
        for mistake in found.diagnostics.iter().filter(|mistake| mistake.span.file == module.file) {
            let is_of_clash = mistake.code == Code::DuplicateName && mistake.span == apply.part.span;
            if is_of_clash || own.iter().any(|own| own == mistake) {
                continue;
            }
            let is_same = |known: &Diagnostic| (known.span, &known.code) == (mistake.span, &mistake.code);
            match mistakes.iter_mut().find(|(known, _)| is_same(known)) {
                Some((_, names)) => names.push(name),
                None => mistakes.push((mistake.clone(), vec![name])),
            }
        }
    }
    for (mut mistake, names) in mistakes {
        mistake.message = format!("{}, in {}", mistake.message, some(&names));
        out.push(mistake);
    }
    out.extend(of_clash.into_iter().collect());
    out.extend(own.iter().filter(|own| own.span.file == module.file).cloned().collect());
}

/// Collects `module` and everything that it imports, each once.
pub fn reach<'m>(module: &'m Arc<Module>, seen: &mut Vec<&'m Arc<Module>>) {
    if seen.iter().any(|known| Arc::ptr_eq(known, module)) {
        return;
    }
    seen.push(module);
    module.imports.values().chain(module.extended.values()).for_each(|import| reach(import, seen));
}
