//! Checks the form of a `relc.toml` and reports all mistakes in relc's own words.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;
use relc_syntax::diagnostic::{nearest, quoted};
use relc_syntax::source::SourceFile;

/// The form of a key's value.
#[derive(Clone, Copy)]
enum Form {
    String,
    Strings,
    /// A number of at least 1.
    Number,
    /// Names with a level each.
    Levels,
    /// A table of these keys.
    Table(&'static [(&'static str, Form)]),
    /// Tables of these keys, by patterns of paths.
    Tables(&'static [(&'static str, Form)]),
}

const RULES: &[(&str, Form)] = &[("select", Form::Strings), ("ignore", Form::Strings), ("levels", Form::Levels)];
const LINT: &[(&str, Form)] =
    &[("select", Form::Strings), ("ignore", Form::Strings), ("levels", Form::Levels), ("paths", Form::Tables(RULES))];
const CLUSTER: &[(&str, Form)] = &[("features", Form::Strings), ("overload", Form::Number)];
const FILE: &[(&str, Form)] = &[
    ("environments", Form::Strings),
    ("replaces", Form::Strings),
    ("schemas", Form::Strings),
    ("kubernetes", Form::String),
    ("cluster", Form::Table(CLUSTER)),
    ("lint", Form::Table(LINT)),
];
/// The levels, and other words for them.
const LEVELS: [&str; 4] = ["error", "warn", "info", "off"];

/// Every mistake in the form of `text`.
pub(super) fn mistakes(text: &str) -> Vec<ConfigError> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if let Some(foreign) = foreign(text).filter(|_| !errors.is_empty()) {
        return vec![foreign];
    }
    let mut found: Vec<ConfigError> = Vec::new();
    for error in errors {
        let error = syntax(text, error.message(), error.span().unwrap_or(0..0));
        let line = |error: &ConfigError| error.place.as_ref().map(|place| line_of(text, place.start));
        // One line is one mistake: the reading after it is a guess.
        if found.last().is_none_or(|last| line(last) != line(&error)) {
            found.push(error);
        }
    }
    if found.is_empty() {
        table_of("", table.get_ref(), FILE, &mut found);
    }
    found
}

fn error(message: String, place: Range<usize>) -> ConfigError {
    ConfigError { message, place: Some(place) }
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    start..text[start..].find('\n').map_or(text.len(), |newline| start + newline)
}

/// A mistake in the syntax of TOML.
fn syntax(text: &str, reported: &str, place: Range<usize>) -> ConfigError {
    let line = line_of(text, place.start);
    let shown = text[line.clone()].trim();
    if reported.contains("duplicate key") {
        let name = shown.split('=').next().unwrap_or(shown).trim();
        let first = text.lines().position(|other| other.trim().split('=').next().unwrap_or("").trim() == name);
        let here = SourceFile::new("", text).position(u32::try_from(line.start).unwrap_or(0)).line;
        let first = first.map(|first| first + 1).filter(|first| *first != here);
        let first = first.map_or(String::new(), |first| format!(", first on line {first}"));
        return error(format!("`{name}` appears twice{first}: merge the two"), place);
    }
    let straight = shown.replace(['“', '”', '„'], "\"").replace(['‘', '’'], "'");
    let help = match shown.split_once(['=', ':']) {
        _ if straight != shown => format!("write straight quotes: `{straight}`"),
        _ if shown.contains(",,") => format!("remove one of the commas: `{}`", shown.replace(",,", ",")),
        _ if shown.starts_with('[') && !shown.ends_with(']') => "close the bracket with `]`".to_owned(),
        Some((key, value)) if !shown.contains('=') => format!("write `{} = {}`", key.trim(), value.trim()),
        Some((_, value)) if value.matches('"').count() % 2 == 1 => "close the string with `\"`".to_owned(),
        Some((key, value)) if value.trim().starts_with(|c: char| c.is_alphabetic() || c == '.' || c == '/') => {
            format!("write the string in quotes: `{} = \"{}\"`", key.trim(), value.trim())
        }
        Some((key, value)) if value.trim().is_empty() => format!("write a value after `{} =`", key.trim()),
        Some((_, value)) if value.contains('[') && !value.contains(']') => "close the list with `]`".to_owned(),
        Some((key, value)) if bare_items(value).is_some() => {
            format!("write the strings in quotes: `{} = {}`", key.trim(), bare_items(value).unwrap_or_default())
        }
        None if !shown.is_empty() => format!("write `{shown} = …`"),
        Some(_) | None => "check the quotes and brackets of this line".to_owned(),
    };
    error(format!("`{shown}` is not valid TOML: {help}"), place)
}

