//! The kinds of a project: the schemas in the directories that its `relc.toml` names, one file each. They take precedence over those of relc.
//!
//! In: files, named after their kinds. Out: the schema of a kind, parsed on first use.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::KindFiles;
use super::file::KindFile;
use relc_schema::SchemaRef;
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, SourceFile, Span};
use relc_syntax::visit::KindOf;

/// The core group, which has no name, in the names of files.
const CORE: &str = "core";

/// The kinds of a project, by API version and name.
#[derive(Debug, Default)]
pub struct ProjectKinds {
    kinds: BTreeMap<(String, String), ProjectKind>,
}

/// A kind of a project.
#[derive(Debug)]
struct ProjectKind {
    file: FileId,
    source: Arc<SourceFile>,
    schema: OnceLock<(Option<SchemaRef>, Diagnostics)>,
}

impl ProjectKinds {
    /// Adds the kind of a file, if it is named after one.
    pub fn add(&mut self, file: FileId, source: Arc<SourceFile>) {
        let name = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
        if let Some(key) = kind_of_file(name) {
            self.kinds.insert(key, ProjectKind { file, source, schema: OnceLock::new() });
        }
    }

    /// Returns the schema of a kind; `None` if the project has none. That of an invalid file is `Some(None)`, with the errors in `out`.
    pub fn get(&self, api_version: &str, kind: &str, out: &mut Diagnostics) -> Option<Option<SchemaRef>> {
        if self.kinds.is_empty() {
            return None;
        }
        let found = self.kinds.get(&(api_version.to_owned(), kind.to_owned()))?;
        let (schema, mistakes) = found.schema.get_or_init(|| found.read(api_version, kind));
        out.extend(mistakes.clone());
        Some(schema.clone())
    }

    /// Iterates over the API versions and names of the kinds.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.kinds.keys().map(|(api_version, kind)| (api_version.as_str(), kind.as_str()))
    }
}

impl ProjectKind {
    fn read(&self, api_version: &str, kind: &str) -> (Option<SchemaRef>, Diagnostics) {
        let mut out = Diagnostics::default();
        let name = |text: &str| Name { text: text.into(), span: Span::new(self.file, 0, 0) };
        let (api_version, kind, from) = (name(api_version), name(kind), name(self.source.name()));
        let wanted = KindOf { api_version: &api_version, kind: &kind, from: &from };
        let file = KindFile::read(self.file, self.source.text());
        let schema = file.kind(self.source.name(), wanted, &KindFiles::default(), &mut out);
        (schema, out)
    }
}

/// Returns the name of the file with the schema of a kind: `traefik.io_v1alpha1_IngressRoute.json`.
pub fn file_of_kind(api_version: &str, kind: &str) -> String {
    let (group, version) = api_version.split_once('/').unwrap_or((CORE, api_version));
    format!("{group}_{version}_{kind}.json")
}

/// Returns the API version and the name of the kind after which a file is named.
pub fn kind_of_file(name: &str) -> Option<(String, String)> {
    let mut parts = name.strip_suffix(".json")?.split('_');
    let (Some(group), Some(version), Some(kind), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    if ![group, version, kind].into_iter().all(is_name) {
        return None;
    }
    let api_version = if group == CORE { version.to_owned() } else { format!("{group}/{version}") };
    Some((api_version, kind.to_owned()))
}

/// Checks the text of a file with the schema of a kind.
///
/// # Errors
/// The first mistake in it.
pub fn check_schema(api_version: &str, kind: &str, text: &str) -> Result<(), String> {
    let source = Arc::new(SourceFile::new(file_of_kind(api_version, kind), text));
    let read = ProjectKind { file: FileId(0), source, schema: OnceLock::new() };
    match read.read(api_version, kind) {
        (Some(_), _) => Ok(()),
        (None, found) => Err(found.iter().next().map(|error| error.message.clone()).unwrap_or_default()),
    }
}
