//! Advice that works: applying the fix of any diagnostic of the fixtures removes it and causes no other error.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use rayon::prelude::*;
use relc_core::compile::Input;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Fix, Severity};

use crate::compiled::{Compiled, Memory, lint, text};
use crate::ui::{Fixture, entries};

/// Codes of text that can't be parsed: after the fix, the rest of the file is checked for the first time.
const OF_SYNTAX: &[&str] = &["E0101", "E0103", "E0110", "E0113"];

/// A diagnostic without its position, which a fix can move.
type Key = (String, String);

#[test]
fn every_fix_removes_its_finding_and_adds_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let phases = entries(&root).into_iter().filter(|phase| !phase.ends_with("definition"));
    let fixtures: Vec<_> = phases
        .flat_map(|phase| entries(&phase))
        .filter(|path| path.is_file() && path.extension().is_some_and(|extension| extension != "out"))
        .collect();
    let tried: Vec<(usize, Vec<String>)> = fixtures.par_iter().map(|path| try_fixes(path)).collect();
    let count: usize = tried.iter().map(|(count, _)| count).sum();
    let failures: Vec<String> = tried.into_iter().flat_map(|(_, failures)| failures).collect();
    assert!(count > 200, "only {count} fixes were tried");
    assert!(failures.is_empty(), "{}\n{} of {count} fixes", failures.join("\n"), failures.len());
}

/// Applies each fix in a fixture; returns their number, and those that don't work.
fn try_fixes(path: &Path) -> (usize, Vec<String>) {
    let fixture = Fixture::read(path);
    let (name, source) = (fixture.main_name().to_owned(), fixture.main_text().to_owned());
    let run = |source: &str| {
        let text = text(&name, source);
        let input = if name.ends_with(".rel") { Input::Rel(text) } else { Input::Values(vec![text]) };
        lint(input, &fixture.options, &Memory::default())
    };
    let before = run(&source);
    let (mut count, mut failures) = (0, Vec::new());
    for diagnostic in &before.diagnostics {
        let Some(fix) = diagnostic.fix.as_ref().filter(|fix| is_in_file(fix, &before, &name)) else { continue };
        count += 1;
        let (fixed, _) = relc_lint::fix::apply(&source, &[fix]);
        let after = run(&fixed);
        if let Some(why) = broken(diagnostic, fix, &before, &after) {
            let mut failure = format!("{}: {}: {why}", path.display(), diagnostic.message);
            let _ = write!(failure, " (help: {})", diagnostic.help.as_deref().unwrap_or(""));
            failures.push(failure);
        }
    }
    (count, failures)
}

fn is_in_file(fix: &Fix, compiled: &Compiled, name: &str) -> bool {
    !fix.edits.is_empty() && fix.edits.iter().all(|edit| compiled.sources.file(edit.span.file).name() == name)
}

/// Returns why a fix doesn't work.
fn broken(diagnostic: &Diagnostic, fix: &Fix, before: &Compiled, after: &Compiled) -> Option<String> {
    let (old, new) = (counted(before), counted(after));
    let this = key(diagnostic);
    let remain = |counts: &BTreeMap<Key, usize>| counts.get(&this).copied().unwrap_or(0);
    if remain(&new) >= remain(&old) {
        return Some("the finding remains".to_owned());
    }
    if OF_SYNTAX.contains(&diagnostic.code.id()) && fix.applicability == Applicability::Unsafe {
        // The rest of the file can have other mistakes.
        return None;
    }
    let errors = after.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let added: Vec<&str> =
        errors.filter(|found| !old.contains_key(&key(found))).map(|found| found.message.as_str()).collect();
    let is_parsed = OF_SYNTAX.contains(&diagnostic.code.id());
    (!added.is_empty() && !is_parsed).then(|| format!("it adds {}", added.join("; ")))
}

fn counted(compiled: &Compiled) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in &compiled.diagnostics {
        *counts.entry(key(diagnostic)).or_default() += 1;
    }
    counts
}

fn key(diagnostic: &Diagnostic) -> Key {
    (diagnostic.code.id().to_owned(), diagnostic.message.clone())
}
