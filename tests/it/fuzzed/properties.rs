//! Properties of every text that relc reads. `fuzz/` looks for texts without one of them, and the tests hold them for those that it found.
//!
//! In: a text. Out: nothing, or why the property doesn't hold. A panic is a fault, too.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;

use relc_core::compile::{self, Environments, Input, Options, Releases, Unnamed};
use relc_core::helm_values::set::Typed;
use relc_core::library::{Catalog, DefinitionFile};
use relc_core::typeck::{self, Lets};
use relc_import::{Imported, import};
use relc_lint::fix::apply;
use relc_lint::report::Baseline;
use relc_project::config::Config;
use relc_project::driver::{self, Cache, CachedRelease, Depth, Linted, Read};
use relc_render::{Look, human};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, Severity, Topic};
use relc_syntax::format::{WIDTH, format};
use relc_syntax::source::{FileId, Sources};

use crate::compiled::{Compiled, Memory, compile, compile_in, flag, lint, lint_in, text};

/// A property of a text; the error is why it doesn't hold.
pub type Property = fn(&str) -> Result<(), String>;

/// The properties by their names, which are those of their folders.
pub const PROPERTIES: &[(&str, Property)] = &[
    ("release", release),
    ("values", values),
    ("environment", environment),
    ("set", set),
    ("config", config),
    ("schema", schema),
    ("baseline", baseline),
    ("fix-release", fix_release),
    ("fix-values", fix_values),
    ("format", formatted),
    ("import", imported),
    ("cache", cached),
    ("editor", super::editor::editor),
];

/// Separates the texts of a property that takes several.
pub const SEPARATOR: &str = "\n====\n";

/// A release file compiles and is checked, and what is found is shown.
fn release(source: &str) -> Result<(), String> {
    shown(&compile(rel(source), &Options::default(), &files()))?;
    shown(&lint(rel(source), &Options::default(), &files()))
}

/// So does a values file.
fn values(source: &str) -> Result<(), String> {
    shown(&compile(yaml(source), &Options::default(), &files()))?;
    shown(&lint(yaml(source), &Options::default(), &files()))
}

/// A file of environments is checked, and a release is built on each of them.
fn environment(source: &str) -> Result<(), String> {
    let file = DefinitionFile { name: "own".to_owned(), path: "envs/own.rel".to_owned(), text: source.to_owned() };
    let (catalog, found) = Catalog::beside(vec![file], &[], &files());
    every_span(&catalog.sources(), found.iter())?;
    let Some((module, mut found)) = catalog.library("own") else { return Err("the file is not linked".to_owned()) };
    if !found.has_errors() {
        found.extend(typeck::file(&module, Lets::AreDefinitions, &catalog.sources()));
    }
    every_span(&catalog.sources(), found.iter())?;
    human(&catalog.sources(), &found.into_vec(), Look::PLAIN);
    let builtin: BTreeSet<&str> = Catalog::builtin().environment_names().into_iter().collect();
    for name in catalog.environment_names().into_iter().filter(|name| !builtin.contains(name)).take(3) {
        let release = rel(&format!("release a on {name} <\n  v1 \"x:1\"\n>\n"));
        shown(&compile_in(&catalog, release.clone(), &Options::default(), &files()))?;
        shown(&lint_in(&catalog, release, &Options::default(), &files()))?;
    }
    Ok(())
}

const BASE: &str = "environment: deployment-istio\napplication:\n  metadata: {name: a}\n  strategy: blue-green\n  versions:\n  - image: x:1\n  - image: x:2\n";

/// Each line is the argument of a `--set`.
fn set(source: &str) -> Result<(), String> {
    let flags = source.lines().enumerate().map(|(at, line)| match at % 2 {
        0 => flag("--set", line, Typed::Scalars),
        _ => flag("--set-string", line, Typed::Strings),
    });
    let options = Options { set: flags.collect(), ..Options::default() };
    shown(&compile(yaml(BASE), &options, &files()))?;
    shown(&compile(rel("param tag: string = \"1\"\nrelease a on deployment < \"x:{tag}\" >\n"), &options, &files()))
}

/// A `relc.toml` is read, or its mistakes are shown at their places.
fn config(source: &str) -> Result<(), String> {
    match Config::read(source) {
        Ok(config) => {
            let _ = config.check(&|_| Err("unknown".to_owned()), &|_| Ok(()));
            let _ = config.level(&relc_project::config::RuleScope::default(), "a.rel", "image-latest", Severity::Info);
            Ok(())
        }
        Err(errors) => {
            let outside =
                errors.iter().filter_map(|error| error.place.clone()).find(|at| source.get(at.clone()).is_none());
            relc_project::config::render(&errors, "relc.toml", source);
            outside.map_or(Ok(()), |at| Err(format!("{at:?} is not in the text")))
        }
    }
}

