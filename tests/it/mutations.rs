//! Every case of the conformance suite, mutated in systematic ways: each mistake is reported once, at its line, and the
//! help for a misspelling names the original.

use libyaml_safer::{EventData, Parser, ScalarStyle};
use rayon::prelude::*;
use relc_syntax::diagnostic::Severity;

use crate::compiled::{Memory, compile};
use crate::conformance::{Case, cases};

/// A mistake: the mutated text, and the expected diagnostic.
struct Mistake {
    what: String,
    text: String,
    /// The line of the diagnostic, from 1; `None` if a missing bracket may be reported anywhere.
    line: Option<usize>,
    /// The text that the help must contain.
    meant: Option<String>,
}

/// Keys whose children have arbitrary names.
const OWN_KEYS: &[&str] =
    &["labels", "annotations", "env", "headers", "queryParams", "matchLabels", "selector", "limits", "requests"];

#[test]
fn mistakes_are_told_once_at_their_line() {
    let cases = cases();
    let mistakes: Vec<(&Case, Mistake)> = { cases.iter() }
        .flat_map(|case| {
            let mistakes =
                if case.path.extension().is_some_and(|e| e == "rel") { in_release(case) } else { in_values(case) };
            mistakes.into_iter().map(move |mistake| (case, mistake))
        })
        .collect();
    let failures: Vec<String> = mistakes.par_iter().filter_map(|(case, mistake)| untold(case, mistake)).collect();
    assert!(mistakes.len() > 1500, "only {} mistakes are tried", mistakes.len());
    assert!(failures.is_empty(), "{}\n{} of {} mistakes", failures.join("\n"), failures.len(), mistakes.len());
}

fn untold(case: &Case, mistake: &Mistake) -> Option<String> {
    let compiled = compile(case.input(&mistake.text), &case.options, &Memory::default());
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    let why = match errors.as_slice() {
        [] => "is not told".to_owned(),
        [error] => {
            let line = compiled.sources.position(error.span).line;
            let help = error.help.as_deref().unwrap_or("");
            if mistake.line.is_some_and(|wanted| wanted != line) {
                format!("is told at line {line}")
            } else if mistake.meant.as_ref().is_some_and(|meant| !help.contains(&format!("`{meant}`"))) {
                "is told without the word that was meant".to_owned()
            } else {
                return None;
            }
        }
        _ => "is told more than once".to_owned(),
    };
    let brief = compiled.brief().join("\n    ");
    Some(format!("{}: {} at line {:?} {why}\n    {brief}", case.name(), mistake.what, mistake.line))
}

/// Returns the range of the string or number that is the value after the colon before `start`, on its line.
fn scalar(text: &str, start: usize) -> Option<std::ops::Range<usize>> {
    let rest = text[start..].lines().next()?;
    let begin = start + rest.len() - rest.trim_start().len();
    let value = rest.trim_start();
    let length = match value.as_bytes().first()? {
        b'"' if !value.starts_with("\"\"\"") => value[1..].find('"')? + 2,
        b'0'..=b'9' => value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len()),
        _ => return None,
    };
    Some(begin..begin + length)
}

/// Largest number of combinations of a case that are tried.
const COMBINATIONS: usize = 40;

#[test]
fn no_mistake_of_a_file_hides_another() {
    let cases = cases();
    for count in [2, 3] {
        let tried: Vec<(usize, Vec<String>)> = cases.par_iter().map(|case| combined(case, count)).collect();
        let total: usize = tried.iter().map(|(tried, _)| tried).sum();
        let hidden: Vec<String> = tried.into_iter().flat_map(|(_, hidden)| hidden).collect();
        assert!(total > 300, "only {total} files with {count} mistakes are tried");
        // A mistake in the environment or the strategy leaves open what the fields are.
        assert!(
            hidden.len() * 20 <= total,
            "{}\n{} of {total} files with {count} mistakes",
            hidden.join("\n"),
            hidden.len()
        );
    }
}

