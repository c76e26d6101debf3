//! The lint cache: cached results are the same as new ones.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use relc_core::compile::{Input, LoadedFile, Loader, Options, Releases, Text, Unnamed};
use relc_core::library::Catalog;
use relc_project::driver::{self, Cache, CachedRelease, Depth, Linted, Read};

use super::place::Place;

/// A cache with counters of its requests.
#[derive(Default)]
struct Held {
    held: Mutex<HashMap<u128, CachedRelease>>,
    recalled: AtomicUsize,
}

impl Cache for Held {
    fn get(&self, key: u128) -> Option<CachedRelease> {
        let found = self.held.lock().unwrap().get(&key).cloned();
        self.recalled.fetch_add(usize::from(found.is_some()), Ordering::Relaxed);
        found
    }

    fn put(&self, key: u128, seen: CachedRelease) {
        self.held.lock().unwrap().insert(key, seen);
    }
}

struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, _path: &str) -> Result<LoadedFile, String> {
        Err("file not found".to_owned())
    }
}

/// A text with its name.
type Named = (String, String);

/// Returns all diagnostics of `texts`, one after the other.
fn said(texts: &[Named], memory: Option<&dyn Cache>) -> Vec<String> {
    let read = |(name, text): &Named| {
        let input = Text { name: name.clone(), text: text.clone() };
        let input = if name.ends_with(".rel") { Input::Rel(input) } else { Input::Values(vec![input]) };
        let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
        Ok(Read { input, options, loader: NoFiles })
    };
    let said = RefCell::new(Vec::new());
    driver::lint(texts, Catalog::builtin(), Depth::Rules, memory, read, &mut |linted| {
        if let Linted::Diagnostics(_, findings) = linted {
            said.borrow_mut().push(format!("{findings:#?}"));
        }
    });
    said.into_inner()
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => gather(&path, found),
            Some("rel" | "yaml") => found.push(path),
            _ => {}
        }
    }
}

fn fixtures() -> Vec<Named> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut paths = Vec::new();
    gather(&tests.join("ui"), &mut paths);
    gather(&tests.join("conformance"), &mut paths);
    let named = |path: PathBuf| Some((path.display().to_string(), fs::read_to_string(path).ok()?));
    paths.into_iter().filter_map(named).collect()
}

/// Returns the texts with their releases moved, and other releases around them.
fn moved(texts: &[Named]) -> Vec<Named> {
    let moved = |(name, text): &Named| match name.ends_with(".rel") {
        true => (name.clone(), format!("// é, and a line\n\nrelease before on deployment < \"x:1\" >\n\n{text}")),
        false => (name.clone(), text.clone()),
    };
    texts.iter().map(moved).collect()
}

#[test]
fn what_is_remembered_is_what_would_be_found() {
    let texts = fixtures();
    assert!(texts.len() > 300, "{} files", texts.len());
    for texts in [texts.clone(), moved(&texts)] {
        let memory = Held::default();
        let anew = said(&texts, None);
        let first = said(&texts, Some(&memory));
        let before = memory.recalled.load(Ordering::Relaxed);
        let second = said(&texts, Some(&memory));
        for ((name, _), ((anew, first), second)) in texts.iter().zip(anew.iter().zip(&first).zip(&second)) {
            assert_eq!(first, anew, "{name}");
            assert_eq!(second, anew, "{name}, from memory");
        }
        assert!(memory.recalled.load(Ordering::Relaxed) - before > 250, "what is asked is remembered");
    }
}

#[test]
fn a_release_is_remembered_wherever_it_stands() {
    let texts = fixtures();
    let memory = Held::default();
    said(&texts, Some(&memory));
    let before = memory.recalled.load(Ordering::Relaxed);
    let texts = moved(&texts);
    let (anew, again) = (said(&texts, None), said(&texts, Some(&memory)));
    for ((name, _), (anew, again)) in texts.iter().zip(anew.iter().zip(&again)) {
        assert_eq!(again, anew, "{name}");
    }
    assert!(memory.recalled.load(Ordering::Relaxed) - before > 250, "what was found elsewhere is remembered");
}

#[test]
fn what_a_release_follows_from_is_not_forgotten() {
    let release = "release a on deployment { port: port } < v1 \"x:1\" >\n";
    let with = |head: &str| vec![("a.rel".to_owned(), format!("{head}\n{release}"))];
    let memory = Held::default();
    let other_error = |head: &str| format!("{head}\nlet other = ;\n");
    let heads = [
        "let port = 80",
        "let port = \"none\"",
        "param port: int = 70000",
        "",
        "let port = 81",
        "let port = 80",
        // A failed import hides that its name is unknown, and isn't among the files.
        &other_error("import common"),
        &other_error("import \"commn.rel\" as port"),
        &other_error("import common"),
        &other_error("import port"),
    ];
    for head in heads {
        let texts = with(head);
        assert_eq!(said(&texts, Some(&memory)), said(&texts, None), "{head}");
    }
}

/// A folder of values files, one of which has a mistake.
fn folder() -> Place {
    let place = Place::new(&[]);
    for at in 0..40 {
        let key = if at == 7 { "prot" } else { "port" };
        let text = format!("environment: deployment\napplication:\n  versions:\n  - image: x:{at}\n    {key}: 80\n");
        place.write(&format!("{at}/values.yaml"), text);
    }
    place
}

#[test]
fn runs_over_many_files_remember() {
    let place = folder();
    let first = place.run(&["lint"]);
    assert!(first.code == Some(1) && first.out.contains("7/values.yaml"), "{}", first.out);
    let held = place.path(".cache/relc/findings");
    let bytes = fs::read(&held).unwrap();
    let again = place.run(&["lint"]);
    assert_eq!((first.code, &first.out), (again.code, &again.out));
    assert!(fs::read(&held).unwrap() == bytes, "a run that finds nothing new writes nothing");
    // A changed text, another configuration, and a comment have an effect.
    place.write("8/values.yaml", "environment: deployment\napplication:\n  versions:\n  - imge: x:8\n");
    place.write("relc.toml", "[lint]\nignore = [\"image-latest\"]\n");
    let changed = place.run(&["lint"]);
    assert!(changed.out.contains("8/values.yaml") && changed.out.contains("imge"), "{}", changed.out);
    assert_eq!(changed.out, place.run(&["lint", "--no-cache"]).out);
    // A corrupt cache is replaced.
    for broken in [&b""[..], b"none", &bytes[..bytes.len() - 3], &[&bytes[..], b"x"].concat()] {
        fs::write(&held, broken).unwrap();
        assert_eq!(place.run(&["lint"]).out, changed.out);
    }
    let mut turned = bytes.clone();
    for byte in turned.iter_mut().skip(200) {
        *byte = !*byte;
    }
    fs::write(&held, turned).unwrap();
    assert_eq!(place.run(&["lint"]).out, changed.out);
}

#[test]
fn a_run_that_is_to_remember_nothing_leaves_nothing() {
    let place = folder();
    place.run(&["lint", "--no-cache"]);
    place.run(&["lint", "7/values.yaml"]);
    assert!(!place.path(".cache").exists());
    let without = place.run(&["check"]);
    assert_eq!(without.code, Some(1));
    assert!(place.path(".cache/relc/findings").exists());
}
