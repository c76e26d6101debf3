//! Many manifests as one text.
//!
//! In: documents, in order. Out: a YAML stream, or a JSON `List` as `kubectl` reads it. The text is produced piece by
//! piece, so that a run never holds all of its output.

use super::json::json_at;
use super::{provenance, yaml};
use crate::value::Value;
use relc_syntax::source::Sources;

/// The format of manifests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A stream of YAML documents, separated by `---`.
    #[default]
    Yaml,
    /// A JSON object of kind `List`.
    Json,
}

/// Joins documents: returns the text before, between and after them.
#[derive(Debug)]
pub struct Stream {
    format: Format,
    empty: bool,
}

impl Stream {
    /// Creates an empty stream.
    pub fn new(format: Format) -> Self {
        Stream { format, empty: true }
    }

    /// Returns the text of some documents of a stream, to be passed to [`Stream::join`]; it doesn't depend on earlier
    /// ones.
    pub fn piece(format: Format, documents: &[Value]) -> String {
        let mut out = String::new();
        for (i, document) in documents.iter().enumerate() {
            match format {
                Format::Yaml => {
                    out.push_str(if i == 0 { "" } else { "---\n" });
                    yaml(document, &mut out);
                }
                Format::Json => {
                    out.push_str(if i == 0 { "    " } else { ",\n    " });
                    json_at(document, 4, &mut out);
                }
            }
        }
        out
    }

    /// Returns a piece of YAML, with the provenance of each line in a comment.
    pub fn traced(documents: &[Value], sources: &Sources) -> String {
        let mut out = String::new();
        for (i, document) in documents.iter().enumerate() {
            out.push_str(if i == 0 { "" } else { "---\n" });
            yaml::annotated(document, &mut |line, out| provenance::comment(&line, sources, out), &mut out);
        }
        out
    }

    /// Returns the text before the next piece, which is not empty.
    pub fn join(&mut self) -> &'static str {
        let first = std::mem::replace(&mut self.empty, false);
        match (self.format, first) {
            (Format::Yaml, true) => "",
            (Format::Yaml, false) => "---\n",
            (Format::Json, true) => LIST,
            (Format::Json, false) => ",\n",
        }
    }

    /// Returns the text after the last piece.
    pub fn end(self) -> &'static str {
        match (self.format, self.empty) {
            (Format::Yaml, _) => "",
            (Format::Json, true) => "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": []\n}\n",
            (Format::Json, false) => "\n  ]\n}\n",
        }
    }
}

/// The start of a JSON list.
const LIST: &str = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [\n";
