//! A folder for a test, and the binary run in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

/// Longer than any run takes on a slow, busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A directory with files.
pub struct Place {
    directory: TempDir,
}

/// The result of a run.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Place {
        let place = Place { directory: TempDir::new().unwrap() };
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relc"));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null());
        // The cache is kept here, not in that of the user who runs the tests.
        command.env("XDG_CACHE_HOME", self.path(".cache"));
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        let child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        ended(child)
    }

    /// Runs the binary in one of the directories.
    pub fn run_in(&self, directory: &str, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        command.current_dir(self.path(directory)).stdout(Stdio::piped()).stderr(Stdio::piped());
        ended(command.spawn().unwrap())
    }

    /// Runs the binary with `input` on standard input.
    pub fn fed(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ended(child)
    }

    /// Returns the names in a directory, sorted.
    pub fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(directory)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Waits for a process, which may neither hang nor panic.
pub fn ended(child: Child) -> Ended {
    let id = child.id();
    let started = Instant::now();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(started.elapsed() < PATIENCE, "process {id} took {:?}", started.elapsed());
    let err = String::from_utf8(stderr).unwrap();
    assert!(!err.contains("panicked"), "{err}");
    Ended { code: status.code(), out: String::from_utf8(stdout).unwrap(), err }
}

impl Ended {
    /// Asserts that it was rejected: only a message on standard error, and the code.
    pub fn refused(&self, code: i32, words: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.err);
        assert!(self.err.contains(words), "`{words}` is not in:\n{}", self.err);
    }

    /// Asserts that it could not run, with the message `words`.
    pub fn failed(&self, words: &str) {
        self.refused(2, words);
    }

    /// Asserts success without messages, and returns the output.
    pub fn good(&self) -> &str {
        self.report(0)
    }

    /// Asserts that it ran without messages and ended with `code`, and returns the report.
    pub fn report(&self, code: i32) -> &str {
        assert_eq!((self.code, self.err.as_str()), (Some(code), ""), "{}", self.out);
        &self.out
    }

    /// Returns the report as JSON.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// Returns `file:line:column rule` of each diagnostic of a JSON report.
    pub fn brief(&self) -> Vec<String> {
        let report = self.json();
        let brief = |found: &Json| {
            let at = &found["range"]["start"];
            let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
            format!("{}:{}:{} {}", text(&found["file"]), at["line"], at["column"], text(&found["rule"]))
        };
        report["diagnostics"].as_array().unwrap().iter().map(brief).collect()
    }
}
