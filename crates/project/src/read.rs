//! Reads files and standard input as text.
//!
//! Invalid text is a diagnostic at the first invalid byte; a file that can't be read is a failure with a message.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::driver::{InvalidText, ReadFailure};
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::source::{FileId, SourceFile, Span};

/// Largest file that is read, in bytes. A release has a few hundred, so this is enough for more than 100,000 of them.
pub const LARGEST: u64 = 64 << 20;

/// The reason why a text can't be read.
pub enum ReadError {
    /// An I/O error, in a few words.
    Failed(String),
    /// The bytes are not valid text.
    InvalidText(Box<InvalidText>),
}

impl ReadError {
    /// Converts the error for an input.
    pub fn input(self, name: &str) -> ReadFailure {
        match self {
            ReadError::Failed(reason) => ReadFailure::Failed(format!("cannot read `{name}`: {reason}")),
            ReadError::InvalidText(no_text) => ReadFailure::InvalidText(no_text),
        }
    }

    /// Returns the reason in a few words, for a file that an input names.
    pub fn reason(self) -> String {
        match self {
            ReadError::Failed(reason) => reason,
            ReadError::InvalidText(no_text) => no_text.diagnostic.message,
        }
    }
}

/// Reads the file at `path`, whose displayed name is `name`.
pub fn file(path: &Path, name: &str) -> Result<String, ReadError> {
    let (file, length) = open(path).map_err(ReadError::Failed)?;
    if length > LARGEST {
        return Err(too_large(name, Some(length)));
    }
    from(file, name)
}

/// Reads standard input.
pub fn stdin(name: &str) -> Result<String, ReadError> {
    from(io::stdin().lock(), name)
}

/// Opens the file at `path`, if it can be read to its end, and returns its size.
fn open(path: &Path) -> Result<(File, u64), String> {
    // Checked before opening: opening a pipe or device may block or have side effects.
    let metadata = std::fs::metadata(path).map_err(|error| reason_for(path, &error))?;
    let kind = metadata.file_type();
    if kind.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if !kind.is_file() && !is_pipe(kind) {
        return Err("it is a device or a socket, not a file".to_owned());
    }
    let file = File::open(path).map_err(|error| reason(&error))?;
    Ok((file, metadata.len()))
}

/// Describes an I/O error in a few words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "file not found".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "one of the directories in its path is a file".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => {
            let text = error.to_string();
            // The number of the error doesn't help users.
            let text = text.split(" (os error").next().unwrap_or(&text);
            text[..1].to_lowercase() + &text[1..]
        }
    }
}

/// Returns the reason why the file at `path` can't be written.
pub fn reason_to_write(path: &Path, error: &io::Error) -> String {
    match path.parent() {
        Some(parent) if error.kind() == io::ErrorKind::NotFound => {
            format!("directory `{}` not found", parent.display())
        }
        _ => reason(error),
    }
}

/// Returns the reason why the file at `path` can't be read, with the file of nearly the same name if there is one.
pub fn reason_for(path: &Path, error: &io::Error) -> String {
    let reason = reason(error);
    if error.kind() != io::ErrorKind::NotFound {
        return reason;
    }
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut siblings: Vec<String> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    siblings.sort();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !directory.exists() {
        return format!("directory `{}` not found", directory.display());
    }
    let suffixes = [".rel", ".yaml", ".yml"];
    let with_suffix =
        siblings.iter().find(|sibling| suffixes.iter().any(|suffix| **sibling == format!("{name}{suffix}")));
    match with_suffix.map(String::as_str).or_else(|| nearest(&name, siblings.iter().map(String::as_str))) {
        Some(near) => format!("{reason}; did you mean `{near}`?"),
        None => reason,
    }
}

#[cfg(unix)]
fn is_pipe(kind: std::fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: std::fs::FileType) -> bool {
    false
}

fn from(source: impl Read, name: &str) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    let read = source.take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| ReadError::Failed(reason(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_large(name, None));
    }
    text(bytes, name)
}

/// Decodes bytes as text.
fn text(bytes: Vec<u8>, name: &str) -> Result<String, ReadError> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(binary(&bytes, at, name));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes(), error.utf8_error().valid_up_to(), name))
}

fn binary(bytes: &[u8], at: usize, name: &str) -> ReadError {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let help = "save it as UTF-8".to_owned();
        return invalid_text(SourceFile::new(name, ""), 0, "this file is UTF-16, and relc reads UTF-8", Some(help));
    }
    let message = format!("this is a binary file: its byte {at} (counted from 0) is zero");
    invalid_text(SourceFile::new(name, ""), 0, &message, None)
}

/// Shows the text up to the end of the line with the invalid byte, so that users can find it.
fn not_utf8(bytes: &[u8], at: usize, name: &str) -> ReadError {
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
    let shown = SourceFile::new(name, String::from_utf8_lossy(&bytes[..end]));
    let message = format!("the byte {:#04x} at offset {at} is not UTF-8", bytes[at]);
    invalid_text(shown, at, &message, Some("save the file as UTF-8".to_owned()))
}

fn too_large(name: &str, length: Option<u64>) -> ReadError {
    let limit = LARGEST >> 20;
    let message = match length {
        Some(length) => format!("this file has {} MiB, and relc reads up to {limit} MiB", length >> 20),
        None => format!("this has more than {limit} MiB, the most that relc reads"),
    };
    let help = "split it: files of a directory are built together, and in parallel".to_owned();
    invalid_text(SourceFile::new(name, ""), 0, &message, Some(help))
}

fn invalid_text(file: SourceFile, at: usize, message: &str, help: Option<String>) -> ReadError {
    let end = file.text()[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let error = Diagnostic::error(Code::UnreadableText, Span::new(FileId(0), at, end), message);
    ReadError::InvalidText(Box::new(InvalidText { file, diagnostic: Diagnostic { help, ..error } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> (String, usize) {
        match text(bytes.to_vec(), "a") {
            Err(ReadError::InvalidText(said)) => (said.diagnostic.message, said.diagnostic.span.start as usize),
            Ok(_) | Err(ReadError::Failed(_)) => panic!("this is no text"),
        }
    }

    #[test]
    fn the_first_invalid_byte_is_located() {
        assert_eq!(message(b"ab\n\xffc\n\xfe"), ("the byte 0xff at offset 3 is not UTF-8".to_owned(), 3));
        assert_eq!(message(b"ELF\0").0, "this is a binary file: its byte 3 (counted from 0) is zero");
        assert!(message(b"\xff\xfea\0").0.contains("UTF-16"));
    }
}
