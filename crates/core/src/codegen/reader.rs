//! A YAML 1.1 reader for tests, based on another crate's events: output must parse as what was intended.

use std::iter::Peekable;

use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value as Json};

/// Parses every document of `text`, resolving scalars as YAML 1.1 and Go's parser do.
pub(super) fn documents(text: &str) -> Result<Vec<Json>, String> {
    let events: Result<Vec<Event>, _> = Parser::new_from_str(text).map(|item| item.map(|(event, _)| event)).collect();
    let events = events.map_err(|error| format!("{error}\n{text}"))?;
    let mut documents = Vec::new();
    let mut events = events.into_iter().peekable();
    while let Some(event) = events.next() {
        if let Event::DocumentStart(..) = event {
            documents.push(node(&mut events)?);
        }
    }
    Ok(documents)
}

fn node<'a>(events: &mut Peekable<impl Iterator<Item = Event<'a>>>) -> Result<Json, String> {
    match events.next() {
        Some(Event::Scalar(text, ScalarStyle::Plain, ..)) => Ok(resolve(&text)),
        Some(Event::Scalar(text, ..)) => Ok(Json::String(text.into_owned())),
        Some(Event::SequenceStart(..)) => {
            let mut list = Vec::new();
            while !matches!(events.peek(), Some(Event::SequenceEnd)) {
                list.push(node(events)?);
            }
            events.next();
            Ok(Json::Array(list))
        }
        Some(Event::MappingStart(..)) => {
            let mut map = Map::new();
            while !matches!(events.peek(), Some(Event::MappingEnd)) {
                let Json::String(key) = node(events)? else { return Err("a key that is not a string".into()) };
                if map.insert(key.clone(), node(events)?).is_some() {
                    return Err(format!("{key} twice"));
                }
            }
            events.next();
            Ok(Json::Object(map))
        }
        other => Err(format!("unexpected {other:?}")),
    }
}

/// Resolves a plain scalar by the union of the rules of YAML 1.1, 1.2 and Go.
fn resolve(text: &str) -> Json {
    let lower = text.to_lowercase();
    match lower.as_str() {
        "true" | "yes" | "on" | "y" => return Json::Bool(true),
        "false" | "no" | "off" | "n" => return Json::Bool(false),
        "" | "~" | "null" => return Json::Null,
        "<<" | "=" => return Json::String(format!("special {text}")),
        _ => {}
    }
    if let Ok(number) = text.parse::<i64>() {
        return Json::Number(number.into());
    }
    let digits = lower.replace('_', "");
    let like_number = digits.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if like_number && let Some(number) = digits.parse::<f64>().ok().and_then(Number::from_f64) {
        return Json::Number(number);
    }
    if like_number && digits.chars().all(|c| c.is_ascii_hexdigit() || "xob:+-. tz".contains(c)) {
        return Json::String(format!("special {text}"));
    }
    Json::String(text.into())
}
