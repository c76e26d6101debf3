//! relc's parser and this grammar take the same texts.

use std::ops::Range;

use relc::diagnostic::Code;
use relc::source::{SourceFile, Sources};

use crate::inputs::{Input, inputs};
use crate::parse;

/// Whether relc's parser finds something wrong. How deep brackets may stand is a limit and no matter of syntax.
fn refused(text: &str) -> Option<String> {
    let id = Sources::default().add(SourceFile::new("input.rel", text));
    let (_, found) = relc::syntax::parse(id, text);
    found.iter().find(|found| found.code != Code::NestingTooDeep).map(|found| found.message.clone())
}

/// How the two differ on a text.
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

/// Each text again with one mistake in it, at some of its tokens: what relc makes of it, the grammar does, too.
#[test]
fn they_agree_on_mistakes() {
    let mut tried = 0;
    let mut failures = Vec::new();
    // A text that is too deep already says nothing of a mistake in it.
    let fit = |input: &Input| input.text.len() < 3000 && !input.text.contains("[[[[");
    for (number, input) in inputs().into_iter().filter(fit).enumerate() {
        let tokens = tokens(&input.text);
        let at_stride = (number % STRIDE..tokens.len()).step_by(STRIDE);
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

/// Whether the line imports libraries. A comma too many ends the statement for relc, quietly.
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
