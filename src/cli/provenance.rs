//! The file in which `relc build --trace=FILE` says where the fields of manifests come from.
//!
//! It takes its name when all of the run is known to be right; until then it is another file beside it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use relc_project::read::reason;

/// A file of provenance on its way.
pub struct ProvenanceFile {
    path: PathBuf,
    /// Where the file is until it takes its name: in a directory, so that it is one that anyone may read who could read another.
    ready: TempDir,
    file: BufWriter<File>,
    empty: bool,
}

/// The name of the file until then.
const READY: &str = "places.json";

impl ProvenanceFile {
    /// A file that is to be at `path`.
    ///
    /// # Errors
    /// Why it cannot be written.
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
    /// Why they cannot be written.
    pub fn add(&mut self, provenance: &str) -> Result<(), String> {
        let before = if std::mem::take(&mut self.empty) { "{\"version\":1,\"releases\":[\n" } else { ",\n" };
        let written = self.file.write_all(before.as_bytes()).and_then(|()| self.file.write_all(provenance.as_bytes()));
        written.map_err(|error| failed(&self.path, &error))
    }

    /// Gives the file its name; at least one release was added.
    ///
    /// # Errors
    /// Why that cannot be.
    pub fn write(mut self) -> Result<(), String> {
        let written = self.file.write_all(b"\n]}\n").and_then(|()| self.file.flush());
        let named = written.and_then(|()| fs::rename(self.ready.path().join(READY), &self.path));
        named.map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("cannot write `{}`: {}", path.display(), reason(error))
}
