//! Mistakes in values: templates, quotes, colons, and characters that begin no plain string.

use std::ops::Range;

use super::Mistake;
use super::lines::Lines;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};

/// Templates of Helm that no one rendered, where one is on `line` or is the line.
pub fn template(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let found: Vec<Range<usize>> = (0..lines.len()).filter_map(|line| on_line(lines, line)).collect();
    let here = lines.range(line);
    found.iter().find(|at| at.start <= here.end)?;
    Some(Mistake::from(unrendered(lines.text, &found)?).last())
}

/// Every template of `text` that is not in quotes.
pub fn templates(text: &str) -> Vec<Range<usize>> {
    let lines = Lines::new(text);
    (0..lines.len()).filter_map(|line| on_line(&lines, line)).collect()
}

fn on_line(lines: &Lines<'_>, line: usize) -> Option<Range<usize>> {
    let item = lines.item(line)?;
    let end = lines.range(line).end;
    // A template is a value, a key, or a whole line; within quotes it is a string.
    let start = [item.content, item.value.start].into_iter().find(|at| lines.text[*at..end].starts_with("{{"))?;
    let length = lines.text[start..end].find("}}").map_or(end - start, |at| at + 2);
    Some(start..start + length)
}

/// The number of templates that a finding points at.
const MOST_SHOWN: usize = 5;

/// The finding for a file with the templates `found`.
pub fn unrendered(text: &str, found: &[Range<usize>]) -> Option<Diagnostic> {
    let first = found.first()?;
    let message =
        format!("`{}` is a Helm template, and Helm does not render templates in a values file", &text[first.clone()]);
    let error = Diagnostic::error(Code::HelmTemplateInValues, super::place(first.clone()), message);
    let error = error.help("write the value itself; for a literal `{{`, put the value in quotes");
    Some(found[1..].iter().take(MOST_SHOWN).fold(error, |error, at| {
        let shown = &text[at.clone()];
        error.related(super::place(at.clone()), format!("`{shown}` is not rendered either"))
    }))
}

/// A quote that no other closes, on `line` or above it.
pub fn open_quote(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let from = line.saturating_sub(50);
    let found = (from..=line).find_map(|line| unclosed_on(lines, line))?;
    let (at, end, quote) = found;
    let value = &lines.text[at..end];
    let help = format!("write `{value}{quote}`");
    let mistake = Mistake::new(at..at + 1, format!("the quote `{quote}` is never closed"), help);
    Some(mistake.repair(end..end, quote.to_string()).offer(Applicability::Unsafe).uncertain(at..end))
}

