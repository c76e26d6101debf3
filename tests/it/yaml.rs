//! YAML as other parsers read it: libyaml's events, with plain scalars resolved by the rules of three kinds of parsers.

use libyaml_safer::{EventData, Parser, ScalarStyle};
use serde_json::{Map, Number, Value as Json};

/// The parser, which determines how plain scalars are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Go's yaml.v2, as used by Helm, kubectl and the controller.
    Go,
    /// Strict YAML 1.1, with base-60 numbers and dates.
    Yaml11,
    /// The core schema of YAML 1.2.
    Core12,
}

/// Parses every non-empty document of `text`.
pub fn documents(text: &str, reader: Reader) -> Result<Vec<Json>, String> {
    let mut input = text.as_bytes();
    let mut parser = Parser::<&mut &[u8]>::new();
    parser.set_input_string(&mut input);
    let mut composer = Composer { parser, reader };
    let mut documents = Vec::new();
    loop {
        match composer.next()? {
            EventData::DocumentStart { .. } => {
                let event = composer.next()?;
                documents.push(composer.node(event)?);
            }
            EventData::StreamEnd => return Ok(documents),
            _ => {}
        }
    }
}

struct Composer<'r, 'b> {
    parser: Parser<&'r mut &'b [u8]>,
    reader: Reader,
}

impl Composer<'_, '_> {
    fn next(&mut self) -> Result<EventData, String> {
        self.parser.parse().map(|event| event.data).map_err(|error| error.to_string())
    }

    fn node(&mut self, event: EventData) -> Result<Json, String> {
        match event {
            EventData::Scalar { value, style: ScalarStyle::Plain, tag: None, .. } => Ok(self.resolve(&value)),
            EventData::Scalar { value, tag: None, .. } => Ok(Json::String(value)),
            EventData::SequenceStart { .. } => {
                let mut list = Vec::new();
                loop {
                    match self.next()? {
                        EventData::SequenceEnd => return Ok(Json::Array(list)),
                        event => list.push(self.node(event)?),
                    }
                }
            }
            EventData::MappingStart { .. } => self.mapping(),
            other => Err(format!("{other:?} is nothing that we write")),
        }
    }

    fn mapping(&mut self) -> Result<Json, String> {
        let mut map = Map::new();
        loop {
            let key = match self.next()? {
                EventData::MappingEnd => return Ok(Json::Object(map)),
                event => self.node(event)?,
            };
            let Json::String(key) = key else { return Err(format!("the key {key} is no text")) };
            let event = self.next()?;
            let value = self.node(event)?;
            if map.insert(key.clone(), value).is_some() {
                return Err(format!("the key `{key}` stands twice"));
            }
        }
    }

    fn resolve(&self, text: &str) -> Json {
        let string = || Json::String(text.to_owned());
        if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Json::Null;
        }
        let words: &[&str] = match self.reader {
            Reader::Go | Reader::Yaml11 => &["true", "yes", "on", "y", "false", "no", "off", "n"],
            Reader::Core12 => &["true", "false"],
        };
        if let Some(at) = words.iter().position(|word| cased(word).contains(&text.to_owned())) {
            return Json::Bool(at < words.len() / 2);
        }
        if text == "<<" || text == "=" {
            return Json::from("a merge key, or a default");
        }
        let number = match self.reader {
            Reader::Core12 => core_number(text),
            Reader::Go => number_11(text),
            Reader::Yaml11 => number_11(text).or_else(|| base_60_or_date(text)),
        };
        number.unwrap_or_else(string)
    }
}

/// Returns a word in the three cases that YAML recognizes.
fn cased(word: &str) -> [String; 3] {
    let (first, rest) = word.split_at(1);
    [word.to_owned(), format!("{}{rest}", first.to_uppercase()), word.to_uppercase()]
}

fn core_number(text: &str) -> Option<Json> {
    let unsigned = text.trim_start_matches(['-', '+']);
    if let Some(digits) = text.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok().map(Json::from);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok().map(Json::from);
    }
    decimal(text, unsigned)
}

/// Parses integers and floats as both YAML 1.1 parsers do: with underscores, a leading zero, `0b`.
fn number_11(text: &str) -> Option<Json> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let plain = text.replace('_', "");
    let (sign, unsigned) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    for (prefix, base) in [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)] {
        let digits = unsigned.strip_prefix(prefix).filter(|digits| !digits.is_empty());
        if let Some(number) = digits.and_then(|digits| i64::from_str_radix(digits, base).ok()) {
            return Some(Json::from(sign * number));
        }
    }
    decimal(&plain, unsigned)
}

fn decimal(text: &str, unsigned: &str) -> Option<Json> {
    if matches!(unsigned.to_lowercase().as_str(), ".inf" | ".nan") {
        return Some(Json::from("a float that JSON does not have"));
    }
    let shape = unsigned.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c));
    if !shape || !unsigned.contains(|c: char| c.is_ascii_digit()) || unsigned.starts_with(['e', 'E']) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    text.parse::<i64>().map(Json::from).ok().or_else(|| Number::from_f64(number).map(Json::Number))
}

fn base_60_or_date(text: &str) -> Option<Json> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    let unsigned = text.trim_start_matches(['-', '+']);
    let whole = unsigned.split('.').next().unwrap_or("");
    if whole.contains(':') && whole.split(':').all(digits) {
        return Some(Json::from("a number of base 60"));
    }
    let parts: Vec<&str> = text.split(['T', 't', ' ']).next().unwrap_or("").split('-').collect();
    let date = parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(|part| digits(part));
    date.then(|| Json::from("a date"))
}

#[test]
fn readers_differ_where_their_rules_do() {
    let read = |text: &str, reader| documents(text, reader).unwrap().remove(0);
    for (text, go, yaml_11, core_12) in [
        ("on", Json::from(true), Json::from(true), Json::from("on")),
        ("1:30", Json::from("1:30"), Json::from("a number of base 60"), Json::from("1:30")),
        ("2026-01-31", Json::from("2026-01-31"), Json::from("a date"), Json::from("2026-01-31")),
        ("0123", Json::from(83), Json::from(83), Json::from(123)),
        ("\"on\"", Json::from("on"), Json::from("on"), Json::from("on")),
        ("1e3", Json::from(1000.0), Json::from(1000.0), Json::from(1000.0)),
    ] {
        assert_eq!(read(text, Reader::Go), go, "{text}");
        assert_eq!(read(text, Reader::Yaml11), yaml_11, "{text}");
        assert_eq!(read(text, Reader::Core12), core_12, "{text}");
    }
}
