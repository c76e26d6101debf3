//! Mistakes between brackets: a bracket that is not closed or closes nothing, and commas that are missing.

use std::ops::Range;

use super::Mistake;
use super::lines::Lines;
use relc_syntax::diagnostic::Applicability;

/// The first mistake between brackets, up to `line`.
pub fn first(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let mut at = 0;
    while at <= line {
        let Some(item) = lines.item(at).filter(|item| lines.text[item.value.clone()].starts_with(['{', '['])) else {
            at += 1;
            continue;
        };
        let mut flow = Flow { lines, at: item.value.start, line: at, open: Vec::new(), last: Last::Open, colon: false };
        match flow.run() {
            Err(mistake) => return Some(*mistake),
            Ok(()) => at = flow.line + 1,
        }
    }
    None
}

/// The kind of the last token.
#[derive(Clone, PartialEq)]
enum Last {
    /// A bracket that opens, a comma, a colon: a value may follow.
    Open,
    /// A plain string, which further words go on.
    Plain(Range<usize>),
    /// A string in quotes or a closing bracket: a comma or a bracket must follow.
    Value(Range<usize>),
}

struct Flow<'a, 't> {
    lines: &'a Lines<'t>,
    at: usize,
    line: usize,
    open: Vec<usize>,
    last: Last,
    /// True if the current entry has its colon.
    colon: bool,
}

impl Flow<'_, '_> {
    fn run(&mut self) -> Result<(), Box<Mistake>> {
        let first = self.lines.indent(self.line);
        loop {
            let end = self.lines.range(self.line).end;
            while self.at < end {
                self.token(end)?;
                if self.open.is_empty() {
                    return self.after(end);
                }
            }
            self.line += 1;
            if self.line >= self.lines.len() || self.leaves(first) {
                return Err(Box::new(self.unclosed()));
            }
            self.at = self.lines.trimmed(self.line).start;
        }
    }

    /// Returns true if the current line belongs to the blocks around the brackets: it is not indented further, and begins a
    /// key or an item.
    fn leaves(&self, first: usize) -> bool {
        let Some(item) = self.lines.item(self.line) else { return false };
        let opens_line = self.lines.trimmed(self.line - 1);
        let separated = self.lines.text[opens_line].ends_with([',', '{', '[']);
        self.lines.indent(self.line) <= first && (item.dash.is_some() || item.key.is_some() && !separated)
    }

    fn token(&mut self, end: usize) -> Result<(), Box<Mistake>> {
        let rest = &self.lines.text[self.at..end];
        let Some(c) = rest.chars().next() else { return Ok(()) };
        let start = self.at;
        match c {
            ' ' | '\t' => self.at += 1,
            '#' if self.lines.text[..start].ends_with([' ', '\n', '\t']) => self.at = end,
            '{' | '[' => {
                self.needs_comma(start)?;
                self.open.push(start);
                self.at += 1;
                (self.last, self.colon) = (Last::Open, false);
            }
            '}' | ']' => self.close(c)?,
            ',' => {
                self.at += 1;
                (self.last, self.colon) = (Last::Open, false);
            }
            ':' if self.is_colon(rest) => {
                if self.colon {
                    return Err(Box::new(self.comma_before_key()));
                }
                self.at += 1;
                (self.last, self.colon) = (Last::Open, true);
            }
            '"' | '\'' if !matches!(self.last, Last::Plain(_)) => {
                self.needs_comma(start)?;
                self.at = self.quoted(c, start);
                self.last = Last::Value(start..self.at);
            }
            _ => {
                self.needs_comma(start)?;
                let length = rest.find(|c: char| " \t,[]{}".contains(c)).unwrap_or(rest.len()).max(c.len_utf8());
                let length = rest[..length].find(": ").unwrap_or(length);
                let length = if rest[..length].ends_with(':') && length > 1 { length - 1 } else { length };
                self.at += length.max(1);
                self.last = match &self.last {
                    Last::Plain(before) => Last::Plain(before.start..self.at),
                    Last::Open | Last::Value(_) => Last::Plain(start..self.at),
                };
            }
        }
        Ok(())
    }

