//! Looks for texts that don't have a property of `tests/it/fuzzed/properties.rs`.
//!
//! In: the property's name in `RELC_FUZZ`, and the folder for finds in `RELC_FUZZ_FINDS`. Out: a text in that folder for each kind of
//! failure. The search goes on after a find, so that one known fault doesn't hide others.

#![no_main]

#[path = "../../tests/it/compiled.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod compiled;
#[path = "../../tests/it/fuzzed/editor.rs"]
mod editor;
mod mutate;
#[path = "../../tests/it/fuzzed/properties.rs"]
mod properties;

use std::collections::HashSet;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

static SEARCH: LazyLock<Search> = LazyLock::new(Search::start);

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        SEARCH.try_text(text);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::mutate(data, size, max_size, seed)
});

struct Search {
    name: String,
    property: properties::Property,
    finds: PathBuf,
    /// The kinds of failures so far.
    known: Mutex<HashSet<String>>,
    /// The place of the last panic.
    panicked: &'static Mutex<String>,
}

impl Search {
    fn start() -> Search {
        static PANICKED: Mutex<String> = Mutex::new(String::new());
        // The library's own hook would end the process.
        panic::set_hook(Box::new(|info| {
            *PANICKED.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
        }));
        let name = std::env::var("RELC_FUZZ").unwrap_or_default();
        let known = properties::PROPERTIES.iter().find(|(known, _)| *known == name);
        let Some((_, property)) = known else {
            let names: Vec<&str> = properties::PROPERTIES.iter().map(|(name, _)| *name).collect();
            eprintln!("RELC_FUZZ names none of {}", names.join(", "));
            std::process::exit(2);
        };
        let finds = PathBuf::from(std::env::var_os("RELC_FUZZ_FINDS").unwrap_or_else(|| "finds".into()));
        Search { name, property: *property, finds, known: Mutex::default(), panicked: &PANICKED }
    }

    fn try_text(&self, text: &str) {
        let why = match panic::catch_unwind(AssertUnwindSafe(|| (self.property)(text))) {
            Ok(Ok(())) => return,
            Ok(Err(why)) => why,
            Err(_) => self.panicked.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        };
        let kind = kind(&why);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.insert(kind.clone()) {
            return;
        }
        eprintln!("find {}: {why}", known.len());
        let path = self.finds.join(format!("{}-{:03}.txt", self.name, known.len()));
        let written = std::fs::create_dir_all(&self.finds).and_then(|()| std::fs::write(&path, text));
        if let Err(error) = written {
            eprintln!("{}: {error}", path.display());
        }
    }
}

/// Returns the first line of a failure without the user's words and numbers.
fn kind(why: &str) -> String {
    let mut lines = why.lines();
    let first = lines.next().unwrap_or("");
    // A panic has its message on the second line.
    let line = if first.contains("panicked at") {
        format!("{first} {}", lines.next().unwrap_or(""))
    } else {
        first.to_owned()
    };
    let parts: Vec<&str> = line.split('`').step_by(2).collect();
    parts.join("`").chars().filter(|c| !c.is_ascii_digit()).take(120).collect()
}