const OF_SCHEMA: &str = "type Shop = kind \"example.com/v1\" \"Shop\" from \"shop.yaml\"\nenvironment shop {\n  version {\n    headline image: string\n    spec: Shop.spec?\n    emit Shop { metadata: { name: \"{release.name}-{v.index}\", namespace: release.namespace }, spec: v.spec }\n  }\n  strategy none {}\n}\n";

/// A schema is reduced, and objects are checked against it.
fn schema(source: &str) -> Result<(), String> {
    let mut files = files();
    files.0.insert("shop.yaml".to_owned(), source.to_owned());
    let file = DefinitionFile { name: "own".to_owned(), path: "envs/own.rel".to_owned(), text: OF_SCHEMA.to_owned() };
    let (catalog, found) = Catalog::beside(vec![file], &[], &files);
    every_span(&catalog.sources(), found.iter())?;
    let release = "release a on shop < v1 \"x:1\" { spec: { size: 1, name: \"a\", list: [{ a: 1 }] } } >\n";
    shown(&compile_in(&catalog, rel(release), &Options::default(), &files))
}

/// A baseline is read and written as it is, and hides no more findings than it states.
fn baseline(source: &str) -> Result<(), String> {
    let Ok(read) = Baseline::read(source) else { return Ok(()) };
    let again = Baseline::read(&read.write())?;
    let found = lint(rel("release a on deployment < \"x\" >\n"), &Options::default(), &files());
    let (mut left, total) = (read.clone(), read.len());
    let hidden =
        found.diagnostics.iter().filter(|found| left.take("a.rel".to_owned(), &found_sources(), found)).count();
    match (again == read, hidden <= total) {
        (true, true) => Ok(()),
        (false, _) => Err("it is another after writing it".to_owned()),
        (_, false) => Err(format!("{hidden} findings are hidden by {total} entries")),
    }
}

/// The sources of the release in [`baseline`].
fn found_sources() -> Sources {
    lint(rel("release a on deployment < \"x\" >\n"), &Options::default(), &files()).sources
}

fn fix_release(source: &str) -> Result<(), String> {
    fixes(source, rel)
}

fn fix_values(source: &str) -> Result<(), String> {
    fixes(source, yaml)
}

/// Each fix removes its finding and adds none, a safe fix of what builds leaves what is built, and fixes end.
fn fixes(source: &str, input: fn(&str) -> Input) -> Result<(), String> {
    let check = |source: &str| lint(input(source), &Options::default(), &files());
    let build = |source: &str| compile(input(source), &Options::default(), &files());
    let before = check(source);
    let built = build(source);
    for found in before.diagnostics.iter() {
        let Some(fix) = found.fix.as_ref().filter(|fix| is_in_main(fix, &before.sources)) else { continue };
        let (fixed, count) = apply(source, &[fix]);
        if count == 0 {
            return Err(format!("the fix of `{}` can't be applied: {:?}", found.message, fix.edits));
        }
        let after = check(&fixed);
        if let Some(why) = broken(found, fix, &before, &after) {
            return Err(format!("{} ({:?}): {why}\n{fixed}", found.message, fix.applicability));
        }
        let is_safe = fix.applicability == Applicability::Safe;
        if is_safe && !built.documents.is_empty() && build(&fixed).yaml() != built.yaml() {
            return Err(format!("the safe fix of `{}` changes what is built:\n{fixed}", found.message));
        }
    }
    end(source, &check)
}

/// The findings by rule and message, with how many there are of each.
fn counted(checked: &Compiled) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for found in &checked.diagnostics {
        *counts.entry((found.code.name().to_owned(), found.message.clone())).or_default() += 1;
    }
    counts
}

/// Codes of texts that can't be parsed: after the fix, the rest of the file is checked for the first time.
const OF_SYNTAX: &[&str] = &["E0101", "E0102", "E0103", "E0110", "E0113"];

/// The line of a finding.
fn line(found: &Diagnostic, checked: &Compiled) -> usize {
    let text = checked.sources.file(found.span.file).text();
    text.get(..found.span.start as usize).unwrap_or(text).matches('\n').count()
}

/// The ranges of what a fix writes, in the fixed text.
fn written(fix: &Fix) -> Vec<std::ops::Range<u32>> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let (mut written, mut shift) = (Vec::new(), 0_i64);
    for edit in edits {
        let length = edit.text.len() as i64;
        let start = i64::from(edit.span.start) + shift;
        written.push(u32::try_from(start).unwrap_or(0)..u32::try_from(start + length).unwrap_or(0));
        shift += length - i64::from(edit.span.end - edit.span.start);
    }
    written
}

