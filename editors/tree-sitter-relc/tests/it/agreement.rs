//! relc's parser and this grammar take the same texts.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use relc_syntax::diagnostic::Code;
use relc_syntax::source::{SourceFile, Sources};

use crate::inputs::{Input, inputs};
use crate::parse;

/// Returns the first error of relc's parser. The depth of brackets is a limit, not a matter of syntax.
fn refused(text: &str) -> Option<String> {
    let id = Sources::default().add(SourceFile::new("input.rel", text));
    let (_, found) = relc_syntax::parse(id, text);
    found.iter().find(|found| found.code != Code::NestingTooDeep).map(|found| found.message.clone())
}

/// Returns the difference of the two parsers on a text.
fn difference(text: &str) -> Option<String> {
    let tree = parse(text);
    match (refused(text), tree.root_node().has_error()) {
        (None, true) => Some("relc takes it, and the grammar does not".to_owned()),
        (Some(message), false) => Some(format!("the grammar takes it, and relc says: {message}")),
        _ => None,
    }
}

#[test]
fn they_agree_on_every_text_of_the_project() {
    let inputs = inputs();
    let differ = |input: &Input| Some(format!("{}: {}", input.name, difference(&input.text)?));
    let failures: Vec<String> = inputs.iter().filter_map(differ).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let refused = inputs.iter().filter(|input| refused(&input.text).is_some()).count();
    assert!(refused > 50 && inputs.len() - refused > 500, "{refused} of {} texts are refused", inputs.len());
}

/// Each snippet is valid in the language, with its placeholders as they are, at the position for which it is offered.
#[test]
fn snippets_are_well_formed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vscode/snippets/relc.json");
    let snippets: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).expect("a text")).expect("JSON");
    let snippets = snippets.as_object().expect("snippets have names");
    assert!(snippets.len() >= 10, "only {} snippets are there", snippets.len());
    for (name, snippet) in snippets {
        let lines: Vec<&str> =
            snippet["body"].as_array().into_iter().flatten().filter_map(|line| line.as_str()).collect();
        let typed = typed(&lines.join("\n"));
        let text = match snippet["prefix"].as_str() {
            Some("version") => format!("release a on b <\n{typed}\n>\n"),
            Some("when") => format!("release a on b <\n\"c\" {typed}\n>\n"),
            Some("lint") => format!("part a {{\n{typed}\n}}\n"),
            _ => format!("{typed}\n"),
        };
        assert_eq!(refused(&text), None, "{name}:\n{text}");
        assert!(!parse(&text).root_node().has_error(), "{name}:\n{text}");
    }
}

/// A snippet's text with each placeholder as it is before one types: `${1:name}` and the first of `${1|a,b|}`.
fn typed(body: &str) -> String {
    let mut text = body.replace("$0", "").replace("$3", "");
    let mut names = BTreeMap::new();
    while let Some(start) = text.rfind("${") {
        let rest = &text[start + 2..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).expect("a placeholder is closed");
        let number = rest[..digits].to_owned();
        let (value, length) = match &rest[digits..=digits] {
            "|" => {
                let choices = rest[digits + 1..].split('|').next().unwrap_or_default();
                (choices.split(',').next().unwrap_or_default().to_owned(), digits + choices.len() + 3)
            }
            _ => {
                let end = closing(&rest[digits..]);
                (rest[digits..digits + end].trim_start_matches(':').replace("\\}", "}"), digits + end + 1)
            }
        };
        if !value.is_empty() {
            names.insert(number.clone(), value.clone());
        }
        let value = if value.is_empty() { format!("\0{number}\0") } else { value };
        text.replace_range(start..start + 2 + length, &value);
    }
    names.into_iter().fold(text, |text, (number, value)| text.replace(&format!("\0{number}\0"), &value))
}

/// Returns the position of the brace that closes a placeholder; one after a backslash is text.
fn closing(text: &str) -> usize {
    let brace = |(at, _): &(usize, &str)| *at == 0 || !text[..*at].ends_with('\\');
    text.match_indices('}').find(brace).map_or(text.len(), |(at, _)| at)
}

/// At the top of a file, too, where relc once dropped what such a comma begins.
#[test]
fn a_comma_has_something_before_it() {
    for text in ["import kube, , istio\n", ", let x = 1\n", "let x = 1,, let y = 2\n"] {
        assert!(refused(text).is_some_and(|message| message.contains("this comma separates nothing")), "{text}");
        assert!(parse(text).root_node().has_error(), "{text}");
    }
}

/// Each text again with one mistake in it, at some of its tokens: what relc makes of it, the grammar does, too.
#[test]
fn they_agree_on_mistakes() {
    let mut tried = 0;
    let mut failures = Vec::new();
    // A text that is too deep already says nothing of a mistake in it.
    let fit = |input: &Input| input.text.len() < 3000 && !input.text.contains("[[[[");
    for input in inputs().into_iter().filter(fit) {
        let tokens = tokens(&input.text);
        // Which ones is a matter of the text alone, so that a new fixture changes nothing for the others.
        let at_stride = (input.text.len() % STRIDE..tokens.len()).step_by(STRIDE);
        for at in at_stride.filter(|at| !imports(&input.text, tokens[*at].start)) {
            for text in mistakes_at(&input.text, &tokens, at) {
                tried += 1;
                let place = tokens[at].start;
                failures.extend(difference(&text).map(|why| format!("{} at {place}: {why}\n{text}", input.name)));
            }
        }
    }
    assert!(failures.is_empty(), "{}\n{} of {tried} differ", failures.join("\n"), failures.len());
    assert!(tried > 3000, "only {tried} mistakes are tried");
}

/// Of so many tokens one has mistakes made at it. All of them take minutes.
const STRIDE: usize = 31;

/// Returns true if the line imports libraries. For a trailing comma there, relc reports that a brace further down is not
/// closed.
fn imports(text: &str, at: usize) -> bool {
    text[..at].rsplit('\n').next().is_some_and(|line| line.starts_with("import "))
}

/// The tokens of a text, roughly: words, newlines, and other characters one by one.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| *c != ' ') {
        match found.last_mut() {
            Some(last) if last.end == at && word(c) && text[last.clone()].ends_with(word) => last.end += c.len_utf8(),
            _ => found.push(at..at + c.len_utf8()),
        }
    }
    found
}

/// The text without the token, with it twice, behind a newline or a comment, and in the place of the next one.
fn mistakes_at(text: &str, tokens: &[Range<usize>], at: usize) -> Vec<String> {
    let here = tokens[at].clone();
    let (before, token, behind) = (&text[..here.start], &text[here.clone()], &text[here.end..]);
    let mut found = vec![
        format!("{before}{behind}"),
        format!("{before}{token} {token}{behind}"),
        format!("{before}\n{token}{behind}"),
    ];
    // A comment right behind a word ends it for tree-sitter, and for relc what follows does not touch the word.
    if before.ends_with([' ', '\n']) {
        found.push(format!("{before}/* one */{token}{behind}"));
    }
    if let Some(next) = tokens.get(at + 1) {
        let between = &text[here.end..next.start];
        found.push(format!("{before}{}{between}{token}{}", &text[next.clone()], &text[next.end..]));
    }
    found
}
