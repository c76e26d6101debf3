//! Diagnostics and manifests of inputs: `tests/ui/PHASE/BEHAVIOUR.rel` (or `.yaml` for values), with the expected text
//! in `BEHAVIOUR.rel.out`.
//!
//! A directory `tests/ui/PHASE/BEHAVIOUR/` is a fixture of several files: `main.rel`, or `main.yaml` and further values
//! sorted by name; the others are imported or read. A comment on the first line sets flags: `// flags: --name hello
//! --namespace shop --on deployment --set a=b`, and `--manifests` to include the output. `RELC_BLESS=1 cargo test ui`
//! writes the expected texts. A fixture without an expected text fails, and so does an expected text without a fixture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use relc_core::compile::{Input, Options, Text};
use relc_core::helm_values::set::Typed;
use relc_render::{Look, human};
use relc_syntax::source::Span;

use crate::compiled::{Compiled, Memory, compile, flag, lint, text};

/// Phases whose fixtures are tested by another module.
const ELSEWHERE: &[&str] = &["definition"];

#[test]
fn fixtures_say_what_is_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let bless = std::env::var_os("RELC_BLESS").is_some();
    let mut expected = BTreeSet::new();
    let mut fixtures = Vec::new();
    for phase in entries(&root).iter().filter(|phase| !ELSEWHERE.iter().any(|name| phase.ends_with(name))) {
        for entry in entries(phase) {
            if entry.extension().is_some_and(|extension| extension == "out") {
                expected.insert(entry);
            } else {
                fixtures.push(entry);
            }
        }
    }
    let mut failures: Vec<String> =
        fixtures.par_iter().filter_map(|fixture| run(&root, fixture, bless).err()).collect();
    for fixture in &fixtures {
        expected.remove(&out_of(fixture));
    }
    failures.extend(expected.iter().map(|orphan| format!("{}: no fixture has this text", orphan.display())));
    assert!(
        failures.is_empty(),
        "{}\n{} of {} fixtures differ; `RELC_BLESS=1 cargo test ui` takes what is said now",
        failures.join("\n"),
        failures.len(),
        fixtures.len()
    );
}

pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = listing.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

pub fn out_of(fixture: &Path) -> PathBuf {
    let mut name = fixture.as_os_str().to_owned();
    name.push(".out");
    name.into()
}

fn run(root: &Path, fixture: &Path, bless: bool) -> Result<(), String> {
    let shown = fixture.strip_prefix(root).unwrap_or(fixture).display().to_string();
    let found = Fixture::read(fixture).said();
    let path = out_of(fixture);
    if bless {
        return fs::write(&path, found).map_err(|error| format!("{shown}: {error}"));
    }
    let expected = fs::read_to_string(&path).map_err(|_| format!("{shown}: nothing is expected of it yet\n{found}"))?;
    if expected == found {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, &found).unified_diff().to_string();
    Err(format!("{shown}:\n{diff}"))
}

pub struct Fixture {
    input: Input,
    pub options: Options,
    files: Memory,
    manifests: bool,
    /// True if lint rules run, too: in the phase `lint`.
    lint: bool,
}

impl Fixture {
    pub fn read(path: &Path) -> Fixture {
        let paths = if path.is_dir() { entries(path) } else { vec![path.to_owned()] };
        let files: BTreeMap<String, String> = paths.iter().map(|path| (name(path), content(path))).collect();
        let main = ["main.rel", "main.yaml"].into_iter().find(|main| files.contains_key(*main));
        let main = if path.is_dir() { main.expect("a directory has its `main`").to_owned() } else { name(path) };
        let mut fixture = Fixture {
            input: Input::Values(Vec::new()),
            options: Options::default(),
            files: Memory::default(),
            manifests: false,
            lint: path.parent().is_some_and(|phase| phase.ends_with("lint")),
        };
        fixture.flags(&files[&main]);
        fixture.input = if main.ends_with(".rel") {
            Input::Rel(text(&main, &files[&main]))
        } else {
            let rest = files.iter().filter(|(name, _)| **name != main && name.ends_with(".yaml"));
            Input::Values(
                [(&main, &files[&main])].into_iter().chain(rest).map(|(n, t)| text(n, t)).collect::<Vec<Text>>(),
            )
        };
        fixture.files = Memory(files);
        fixture
    }

    fn flags(&mut self, text: &str) {
        let line = text.lines().next().unwrap_or("").trim_start_matches('\u{feff}');
        let Some(flags) = line.trim_start_matches(['/', '#', ' ']).strip_prefix("flags:") else { return };
        let mut words = flags.split_whitespace();
        while let Some(word) = words.next() {
            let mut argument = || words.next().unwrap_or_default();
            match word {
                "--name" => self.options.name = Some(argument().to_owned()),
                "--namespace" => self.options.namespace = Some(argument().to_owned()),
                "--on" => self.options.on = Some(argument().to_owned()),
                "--set" => self.options.set.push(flag(word, argument(), Typed::Scalars)),
                "--set-string" => self.options.set.push(flag(word, argument(), Typed::Strings)),
                "--manifests" => self.manifests = true,
                other => panic!("no fixture has the flag `{other}`"),
            }
        }
    }

    /// Returns the name of the main file.
    pub fn main_name(&self) -> &str {
        match &self.input {
            Input::Rel(text) => &text.name,
            Input::Values(texts) => &texts[0].name,
        }
    }

    /// Returns the text of the main file.
    pub fn main_text(&self) -> &str {
        &self.files.0[self.main_name()]
    }

    /// Lints, or builds, with another text of the main file.
    pub fn with(&self, main: &str, run: impl Fn(Input, &Options, &Memory) -> Compiled) -> Compiled {
        let mut files = self.files.clone();
        files.0.insert(self.main_name().to_owned(), main.to_owned());
        let input = match &self.input {
            Input::Rel(file) => Input::Rel(text(&file.name, main)),
            Input::Values(texts) => {
                let rest = texts.iter().skip(1).map(|known| text(&known.name, &known.text));
                Input::Values([text(self.main_name(), main)].into_iter().chain(rest).collect())
            }
        };
        run(input, &self.options, &files)
    }

    /// Returns the diagnostics as printed, and the manifests.
    fn said(self) -> String {
        let run = if self.lint { lint } else { compile };
        let compiled = run(self.input, &self.options, &self.files);
        let mut out = rendered(&compiled);
        if out.is_empty() && !self.manifests {
            out.push_str("nothing is wrong\n");
        }
        if self.manifests {
            out.push_str(&compiled.yaml());
        }
        out
    }
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn content(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns each diagnostic as printed, and the result of its fix.
fn rendered(compiled: &Compiled) -> String {
    let mut out = String::new();
    for diagnostic in &compiled.diagnostics {
        let mut shown = diagnostic.clone();
        // Locations in the library are not part of a fixture.
        let library = |span: Span| compiled.sources.file(span.file).name().starts_with("<stdlib>");
        shown.labels.retain(|label| !library(label.span));
        let human = human(&compiled.sources, &[shown], Look::PLAIN);
        human.trim_end().lines().for_each(|line| out.push_str(&format!("{}\n", line.trim_end())));
        for label in diagnostic.labels.iter().filter(|label| library(label.span)) {
            let _ = writeln!(out, "  library: {}", label.message);
        }
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            let written = compiled.sources.text(edit.span);
            let _ = writeln!(out, "  fix: `{written}` becomes `{}`", edit.text);
        }
        out.push('\n');
    }
    out
}