/// Returns why a fix doesn't work.
fn broken(found: &Diagnostic, fix: &Fix, before: &Compiled, after: &Compiled) -> Option<String> {
    let (old, new) = (counted(before), counted(after));
    let text = before.sources.file(found.span.file).text();
    // How many lines the fix adds above a place.
    let added = |place: u32| -> usize {
        let above = fix.edits.iter().filter(|edit| edit.span.start <= place);
        let lines = |edit: &Edit| {
            let removed = text.get(edit.span.range()).unwrap_or("").matches('\n').count();
            edit.text.matches('\n').count().wrapping_sub(removed)
        };
        above.map(lines).fold(0, usize::wrapping_add)
    };
    let here = line(found, before).wrapping_add(added(found.span.start));
    let is_this = |other: &Diagnostic| other.message == found.message && line(other, after) == here;
    if old == new && after.diagnostics.iter().any(is_this) {
        return Some("the findings remain".to_owned());
    }
    let of_syntax = |found: &&Diagnostic| OF_SYNTAX.contains(&found.code.id());
    if before.diagnostics.iter().any(|found| of_syntax(&found)) {
        // What is after a mistake may be skipped, and is read only then. What the fix writes is right; in YAML, mistakes in
        // one place are found one after another.
        if before.sources.file(found.span.file).name() == "a.yaml" {
            return None;
        }
        let is_alone =
            |other: &Diagnostic| other.span == found.span || !other.span.range().contains(&(found.span.start as usize));
        if !before.diagnostics.iter().filter(of_syntax).all(is_alone) {
            return None;
        }
        let written = written(fix);
        let is_written = |found: &&Diagnostic| {
            found.span.start < found.span.end && written.iter().any(|range| range.contains(&found.span.start))
        };
        let is_new = |found: &&Diagnostic| !old.contains_key(&(found.code.name().to_owned(), found.message.clone()));
        let is_safe = fix.applicability == Applicability::Safe;
        let added = after.diagnostics.iter().filter(of_syntax).filter(is_written).find(is_new);
        return added.filter(|_| is_safe).map(|added| format!("it adds `{}`", added.message));
    }
    let this = (found.code.name().to_owned(), found.message.clone());
    if new.get(&this).unwrap_or(&0) >= &old[&this] && after.diagnostics.iter().any(is_this) {
        return Some("the finding remains".to_owned());
    }
    // Requirements and Kubernetes' validation wait until there is no other error.
    let waits = |found: &Diagnostic| matches!(found.code, Topic::Rule(_)) || found.code == Code::Requirement;
    let is_first = |found: &Diagnostic| found.severity == Severity::Error && !waits(found);
    let all_are_checked = !before.diagnostics.iter().any(is_first);
    let counts = |found: &&Diagnostic| is_first(found) || all_are_checked && found.severity == Severity::Error;
    let errors = |checked: &Compiled| checked.diagnostics.iter().filter(counts).count();
    // A key, and what is below it, is checked once the key has its right name.
    let is_of_a_key = found.code == Code::UnknownKey || found.message.starts_with("Helm reads the key");
    if is_of_a_key && fix.applicability == Applicability::Unsafe {
        return None;
    }
    (errors(after) > errors(before)).then(|| {
        let added: Vec<&str> = new.keys().filter(|key| !old.contains_key(*key)).map(|key| key.1.as_str()).collect();
        format!("it adds {}", added.join("; "))
    })
}

/// Applies all fixes again and again, until nothing changes.
fn end(source: &str, check: &dyn Fn(&str) -> Compiled) -> Result<(), String> {
    let mut now = source.to_owned();
    let mut seen = BTreeSet::new();
    for _ in 0..24 {
        let found = check(&now);
        let fixes: Vec<&Fix> = found.diagnostics.iter().filter_map(|found| found.fix.as_ref()).collect();
        let fixes: Vec<&Fix> = fixes.into_iter().filter(|fix| is_in_main(fix, &found.sources)).collect();
        let (next, _) = apply(&now, &fixes);
        if next == now {
            return Ok(());
        }
        if !seen.insert(now) {
            return Err(format!("the fixes go round in a circle:\n{next}"));
        }
        now = next;
    }
    if now.len() > 2 * source.len() + 1_000 { Err(format!("the fixes don't end:\n{now}")) } else { Ok(()) }
}

