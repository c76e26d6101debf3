//! `relc fmt`: on every file of the project, and on many mutations of them.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use relc_core::compile::{Input, Options};
use relc_syntax as syntax;
use relc_syntax::format::{WIDTH, format, format_range};
use relc_syntax::source::FileId;

use crate::compiled::{Memory, compile, text};
use crate::one_in;

mod mutants;

/// Returns every `.rel` file of the project.
fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["stdlib", "examples", "templates", "tests"] {
        walk(&root.join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 300, "few files were found");
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rel")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.push((path, text));
        }
    }
}

/// Returns a file's tree without positions, and the messages of its syntax errors.
fn read(text: &str) -> (String, Vec<String>) {
    let (tree, found) = syntax::parse(FileId(0), text);
    let is_place = |line: &&str| {
        let value = line.trim_start().rsplit(": ").next().unwrap_or("").trim_end_matches(',');
        value.split_once("..").is_some_and(|(start, end)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits(start.rsplit(':').next().unwrap_or("")) && digits(end)
        })
    };
    let tree = format!("{tree:#?}").lines().filter(|line| !is_place(line)).collect::<Vec<_>>().join("\n");
    (tree, found.into_vec().into_iter().map(|diagnostic| diagnostic.message).collect())
}

fn comments(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    syntax::comments(&text).into_iter().map(|range| text[range].trim_end().to_owned()).collect()
}

/// Returns a violated property of the formatted `text`.
fn wrong(text: &str, width: usize) -> Option<String> {
    let difference = |one: &str, other: &str| similar::TextDiff::from_lines(one, other).unified_diff().to_string();
    let once = format(text, width);
    let twice = format(&once, width);
    if twice != once {
        return Some(format!("is another the second time:\n{}", difference(&once, &twice)));
    }
    if comments(text) != comments(&once) {
        return Some(format!("loses or moves a comment:\n{once}"));
    }
    let ((before, errors), (after, errors_after)) = (read(text), read(&once));
    if !errors.is_empty() {
        return (errors_after.is_empty()).then(|| format!("loses a mistake, {errors:?}:\n{once}"));
    }
    if !errors_after.is_empty() {
        return Some(format!("cannot be read any more, {errors_after:?}:\n{once}"));
    }
    if before != after {
        return Some(format!("means something else:\n{}\n{once}", difference(&before, &after)));
    }
    mutants::moved(text, &once).map(|what| format!("{what}:\n{once}"))
}

/// Checks `cases`: a name, a text and a width each.
fn check(cases: &[(String, String, usize)]) {
    let found: Vec<String> = cases
        .par_iter()
        .filter_map(|(name, text, width)| wrong(text, *width).map(|wrong| format!("{name} at {width} {wrong}\n{text}")))
        .collect();
    assert!(found.is_empty(), "{}\n{} texts", found.first().expect("there is one"), found.len());
}

#[test]
fn every_file_keeps_its_meaning_and_its_comments() {
    let widths = [WIDTH, 60, 1];
    let cases = files().into_iter().flat_map(|(path, text)| {
        let name = path.display().to_string();
        widths.map(|width| (name.clone(), text.clone(), width))
    });
    check(&cases.collect::<Vec<_>>());
}

#[test]
fn other_space_changes_nothing_of_what_is_kept() {
    let mut drawn = crate::drawn::Drawn(0x5eed);
    let small: Vec<(PathBuf, String)> = files().into_iter().filter(|(_, text)| text.len() < 700).collect();
    let count = 3_000 / one_in(5);
    let cases: Vec<(String, String, usize)> = (0..count)
        .map(|_| {
            let (path, text) = drawn.one_of(&small);
            let name = path.display().to_string();
            (name, mutants::mutant(text, &mut drawn), *drawn.one_of(&[WIDTH, 80, 40, 20, 1]))
        })
        .collect();
    let read = cases.iter().filter(|(_, text, _)| syntax::parse(FileId(0), text).1.is_empty()).count();
    assert!(read > count / 3, "few of the texts can be read: {read}");
    check(&cases);
}

#[test]
fn the_library_and_the_examples_are_laid_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["stdlib", "examples", "templates"] {
        let mut found = Vec::new();
        walk(&root.join(folder), &mut found);
        for (path, text) in found {
            assert!(format(&text, WIDTH) == text, "`relc fmt` would change {}", path.display());
        }
    }
}

#[test]
fn what_is_built_stays_the_same() {
    let built = |name: &str, content: &str| {
        let compiled = compile(Input::Rel(text(name, content)), &Options::default(), &Memory::default());
        (!compiled.documents.is_empty()).then(|| compiled.yaml())
    };
    let mut drawn = crate::drawn::Drawn(0xb111d);
    let mut count = 0;
    for (path, content) in files() {
        let name = path.display().to_string();
        for content in [mutants::mutant(&content, &mut drawn), mutants::mutant(&content, &mut drawn), content] {
            if let Some(before) = built(&name, &content) {
                count += 1;
                assert_eq!(Some(before), built(&name, &format(&content, 60)), "{name}\n{content}");
            }
        }
    }
    assert!(count > 200, "few files are built: {count}");
}