/// Tries files with `count` mistakes, each on its own line; returns their number, and those of which a mistake isn't
/// reported at its line.
fn combined(case: &Case, count: usize) -> (usize, Vec<String>) {
    let is_release = case.path.extension().is_some_and(|extension| extension == "rel");
    let mistakes = if is_release { in_release(case) } else { in_values(case) };
    let one_line: Vec<(&Mistake, usize, &str)> = { mistakes.iter() }
        .filter_map(|mistake| {
            let line = mistake.line?;
            Some((mistake, line, mistake.text.lines().nth(line - 1)?))
        })
        .collect();
    let (mut tried, mut hidden) = (0, Vec::new());
    let stride = one_line.len() / count;
    for first in 0..stride.min(COMBINATIONS) {
        let chosen: Vec<_> = (0..count).map(|at| &one_line[first + at * stride]).collect();
        let mut lines: Vec<&str> = case.text.lines().collect();
        let mut places: Vec<usize> = chosen.iter().map(|(_, line, _)| *line).collect();
        places.dedup();
        if places.len() < count {
            continue;
        }
        for (_, line, text) in &chosen {
            lines[line - 1] = text;
        }
        tried += 1;
        let compiled = compile(case.input(&(lines.join("\n") + "\n")), &case.options, &Memory::default());
        let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let reported: Vec<usize> = errors.map(|error| compiled.sources.position(error.span).line).collect();
        let missed: Vec<&str> = { chosen.iter() }
            .filter(|(_, line, _)| !reported.contains(line))
            .map(|(mistake, ..)| mistake.what.as_str())
            .collect();
        if !missed.is_empty() {
            let all: Vec<&str> = chosen.iter().map(|(mistake, ..)| mistake.what.as_str()).collect();
            hidden.push(format!("{}: {} of {}", case.name(), missed.join(", "), all.join(", ")));
        }
    }
    (tried, hidden)
}

/// Swaps two letters of the word; returns `None` if that changes nothing.
fn misspelt(word: &str) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = (1..letters.len().saturating_sub(1)).find(|at| {
        letters[*at] != letters[at + 1] && letters[*at].is_alphanumeric() && letters[at + 1].is_alphanumeric()
    })?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

/// A scalar of a values file, with the keys above it.
struct Node {
    path: Vec<String>,
    is_key: bool,
    text: String,
    line: usize,
    range: std::ops::Range<usize>,
}

fn in_values(case: &Case) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut mistake = |what: String, range: std::ops::Range<usize>, text: &str, line, meant| {
        let mut changed = case.text.clone();
        changed.replace_range(range, text);
        mistakes.push(Mistake { what, text: changed, line, meant });
    };
    for node in nodes(&case.text) {
        let own = node.path.iter().any(|key| OWN_KEYS.contains(&key.as_str()));
        let last = node.path.last().map_or("", String::as_str);
        if node.is_key {
            // Knative's schema preserves unknown fields in a revision's metadata.
            let open = node.path.ends_with(&["template".to_owned(), "metadata".to_owned()]);
            if let (false, Some(wrong)) = (own || open || node.text == "<<", misspelt(&node.text)) {
                mistake(format!("the key `{wrong}`"), node.range, &wrong, Some(node.line), Some(node.text));
            }
        } else if matches!(last, "strategy" | "environment") {
            if let Some(wrong) = misspelt(&node.text) {
                mistake(format!("`{last}: {wrong}`"), node.range, &wrong, Some(node.line), Some(node.text));
            }
        } else if last != "iter8Version" {
            let line = Some(node.line);
            mistake(format!("an object at `{last}`"), node.range.clone(), "{ x: {} }", line, None);
            mistake(format!("a list at `{last}`"), node.range, "[[]]", line, None);
        }
    }
    mistakes.extend(brackets(case, &["#"]));
    mistakes
}

/// Returns every scalar that is written in the file, in the order of the text.
fn nodes(text: &str) -> Vec<Node> {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |line: u64, column: u64| {
        let start = starts[usize::try_from(line).unwrap()];
        let characters = text[start..].char_indices().nth(usize::try_from(column).unwrap());
        start + characters.map_or(text.len() - start, |(at, _)| at)
    };
    let mut input = text.as_bytes();
    let mut parser = Parser::<&mut &[u8]>::new();
    parser.set_input_string(&mut input);
    let mut nodes = Vec::new();
    // The current key of each open collection; `None` in a list, and `Some(None)` before a key.
    let mut open: Vec<Option<Option<String>>> = Vec::new();
    loop {
        let event = parser.parse().unwrap();
        let path = || open.iter().filter_map(|key| key.clone().flatten()).collect::<Vec<_>>();
        match event.data {
            EventData::StreamEnd => return nodes,
            EventData::Scalar { value, style, .. } => {
                let is_key = open.last() == Some(&Some(None));
                let range = offset(event.start_mark.line, event.start_mark.column)
                    ..offset(event.end_mark.line, event.end_mark.column);
                let line = usize::try_from(event.start_mark.line).unwrap() + 1;
                if style == ScalarStyle::Plain || !is_key {
                    nodes.push(Node { path: path(), is_key, text: value.clone(), line, range });
                }
                if is_key { open.pop().map(|_| open.push(Some(Some(value)))).unwrap() } else { value_done(&mut open) }
            }
            EventData::Alias { .. } => value_done(&mut open),
            EventData::SequenceStart { .. } => open.push(None),
            EventData::MappingStart { .. } => open.push(Some(None)),
            EventData::SequenceEnd | EventData::MappingEnd => {
                open.pop();
                value_done(&mut open);
            }
            _ => {}
        }
    }
}

