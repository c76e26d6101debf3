//! What a rule in CEL reads of a value, as far as its text tells.
//!
//! In: a rule, and a field with values of a user and of a library. Out: whether the rule can break for what the user wrote. A rule that only
//! reads what a library writes holds, as the library is tested; compiling it would take longer than the rest of a build.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::memo::Memo;
use super::values;
use crate::validate::field::Field;

/// What a rule reads.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// True if it may read all of a value, as in `x == y`.
    whole: bool,
    /// The fields of which it reads the value, by the names that rules use.
    values: BTreeSet<String>,
    /// The fields of which it asks whether they are there.
    presence: BTreeSet<String>,
}

/// What the rules read.
static READS: LazyLock<Memo<Arc<Reads>>> = LazyLock::new(Memo::default);

impl Reads {
    /// Returns what `rule` reads.
    pub fn of(rule: &str) -> Arc<Reads> {
        READS.get_or_make(rule, || Arc::new(Reads::new(rule)))
    }

    fn new(rule: &str) -> Reads {
        let tokens = tokens(rule);
        let mut reads = Reads::default();
        // The parentheses that are open, each with the function before it.
        let mut open: Vec<&str> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).map_or("", |before| tokens[before]);
            let after = tokens.get(at + 1).copied().unwrap_or("");
            match *token {
                "(" => open.push(if is_word(before) { before } else { "" }),
                ")" => _ = open.pop(),
                "[" if after.starts_with(['\'', '"']) => reads.whole = true,
                "true" | "false" | "null" | "in" => {}
                word if !is_word(word) || after == "(" => {}
                // `r"…"`.
                _ if after.starts_with(['\'', '"']) => {}
                field if before == "." && open.contains(&"has") => _ = reads.presence.insert(field.to_owned()),
                field if before == "." => _ = reads.values.insert(field.to_owned()),
                // The name of a variable, before its values are read: `all(x, …)`.
                _ if before == "(" && after == "," => {}
                _ if matches!(after, "." | "[") => {}
                _ if open.last() == Some(&"size") && after == ")" => {}
                _ => reads.whole = true,
            }
        }
        reads
    }

    /// Returns true if the rule can break for what the user wrote in `field`.
    pub fn is_up_to_user(&self, field: Field<'_>) -> bool {
        let is_container = field.value.as_object().is_some() || field.value.as_list().is_some();
        self.whole || !is_container || field.has_users_key() || self.finds_users(field)
    }

    fn finds_users(&self, field: Field<'_>) -> bool {
        let of_entries = field.entries().any(|entry| {
            let name = values::escaped(entry.name);
            let is_value = self.values.contains(&*name);
            (is_value || self.presence.contains(&*name)) && (entry.has_users_key() || self.finds_in(entry, is_value))
        });
        of_entries || field.items().any(|item| item.has_users_key() || self.finds_in(item, true))
    }

    /// Looks for what the user wrote in a field, and at the field itself if its value is read.
    fn finds_in(&self, field: Field<'_>, is_value: bool) -> bool {
        is_value && field.is_users() || self.finds_users(field)
    }
}

/// The words, strings and signs of a rule.
fn tokens(rule: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = rule;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => string(rest, first),
            _ if is_word_char(first) => rest.find(|c| !is_word_char(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    tokens
}

/// The length of the string that `text` begins with.
fn string(text: &str, quote: char) -> usize {
    let triple = [quote; 3].iter().collect::<String>();
    let quotes = if text.starts_with(&triple) { triple } else { quote.to_string() };
    let mut at = quotes.len();
    while at < text.len() && !text[at..].starts_with(&quotes) {
        let c = text[at..].chars().next().map_or(1, char::len_utf8);
        at += c;
        if &text[at - c..at] == "\\" {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    (at + quotes.len()).min(text.len())
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_whole_values_are_found() {
        let read = |rule| {
            let Reads { whole, values, presence } = Reads::new(rule);
            (whole, values.into_iter().collect::<Vec<_>>(), presence.into_iter().collect::<Vec<_>>())
        };
        for (rule, whole, values, presence) in [
            ("!has(self.min) || self.min <= self.max", false, &["max", "min"][..], &["min"][..]),
            (
                "(size(self.group) == 0 && self.kind == 'x.y') ? has(self.port) : true",
                false,
                &["group", "kind"],
                &["port"],
            ),
            ("self.all(p, self.exists_one(q, p.name == q.name))", false, &["name"], &[]),
            ("self.all(p, self.exists_one(q, p == q))", true, &[], &[]),
            ("self[0].matches.size() + size(self) <= 128", false, &["matches"], &[]),
            ("!('*' in self && self.size() > 1)", true, &[], &[]),
            ("self['a'] == 1", true, &[], &[]),
            ("isURL(self)", true, &[], &[]),
            ("duration(self.x) > duration('0s')", false, &["x"], &[]),
            ("self.a.matches(r\"\"\"^\"a.b$\"\"\") && 'it\\'s' == self.c", false, &["a", "c"], &[]),
        ] {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            assert_eq!(read(rule), (whole, owned(values), owned(presence)), "{rule}");
        }
    }
}
