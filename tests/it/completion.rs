//! Accepts what completion offers at the tokens of releases, values files and environments, and compiles the result.
//!
//! An item is right if accepting it causes no error, with three exceptions, as completion can't know what is written next:
//! - An item that leaves a value to fill in (`port: …`) may cause errors about that value, or about what is missing around it. It must not
//!   cause one about a name or key, or a syntax error outside of the inserted text.
//! - An item that replaces a word may cause errors elsewhere, as what follows was written for that word: the fields of an environment, or
//!   the value of a key.
//! - A key may cause a finding of Kubernetes' validation, which several keys have to agree about.
//!
//! The same is done with texts that end at the position, as while they are written, where only errors in the inserted text are compared.
//!
//! In definitions, only errors of syntax and of names are compared: what type an expression must have often depends on what follows it.

use rayon::prelude::*;

use relc_core::compile::{
    self, Environments, Input, LinkedFile, LoadedFile, Loader, Options, Text, definitions, link_file,
};
use relc_core::library::{Catalog, DefinitionFile};
use relc_ide::{Candidate, CandidateKind, FileContext, Listed, ParsedFile, complete};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Topic};
use relc_syntax::source::Syntax;

use crate::drawn::Drawn;
use crate::one_in;

/// Files beside those that are completed, none of which exists.
struct Nothing;

impl Loader for Nothing {
    fn load(&self, _from: &str, _path: &str) -> Result<LoadedFile, String> {
        Err("file not found".to_owned())
    }
}

fn named(text: &str) -> Text {
    Text { name: "page".to_owned(), text: text.to_owned() }
}

/// The errors of a release file or values file.
fn errors(text: &str, syntax: Syntax) -> Vec<Diagnostic> {
    let catalog = Catalog::builtin();
    let input = compile::load(Input::new(syntax, named(text)), &Options::default(), catalog, &Nothing);
    let environments = Environments::new(catalog);
    let mut found = input.diagnostics.clone();
    (0..input.len()).for_each(|at| found.extend(input.analyze(at, &environments).built.diagnostics));
    only_errors(found)
}

fn only_errors(found: Diagnostics) -> Vec<Diagnostic> {
    found.into_vec().into_iter().filter(|found| found.severity == Severity::Error).collect()
}

/// What is offered at `offset`.
fn offered(text: &str, syntax: Syntax, offset: usize) -> Vec<Candidate> {
    let catalog = Catalog::builtin();
    let environments = Environments::new(catalog);
    let read = match syntax {
        Syntax::Rel => ParsedFile::linked(link_file(named(text), catalog, &Nothing)),
        Syntax::Yaml => ParsedFile::alone(text, syntax),
    };
    let open = || compile::load(Input::new(syntax, named(text)), &Options::default(), catalog, &Nothing);
    complete(&FileContext { syntax, text, environments: &environments, read: &read, open: &open }, offset, &|_| {
        Vec::<Listed>::new()
    })
}

/// The positions at which words and other tokens begin and end.
fn boundaries(text: &str) -> Vec<usize> {
    let class = |c: char| match c {
        ' ' => 0,
        '\n' => 1,
        c if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') => 2,
        _ => 3,
    };
    let mut found = vec![0];
    let mut last = None;
    for (at, c) in text.char_indices() {
        if last.is_some_and(|last| last != class(c) || class(c) != 2) {
            found.push(at);
        }
        last = Some(class(c));
    }
    found.push(text.len());
    found
}

/// Returns a text with an item accepted, and the range of what was inserted. As editors do, lines after the first are indented like the
/// one of the item.
fn accepted(text: &str, item: &Candidate) -> (String, std::ops::Range<usize>) {
    let line = text[..item.range.start].rsplit('\n').next().unwrap_or("");
    let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
    let filled = item.filled();
    // A value that is left to fill in must be there for what follows it.
    let value = if filled.trim_end().ends_with(':') { "0 " } else { "" };
    let inserted = format!("{filled}{value}").replace('\n', &format!("\n{indent}"));
    let new = format!("{}{inserted}{}", &text[..item.range.start], &text[item.range.end..]);
    (new, item.range.start..item.range.start + inserted.len())
}

/// Errors about what a name or key means, which no value to fill in excuses.
fn is_about_names(found: &Diagnostic) -> bool {
    const CODES: [Code; 10] = [
        Code::UnknownName,
        Code::UnknownKey,
        Code::UnknownEnvironment,
        Code::UnknownStrategy,
        Code::UnsupportedStrategy,
        Code::DuplicateName,
        Code::DuplicateKey,
        Code::Misplaced,
        Code::Cycle,
        Code::DuplicateVersion,
    ];
    matches!(&found.code, Topic::Code(code) if CODES.contains(code))
}

