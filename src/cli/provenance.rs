//! The file to which `relc build --trace=FILE` writes the provenance of manifest fields.
//!
//! It is a temporary file next to its destination until the whole run is known to be valid.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use relc_project::read::reason_to_write;

/// A provenance file under construction.
pub struct ProvenanceFile {
    path: PathBuf,
    /// The directory of the file until it is renamed. It is in a directory so that it gets the usual permissions, not
    /// those of a temporary file.
    ready: TempDir,
    file: BufWriter<File>,
    empty: bool,
}

/// The name of the file until it is renamed.
const READY: &str = "places.json";

impl ProvenanceFile {
    /// Creates a file whose destination is `path`.
    ///
    /// # Errors
    /// The file can't be created.
    pub fn new(path: &Path) -> Result<ProvenanceFile, String> {
        let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        let ready = tempfile::Builder::new().prefix(".relc-").tempdir_in(directory);
        let ready = ready.map_err(|error| failed(path, &error))?;
        let file = File::create(ready.path().join(READY)).map_err(|error| failed(path, &error))?;
        Ok(ProvenanceFile { path: path.to_owned(), ready, file: BufWriter::new(file), empty: true })
    }

    /// Adds the provenance of a release, as JSON.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn add(&mut self, provenance: &str) -> Result<(), String> {
        let before = if std::mem::take(&mut self.empty) { "{\"version\":1,\"releases\":[\n" } else { ",\n" };
        let written = self.file.write_all(before.as_bytes()).and_then(|()| self.file.write_all(provenance.as_bytes()));
        written.map_err(|error| failed(&self.path, &error))
    }

    /// Completes the file, to which at least one release was added, and renames it.
    ///
    /// # Errors
    /// The file can't be written or renamed.
    pub fn write(mut self) -> Result<(), String> {
        let written = self.file.write_all(b"\n]}\n").and_then(|()| self.file.flush());
        let named = written.and_then(|()| fs::rename(self.ready.path().join(READY), &self.path));
        named.map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("cannot write `{}`: {}", path.display(), reason_to_write(path, error))
}
