//! Many manifests as one text.
//!
//! In: documents, in order. Out: a YAML stream, or a JSON `List` as `kubectl` reads it. The text is made piece by piece, so
//! that no run has to hold all of its output.

use super::json::json_at;
use super::{provenance, yaml};
use crate::value::Value;
use relc_syntax::source::Sources;

/// How manifests are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A stream of YAML documents, separated by `---`.
    #[default]
    Yaml,
    /// A JSON object of kind `List`.
    Json,
}

/// Joins documents: gives what stands before, between and behind them.
#[derive(Debug)]
pub struct Stream {
    format: Format,
    empty: bool,
}

impl Stream {
    /// An empty stream.
    pub fn new(format: Format) -> Self {
        Stream { format, empty: true }
    }

    /// The text of some documents of a stream, to be passed to [`Stream::join`]; depends on nothing before it.
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

    /// The same as a piece of YAML, each line with a comment of where its field comes from.
    pub fn traced(documents: &[Value], sources: &Sources) -> String {
        let mut out = String::new();
        for (i, document) in documents.iter().enumerate() {
            out.push_str(if i == 0 { "" } else { "---\n" });
            yaml::annotated(document, &mut |line, out| provenance::comment(&line, sources, out), &mut out);
        }
        out
    }

    /// What stands before the next piece, which is not empty.
    pub fn join(&mut self) -> &'static str {
        let first = std::mem::replace(&mut self.empty, false);
        match (self.format, first) {
            (Format::Yaml, true) => "",
            (Format::Yaml, false) => "---\n",
            (Format::Json, true) => LIST,
            (Format::Json, false) => ",\n",
        }
    }

    /// What stands behind the last piece.
    pub fn end(self) -> &'static str {
        match (self.format, self.empty) {
            (Format::Yaml, _) => "",
            (Format::Json, true) => "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": []\n}\n",
            (Format::Json, false) => "\n  ]\n}\n",
        }
    }
}

/// How a JSON list begins.
const LIST: &str = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [\n";
