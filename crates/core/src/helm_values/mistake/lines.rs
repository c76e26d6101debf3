//! The lines of a YAML text, read one by one: enough to see what a person meant where the text as a whole cannot be read.

use std::ops::Range;

/// The lines of a text.
pub struct Lines<'t> {
    /// The text.
    pub text: &'t str,
    lines: Vec<Line>,
}

struct Line {
    /// Without the newline and what is before it.
    range: Range<usize>,
    /// True if it belongs to a block scalar (`|`, `>`), where everything is a string.
    in_block: bool,
}

/// The key or list item on a line.
pub struct Item {
    /// The last dash before the content, if there is one.
    pub dash: Option<usize>,
    /// The start of the content, after dashes.
    pub content: usize,
    /// The key.
    pub key: Option<Range<usize>>,
    /// The value, without a comment; empty where it is on the next lines.
    pub value: Range<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of `text`.
    pub fn new(text: &'t str) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let (mut start, mut block) = (0, None);
        for line in text.split_inclusive('\n') {
            let range = start..start + line.trim_end_matches(['\n', '\r']).len();
            start += line.len();
            let body = &text[range.clone()];
            let indent = body.len() - body.trim_start_matches([' ', '\t']).len();
            let blank = body.trim().is_empty();
            let in_block = block.is_some_and(|outer| blank || indent > outer);
            if !in_block {
                block = None;
                let item = item(text, range.clone());
                let value = &text[item.value.clone()];
                let header = value.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
                if matches!(header, "|" | ">") {
                    block = Some(indent);
                }
            }
            lines.push(Line { range, in_block });
        }
        if lines.is_empty() {
            lines.push(Line { range: 0..0, in_block: false });
        }
        Lines { text, lines }
    }

    /// The line with the byte `at`.
    pub fn index(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.range.start <= at).saturating_sub(1)
    }

    /// The character at the byte `at`.
    pub fn char_at(&self, at: usize) -> Range<usize> {
        at..at + self.text[at..].chars().next().map_or(0, char::len_utf8)
    }

    /// Returns the number of lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The whole line.
    pub fn range(&self, line: usize) -> Range<usize> {
        self.lines.get(line).map_or(self.text.len()..self.text.len(), |line| line.range.clone())
    }

    /// The line without the white space around it.
    pub fn trimmed(&self, line: usize) -> Range<usize> {
        let range = self.range(line);
        let body = &self.text[range.clone()];
        let start = range.start + body.len() - body.trim_start().len();
        start..start + body.trim().len()
    }

    /// Returns the number of white space characters that the line begins with.
    pub fn indent(&self, line: usize) -> usize {
        self.trimmed(line).start - self.range(line).start
    }

    /// Returns the content of the line; `None` for a blank line, a comment, and a line of a block scalar.
    pub fn item(&self, line: usize) -> Option<Item> {
        let known = self.lines.get(line)?;
        let body = self.text[known.range.clone()].trim_start();
        let is_content = !known.in_block && !body.is_empty() && !body.starts_with('#') && !body.starts_with("---");
        is_content.then(|| item(self.text, known.range.clone()))
    }

    /// The line before `line` that has content.
    pub fn content_before(&self, line: usize) -> Option<usize> {
        (0..line.min(self.len())).rev().take(200).find(|line| self.item(*line).is_some())
    }

    /// The line after `line` that has content.
    pub fn content_after(&self, line: usize) -> Option<usize> {
        (line + 1..self.len()).take(200).find(|line| self.item(*line).is_some())
    }

    /// The last line of what begins at `line`: those after it that are indented further than `indent`.
    pub fn end_of_block(&self, line: usize, indent: usize) -> usize {
        let below = (line + 1..self.len()).take_while(|next| {
            let range = self.trimmed(*next);
            range.is_empty() || self.indent(*next) > indent
        });
        below.filter(|next| !self.trimmed(*next).is_empty()).last().unwrap_or(line)
    }
}

fn item(text: &str, line: Range<usize>) -> Item {
    let skip = |at: usize| at + text[at..line.end].len() - text[at..line.end].trim_start_matches([' ', '\t']).len();
    let (mut at, mut dash) = (skip(line.start), None);
    while text[at..line.end].starts_with("- ") || &text[at..line.end] == "-" {
        dash = Some(at);
        at = skip(at + 1);
    }
    let key = key(&text[at..line.end]).map(|length| at..at + length);
    let value = key.as_ref().map_or(at, |key| {
        let colon = key.end + text[key.end..line.end].find(':').unwrap_or(0);
        skip((colon + 1).min(line.end))
    });
    Item { dash, content: at, key, value: value..end_of_value(text, value..line.end) }
}

/// The length of the key that `content` begins with.
fn key(content: &str) -> Option<usize> {
    let quote = content.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        let end = content[1..].find(quote)? + 2;
        return after_colon(content[end..].trim_start()).then_some(end);
    }
    if content.starts_with(['{', '[', '#', '|', '>', '&', '*', '!', ',']) {
        return None;
    }
    let colon = content.match_indices(':').map(|(at, _)| at).find(|at| after_colon(&content[*at..]))?;
    (!content[..colon].contains(" #")).then(|| content[..colon].trim_end().len())
}

fn after_colon(rest: &str) -> bool {
    rest.strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Returns the end of a value: before a comment, unless that is in quotes.
fn end_of_value(text: &str, value: Range<usize>) -> usize {
    let body = &text[value.clone()];
    let comment = if body.starts_with('#') { Some(0) } else { body.find(" #") };
    let quotes = comment.map_or(0, |at| body[..at].matches('"').count());
    let end = comment.filter(|_| quotes % 2 == 0).unwrap_or(body.len());
    value.start + body[..end].trim_end().len()
}
