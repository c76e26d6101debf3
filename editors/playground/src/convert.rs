//! A file in the other format.

use relc_core::compile::Options;
use relc_core::library::Catalog;
use relc_import::{Exported, Imported, export, import};
use relc_syntax::format::WIDTH;
use relc_syntax::source::Syntax;
use serde_json::{Value, json};

use super::file::{ENVIRONMENTS, File};

/// Returns `text`, or a message in `error`: a values file holds one release, and not everything that a `.rel` file can set.
pub fn convert(file: &File) -> Value {
    let converted = match file.syntax() {
        Syntax::Yaml => to_rel(file),
        Syntax::Rel => to_values(file),
    };
    match converted {
        Ok(text) => json!({ "text": text }),
        Err(message) => json!({ "error": message }),
    }
}

const INVALID: &str = "fix the errors first";

fn to_rel(file: &File) -> Result<String, String> {
    match import(&file.load(), &Options::default(), &ENVIRONMENTS, Catalog::builtin(), WIDTH) {
        Imported::Text(text, _) => Ok(text),
        Imported::Invalid(_) => Err(INVALID.to_owned()),
        Imported::Differs(_) => Err("these values have no equivalent `.rel` file".to_owned()),
    }
}

fn to_values(file: &File) -> Result<String, String> {
    let input = file.load();
    if input.len() != 1 {
        return Err(format!("a values file contains one release, and this file has {}", input.len()));
    }
    match export(&input, 0, None, &ENVIRONMENTS, Catalog::builtin()) {
        Exported::Text(text, _) => Ok(text),
        Exported::Invalid(_) => Err(INVALID.to_owned()),
        Exported::NotExpressible(reason) => Err(format!("this release has no equivalent values file: {reason}")),
    }
}
