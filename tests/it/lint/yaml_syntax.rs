//! Invalid YAML of every kind: an error with a position, and no panic.

use crate::compiled::{Memory, lint, text};
use relc_core::compile::{Input, Options};
use relc_syntax::diagnostic::{Code, Severity, Topic};

/// A kind of mistake, a text with it, and the allowed lines of the error.
const MALFORMED: &[(&str, &str, &[usize])] = &[
    ("a flow list that is not closed", "a: [1, 2\nb: 3\n", &[1, 2, 3]),
    ("a flow map that is not closed", "a: {b: 1\n", &[1, 2]),
    ("a bracket of another kind", "a: [1, 2}\n", &[1]),
    ("a closing bracket too many", "a: 1]\nb: ]\n", &[1, 2]),
    ("commas without elements", "a: [1, , 2]\n", &[1]),
    ("text behind a flow list", "a: [1] 2\n", &[1]),
    ("a quote that is not closed", "a: \"b\nc: d\n", &[1, 2, 3]),
    ("a single quote that is not closed", "a: 'b\nc: d\n", &[1, 2, 3]),
    ("text behind a quoted one", "a: \"b\" c\n", &[1]),
    ("an escape that is none", "a: \"\\q\"\n", &[1]),
    ("an escape that is cut short", "a: \"\\x4\"\n", &[1]),
    ("a tab as indentation", "a:\n\tb: 1\n", &[2]),
    ("a tab in a list", "a:\n\t- b\n", &[2]),
    ("too little indentation", "a:\n    b: 1\n  c: 2\n", &[3]),
    ("too much indentation", "a: 1\n  b: 2\n", &[1, 2]),
    ("a key in a list", "a:\n- b\nc: 1\n- d\n", &[3, 4]),
    ("a list in a map", "a: 1\n- b\n", &[1, 2]),
    ("two keys on a line", "a: b: c\n", &[1]),
    ("a list behind a key", "a: - b\n", &[1]),
    ("an anchor without a name", "a: & b\n", &[1]),
    ("an alias without a name", "a: *\n", &[1]),
    ("an alias of nothing", "a: *b\n", &[1]),
    ("an alias with an anchor", "a: &x 1\nb: &y *x\n", &[2]),
    ("two anchors on one node", "a: &x &y 1\n", &[1]),
    ("a tag that has no handle", "a: !no!such 1\n", &[1]),
    ("a verbatim tag that is not closed", "a: !<x 1\n", &[1]),
    ("a header of a block text", "a: |x\n  b\n", &[1]),
    ("an indentation of 0", "a: |0\n  b\n", &[1]),
    ("a block text that is indented less", "a: |4\n  b\n", &[1, 2]),
    ("a line of spaces that is longer than the text", "a: |\n      \n  b\n", &[1, 2, 3]),
    ("a reserved character", "a: @b\n", &[1]),
    ("a backquote", "a: `b`\n", &[1]),
    ("a percent sign", "a: %b\n", &[1]),
    ("a directive without a document", "%YAML 1.2\na: 1\n", &[1, 2]),
    ("two directives of a version", "%YAML 1.2\n%YAML 1.2\n---\na: 1\n", &[1, 2]),
    ("a directive behind a document", "a: 1\n%YAML 1.2\n---\nb: 1\n", &[1, 2, 3]),
    ("text behind the end of a document", "a: 1\n... b\n", &[2]),
    ("a key of several lines", "a\nb: c\n", &[1, 2]),
    ("a quoted key of several lines", "\"a\n  b\": c\n", &[1, 2]),
    ("a colon in a flow list's line", "[a\n: b]: c\n", &[1, 2]),
    ("a comment without a space", "a: \"b\"#c\n", &[1]),
    ("a control character", "a: \u{1}\n", &[1]),
    ("no map", "- a\n", &[1]),
    ("one text", "abc\n", &[1]),
    ("one number", "42\n", &[1]),
    ("a key that is a map", "? {a: 1}\n: b\n", &[1, 2]),
    ("a key that is a list", "? [a]\n: b\n", &[1, 2]),
    ("a key twice", "a: 1\na: 2\n", &[1, 2]),
];

#[test]
fn malformed_yaml_is_told_at_its_place() {
    let wrong: Vec<String> = MALFORMED.iter().filter_map(|(what, yaml, lines)| untold(what, yaml, lines)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn untold(what: &str, yaml: &str, lines: &[usize]) -> Option<String> {
    let linted = lint(Input::Values(vec![text("v.yaml", yaml)]), &Options::default(), &Memory::default());
    // The environment is missing in each of them, too, which is not tested here.
    let missing = Topic::Code(Code::MissingField);
    let at = linted.diagnostics.iter().filter(|d| d.severity == Severity::Error && d.code != missing);
    let at: Vec<usize> = at.map(|error| linted.sources.position(error.span).line).collect();
    let told = at.first().is_some_and(|line| lines.contains(line));
    (!told).then(|| format!("{what}: {:?} {:?}", yaml, linted.brief()))
}

/// Each prefix of a text, and each text with a replaced byte, is handled without a panic.
#[test]
fn broken_anywhere_yaml_is_answered() {
    let whole =
        "environment: deployment\napplication: &a\n  versions:\n  - {image: 'x', env: [1, \"y\"]}\n  - |-\n   z\n";
    for at in 0..=whole.len() {
        answered(&whole[..at]);
        for byte in ["\t", "\"", "{", "]", ":", "- ", "&", "*", "!", "|", "#", "%", "@", "\u{0}", "\r", "\u{feff}", "é"]
        {
            answered(&format!("{}{byte}{}", &whole[..at], &whole[(at + 1).min(whole.len())..]));
        }
    }
}

fn answered(yaml: &str) {
    let linted = lint(Input::Values(vec![text("v.yaml", yaml)]), &Options::default(), &Memory::default());
    for found in &linted.diagnostics {
        assert!(found.span.end as usize <= linted.sources.file(found.span.file).text().len(), "{yaml:?}: {found:?}");
    }
}