fn value_done(open: &mut [Option<Option<String>>]) {
    if let Some(Some(key)) = open.last_mut() {
        *key = None;
    }
}

/// Returns the text without one bracket, for each bracket.
fn brackets(case: &Case, comments: &[&str]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let (mut quote, mut before) = (None, ' ');
    let mut start = 0;
    for line in case.text.split_inclusive('\n') {
        if !comments.iter().any(|comment| line.trim_start().starts_with(comment)) {
            for (at, c) in line.char_indices() {
                match quote {
                    Some(mark) if c == mark && before != '\\' => quote = None,
                    Some(_) => {}
                    // An apostrophe inside a word doesn't start a string.
                    None if c == '"' || c == '\'' && !before.is_alphanumeric() => quote = Some(c),
                    None if "{}[]".contains(c) => {
                        let mut text = case.text.clone();
                        text.remove(start + at);
                        mistakes.push(Mistake {
                            what: format!("no `{c}` at byte {}", start + at),
                            text,
                            line: None,
                            meant: None,
                        });
                    }
                    None => {}
                }
                before = c;
            }
        }
        start += line.len();
    }
    mistakes
}

fn in_release(case: &Case) -> Vec<Mistake> {
    let mut mistakes = brackets(case, &["//"]);
    // The key before each open bracket.
    let mut open: Vec<String> = Vec::new();
    let (mut word_before, mut key) = (String::new(), String::new());
    let mut in_text = false;
    let mut at = 0;
    let mut after_on = 0;
    let body = case.text.find("\n").map_or(0, |newline| newline + 1);
    let bytes = case.text.as_bytes();
    while at < bytes.len() {
        let c = bytes[at] as char;
        if at < body {
            at += 1;
            continue;
        }
        if in_text {
            in_text = c != '"' || bytes[at - 1] == b'\\';
        } else if c.is_ascii_alphabetic() {
            let end = at
                + case.text[at..]
                    .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
                    .unwrap_or(bytes.len() - at);
            let word = &case.text[at..end];
            let is_key = case.text[end..].starts_with(':');
            let own = open.iter().any(|key| OWN_KEYS.contains(&key.as_str()));
            after_on = if word_before == "on" {
                1
            } else if after_on == 1 {
                2
            } else {
                0
            };
            // The environment, and the strategy after it, if there is one.
            let header = open.is_empty() && (after_on == 1 || after_on == 2 && word != "release");
            let declared = is_key && !open.is_empty() && !own;
            let declared = declared && !case.text[..at].lines().last().unwrap_or("").starts_with("let");
            if let (true, Some(wrong)) = (header || declared, misspelt(word)) {
                let mut text = case.text.clone();
                text.replace_range(at..end, &wrong);
                let line = Some(case.text[..at].matches('\n').count() + 1);
                mistakes.push(Mistake { what: format!("`{wrong}`"), text, line, meant: Some(word.to_owned()) });
            }
            if is_key {
                key = word.to_owned();
            }
            if let (true, Some(range)) = (declared, scalar(&case.text, end + 1)) {
                let line = Some(case.text[..range.start].matches('\n').count() + 1);
                for (what, wrong) in [("an object", "{ x: {} }"), ("a list", "[[]]")] {
                    let mut text = case.text.clone();
                    text.replace_range(range.clone(), wrong);
                    mistakes.push(Mistake { what: format!("{what} at `{word}`"), text, line, meant: None });
                }
            }
            word_before = word.to_owned();
            at = end;
            continue;
        } else {
            match c {
                '"' => in_text = true,
                '{' | '[' => open.push(std::mem::take(&mut key)),
                '}' | ']' => drop(open.pop()),
                _ => {}
            }
            if !c.is_whitespace() {
                word_before.clear();
                after_on = 0;
            }
        }
        at += 1;
    }
    mistakes
}
