//! The destination of manifests: standard output, or a directory with a file for each release.
//!
//! Manifests are held back, in memory and then in a temporary file, until the whole run is known to be valid.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

use relc_core::codegen::{Format, Stream};
use relc_project::driver::RenderedRelease;
use relc_project::read::reason;

/// Bytes held in memory.
const IN_MEMORY: usize = 8 << 20;

/// Bytes written at a time.
const BUFFER: usize = 1 << 16;

/// The first line of the files that relc writes, which identifies them later.
pub const MARKER: &str = "# Written by relc: the next build overwrites what is changed here.\n";

/// Manifests of releases that are not written yet.
pub struct Spool {
    format: Format,
    file: SpooledTempFile,
    /// The name of each release's file without its extension, and the length of its text in bytes.
    pieces: Vec<(String, usize)>,
}

impl Spool {
    /// Creates an empty spool.
    pub fn new(format: Format) -> Self {
        Spool { format, file: SpooledTempFile::new(IN_MEMORY), pieces: Vec::new() }
    }

    /// Adds a release.
    ///
    /// # Errors
    /// The temporary file can't be written.
    pub fn add(&mut self, piece: &RenderedRelease) -> Result<(), String> {
        let written = self.file.write_all(piece.text.as_bytes());
        written.map_err(|error| format!("cannot hold the output in a temporary file: {}", reason(&error)))?;
        self.pieces.push((format!("{}__{}", piece.namespace, piece.name), piece.text.len()));
        Ok(())
    }

    /// Returns the number of releases.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Writes all releases to standard output as one text. A closed pipe is not an error.
    ///
    /// # Errors
    /// The text can't be written.
    pub fn print(mut self) -> Result<(), String> {
        match self.copy(&mut io::stdout().lock()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|error| format!("cannot write to standard output: {}", reason(&error))),
        }
    }

    fn copy(&mut self, out: &mut impl Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(BUFFER, out);
        let mut stream = Stream::new(self.format);
        self.file.seek(SeekFrom::Start(0))?;
        for (_, length) in self.pieces.iter().filter(|(_, length)| *length > 0) {
            out.write_all(stream.join().as_bytes())?;
            io::copy(&mut (&mut self.file).take(*length as u64), &mut out)?;
        }
        out.write_all(stream.end().as_bytes())?;
        out.flush()
    }

    /// Writes each release to a file of its own in `directory`: all of them, or none. Returns the names of the files
    /// that an earlier build left there and this one doesn't write.
    ///
    /// # Errors
    /// The files can't be written.
    pub fn write(mut self, directory: &Path) -> Result<Vec<String>, String> {
        let shown = directory.display();
        let failed = |error: io::Error| format!("cannot write to `{shown}`: {}", reason(&error));
        if let Some(file) = directory.ancestors().find(|path| path.is_file()) {
            let message = format!("`-o` takes a directory, and `{}` is a file", file.display());
            return Err(message);
        }
        // `kubectl` has the format in this flag.
        let is_format = match directory.to_str() {
            Some("yaml") => true,
            Some("json") => self.format != Format::Json,
            _ => false,
        };
        if is_format && !directory.exists() {
            return Err(format!("`-o` takes a directory: write `--format {shown}` for the format, or `-o {shown}/`"));
        }
        fs::create_dir_all(directory).map_err(failed)?;
        let before = self.present(directory).map_err(failed)?;
        let names = self.names();
        if let Some(name) = names.iter().find(|name| directory.join(name).exists() && !before.contains(*name)) {
            return Err(not_ours(&directory.join(name)));
        }
        // All files are complete before the first one is renamed, so a full disk doesn't damage existing files.
        let ready = tempfile::Builder::new().prefix(".relc-").tempdir_in(directory).map_err(failed)?;
        self.write_files(ready.path()).and_then(|()| sync(ready.path(), names.len())).map_err(failed)?;
        for name in &names {
            fs::rename(ready.path().join(name), directory.join(name)).map_err(failed)?;
        }
        Ok(before.difference(&names).map(|name| directory.join(name).display().to_string()).collect())
    }

    fn write_files(&mut self, directory: &Path) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        for (stem, length) in &self.pieces {
            let mut out = BufWriter::with_capacity(BUFFER, File::create(directory.join(self.name(stem)))?);
            let mut stream = Stream::new(self.format);
            if self.format == Format::Yaml {
                out.write_all(MARKER.as_bytes())?;
            }
            if *length > 0 {
                out.write_all(stream.join().as_bytes())?;
                io::copy(&mut (&mut self.file).take(*length as u64), &mut out)?;
            }
            out.write_all(stream.end().as_bytes())?;
            out.flush()?;
        }
        Ok(())
    }

    /// Returns the names of the files of the releases.
    pub fn names(&self) -> BTreeSet<String> {
        self.pieces.iter().map(|(stem, _)| self.name(stem)).collect()
    }

    fn name(&self, stem: &str) -> String {
        match self.format {
            Format::Yaml => format!("{stem}.yaml"),
            Format::Json => format!("{stem}.json"),
        }
    }

    /// Returns the files of `directory` that relc wrote in this format.
    fn present(&self, directory: &Path) -> io::Result<BTreeSet<String>> {
        let mut present = BTreeSet::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let stem = name.strip_suffix(&self.name(""));
            if stem.is_some_and(|stem| stem.contains("__")) && is_ours(&entry.path(), self.beginning()) {
                present.insert(name);
            }
        }
        Ok(present)
    }

    /// The beginning of a file that relc wrote in this format.
    fn beginning(&self) -> &'static str {
        match self.format {
            Format::Yaml => MARKER,
            Format::Json => Stream::new(Format::Json).join().trim_end(),
        }
    }
}

/// Returns true if a file starts like those that relc writes.
pub fn is_ours(path: &Path, beginning: &str) -> bool {
    let mut start = Vec::new();
    let read =
        File::open(path).and_then(|file| BufReader::new(file).take(beginning.len() as u64).read_to_end(&mut start));
    read.is_ok() && start == beginning.as_bytes()
}

/// Returns the message for a file that relc would overwrite, and didn't write.
pub fn not_ours(path: &Path) -> String {
    format!("`{}` was not written by relc: move it, or choose another directory", path.display())
}

/// Waits until the files in `directory` are on the disk. Of more than a few, Linux syncs the whole file system in less time: 2,000
/// files take a second, and 13 one by one.
fn sync(directory: &Path, #[cfg_attr(not(target_os = "linux"), expect(unused))] count: usize) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if count > 64 {
        return Ok(rustix::fs::syncfs(File::open(directory)?)?);
    }
    for entry in fs::read_dir(directory)? {
        File::open(entry?.path())?.sync_data()?;
    }
    Ok(())
}
