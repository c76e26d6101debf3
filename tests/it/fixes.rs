//! Advice that works, for every diagnostic of the fixtures: a fix removes its finding and causes no other error, a safe fix of a
//! file that builds changes nothing of what is built, and a help that offers code has a fix that writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Fix, Severity};
use relc_syntax::source::Sources;

use crate::compiled::{compile, lint};
use crate::definition;
use crate::ui::{Fixture, entries};

/// Codes of text that can't be parsed: after the fix, the rest of the file is checked for the first time.
const OF_SYNTAX: &[&str] = &["E0101", "E0103", "E0110", "E0113"];

/// A diagnostic without its position, which a fix can move.
type Key = (String, String);

/// A file with its diagnostics.
struct Checked {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

#[test]
fn every_fix_removes_its_finding_and_adds_none() {
    let tried: Vec<(usize, Vec<String>)> = fixtures().par_iter().map(|path| try_fixes(path)).collect();
    let count: usize = tried.iter().map(|(count, _)| count).sum();
    let failures: Vec<String> = tried.into_iter().flat_map(|(_, failures)| failures).collect();
    assert!(count > 250, "only {count} fixes were tried");
    assert!(failures.is_empty(), "{}\n{} of {count} fixes", failures.join("\n"), failures.len());
}

#[test]
fn a_safe_fix_leaves_what_is_built_as_it_is() {
    let releases = fixtures().into_iter().filter(|path| !is_definition(path)).collect::<Vec<_>>();
    let tried: Vec<(usize, Vec<String>)> = releases.par_iter().map(|path| try_safe_fixes(path)).collect();
    let count: usize = tried.iter().map(|(count, _)| count).sum();
    let failures: Vec<String> = tried.into_iter().flat_map(|(_, failures)| failures).collect();
    assert!(count > 20, "only {count} safe fixes of files that build");
    assert!(failures.is_empty(), "{}\n{} of {count} fixes", failures.join("\n"), failures.len());
}

/// Helps with code that no fix can write, by the start of the message: the code belongs elsewhere, or the user has to choose.
const WITHOUT_FIX: &[&str] = include!("fixes/without-fix.in");

#[test]
fn helps_that_offer_code_have_a_fix() {
    let lacking: BTreeSet<String> = fixtures().par_iter().flat_map_iter(|path| without_fix(path)).collect();
    let is_known = |found: &String| WITHOUT_FIX.iter().any(|known| found.starts_with(known));
    let new: Vec<&String> = lacking.iter().filter(|found| !is_known(found)).collect();
    assert!(new.is_empty(), "{new:#?}\nwrite a fix, or list the start of the message with its reason");
    let unused: Vec<_> =
        WITHOUT_FIX.iter().filter(|known| !lacking.iter().any(|found| found.starts_with(**known))).collect();
    assert!(unused.is_empty(), "these have a fix now, or no fixture: {unused:#?}");
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let is_fixture = |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|extension| extension != "out");
    entries(&root).iter().flat_map(|phase| entries(phase)).filter(is_fixture).collect()
}

fn is_definition(path: &Path) -> bool {
    path.parent().is_some_and(|phase| phase.ends_with("definition"))
}

/// The name and the text of a fixture's main file.
fn main_of(path: &Path) -> (String, String) {
    if is_definition(path) {
        let name = if path.is_dir() {
            "main.rel".into()
        } else {
            path.file_name().map_or_else(Default::default, |n| n.to_string_lossy())
        };
        return (name.into_owned(), definition::main_text(path));
    }
    let fixture = Fixture::read(path);
    (fixture.main_name().to_owned(), fixture.main_text().to_owned())
}

fn check(path: &Path, source: &str) -> Checked {
    if is_definition(path) {
        let (sources, diagnostics) = definition::with(path, source);
        return Checked { sources, diagnostics };
    }
    let found = Fixture::read(path).with(source, lint);
    Checked { sources: found.sources, diagnostics: found.diagnostics }
}