#[test]
fn lines_end_as_they_did() {
    let text = "let a = 1\r\n\r\n\r\nlet b = \"\"\"\r\n  x\r\n  \"\"\"\r\n";
    assert_eq!(format(text, WIDTH), text.replace("\r\n\r\n\r\n", "\r\n\r\n"));
    assert_eq!(format("\u{feff}let a=1", WIDTH), "\u{feff}let a = 1\n");
    assert_eq!(format("", WIDTH), "");
}

#[test]
fn a_range_lays_out_what_it_touches() {
    let text = "\n let  a=1 // x\n\n/* y\n   z  */\nlet  b={\nc: 1 }\r\n\nlet  d=1";
    let touched = |from: &str, to: &str| {
        let place = |word: &str| text.find(word).expect("it is there");
        let (range, laid) = format_range(text, place(from)..place(to), WIDTH);
        (text[range].to_owned(), laid)
    };
    let laid = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    assert_eq!(touched("x", "x"), laid(" let  a=1 // x\n", "let a = 1 // x\n"));
    assert_eq!(touched("z", "z"), laid("/* y\n   z  */\n", "/* y\n   z  */\n"));
    assert_eq!(touched("c: 1", "c: 1"), laid("let  b={\nc: 1 }\r\n", "let b = {\n  c: 1\n}\n"));
    assert_eq!(touched("\r", "let  d").1, "let b = {\n  c: 1\n}\n\nlet d = 1\n");
    assert_eq!(touched("\n let", "\n let"), laid("", ""));
    for (path, text) in files().into_iter().filter(|(_, text)| text.len() < 2_000 && !text.trim().is_empty()) {
        let (range, laid) = format_range(&text, 0..text.len(), WIDTH);
        let whole = text[..range.start].trim_start().to_owned() + &laid;
        assert_eq!(whole, format(&text, WIDTH), "{}", path.display());
    }
}

/// Examples of the style: a text and its formatted form at 40 columns.
#[test]
fn the_style() {
    let cases = [
        // A bracket on one line stays on one line if it fits.
        ("release a on deployment<v1 \"x\"{port:80}>\n", "release a on deployment < v1 \"x\" { port: 80 } >\n", 60),
        (
            "release hello on deployment < v1 \"x\" { port: 80 } >\n",
            "release hello on deployment <\n  v1 \"x\" { port: 80 }\n>\n",
            40,
        ),
        // One element on a line of its own moves all elements to lines of their own, without commas.
        ("let a = { b: 1, c: 2,\n d: 3 }\n", "let a = {\n  b: 1\n  c: 2\n  d: 3\n}\n", 40),
        // Brackets that end together share their lines.
        (
            "let a = [{ b: [1, 2], cccccccccccccccccccc: 3, d: 4 }]\n",
            "let a = [{\n  b: [1, 2]\n  cccccccccccccccccccc: 3\n  d: 4\n}]\n",
            40,
        ),
        // A condition that is too long is broken at its loosest operator.
        (
            "let a = bbbbbbbbbbbb and cccccccccccc or dddddddddddd\n",
            "let a = bbbbbbbbbbbb and cccccccccccc\n  or dddddddddddd\n",
            40,
        ),
        // Comments keep their positions; of several blank lines one is kept.
        (
            "let a = { // why\n\n\n  // own\n  b: 1   // behind\n\n\n  c: 2 }\n",
            "let a = { // why\n  // own\n  b: 1 // behind\n\n  c: 2\n}\n",
            40,
        ),
        // Also blank lines inside an element, and comments on lines of their own before a bracket.
        ("let a = b\n\n\n and c\n", "let a = b\n\n  and c\n", 40),
        ("release a on deployment\n/* why */\n< \"x\" >\n", "release a on deployment\n  /* why */\n  < \"x\" >\n", 40),
        // Trailing space of a doc comment doesn't separate it from what it documents.
        ("/// Of `a`.\u{a0} \nlet a=1\n", "/// Of `a`.\nlet a = 1\n", 40),
        // A byte order mark that is not at the start is kept there.
        ("\n\u{feff}let a=1\n", "\n\u{feff}let a=1\n", 40),
        // A comment in a declaration with a mistake is unchanged with it.
        ("let\na = len /* b\n   c */ (\n3)\n", "let\na = len /* b\n   c */ (\n3)\n", 40),
        // Only the declaration with a mistake is unchanged.
        ("let   a =\nlet   b=1\n", "let   a =\nlet b = 1\n", 40),
        ("import kube, , istio\n", "import kube, , istio\n", 40),
    ];
    for (text, laid, width) in cases {
        assert_eq!(format(text, width), laid, "{text}");
    }
}
