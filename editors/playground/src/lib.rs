//! relc for a page in a browser: one function, which takes a question as JSON and returns its answer.
//!
//! In: a [`Question`] with the files that it is about. Out: an object of JSON, or null where the question has no answer. Nothing is kept
//! between questions except the environments, which every question uses. Positions are lines and columns in UTF-16, both from 0, as
//! editors in JavaScript count them.

mod check;
mod convert;
mod edit;
mod file;

use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use file::File;

/// A question of the page.
#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
enum Question {
    /// The diagnostics, manifests and picture of a file.
    Check { file: File },
    /// The words that can be written at a position.
    Complete { file: File, at: (u32, u32) },
    /// The documentation of what is at a position.
    Hover { file: File, at: (u32, u32) },
    /// The words of a file whose meaning is known, for highlighting.
    Tokens { file: File },
    /// The file in the one style.
    Format { file: File },
    /// The file in the other format: a `.rel` file as values, and values as a `.rel` file.
    Convert { file: File },
    /// The environments that come with relc.
    Environments,
}

/// Answers a question. A question of another form is answered with an object that has a message in `error`.
#[wasm_bindgen]
pub fn answer(question: &str) -> String {
    let answer = match serde_json::from_str(question) {
        Ok(question) => answer_to(question),
        Err(error) => json!({ "error": error.to_string() }),
    };
    answer.to_string()
}

fn answer_to(question: Question) -> Value {
    match question {
        Question::Check { file } => check::check(&file),
        Question::Complete { file, at } => edit::complete(&file, at),
        Question::Hover { file, at } => edit::hover(&file, at),
        Question::Tokens { file } => edit::tokens(&file),
        Question::Format { file } => edit::format(&file),
        Question::Convert { file } => convert::convert(&file),
        Question::Environments => json!(relc_core::library::Catalog::builtin().environment_names()),
    }
}
