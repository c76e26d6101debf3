//! `src/` holds what tree-sitter makes of `grammar.js`. It is kept so that editors can build the parser without Node.

use std::fs;
use std::path::Path;
use std::process::Command;

use tree_sitter_generate::{ABI_VERSION_MAX, OptLevel, generate_parser_in_directory};

#[test]
fn the_parser_is_that_of_the_grammar() {
    if Command::new("node").arg("--version").output().is_err() {
        println!("skipped: Node is not installed, and grammar.js is written in its language");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let made = generate_parser_in_directory(
        folder,
        Some(out.clone()),
        None::<&Path>,
        ABI_VERSION_MAX,
        None,
        Some("node"),
        true,
        OptLevel::default(),
        &mut Vec::new(),
    );
    made.expect("the grammar has no conflict");
    for name in ["parser.c", "grammar.json", "node-types.json", "tree_sitter/parser.h"] {
        let read = |path: &Path| fs::read_to_string(path.join(name)).expect("a text");
        let same = read(&folder.join("src")) == read(&out);
        assert!(
            same,
            "src/{name} is not what `tree-sitter generate` makes of grammar.js: run it in {}",
            folder.display()
        );
    }
}