/// The quote on `line` that is open at its end, where its string most likely ends, and which quote it is.
fn unclosed_on(lines: &Lines<'_>, line: usize) -> Option<(usize, usize, char)> {
    let item = lines.item(line)?;
    let range = item.content..lines.range(line).end;
    let (mut at, mut depth, mut before) = (range.start, 0_usize, ' ');
    while let Some(c) = lines.text[at..range.end].chars().next() {
        match c {
            '"' | '\'' if matches!(before, ' ' | ':' | '[' | '{' | ',') => match close(&lines.text[at..range.end], c) {
                Some(length) => at += length - 1,
                None if closes_below(lines, line, c) => return None,
                None => {
                    let body = lines.text[at..range.end].trim_end();
                    let is_json = item.key.as_ref().is_some_and(|key| lines.text[key.clone()].starts_with('"'));
                    let is_key = at == item.content && item.key.is_none();
                    let closers = match body.find(": ").filter(|_| is_key) {
                        Some(colon) => &body[..colon],
                        None if depth > 0 || is_json => body.trim_end_matches([' ', '}', ']', ',']),
                        None => body,
                    };
                    let end = at + closers.len().max(1);
                    return Some((at, end, c));
                }
            },
            '#' if before == ' ' => return None,
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // A plain string goes on to the next separator, quotes and all.
        before = if before.is_alphanumeric() && c == ' ' && depth == 0 { before } else { c };
        at += lines.text[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// The length of the string in quotes that `text` begins with, if it ends.
fn close(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Returns true if a string of several lines that begins on `line` ends properly.
fn closes_below(lines: &Lines<'_>, line: usize, quote: char) -> bool {
    for below in line + 1..lines.len().min(line + 50) {
        let body = &lines.text[lines.trimmed(below)];
        let Some(at) = body.find(quote) else { continue };
        let rest = body[at + 1..].trim_start_matches([' ', '}', ']', ',']);
        return rest.is_empty() || rest.starts_with('#') || rest.starts_with(':');
    }
    false
}

/// A value on `line` that is no string as it is.
pub fn scalar(lines: &Lines<'_>, line: usize, error: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let value = &lines.text[item.value.clone()];
    let first = value.chars().next()?;
    let key = item.key.clone().map_or("", |key| &lines.text[key]);
    match first {
        '"' | '\'' => after_quote(lines, &item.value, first),
        '*' if value.len() > 1 => unknown_anchor(lines, &item.value, error),
        '%' if value[1..].parse::<u64>().is_ok() => {
            let help = format!("write `{key}: {}`", &value[1..]);
            let mark = item.value.start..item.value.start + 1;
            let mistake = Mistake::new(mark.clone(), "a value cannot begin with `%` without quotes", help);
            Some(mistake.repair(mark, "").offer(Applicability::Unsafe))
        }
        '@' | '`' | '%' => {
            let message = format!("a value cannot begin with `{first}` without quotes");
            Some(in_quotes(Mistake::new(item.value.start..item.value.start + 1, message, ""), lines, key, item.value))
        }
        '-' if value.starts_with("- ") && item.key.is_some() => {
            let column = item.content - lines.range(line).start;
            let message = format!("a list cannot begin on the line of its key `{key}`");
            let help = format!("begin it on the next line: `{}{value}`", " ".repeat(column));
            Some(Mistake::new(item.value.start..item.value.start + 1, message, help))
        }
        '{' | '[' | '|' | '>' | '&' | '!' => None,
        _ => {
            let colon = value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1))?;
            item.key.as_ref()?;
            let at = item.value.start + colon;
            let message = format!("`{value}` contains a colon, which begins the value of another key");
            Some(in_quotes(Mistake::new(at..at + 1, message, ""), lines, key, item.value))
        }
    }
}

fn in_quotes(mut mistake: Mistake, lines: &Lines<'_>, key: &str, value: Range<usize>) -> Mistake {
    let quoted = format!("\"{}\"", lines.text[value.clone()].replace('\\', "\\\\").replace('"', "\\\""));
    let shown = if key.is_empty() { quoted.clone() } else { format!("{key}: {quoted}") };
    mistake.diagnostic = mistake.diagnostic.help(format!("write the value in quotes: `{shown}`"));
    mistake.repair(value.clone(), quoted).offer(Applicability::Unsafe).uncertain(value)
}

/// Something between a closing quote and the end of the value.
fn after_quote(lines: &Lines<'_>, value: &Range<usize>, quote: char) -> Option<Mistake> {
    let text = &lines.text[value.clone()];
    let end = close(text, quote)?;
    let rest = text[end..].trim();
    if rest.is_empty() {
        return None;
    }
    let inside = format!("{}{}", &text[1..end - 1], text[end..].replace(quote, ""));
    let start = value.end - text[end..].trim_start().len();
    let message = format!("`{rest}` is after the closing quote");
    let help = format!("write the whole value in quotes: `{quote}{}{quote}`", inside.trim());
    let mistake = Mistake::new(start..value.end, message, help);
    Some(mistake.repair(value.start + end..value.end, "").uncertain(value.clone()))
}

/// An alias of an anchor that does not exist; or a string that begins with a star.
fn unknown_anchor(lines: &Lines<'_>, value: &Range<usize>, error: usize) -> Option<Mistake> {
    if error > value.end {
        return None;
    }
    let text = &lines.text[value.clone()];
    let name: String = text[1..].chars().take_while(|c| !c.is_whitespace() && !",[]{}".contains(*c)).collect();
    let anchors = lines.text.split('&').skip(1);
    let anchors =
        anchors.map(|rest| rest.split(|c: char| c.is_whitespace() || ",[]{}".contains(c)).next().unwrap_or(""));
    let known: Vec<&str> = anchors.filter(|anchor| !anchor.is_empty()).collect();
    if known.contains(&name.as_str()) && lines.text[..value.start].contains(&format!("&{name}")) {
        return None;
    }
    let at = value.start..value.start + 1 + name.len();
    let message = format!("the anchor `&{name}` is not defined above this line");
    let help = match nearest(&name, known.iter().copied()) {
        Some(near) => format!("did you mean `*{near}`?"),
        None => format!("define it with `&{name}` at a value above, or write the string in quotes: `\"{text}\"`"),
    };
    Some(Mistake::new(at.clone(), message, help).repair(at, "null").uncertain(value.clone()))
}