/// Applies each fix in a fixture; returns their number, and those that don't work.
fn try_fixes(path: &Path) -> (usize, Vec<String>) {
    let (name, source) = main_of(path);
    let before = check(path, &source);
    let (mut count, mut failures) = (0, Vec::new());
    for diagnostic in &before.diagnostics {
        let Some(fix) = diagnostic.fix.as_ref().filter(|fix| is_in_file(fix, &before.sources, &name)) else { continue };
        count += 1;
        let (fixed, _) = relc_lint::fix::apply(&source, &[fix]);
        let after = check(path, &fixed);
        if let Some(why) = broken(diagnostic, fix, &before, &after) {
            let mut failure = format!("{}: {}: {why}", path.display(), diagnostic.message);
            let _ = write!(failure, " (help: {})", diagnostic.help.as_deref().unwrap_or(""));
            failures.push(failure);
        }
    }
    (count, failures)
}

/// Applies each safe fix of a release that builds; returns their number, and those that change what is built.
fn try_safe_fixes(path: &Path) -> (usize, Vec<String>) {
    let (name, source) = main_of(path);
    let fixture = Fixture::read(path);
    let built = fixture.with(&source, compile);
    if built.documents.is_empty() {
        return (0, Vec::new());
    }
    let before = check(path, &source);
    let (mut count, mut failures) = (0, Vec::new());
    for diagnostic in &before.diagnostics {
        let fix = diagnostic.fix.as_ref().filter(|fix| fix.applicability == Applicability::Safe);
        let Some(fix) = fix.filter(|fix| is_in_file(fix, &before.sources, &name)) else { continue };
        count += 1;
        let (fixed, _) = relc_lint::fix::apply(&source, &[fix]);
        let (old, new) = (counted(&before), counted(&check(path, &fixed)));
        let added: Vec<&Key> = new.keys().filter(|key| new[*key] > old.get(*key).copied().unwrap_or(0)).collect();
        if !added.is_empty() {
            failures.push(format!("{}: {}: it adds {added:?}", path.display(), diagnostic.message));
        }
        if fixture.with(&fixed, compile).yaml() != built.yaml() {
            failures.push(format!("{}: {}: something else is built", path.display(), diagnostic.message));
        }
    }
    (count, failures)
}

/// Returns the findings of a fixture whose help is code to write, but that have no fix.
fn without_fix(path: &Path) -> Vec<String> {
    let (name, source) = main_of(path);
    let checked = check(path, &source);
    let is_here = |found: &&Diagnostic| checked.sources.file(found.span.file).name() == name;
    let lacking = checked.diagnostics.iter().filter(is_here).filter(|found| found.fix.is_none());
    lacking
        .filter_map(|found| {
            Some(format!("{} | {}", found.message, found.help.as_deref().filter(|help| offers_code(help))?))
        })
        .collect()
}

/// Returns true if a help is only code to write, without a place to fill in.
fn offers_code(help: &str) -> bool {
    let code = ["write `", "did you mean `"].iter().find_map(|start| help.strip_prefix(start));
    code.and_then(|code| code.trim_end_matches('?').strip_suffix('`')).is_some_and(|code| !code.contains(['`', '…']))
}

fn is_in_file(fix: &Fix, sources: &Sources, name: &str) -> bool {
    !fix.edits.is_empty() && fix.edits.iter().all(|edit| sources.file(edit.span.file).name() == name)
}

/// Returns why a fix doesn't work.
fn broken(diagnostic: &Diagnostic, fix: &Fix, before: &Checked, after: &Checked) -> Option<String> {
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

fn counted(checked: &Checked) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in &checked.diagnostics {
        *counts.entry(key(diagnostic)).or_default() += 1;
    }
    counts
}

fn key(diagnostic: &Diagnostic) -> Key {
    (diagnostic.code.id().to_owned(), diagnostic.message.clone())
}
