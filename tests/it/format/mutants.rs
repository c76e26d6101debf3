//! Mutations of texts, as a person may make them: other space, comments, commas, strings.

use crate::drawn::Drawn;

/// A token or comment, with the space before it.
struct Token {
    space: String,
    text: String,
}

impl Token {
    fn is_comment(&self) -> bool {
        self.text.starts_with("//") || self.text.starts_with("/*")
    }

    fn begins_line(&self) -> bool {
        self.space.contains('\n')
    }

    fn is_one_of(&self, signs: &str) -> bool {
        self.text.len() == 1 && signs.contains(&self.text)
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let behind = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let space = rest[..rest.len() - behind.len()].to_owned();
        if behind.is_empty() {
            return tokens;
        }
        let (token, after) = behind.split_at(length(behind));
        tokens.push(Token { space, text: token.to_owned() });
        rest = after;
    }
}

/// Returns the length of the token at the start of `text`.
fn length(text: &str) -> usize {
    let until = |from: usize, end: &str| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    if text.starts_with("//") {
        return text.split('\n').next().unwrap_or("").trim_end_matches([' ', '\t', '\r']).len();
    }
    if text.starts_with("/*") {
        return until(2, "*/");
    }
    if text.starts_with("\"\"\"") {
        return until(3, "\"\"\"");
    }
    if text.starts_with('"') {
        let mut escaped = true;
        let end = text.find(|c| {
            let ends = (c == '"' || c == '\n') && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        return end.map_or(text.len(), |at| at + 1);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let first = text.chars().next().map_or(0, char::len_utf8);
    let signs = ["...", "..", "??", "?.", "==", "!=", "<=", ">="];
    let sign = signs.into_iter().find(|sign| text.starts_with(sign)).map_or(first, str::len);
    text.find(|c| !is_word(c)).unwrap_or(text.len()).max(sign)
}

const SPACES: [&str; 9] = ["", " ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\r\n", "\n\t\n"];

const COMMENTS: [&str; 12] = [
    " /* c */ ",
    "/**/",
    " /* c\n   d */ ",
    "\n/* e */\n",
    " // c\n",
    "\n// c\n",
    "\n/// doc \u{a0}\n",
    "\n//\n",
    "\n\n// \u{fc}\n\n",
    " // /* c\n",
    "\n// a\n// b\n",
    " /* // */ ",
];

const COMMAS: [&str; 5] = [",", " ,", "\n,", ", // t\n", ",/* t */"];

const TEXTS: [&str; 6] = [
    "\"\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57} \u{e4}\u{f6}\u{fc}\"",
    "\"a long text that goes on and on, with // and /* in it, far beyond what a line has room for, whoever wrote it\"",
    "\"\"\"\n  one\n    two\n  \"\"\"",
    "\"\"\"\n\n\n  // x\n\n  \"\"\"",
    "\"\\\"\"",
    "\"\"",
];

const WORDS: [&str; 4] = ["a-very-long-name-that-goes-on-and-on-and-on-and-on", "x", "30%", "1.5"];

/// Returns `text` with a few changes.
pub fn mutant(text: &str, drawn: &mut Drawn) -> String {
    let mut tokens = tokens(text);
    for _ in 0..1 + drawn.below(5) {
        if !tokens.is_empty() {
            change(&mut tokens, drawn);
        }
    }
    let mut out: String = tokens.iter().flat_map(|token| [token.space.as_str(), token.text.as_str()]).collect();
    out.push_str(drawn.text(&["\n", "\n", "", "\n\n\n", " // end", "\r\n"]));
    if drawn.below(12) == 0 { out.replace("\r\n", "\n").replace('\n', "\r\n") } else { out }
}

fn change(tokens: &mut Vec<Token>, drawn: &mut Drawn) {
    let at = drawn.below(tokens.len());
    let token = &mut tokens[at];
    match drawn.below(10) {
        0 | 1 => token.space = drawn.text(&SPACES).to_owned(),
        2 => token.space.push_str(drawn.text(&SPACES)),
        3..=5 => token.space.push_str(drawn.text(&COMMENTS)),
        6 => token.space.insert_str(0, drawn.text(&COMMENTS)),
        7 if token.is_one_of(",") => token.text = drawn.text(&["", "\n", ",,", ",\n"]).to_owned(),
        7 if token.begins_line() || token.is_one_of("}])>") => token.space.insert_str(0, drawn.text(&COMMAS)),
        8 if token.text.starts_with('"') => token.text = drawn.text(&TEXTS).to_owned(),
        8 if token.text.starts_with(char::is_alphanumeric) => token.text = drawn.text(&WORDS).to_owned(),
        9 if drawn.below(3) == 0 => drop(tokens.remove(at)),
        _ => {}
    }
}

/// Returns a comment or blank line that changed its position relative to its neighbors.
pub fn moved(before: &str, after: &str) -> Option<String> {
    let (before, after) = (tokens(before), tokens(after));
    let sides = sides(&before).into_iter().zip(sides(&after));
    let moved = sides.zip(before.iter().filter(|token| token.is_comment()));
    let mut moved = moved.filter(|((one, other), _)| one.is_some() && other.is_some() && one != other);
    if let Some(((one, other), comment)) = moved.next() {
        return Some(format!("`{}` was {one:?} and is {other:?}", comment.text));
    }
    let (before, after) = (blanks(&before), blanks(&after));
    let mut lost = before.iter().zip(&after).filter(|((one, _), (other, _))| one != other);
    lost.next().map(|((_, text), _)| format!("a blank line before `{text}` came or went"))
}

/// The side on which a comment's neighbor is.
#[derive(Debug, PartialEq)]
enum Side {
    Alone,
    Before,
    Behind,
}

/// Returns the neighbor of each comment, if its lines determine it.
fn sides(tokens: &[Token]) -> Vec<Option<Side>> {
    let comments = (0..tokens.len()).filter(|at| tokens[*at].is_comment());
    comments
        .map(|at| {
            let (before, behind) = (at.checked_sub(1).map(|before| &tokens[before]), tokens.get(at + 1));
            let begins = before.is_none() || tokens[at].begins_line();
            let ends = behind.is_none_or(Token::begins_line);
            // Commas are removed, and their neighbours become adjacent.
            let by_comma = [before, behind].into_iter().flatten().any(|token| token.is_one_of(","));
            match (begins, ends) {
                _ if by_comma || behind.is_some_and(|token| token.is_one_of("}])>") && !ends) => None,
                (true, true) => Some(Side::Alone),
                (true, false) => Some(Side::Before),
                (false, true) => Some(Side::Behind),
                (false, false) => None,
            }
        })
        .collect()
}

/// Returns the tokens except commas, and whether each follows a blank line. There are none at the edges of a bracket,
/// and before a bracket that is a value.
fn blanks(tokens: &[Token]) -> Vec<(bool, &str)> {
    let mut before = "";
    let mut blanks = Vec::new();
    for token in tokens.iter().filter(|token| !token.is_one_of(",")) {
        let is_edge = matches!(before, "" | "{" | "[" | "(" | "<") || token.is_one_of("}])>");
        let is_drawn = token.is_one_of("<") || matches!(before, ":" | "=") && token.is_one_of("{[(");
        blanks.push((token.space.matches('\n').count() > 1 && !is_edge && !is_drawn, token.text.as_str()));
        // A comment after an opening bracket, on its line, is at its edge.
        if before.is_empty() || !(is_edge && token.is_comment() && !token.begins_line()) {
            before = &token.text;
        }
    }
    blanks
}
