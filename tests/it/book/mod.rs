//! Every example of the book works as described.
//!
//! In: the fenced blocks of README.md, CONTRIBUTING.md and docs/. The words after the fence describe a block:
//!
//! | fence | what is checked |
//! |---|---|
//! | `rel` | its releases build; its parts and environments are valid, and later blocks of the page can use them |
//! | `rel,file=NAME` | the same, under that name: `import "NAME"` and `file("NAME")` of later blocks find it |
//! | `rel,lets` | a file of lets and fragments; a `yaml,lets` after it contains their values |
//! | `rel,error=CODE` | has exactly this error; `error=A+B` for several |
//! | `rel,warning=CODE` | builds, with this warning |
//! | `rel,lint=RULE` | is linted, with this warning or info |
//! | `yaml,values` | a values file; takes `error`, `warning` and `lint` too |
//! | `yaml,file=NAME`, `toml,file=NAME` | a file that later blocks read |
//! | `yaml,output` | the whole output of the block before; with `# ...` lines, pieces of it in their order |
//! | `console` | each `$ relc …` prints the lines below it, in a folder with the page's files |
//!
//! Any other `rel` or `yaml` block fails, so that every example is checked. `RELC_BLESS=1 cargo test book` updates the
//! output blocks without `...`.

mod block;
mod fields;
mod functions;
mod kinds;
mod library;
mod links;
mod matrix;
mod run;

use std::path::{Path, PathBuf};

use relc_core::hir::{Builtin, ReleaseField, VersionField};
use relc_syntax::diagnostic::Code;

use block::{Block, blocks, compare};
use run::{Outcome, Page};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the pages of docs/, at any depth, the README and CONTRIBUTING.md.
fn pages() -> Vec<PathBuf> {
    let mut pages = book();
    pages.extend(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    pages.sort();
    pages
}

/// Returns the Markdown files of docs/, at any depth.
fn book() -> Vec<PathBuf> {
    let entries = ignore::Walk::new(root().join("docs")).map(|entry| entry.expect("a readable entry").into_path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

#[test]
fn examples_hold() {
    let mut wrong = Vec::new();
    // The page of rules is generated from their documentation, whose examples `rules` runs.
    for path in pages().iter().filter(|path| !path.ends_with("docs/rules.md")) {
        check_page(path, &mut wrong);
    }
    let help = "`RELC_BLESS=1 cargo test book` takes the outputs as they are now";
    assert!(wrong.is_empty(), "{}\n{} examples do not hold; {help}", wrong.join("\n"), wrong.len());
}

fn check_page(path: &Path, wrong: &mut Vec<String>) {
    let text = std::fs::read_to_string(path).expect("a page is text");
    let shown = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    let mut page = Page::default();
    let mut last = Outcome::default();
    let mut blessed = Vec::new();
    for block in blocks(&text) {
        let found = match block.words[0].as_str() {
            "rel" => input(page.rel(&block), &block, &mut last),
            "yaml" if block.says("values") => input(page.values(&block), &block, &mut last),
            "yaml" if page.keep(&block) => Ok(()),
            "yaml" if block.says("output") || block.says("lets") => compare(&block, &last.output, &mut blessed),
            "yaml" => Err("nothing says what this block is".to_owned()),
            "toml" if page.keep(&block) => Ok(()),
            "console" => compare(&block, &page.console(&block), &mut blessed),
            _ => Ok(()),
        };
        if let Err(reason) = found {
            wrong.push(format!("{shown}:{}: {reason}", block.line));
        }
    }
    if std::env::var_os("RELC_BLESS").is_some() && !blessed.is_empty() {
        std::fs::write(path, block::bless(&text, &blessed)).expect("the page can be written");
    }
}

/// Checks that an input has the codes that its block declares; the result is kept for later blocks.
fn input(outcome: Outcome, block: &Block, last: &mut Outcome) -> Result<(), String> {
    let wanted = |key| -> Vec<&str> { block.value(key).map(|codes| codes.split('+').collect()).unwrap_or_default() };
    let (errors, warnings): (Vec<&str>, Vec<&str>) = (wanted("error"), [wanted("warning"), wanted("lint")].concat());
    *last = outcome;
    if last.errors == errors && last.warnings == warnings {
        return Ok(());
    }
    Err(format!("expected errors {errors:?} and warnings {warnings:?}, found\n{}", last.said))
}

/// The page of codes has a line for each, with its number and its name, in order, and no others.
#[test]
fn codes_are_listed() {
    let page = std::fs::read_to_string(root().join("docs/reference/codes.md")).expect("the page is there");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (id, name) = (cells.next()?, cells.next()?);
        id.starts_with(['E', 'W']).then(|| format!("{id} {name}"))
    };
    let listed: Vec<String> = page.lines().filter_map(row).collect();
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("{} `{}`", code.id(), code.name())).collect();
    assert_eq!(listed, codes);
}

/// The reference of the language lists every variable, and every field of `release` and of a version.
#[test]
fn variables_are_listed() {
    let page = std::fs::read_to_string(root().join("docs/reference/language.md")).expect("the page is there");
    let of_release = ReleaseField::words().map(|word| format!("release.{word}"));
    let of_version = VersionField::words().map(|word| format!("v.{word}"));
    let words = Builtin::words().map(str::to_owned).chain(of_release).chain(of_version);
    let missing: Vec<String> = words.filter(|word| !page.contains(&format!("`{word}`"))).collect();
    assert_eq!(missing, Vec::<String>::new());
}