fn is_syntax(found: &Diagnostic) -> bool {
    matches!(found.code, Topic::Code(Code::Syntax | Code::YamlSyntax))
}

/// Errors about what a replaced word was for.
fn is_about_what_is_missing(found: &Diagnostic) -> bool {
    matches!(found.code, Topic::Code(Code::MissingField | Code::Requirement | Code::NoVersions) | Topic::Rule(_))
}

/// Returns why an item is wrong: the errors that it causes and must not.
fn wrong(text: &str, syntax: Syntax, item: &Candidate) -> Option<String> {
    let (new, inserted) = accepted(text, item);
    let replaces = !text[item.range.clone()].trim().is_empty();
    let is_in =
        |found: &&Diagnostic| found.span.start as usize <= inserted.end && inserted.start <= found.span.end as usize;
    let leaves_a_value = item.filled() == item.text && item.text.trim_end().ends_with(':')
        || item.shape.as_ref().is_some_and(|shape| shape.has_empty());
    let is_key = item.kind == CandidateKind::Field;
    let is_wrong = |found: &&Diagnostic| match (leaves_a_value, replaces) {
        _ if is_key && matches!(found.code, Topic::Rule(_)) => false,
        (_, true) if is_about_what_is_missing(found) => false,
        (true, true) => is_in(found) && is_about_names(found),
        (true, false) => is_about_names(found) || is_syntax(found) && !is_in(found),
        (false, true) => is_in(found) && !is_of_value(found, inserted.end),
        (false, false) => true,
    };
    let in_release = syntax == Syntax::Yaml || is_in_release(&new, inserted.start);
    let is_compared = |found: &&Diagnostic| in_release || is_about_names(found) || is_syntax(found);
    let found = errors(&new, syntax);
    let found = found.iter().filter(is_compared).find(is_wrong)?;
    Some(format!("{} ({:?}) at {:?} of\n{new}", found.message, found.code, item.label))
}

/// Returns true if the declaration around `offset` is a release.
fn is_in_release(text: &str, offset: usize) -> bool {
    let mut begins = text[..offset].lines().rev().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    begins.next().is_some_and(|line| line.starts_with("release "))
}

/// Returns true if an error is about what follows a replaced word.
fn is_of_value(found: &Diagnostic, end: usize) -> bool {
    found.span.start as usize >= end
}

/// Returns why an item is wrong in a text that ends where it was accepted: an error of syntax or of a name in what was inserted.
fn wrong_at_the_end(text: &str, syntax: Syntax, item: &Candidate) -> Option<String> {
    let (new, inserted) = accepted(text, item);
    let is_open = item.filled() == item.text && item.text.trim_end() != item.text
        || item.shape.as_ref().is_some_and(|shape| shape.has_empty());
    let is_in = |found: &Diagnostic| inserted.contains(&(found.span.start as usize));
    let is_wrong = |found: &&Diagnostic| is_in(found) && (is_about_names(found) || is_syntax(found) && !is_open);
    let found = errors(&new, syntax);
    let found = found.iter().find(is_wrong)?;
    Some(format!("{} ({:?}) at {:?} at the end of\n{new}", found.message, found.code, item.label))
}

/// Checks the items at the positions of a text, all of them or some: in the text as it is, and in one that ends there.
fn check(name: &str, text: &str, syntax: Syntax, draw: &mut Draw) -> (usize, Vec<String>) {
    let (mut count, mut found) = (0, Vec::new());
    for offset in boundaries(text) {
        for (text, wrong) in [(text, wrong as fn(&_, _, &_) -> _), (&text[..offset], wrong_at_the_end)] {
            if !draw.takes() {
                continue;
            }
            for (at, item) in offered(text, syntax, offset).iter().enumerate() {
                if at >= 2 && !draw.takes() {
                    continue;
                }
                count += 1;
                found.extend(wrong(text, syntax, item).map(|why| format!("{name}:{offset}, item {at}: {why}")));
            }
        }
    }
    (count, found)
}

/// Draws positions and items: one in some, or all.
struct Draw {
    drawn: Drawn,
    one_in: usize,
}

