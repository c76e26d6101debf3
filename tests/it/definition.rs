//! Definition files, checked without a release: `tests/ui/definition/BEHAVIOUR.rel` is a user's definition file, and
//! `BEHAVIOUR.rel.out` has its diagnostics. `RELC_BLESS=1 cargo test definition` writes the expected texts.
//!
//! A directory is a fixture of several files, of which `main.rel` is checked; the others are imported, or read as
//! schemas.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use relc_core::library::{Catalog, DefinitionFile, LoadedFile, Loader};
use relc_core::typeck::{self, Lets};
use relc_render::{Look, human};
use relc_syntax::diagnostic::{Diagnostic, Diagnostics};
use relc_syntax::keywords;
use relc_syntax::source::Sources;

use crate::ui::{entries, out_of};

#[test]
fn the_standard_library_is_clean() {
    let catalog = Catalog::builtin();
    let said: Vec<String> = catalog.libraries().map(|name| check(catalog, name)).collect();
    assert_eq!(said.concat(), "");
}

#[test]
fn fixtures_of_definitions_say_what_is_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/definition");
    let bless = std::env::var_os("RELC_BLESS").is_some();
    let (expected, fixtures): (Vec<PathBuf>, Vec<PathBuf>) =
        entries(&root).into_iter().partition(|path| path.extension().is_some_and(|extension| extension == "out"));
    let mut failures: Vec<String> = fixtures.par_iter().filter_map(|path| run(path, bless).err()).collect();
    let known: BTreeSet<PathBuf> = fixtures.iter().map(|path| out_of(path)).collect();
    let orphans = expected.iter().filter(|path| !known.contains(*path));
    failures.extend(orphans.map(|path| format!("{}: no fixture has this text", path.display())));
    assert!(failures.is_empty(), "{}\n{} of {} fixtures differ", failures.join("\n"), failures.len(), fixtures.len());
}

fn run(path: &Path, bless: bool) -> Result<(), String> {
    let mut found = match path.is_dir() {
        true => check(&beside(path), "main"),
        false => check(&Catalog::with(&[(&stem(path), &content(path))]), &stem(path)),
    };
    if found.is_empty() {
        found.push_str("nothing is wrong\n");
    }
    let out = out_of(path);
    if bless {
        return fs::write(&out, found).map_err(|error| error.to_string());
    }
    let expected = fs::read_to_string(&out).unwrap_or_default();
    if expected == found {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, &found).unified_diff().to_string();
    Err(format!("{}:\n{diff}", path.display()))
}

/// Creates a catalog with the definition files of a directory, which may name other files in it.
fn beside(directory: &Path) -> Catalog {
    beside_with(directory, None)
}

/// As [`beside`], with another text of `main.rel`.
fn beside_with(directory: &Path, main: Option<&str>) -> Catalog {
    let is_rel = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rel");
    let file = |path: PathBuf| {
        let name = stem(&path);
        let text = main.filter(|_| name == "main").map_or_else(|| content(&path), str::to_owned);
        DefinitionFile { path: format!("{name}.rel"), name, text }
    };
    let files = entries(directory).into_iter().filter(is_rel).map(file).collect();
    Catalog::beside(files, &[], &In(directory)).0
}

/// Loads the files of a directory.
struct In<'d>(&'d Path);

impl Loader for In<'_> {
    fn load(&self, _from: &str, path: &str) -> Result<LoadedFile, String> {
        let text = fs::read_to_string(self.0.join(path)).map_err(|_| "file not found")?;
        Ok(LoadedFile { name: path.to_owned(), text })
    }
}

/// Returns the diagnostics of the fixture at `path`, with another text of its main file.
pub fn with(path: &Path, main: &str) -> (Sources, Vec<Diagnostic>) {
    let (catalog, name) = match path.is_dir() {
        true => (beside_with(path, Some(main)), "main".to_owned()),
        false => (Catalog::with(&[(&stem(path), main)]), stem(path)),
    };
    (catalog.sources(), found(&catalog, &name).into_vec())
}

/// Returns the text of the main file of the fixture at `path`.
pub fn main_text(path: &Path) -> String {
    if path.is_dir() { content(&path.join("main.rel")) } else { content(path) }
}

/// Returns all diagnostics of the file `name`: of the parser, the linker, and the check.
fn found(catalog: &Catalog, name: &str) -> Diagnostics {
    let (module, mut found) = catalog.library(name).unwrap_or_else(|| panic!("there is a library {name}"));
    // Syntax errors come first, as for a loaded file.
    if !found.has_errors() {
        found.extend(typeck::file(&module, Lets::AreDefinitions, &catalog.sources()));
    }
    found
}

