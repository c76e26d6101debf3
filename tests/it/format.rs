//! `relc fmt`: over every file of the project, and over many that are made of them.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use relc::compile::{Input, Options};
use relc::format::{WIDTH, format};
use relc::source::FileId;
use relc::syntax;

use crate::compiled::{Memory, compile, text};

/// Every `.rel` file of the project.
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

/// A file's tree without places, or none where it has syntax errors.
fn meaning(text: &str) -> Option<String> {
    let (tree, found) = syntax::parse(FileId(0), text);
    let is_place = |line: &&str| {
        let value = line.trim_start().rsplit(": ").next().unwrap_or("").trim_end_matches(',');
        value.split_once("..").is_some_and(|(start, end)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits(start.rsplit(':').next().unwrap_or("")) && digits(end)
        })
    };
    let shown = found.is_empty().then(|| format!("{tree:#?}"))?;
    Some(shown.lines().filter(|line| !is_place(line)).collect::<Vec<_>>().join("\n"))
}

fn comments(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    syntax::comments(&text).into_iter().map(|range| text[range].trim_end().to_owned()).collect()
}

/// What does not hold of the layout of `text`.
fn wrong(text: &str, width: usize) -> Option<String> {
    let once = format(text, width);
    let twice = format(&once, width);
    if twice != once {
        return Some(format!(
            "is another the second time:\n{}",
            similar::TextDiff::from_lines(&once, &twice).unified_diff()
        ));
    }
    if comments(text) != comments(&once) {
        return Some(format!("loses or moves a comment:\n{once}"));
    }
    let before = meaning(text)?;
    match meaning(&once) {
        None => Some(format!("cannot be read any more:\n{once}")),
        Some(after) if before != after => Some(format!(
            "means something else:\n{}\n{once}",
            similar::TextDiff::from_lines(&before, &after).unified_diff()
        )),
        Some(_) => None,
    }
}

/// What is wrong in any of `cases`: a name, a text and a width.
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

/// Numbers that look drawn, and are the same in each run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// `text` with other space between its tokens, and comments there.
fn respaced(text: &str, drawn: &mut Drawn) -> String {
    let kept = syntax::comments(text);
    let mut out = String::new();
    let (mut at, mut quoted) = (0, false);
    while let Some(c) = text[at..].chars().next() {
        if let Some(comment) = kept.iter().find(|comment| comment.start == at && !quoted) {
            out.push_str(&text[comment.clone()]);
            at = comment.end;
            continue;
        }
        if c == '\\' {
            let length = text[at + 1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&text[at..at + 1 + length]);
            at += 1 + length;
            continue;
        }
        quoted ^= c == '"';
        out.push(c);
        at += c.len_utf8();
        match c {
            _ if quoted || drawn.below(6) > 0 => {}
            ' ' => out.push_str(["  ", " /* c */ ", "", "\t"][drawn.below(4) as usize]),
            '\n' => out.push_str(["\n\n", " // own\n", "", "   "][drawn.below(4) as usize]),
            '{' | '[' | '(' | ',' => out.push_str(["\n", " ", " // behind\n", "/* a */"][drawn.below(4) as usize]),
            _ => {}
        }
    }
    out
}

#[test]
fn other_space_changes_nothing_of_what_is_kept() {
    let mut drawn = Drawn(0x5eed);
    let small: Vec<(PathBuf, String)> =
        files().into_iter().filter(|(_, text)| text.len() < 1_500 && !text.contains("\"\"\"")).collect();
    let cases: Vec<(String, String, usize)> = (0..2_000)
        .map(|round| {
            let (path, text) = &small[round % small.len()];
            (path.display().to_string(), respaced(text, &mut drawn), [WIDTH, 40][round % 2])
        })
        .collect();
    let read = cases.iter().filter(|(_, text, _)| syntax::parse(FileId(0), text).1.is_empty()).count();
    assert!(read > 500, "few of the texts can be read: {read}");
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
    let mut count = 0;
    for (path, content) in files() {
        let name = path.display().to_string();
        if let Some(before) = built(&name, &content) {
            count += 1;
            assert_eq!(Some(before), built(&name, &format(&content, 60)), "{name}");
        }
    }
    assert!(count > 50, "few files are built: {count}");
}

#[test]
fn lines_end_as_they_did() {
    let text = "let a = 1\r\n\r\n\r\nlet b = \"\"\"\r\n  x\r\n  \"\"\"\r\n";
    assert_eq!(format(text, WIDTH), text.replace("\r\n\r\n\r\n", "\r\n\r\n"));
    assert_eq!(format("\u{feff}let a=1", WIDTH), "\u{feff}let a = 1\n");
    assert_eq!(format("", WIDTH), "");
}

/// What the style is, by examples: a text and its layout at 40 columns.
#[test]
fn the_style() {
    let cases = [
        // What was on one line stays on one where it fits.
        ("release a on deployment<v1 \"x\"{port:80}>\n", "release a on deployment < v1 \"x\" { port: 80 } >\n", 60),
        (
            "release hello on deployment < v1 \"x\" { port: 80 } >\n",
            "release hello on deployment <\n  v1 \"x\" { port: 80 }\n>\n",
            40,
        ),
        // One element that was on a line of its own puts all of them there, without commas.
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
        // Comments stay where they were; blank lines stay, at most one of them.
        (
            "let a = { // why\n\n\n  // own\n  b: 1   // behind\n\n\n  c: 2 }\n",
            "let a = { // why\n  // own\n  b: 1 // behind\n\n  c: 2\n}\n",
            40,
        ),
        // A declaration with a mistake stays as it is, and no other does.
        ("let   a =\nlet   b=1\n", "let   a =\nlet b = 1\n", 40),
        ("import kube, , istio\n", "import kube, , istio\n", 40),
    ];
    for (text, laid, width) in cases {
        assert_eq!(format(text, width), laid, "{text}");
    }
}