/// Reports a file of another language, or one with a merge conflict.
fn foreign(text: &str) -> Option<ConfigError> {
    let find = |is: &dyn Fn(&str) -> bool| {
        let mut at = 0;
        text.split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            is(line.trim_end()).then(|| start..start + line.trim_end().len())
        })
    };
    if let Some(place) = find(&|line| line.starts_with("<<<<<<< ")) {
        let message = "a Git merge conflict is not resolved in this file: keep one of the two sides, and remove the lines with `<<<<<<<`, `=======`, and `>>>>>>>`";
        return Some(error(message.to_owned(), place));
    }
    let first = find(&|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let example = "write tables and keys as in `[lint]` and `ignore = [\"RULE\"]`";
    let head = &text[first.clone()];
    if head.starts_with('{') {
        return Some(error(format!("this file is JSON, not TOML: {example}"), first));
    }
    let is_yaml = head == "---" || head.ends_with(':') && !text.contains('=');
    is_yaml.then(|| error(format!("this file is YAML, not TOML: {example}"), first))
}

/// Returns a list of words with the quotes that it lacks.
fn bare_items(value: &str) -> Option<String> {
    let inside = value.trim().strip_prefix('[')?.strip_suffix(']')?;
    let is_word = |item: &str| !item.is_empty() && item.chars().all(|c| c.is_alphanumeric() || "-_./*".contains(c));
    let items: Vec<&str> = inside.split(',').map(|item| item.trim().trim_matches('"')).collect();
    let all_words = items.iter().all(|item| is_word(item));
    all_words.then(|| format!("[{}]", items.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ")))
}

fn table_of(path: &str, table: &DeTable<'_>, keys: &[(&str, Form)], found: &mut Vec<ConfigError>) {
    for (key, value) in table {
        match keys.iter().find(|(name, _)| *name == &**key.get_ref()) {
            Some((_, form)) => value_of(&join(path, key.get_ref()), value, *form, found),
            None => {
                let known: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
                let help = match nearest(key.get_ref(), known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    // A key of another table.
                    None if LINT.iter().any(|(name, _)| *name == &**key.get_ref()) => {
                        "it goes into `[lint]`".to_owned()
                    }
                    None => format!("expected one of {}", quoted(known)),
                };
                let place = if path.is_empty() { String::new() } else { format!(" in `[{path}]`") };
                found.push(error(format!("unknown key `{}`{place}: {help}", key.get_ref()), key.span()));
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn value_of(path: &str, value: &Spanned<DeValue<'_>>, form: Form, found: &mut Vec<ConfigError>) {
    let name = path.rsplit('.').next().unwrap_or(path);
    match (form, value.get_ref()) {
        (Form::String, DeValue::String(_)) => {}
        (Form::String, DeValue::Integer(_) | DeValue::Float(_)) => {
            found.push(error(format!("`{name}` must be a string: write it in quotes"), value.span()));
        }
        (Form::String, _) => found.push(error(format!("`{name}` must be a string"), value.span())),
        (Form::Number, DeValue::Integer(number))
            if number.as_str().parse::<f64>().is_ok_and(|number| number >= 1.0) => {}
        (Form::Number, DeValue::Float(number)) if number.as_str().parse::<f64>().is_ok_and(|number| number >= 1.0) => {}
        (Form::Number, _) => found.push(error(format!("`{name}` must be a number of at least 1"), value.span())),
        (Form::Strings, DeValue::Array(items)) => {
            for item in items.iter().filter(|item| !item.get_ref().is_str()) {
                found.push(error(format!("`{name}` must be a list of strings"), item.span()));
            }
        }
        (Form::Strings, DeValue::String(text)) => {
            found.push(error(format!("`{name}` must be a list: write `{name} = [\"{text}\"]`"), value.span()));
        }
        (Form::Strings, _) => found.push(error(format!("`{name}` must be a list of strings"), value.span())),
        (Form::Levels, DeValue::Table(levels)) => {
            for (rule, level) in levels {
                level_of(rule.get_ref(), level, found);
            }
        }
        (Form::Levels, _) => {
            found.push(error(
                "`levels` must be a table: write `RULE = \"error\"` under `[lint.levels]`".to_owned(),
                value.span(),
            ));
        }
        (Form::Table(keys), DeValue::Table(table)) => table_of(path, table, keys, found),
        (Form::Tables(keys), DeValue::Table(tables)) => {
            for (glob, value) in tables {
                value_of(&format!("{path}.\"{}\"", glob.get_ref()), value, Form::Table(keys), found);
            }
        }
        (Form::Table(_) | Form::Tables(_), _) => {
            found.push(error(format!("`{name}` must be a table: `[{path}]`"), value.span()));
        }
    }
}

fn level_of(rule: &str, level: &Spanned<DeValue<'_>>, found: &mut Vec<ConfigError>) {
    let written = level.get_ref().as_str();
    if written.is_some_and(|written| LEVELS.contains(&written)) {
        return;
    }
    let shown = written.map_or_else(|| "this".to_owned(), |written| format!("`{written}`"));
    let meant = match written.unwrap_or("").to_lowercase().as_str() {
        "fatal" | "err" | "deny" => Some("error"),
        "warning" => Some("warn"),
        "note" | "hint" | "notice" => Some("info"),
        "none" | "allow" | "ignore" | "disabled" | "false" => Some("off"),
        other => nearest(other, LEVELS),
    };
    let help =
        meant.map_or_else(|| format!("expected one of {}", quoted(LEVELS)), |meant| format!("did you mean `{meant}`?"));
    found.push(error(format!("{shown} is not a level for `{rule}`: {help}"), level.span()));
}

#[cfg(test)]
mod tests {
    use super::mistakes;

    fn said(text: &str) -> Vec<String> {
        mistakes(text).iter().map(|error| error.render("relc.toml", text)).collect()
    }

    #[test]
    fn all_mistakes_are_found_at_once() {
        let text = "enviroments = []\n[lint]\nignore = \"image-latest\"\n[lint.levels]\nimplicit-port = \"fatal\"\n";
        let expected = [
            "relc.toml:1:1: unknown key `enviroments`: did you mean `environments`?",
            "relc.toml:3:10: `ignore` must be a list: write `ignore = [\"image-latest\"]`",
            "relc.toml:5:17: `fatal` is not a level for `implicit-port`: did you mean `error`?",
        ];
        assert_eq!(said(text), expected);
        assert_eq!(said("[lint]\nselect = []\n"), Vec::<String>::new());
        assert_eq!(said("[cluster]\nfeatures = [\"a\"]\noverload = 1.5\n"), Vec::<String>::new());
        assert_eq!(said("[cluster]\noverload = 0\n"), ["relc.toml:2:12: `overload` must be a number of at least 1"]);
    }

    #[test]
    fn mistakes_of_the_syntax_are_in_plain_words() {
        let twice = said("[lint]\nignore = []\n[lint]\nselect = []\n");
        assert_eq!(twice, ["relc.toml:3:2: `[lint]` appears twice, first on line 1: merge the two"]);
        let bare = said("kubernetes = v1\n");
        assert!(bare[0].ends_with("write the string in quotes: `kubernetes = \"v1\"`"), "{bare:?}");
        let list = said("[lint]\nignore = [image-latest, \"dead-key\"]\n");
        assert!(list[0].ends_with("`ignore = [\"image-latest\", \"dead-key\"]`"), "{list:?}");
        let quotes = said("[lint]\nignore = [“image-latest”]\n");
        assert!(quotes[0].ends_with("write straight quotes: `ignore = [\"image-latest\"]`"), "{quotes:?}");
        let commas = said("[lint]\nignore = [\"a\",,\"b\"]\n");
        assert!(commas[0].ends_with("remove one of the commas: `ignore = [\"a\",\"b\"]`"), "{commas:?}");
    }

    #[test]
    fn a_file_of_another_language_is_one_mistake() {
        for (text, words) in [
            ("lint:\n  ignore:\n  - image-latest\n", "relc.toml:1:1: this file is YAML"),
            ("{\"lint\": {\"ignore\": [\"image-latest\"]}}\n", "relc.toml:1:1: this file is JSON"),
            ("[lint]\n<<<<<<< HEAD\na = 1\n=======\nb = 1\n>>>>>>> x\n", "relc.toml:2:1: a Git merge conflict"),
        ] {
            let found = said(text);
            assert!(found.len() == 1 && found[0].starts_with(words), "{found:?}");
        }
    }
}