fn is_in_main(fix: &Fix, sources: &Sources) -> bool {
    let is_main = |name: &str| name == "a.rel" || name == "a.yaml";
    !fix.edits.is_empty() && fix.edits.iter().all(|edit| is_main(sources.file(edit.span.file).name()))
}

/// Formatting twice is formatting once, and changes neither what is built nor which errors there are.
fn formatted(source: &str) -> Result<(), String> {
    let once = format(source, WIDTH);
    let twice = format(&once, WIDTH);
    if once != twice {
        return Err(format!("it is another the second time:\n{once}----\n{twice}"));
    }
    let errors = |text: &str| relc_syntax::parse(FileId(0), text).1.len();
    let (before, after) = (errors(source), errors(&once));
    if (before == 0) != (after == 0) {
        return Err(format!("{before} errors of the syntax become {after}:\n{once}"));
    }
    if before > 0 {
        return Ok(());
    }
    let build = |text: &str| compile(rel(text), &Options::default(), &files());
    if build(source).yaml() != build(&once).yaml() { Err(format!("it builds something else:\n{once}")) } else { Ok(()) }
}

/// Values that build can be imported, and the release that is imported builds the same.
fn imported(source: &str) -> Result<(), String> {
    let (catalog, options) = (Catalog::builtin(), Options::default());
    let loaded = compile::load(yaml(source), &options, catalog, &files());
    let environments = Environments::new(catalog);
    match import(&loaded, &options, &environments, catalog, WIDTH) {
        Imported::Text(..) | Imported::Invalid(_) => Ok(()),
        // An empty release has nothing to compare.
        Imported::Differs(difference) if difference.values.is_empty() => Ok(()),
        Imported::Differs(difference) => {
            let wrong: Vec<&str> = difference.wrong.iter().map(|found| found.message.as_str()).collect();
            Err(format!("the import builds something else: {wrong:?}\n{}----\n{}", difference.values, difference.text))
        }
    }
}

/// A cache in memory.
#[derive(Default)]
struct Held(Mutex<HashMap<u128, CachedRelease>>);

impl Cache for Held {
    fn get(&self, key: u128) -> Option<CachedRelease> {
        self.0.lock().expect("no holder panics").get(&key).cloned()
    }

    fn put(&self, key: u128, result: CachedRelease) {
        self.0.lock().expect("no holder panics").insert(key, result);
    }
}

/// Of several texts of one file, each has the findings with the cache of all earlier ones that it has without.
fn cached(source: &str) -> Result<(), String> {
    let held = Held::default();
    for text in source.split(SEPARATOR) {
        for input in [rel(text), yaml(text)] {
            let (cold, warm, again) = (said(&input, None), said(&input, Some(&held)), said(&input, Some(&held)));
            if cold != warm || cold != again {
                return Err(format!("{cold}----\n{warm}----\n{again}"));
            }
        }
    }
    Ok(())
}

/// Returns the findings of an input.
fn said(input: &Input, cache: Option<&dyn Cache>) -> String {
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
    let read = |input: &Input| Ok(Read { input: input.clone(), options: options.clone(), loader: files() });
    let mut said = String::new();
    driver::lint(std::slice::from_ref(input), Catalog::builtin(), Depth::Rules, cache, read, &mut |linted| {
        if let Linted::Diagnostics(_, findings) = linted {
            said.push_str(&format!("{findings:#?}"));
        }
    });
    said
}

/// Shows all findings, and prints what is built.
fn shown(compiled: &Compiled) -> Result<(), String> {
    every_span(&compiled.sources, compiled.diagnostics.iter())?;
    human(&compiled.sources, &compiled.diagnostics, Look::PLAIN);
    compiled.yaml();
    Ok(())
}

/// Each place is in its file, between characters.
fn every_span<'d>(sources: &Sources, found: impl Iterator<Item = &'d Diagnostic>) -> Result<(), String> {
    for found in found {
        let mut copy = found.clone();
        let outside = copy.spans_mut().find(|span| sources.file(span.file).text().get(span.range()).is_none());
        if let Some(span) = outside {
            return Err(format!("`{}` has a place outside of its text: {span:?}", found.message));
        }
    }
    Ok(())
}

pub(super) fn rel(source: &str) -> Input {
    Input::Rel(text("a.rel", source))
}

pub(super) fn yaml(source: &str) -> Input {
    Input::Values(vec![text("a.yaml", source)])
}

/// The file that release files import.
pub(super) fn files() -> Memory {
    let common = "let port = 80\nlet image = \"nginx:1\"\nfragment f(a: string) = \"{a}\"\n";
    Memory(BTreeMap::from([("common.rel".to_owned(), common.to_owned())]))
}
