//! JSON.

use serde_json::{Map, Number, Value as Json};

use crate::value::{Data, Value};

/// Writes `value` as indented JSON, without a newline at its end.
pub fn json(value: &Value, out: &mut String) {
    out.push_str(&format!("{:#}", to_json(value)));
}

/// `value` as JSON; absent entries are not there.
pub fn to_json(value: &Value) -> Json {
    match &value.data {
        Data::Bool(truth) => Json::Bool(*truth),
        Data::Int(number) => Json::Number((*number).into()),
        Data::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Data::String(text) | Data::Word(text) => Json::String(text.to_string()),
        Data::List(elements) => elements.iter().map(|element| to_json(&element.value)).collect(),
        Data::Object(object) => {
            let entries = object.entries.iter().filter(|entry| !entry.value.is_null());
            Json::Object(entries.map(|entry| (entry.key.to_string(), to_json(&entry.value))).collect::<Map<_, _>>())
        }
        Data::Null | Data::Run(_) | Data::Guarded(_) | Data::Version(_) | Data::Error => Json::Null,
    }
}