/// Returns all diagnostics of the file `name`, as printed.
fn check(catalog: &Catalog, name: &str) -> String {
    let sources = catalog.sources();
    let found = found(catalog, name);
    let mut out = String::new();
    for diagnostic in found.iter() {
        let human = human(&sources, std::slice::from_ref(diagnostic), Look::PLAIN);
        human.trim_end().lines().for_each(|line| out.push_str(&format!("{}\n", line.trim_end())));
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            out.push_str(&format!("  fix: `{}` becomes `{}`\n", sources.text(edit.span), edit.text));
        }
        out.push('\n');
    }
    out
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn content(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Fields of values of the type `any`, about which nothing is known.
const OF_ANY: &[&str] = &["routing.rel: headers"];

/// A misspelling of any word of the standard library is reported, unless it is a name that is introduced there: a
/// declaration that others use, or an arbitrary key.
#[test]
#[ignore = "a few thousand checks: for changes of the checker"]
fn every_misspelt_word_of_the_library_is_found() {
    let builtin = Catalog::builtin();
    let sources = builtin.sources();
    let files: Vec<(String, String)> = (0..sources.len())
        .map(|at| {
            let file = sources.file(relc_syntax::source::FileId(u32::try_from(at).expect("few files")));
            let name = file.name().trim_start_matches("<stdlib>/").trim_end_matches(".rel").to_owned();
            (name, file.text().to_owned())
        })
        .collect();
    let mut missed = Vec::new();
    let mut tried = 0;
    for (name, text) in &files {
        let words = words(text);
        tried += words.len();
        let found: Vec<Option<String>> = words
            .par_iter()
            .map(|(start, end)| {
                let word = &text[*start..*end];
                let changed = format!("{}{}{}", &text[..*start], format_args!("{word}x"), &text[*end..]);
                let alone = format!("{name}-changed");
                let said = check(&Catalog::with(&[(&alone, &changed)]), &alone);
                let free = introduces(text, *start, *end) || OF_ANY.contains(&&*format!("{name}.rel: {word}"));
                let line = text[..*start].matches('\n').count() + 1;
                (said.is_empty() && !free).then(|| format!("{name}.rel:{line}: {word}"))
            })
            .collect();
        missed.extend(found.into_iter().flatten());
    }
    assert!(missed.is_empty(), "{} of {tried} are not found:\n{}", missed.len(), missed.join("\n"));
}

/// Returns true if the word introduces a name instead of referring to one.
fn introduces(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].trim_end_matches([' ', '\t']);
    let declares = ["environment", "part", "fragment", "type", "strategy", "watch", "lint", "let", "for", ","];
    let key = text[end..].trim_start_matches([' ', '\t']).starts_with(':');
    // The name of an environment may contain a dot, which makes it look like two words.
    key || declares.iter().any(|word| before.ends_with(word)) || text[end..].starts_with(".1")
}

/// Returns the words outside of comments and strings.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or("");
        let mut start = None;
        let mut quoted = false;
        for (at, c) in code.char_indices().chain([(code.len(), ' ')]) {
            quoted ^= c == '"' && !code[..at].ends_with('\\');
            let part = c.is_ascii_alphanumeric() || c == '_' || (c == '-' && start.is_some());
            match (start, part && !quoted) {
                (None, true) if c.is_ascii_alphabetic() => start = Some(at),
                (Some(from), false) => {
                    words.push((offset + from, offset + at));
                    start = None;
                }
                (None | Some(_), _) => {}
            }
        }
        offset += line.len();
    }
    words
}

/// Definitions that grow exponentially: inferred types stay bounded, and so does the stack.
#[test]
fn hostile_definitions_end() {
    let row: String = (1..3000).map(|at| format!("let a{at} = a{}\n", at - 1)).collect();
    let back: String = (1..3000).map(|at| format!("let b{} = b{at}\n", at - 1)).collect();
    let doubled: String = (1..60).map(|at| format!("let c{at} = {{ x: c{0}, y: [c{0}, c{0}] }}\n", at - 1)).collect();
    let same: String = (1..60).map(|at| format!("let d{at} = {{ x: d{0}, y: [d{0}, d{0}] }}\n", at - 1)).collect();
    let deep = format!("let e = {}1{}\n", "{ k: [".repeat(60), "] }".repeat(60));
    let nested: String = (1..60)
        .map(|at| {
            format!("let j{at} = {}j{}{}\n", "[if 1 < 2: { k: merge({ l: ".repeat(12), at - 1, " }) }]".repeat(12))
        })
        .collect();
    let calls: String = (1..200).map(|at| format!("fragment f{at}(n: int) = {{ n: f{}(n) }}\n", at - 1)).collect();
    let text = format!(
        "let a0 = 1\n{row}let b2999 = 1\n{back}let c0 = 1\n{doubled}let d0 = 1\n{same}{deep}let j0 = 1\n{nested}\
         fragment f0(n: int) = n\n{calls}let g = c59 == d59\nlet h = if g then c59 else d59\nlet i: {{ x: int }} = h\n"
    );
    let said = check(&Catalog::with(&[("hostile", &text)]), "hostile");
    assert!(said.contains("depends on too many others"), "{said}");
}

/// The words of completion and of messages are those of the grammar, and of the editors' own grammars.
#[test]
fn keywords_are_those_of_the_grammars() {
    let declarations = keywords::DECLARATIONS.iter().map(|(word, _)| *word);
    let words: Vec<&str> = declarations.chain(keywords::STATEMENTS).chain(keywords::TYPES).collect();
    for (grammar, quote) in [("grammar/relc.pest", '"'), ("editors/tree-sitter-relc/grammar.js", '\'')] {
        let text = std::fs::read_to_string(format!("{}/{grammar}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for word in &words {
            assert!(text.contains(&format!("{quote}{word}{quote}")), "{grammar} has no {word}");
        }
    }
    let text = include_str!("../../editors/vscode/syntaxes/relc.tmLanguage.json");
    for word in &words {
        let is_word = |(at, _): (usize, &str)| {
            let after = text[at + word.len()..].chars().next().unwrap_or(' ');
            !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()) && !after.is_ascii_alphanumeric()
        };
        assert!(text.match_indices(word).any(is_word), "the TextMate grammar has no {word}");
    }
}