    fn is_colon(&self, rest: &str) -> bool {
        let after = rest[1..].chars().next();
        after.is_none_or(|c| " \t,[]{}".contains(c)) || matches!(self.last, Last::Value(_))
    }

    fn quoted(&mut self, quote: char, start: usize) -> usize {
        let mut escaped = false;
        for (at, c) in self.lines.text[start..].char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' if quote == '"' => escaped = true,
                c if c == quote => {
                    self.line = self.lines.index(start + at);
                    return start + at + 1;
                }
                _ => {}
            }
        }
        self.line = self.lines.len() - 1;
        self.lines.text.len()
    }

    /// A value right after a value.
    fn needs_comma(&self, next: usize) -> Result<(), Box<Mistake>> {
        let before = match &self.last {
            Last::Value(before) => before.clone(),
            Last::Open | Last::Plain(_) => return Ok(()),
        };
        if let Some(mistake) = self.stray_quote(&before, next) {
            return Err(Box::new(mistake));
        }
        if !self.colon && self.is_key_and_value(&before, next) {
            return Err(Box::new(self.missing_colon(&before, next)));
        }
        Err(Box::new(self.missing_comma(before.end, next)))
    }

    /// A quote right after a value that no other on its line closes: `"a"": 1`.
    fn stray_quote(&self, before: &Range<usize>, next: usize) -> Option<Mistake> {
        let text = self.lines.text;
        let quote = text[next..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let end = self.lines.range(self.lines.index(next)).end;
        if before.end != next || text[next + 1..end].contains(quote) {
            return None;
        }
        let mistake = Mistake::new(next..next + 1, format!("the quote `{quote}` is never closed"), "remove it");
        Some(mistake.repair(next..next + 1, "").offer(Applicability::Unsafe).last())
    }

    /// Returns true for `"name" "value"` in an object, where no colon follows.
    fn is_key_and_value(&self, before: &Range<usize>, next: usize) -> bool {
        let text = self.lines.text;
        let in_object = self.open.last().is_some_and(|open| text[*open..].starts_with('{'));
        let rest = &text[next..];
        let end = match rest.chars().next() {
            Some('{' | '[') => return in_object && text[before.clone()].starts_with(['"', '\'']),
            Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(rest.len(), |at| at + 2),
            _ => rest.find([',', ':', '}', '\n']).unwrap_or(rest.len()),
        };
        in_object && text[before.clone()].starts_with(['"', '\'']) && !rest[end..].trim_start().starts_with(':')
    }

    fn missing_colon(&self, key: &Range<usize>, next: usize) -> Mistake {
        let text = self.lines.text;
        let value: String = text[next..].split([',', '}', '\n']).next().unwrap_or("").chars().take(40).collect();
        let (key, end) = (&text[key.clone()], key.end);
        let mistake = Mistake::new(
            end - 1..end,
            format!("a colon `:` is missing after `{key}`"),
            format!("write `{key}: {}`", value.trim()),
        );
        mistake.repair(end..end, ":").offer(Applicability::Safe).last()
    }

    fn missing_comma(&self, at: usize, next: usize) -> Mistake {
        let text = self.lines.text;
        let rest = &text[next..];
        let quoted = rest.strip_prefix('"').and_then(|inner| inner.find('"')).map(|at| at + 2);
        let length =
            quoted.unwrap_or_else(|| rest.find(|c: char| " \t\n,:[]{}".contains(c)).unwrap_or(rest.len()).max(1));
        let message = format!("a comma `,` is missing before `{}`", &rest[..length]);
        let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = text[line..at].trim_start();
        let before = before.rsplit([',', '{', '[']).next().unwrap_or(before).trim();
        let help = format!("write `{before}, {}`", &rest[..length]);
        let last = || at - text[..at].chars().next_back().map_or(0, char::len_utf8)..at;
        let place = if text[at..next].contains('\n') { last() } else { next..next + length };
        Mistake::new(place, message, help).repair(at..at, ",").offer(Applicability::Safe).last()
    }

    /// A second colon in one entry: the last word, or the last line, of the value before it is the next key.
    fn comma_before_key(&self) -> Mistake {
        let before = match &self.last {
            Last::Plain(before) => before.clone(),
            Last::Open | Last::Value(_) => self.at..self.at,
        };
        let plain = &self.lines.text[before.clone()];
        let split = plain.rfind('\n').or_else(|| plain.rfind(' '));
        match split {
            Some(split) if plain[..split].trim_end() == "-" => {
                let message = "an element between brackets has no dash";
                Mistake::new(
                    before.start..before.start + 1,
                    message,
                    "write `[a, b]`, or close the bracket before the list",
                )
            }
            Some(split) => {
                let value = before.start + plain[..split].trim_end().len();
                let key = before.end - plain[split..].trim_start().len();
                self.missing_comma(value, key)
            }
            None => {
                let message = "this is the second colon of one entry";
                let help = format!("write the value in quotes: `\"{plain}: …\"`");
                Mistake::new(self.at..self.at + 1, message, help)
            }
        }
    }

    fn close(&mut self, c: char) -> Result<(), Box<Mistake>> {
        let at = self.at;
        self.at += 1;
        self.last = Last::Value(at..at + 1);
        self.colon = false;
        let Some(open) = self.open.pop() else { return Ok(()) };
        let bracket = char::from(self.lines.text.as_bytes()[open]);
        let wanted = closing(bracket);
        if wanted == c {
            return Ok(());
        }
        let message = format!("`{c}` cannot close `{bracket}`");
        let mistake = Mistake::new(at..at + 1, message, format!("write `{wanted}`"));
        // The bracket that is open around may be the one that this closes.
        let outer = self.open.last().is_some_and(|outer| closing(char::from(self.lines.text.as_bytes()[*outer])) == c);
        let repaired = match outer {
            true => mistake.repair(at..at, wanted.to_string()),
            false => mistake.repair(at..at + 1, wanted.to_string()),
        };
        Err(Box::new(repaired.related(open..open + 1, "opened here").offer(Applicability::Unsafe).last()))
    }

    /// Checks the rest of the line after the last bracket.
    fn after(&self, end: usize) -> Result<(), Box<Mistake>> {
        let rest = &self.lines.text[self.at..end];
        let body = rest.trim_start();
        if !body.starts_with(['}', ']']) {
            return Ok(());
        }
        let at = end - body.len();
        // All of them at once, as the next one would be reported in the same words.
        let stray = body.find(|c| !matches!(c, '}' | ']' | ' ' | '\t')).unwrap_or(body.len());
        let stray = body[..stray].trim_end();
        let subject = if stray.len() == 1 { format!("this `{stray}` closes") } else { format!("`{stray}` close") };
        let mistake = Mistake::new(at..at + stray.len(), format!("{subject} nothing"), format!("remove `{stray}`"));
        Err(Box::new(mistake.repair(at..at + stray.len(), "").offer(Applicability::Unsafe).last()))
    }

    fn unclosed(&self) -> Mistake {
        let text = self.lines.text;
        let open = self.open.last().copied().unwrap_or(self.at.min(text.len().saturating_sub(1)));
        let bracket = char::from(text.as_bytes()[open]);
        let close: String = self.open.iter().rev().map(|open| closing(char::from(text.as_bytes()[*open]))).collect();
        // Before a comment, which would hide what closes the brackets.
        let last = (0..self.line.min(self.lines.len())).rev().find_map(|line| self.lines.item(line));
        let end = last.map_or(text.len(), |item| item.value.end).max(open + 1);
        let shown: String = text[open..end].lines().next().unwrap_or("").chars().take(60).collect();
        let help = match text[open..end].contains('\n') {
            true => format!("close it with `{}`", closing(bracket)),
            false if shown.len() >= 60 => format!("write `{}` at the end", closing(bracket)),
            false => format!("write `{shown} {}`", closing(bracket)),
        };
        let mistake = Mistake::new(open..open + 1, format!("this `{bracket}` is never closed"), help);
        let outer = self.open.iter().rev().skip(1).copied();
        let mistake = outer.fold(mistake, |mistake, open| {
            let bracket = char::from(text.as_bytes()[open]);
            mistake.related(open..open + 1, format!("this `{bracket}` is not closed either"))
        });
        mistake.repair(end..end, close).offer(Applicability::Unsafe).last()
    }
}

fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}
