//! docs/reference/kinds.md is generated from the embedded schemas.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use relc_schema::{builtin_projects, reference};

const HEAD: &str = "# Kinds

relc has the schemas of the kinds on this page. Name one by its API version and its kind: `kind \"autoscaling/v2\" \"HorizontalPodAutoscaler\"`. \
[`relc schema add`](cli.md#relc-schema-add) adds the kinds of other projects, and those of the versions in your cluster, which then take precedence. A type can also \
name a file with the schema of a single kind, as [The language](language.md#types) describes.

Custom resources include the lists whose elements must differ, and the rules in CEL.
";

#[test]
fn the_kinds_are_listed() {
    let path = super::root().join("docs/reference/kinds.md");
    let page = page();
    if std::env::var_os("RELC_BLESS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "`RELC_BLESS=1 cargo test book` writes the page of the kinds");
}

fn page() -> String {
    let mut out = HEAD.to_owned();
    for (project, kinds) in builtin_projects() {
        let _ = write!(out, "\n## {project}\n\n| API version | kinds |\n|---|---|\n");
        let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (api_version, kind) in kinds {
            let address = reference(api_version, kind).expect("each kind of a project has one");
            versions.entry(api_version).or_default().push(format!("[{kind}]({address})"));
        }
        for (api_version, kinds) in versions {
            let _ = writeln!(out, "| `{api_version}` | {} |", kinds.join(", "));
        }
    }
    out
}
