//! Releases of one shape share the verdicts of rules: what is built and found is the same as for each release alone.

use std::fs;
use std::path::{Path, PathBuf};

use relc_core::compile::{self, Environments, Input, Options, Unnamed};
use relc_core::library::Catalog;
use relc_syntax::source::Syntax;

use crate::compiled::{Compiled, Memory, text};
use crate::one_in;
use crate::ui::entries;

/// All releases and values of the fixtures, each followed by others of its shape: digits and letters of its values are replaced. A verdict
/// is remembered from the second release of an environment on, and so is used from the third.
fn inputs() -> Vec<Input> {
    let mut paths = Vec::new();
    ["tests/ui", "tests/conformance", "tests/import", "examples"].into_iter().for_each(|folder| {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    });
    let sources = paths.iter().step_by(one_in(4)).filter_map(|path| Some((path, fs::read_to_string(path).ok()?)));
    sources
        .flat_map(|(path, source)| {
            let syntax =
                if path.extension().is_some_and(|ending| ending == "rel") { Syntax::Rel } else { Syntax::Yaml };
            let other = source.replace('1', "2").replace("80", "90").replace("hello", "help");
            let longer = source.replace(['2', '3'], "300");
            [source.clone(), other.clone(), source.clone(), longer, source, other]
                .map(|source| Input::new(syntax, text("a.rel", &source)))
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        match path.is_dir() {
            true => collect(&path, paths),
            false if path.extension().is_some_and(|ending| ending == "rel" || ending == "yaml") => paths.push(path),
            false => {}
        }
    }
}

fn options() -> Options {
    Options { unnamed: Unnamed::Allowed, ..Options::default() }
}

/// The messages with their places, the values that no other release may have, and the manifests.
fn linted(input: &Input, environments: &Environments<'_>) -> (Vec<String>, Vec<String>, String) {
    let loaded = compile::load(input.clone(), &options(), Catalog::builtin(), &Memory::default());
    let (mut documents, mut claims, mut diagnostics) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..loaded.len() {
        let mut analysis = loaded.analyze(at, environments);
        claims.extend(relc_lint::lint(&loaded, &mut analysis).into_iter().map(|claim| claim.value));
        documents.extend(analysis.built.documents);
        diagnostics.extend(analysis.built.diagnostics.into_vec());
    }
    let compiled = Compiled { sources: loaded.sources, diagnostics, documents, made: Vec::new() };
    (compiled.brief(), claims, compiled.yaml())
}

#[test]
fn a_release_among_others_of_its_shape_is_what_it_is_alone() {
    let shared = Environments::new(Catalog::builtin());
    for input in inputs() {
        let alone = linted(&input, &Environments::new(Catalog::builtin()));
        assert_eq!(linted(&input, &shared), alone, "{input:?}");
    }
}
