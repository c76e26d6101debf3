//! The file in which `relc build --trace=FILE` says where the fields of manifests come from.
//!
//! It takes its name when all of the run is known to be right; until then it is another file beside it.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::read::reason;

/// A file of places on its way.
pub struct PlacesFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    empty: bool,
}

impl PlacesFile {
    /// A file that is to be at `path`.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn new(path: &Path) -> Result<PlacesFile, String> {
        let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".relc-").tempfile_in(directory);
        let file = BufWriter::new(file.map_err(|error| failed(path, &error))?);
        Ok(PlacesFile { path: path.to_owned(), file, empty: true })
    }

    /// Adds the places of a release, as JSON.
    ///
    /// # Errors
    /// Why they cannot be written.
    pub fn add(&mut self, places: &str) -> Result<(), String> {
        let before = if std::mem::take(&mut self.empty) { "{\"version\":1,\"releases\":[\n" } else { ",\n" };
        let written = self.file.write_all(before.as_bytes()).and_then(|()| self.file.write_all(places.as_bytes()));
        written.map_err(|error| failed(&self.path, &error))
    }

    /// Gives the file its name; a build without releases has none.
    ///
    /// # Errors
    /// Why that cannot be.
    pub fn write(mut self) -> Result<(), String> {
        let path = self.path;
        self.file.write_all(b"\n]}\n").map_err(|error| failed(&path, &error))?;
        let file = self.file.into_inner().map_err(|error| failed(&path, error.error()))?;
        file.persist(&path).map(drop).map_err(|error| failed(&path, &error.error))
    }
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("cannot write `{}`: {}", path.display(), reason(error))
}