impl Draw {
    fn new(name: &str, one_in: usize) -> Draw {
        let seed = name.bytes().fold(0x5eed_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Draw { drawn: Drawn(seed | 1), one_in }
    }

    fn takes(&mut self) -> bool {
        self.one_in == 1 || self.drawn.below(self.one_in) == 0
    }
}

/// The valid releases and values files of the project.
fn inputs() -> Vec<(String, String, Syntax)> {
    let mut found: Vec<(String, String, Syntax)> = Vec::new();
    for folder in ["examples", "tests/ui", "tests/conformance"] {
        for path in ignore::WalkBuilder::new(folder).sort_by_file_path(std::path::Path::cmp).build() {
            let path = path.unwrap().into_path();
            let name = path.display().to_string();
            let Some(syntax) = Syntax::of_name(&name).filter(|_| !name.ends_with(".json")) else { continue };
            let text = std::fs::read_to_string(&path).unwrap();
            if text.len() < 4_000 && (syntax == Syntax::Rel || text.contains("application:")) {
                found.push((name, text, syntax));
            }
        }
    }
    // Each run of `cargo test` takes some of them.
    let mut draw = Draw::new("inputs", one_in(8));
    found.retain(|_| draw.takes());
    found.into_par_iter().filter(|(_, text, syntax)| errors(text, *syntax).is_empty()).collect()
}

#[test]
fn what_is_offered_is_no_error() {
    let inputs = inputs();
    let results: Vec<_> = inputs
        .par_iter()
        .map(|(name, text, syntax)| check(name, text, *syntax, &mut Draw::new(name, 4 * one_in(3))))
        .collect();
    let count: usize = results.iter().map(|(count, _)| count).sum();
    let wrong: Vec<&String> = results.iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(count > 100, "{count} items at the tokens of {} files", inputs.len());
    assert!(
        wrong.is_empty(),
        "{} of {count} items are wrong:\n{}",
        wrong.len(),
        wrong.iter().take(40).map(|why| format!("{why}\n")).collect::<String>()
    );
}

/// The errors of syntax and names of a definition file.
fn definition_errors(text: &str) -> Vec<Diagnostic> {
    let file = DefinitionFile { name: "page".to_owned(), path: "page".to_owned(), text: text.to_owned() };
    let (catalog, _) = Catalog::beside(vec![file], &[], &Nothing);
    let id = catalog.users().next().unwrap();
    let found = only_errors(definitions(id, &catalog));
    found.into_iter().filter(|found| is_about_names(found) || is_syntax(found)).collect()
}

#[test]
fn what_is_offered_in_an_environment_is_no_error() {
    let text = std::fs::read_to_string("tests/it/completion/environment.rel").unwrap();
    assert_eq!(definition_errors(&text), []);
    let file = DefinitionFile { name: "page".to_owned(), path: "page".to_owned(), text: text.clone() };
    let (catalog, _) = Catalog::beside(vec![file], &[], &Nothing);
    let id = catalog.users().next().unwrap();
    let environments = Environments::new(&catalog);
    let (module, _) = catalog.module(id).unwrap();
    let ast = catalog.tree(id).unwrap().clone();
    let read = ParsedFile::linked(LinkedFile { sources: catalog.sources(), file: id, ast, module: module.clone() });
    let open = || compile::load(Input::Values(Vec::new()), &Options::default(), &catalog, &Nothing);
    let page = FileContext { syntax: Syntax::Rel, text: &text, environments: &environments, read: &read, open: &open };
    let mut draw = Draw::new("environment", one_in(7));
    let (mut count, mut wrong) = (0, Vec::new());
    for offset in boundaries(&text) {
        if !draw.takes() {
            continue;
        }
        for item in &complete(&page, offset, &|_| Vec::new()) {
            if !draw.takes() {
                continue;
            }
            // A name of the library follows, or arguments that were written for a fragment.
            if item.filled().ends_with('.') || text[item.range.end..].starts_with('(') {
                continue;
            }
            let (new, inserted) = accepted(&text, item);
            let is_open = item.text == item.filled() && item.text.ends_with(' ')
                || item.shape.as_ref().is_some_and(|shape| shape.has_empty());
            let is_in = |found: &Diagnostic| {
                found.span.start as usize <= inserted.end && inserted.start <= found.span.end as usize
            };
            let is_wrong = |found: &Diagnostic| is_in(found) && !(is_open && is_syntax(found)) && is_about_names(found);
            count += 1;
            let found = definition_errors(&new);
            wrong.extend(found.iter().find(|found| is_wrong(found)).map(|found| {
                format!(
                    "{offset} {:?}: {}\n{}",
                    item.label,
                    found.message,
                    &new[inserted.start.saturating_sub(60)..inserted.end]
                )
            }));
        }
    }
    assert!(count > 20, "{count} items");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.iter().take(40).map(|why| format!("{why}\n")).collect::<String>()
    );
}
