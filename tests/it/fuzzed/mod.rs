//! Texts that a fuzzer found, and others: each has the property of its folder in `tests/fuzzed/`.

mod editor;
pub mod properties;

use std::path::Path;

use rayon::prelude::*;

use crate::ui::entries;
use properties::PROPERTIES;

#[test]
fn texts_that_a_fuzzer_found_have_their_property() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed");
    let mut cases = Vec::new();
    for folder in entries(&root) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let property = PROPERTIES.iter().find(|(known, _)| *known == name);
        let (_, property) = property.unwrap_or_else(|| panic!("no property is named {name}"));
        cases.extend(entries(&folder).into_iter().map(|path| (path, *property)));
    }
    let failures: Vec<String> = { cases.par_iter() }
        .filter_map(|(path, property)| {
            let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            property(&text).err().map(|why| format!("{}: {why}", path.display()))
        })
        .collect();
    assert!(failures.is_empty(), "{}\n{} of {} texts", failures.join("\n"), failures.len(), cases.len());
}
