//! `relc import`: every values file of the project becomes a `.rel` file that builds the same, with its comments; and `relc export`, its
//! inverse.

use relc_core::compile::{self, Environments, Input, Options};
use relc_core::library::Catalog;
use relc_import::{Exported, Imported, export, import};
use relc_syntax::format::WIDTH;

use crate::compiled::{Memory, compile, text};
use crate::one_in;

fn imported(input: Input, options: &Options) -> Imported {
    let catalog = Catalog::builtin();
    let opened = compile::load(input, options, catalog, &Memory::default());
    import(&opened, options, &Environments::new(catalog), catalog, WIDTH)
}

/// Returns the text of an import that must succeed.
fn written(values: &str) -> String {
    match imported(Input::Values(vec![text("values.yaml", values)]), &Options::default()) {
        Imported::Text(text, None) => text,
        Imported::Text(_, Some(_)) => panic!("the text does not say its namespace"),
        Imported::Invalid(wrong) => panic!("the values are wrong: {wrong:?}"),
        Imported::Differs(other) => panic!("the text says something else: {:?}", other.wrong),
    }
}

#[test]
fn every_values_file_is_imported_with_its_meaning() {
    let mut count = 0;
    for case in crate::conformance::cases() {
        if case.path.extension().is_some_and(|extension| extension == "rel") {
            continue;
        }
        count += 1;
        let Imported::Text(written, None) = imported(case.input(&case.text), &case.options) else {
            panic!("{} is not imported", case.name());
        };
        let before = compile(case.input(&case.text), &case.options, &Memory::default());
        let options = Options { name: None, namespace: None, ..case.options.clone() };
        let after = compile(Input::Rel(text("imported.rel", &written)), &options, &Memory::default());
        assert_eq!(before.yaml(), after.yaml(), "{}\n{written}", case.name());
        // No comment is lost or duplicated.
        let said = comments(&case.text, relc_core::helm_values::comments);
        let kept = comments(&written, relc_syntax::comments);
        assert_eq!(sorted(said), sorted(kept), "{}", case.name());
    }
    assert!(count > 50, "few values files were found: {count}");
}

fn comments(text: &str, find: fn(&str) -> Vec<std::ops::Range<usize>>) -> Vec<String> {
    let bare = |comment: &str| comment.trim_start_matches(['#', '/']).trim_end().to_owned();
    find(text).into_iter().map(|range| bare(&text[range])).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// Returns the values of a release, with its namespace.
fn exported(release: &str, options: &Options) -> Exported {
    let catalog = Catalog::builtin();
    let opened = compile::load(Input::Rel(text("release.rel", release)), options, catalog, &Memory::default());
    export(&opened, 0, options.namespace.as_deref(), &Environments::new(catalog), catalog)
}

#[test]
fn every_imported_values_file_is_exported_with_its_meaning() {
    let mut count = 0;
    for case in crate::conformance::cases() {
        if case.path.extension().is_some_and(|extension| extension == "rel") {
            continue;
        }
        let Imported::Text(release, None) = imported(case.input(&case.text), &case.options) else { continue };
        count += 1;
        let values = match exported(&release, &Options::default()) {
            Exported::Text(values, None) => values,
            Exported::Text(..) => panic!("{}: the values don't set the namespace", case.name()),
            Exported::Invalid(wrong) => panic!("{}: {wrong:?}\n{release}", case.name()),
            Exported::NotExpressible(reason) => panic!("{}: {reason}\n{release}", case.name()),
        };
        let before = compile(Input::Rel(text("release.rel", &release)), &Options::default(), &Memory::default());
        let after = compile(Input::Values(vec![text("values.yaml", &values)]), &Options::default(), &Memory::default());
        assert_eq!(before.yaml(), after.yaml(), "{}\n{values}", case.name());
    }
    assert!(count > 50, "few values files were exported: {count}");
}

#[test]
fn a_file_without_a_release_is_not_exported() {
    for release in ["", "relese x", "let a = 1"] {
        let Exported::Invalid(wrong) = exported(release, &Options::default()) else {
            panic!("{release:?} is exported")
        };
        assert!(!wrong.is_empty(), "{release:?} has no error");
    }
}

#[test]
fn a_flag_for_the_namespace_is_exported() {
    let options = Options { namespace: Some("staging".to_owned()), ..Options::default() };
    let release = "release shop on deployment < v1 \"registry.example/shop:1\" { port: 8080 } >";
    let Exported::Text(values, None) = exported(release, &options) else { panic!("it is not exported") };
    assert!(values.contains("namespace: staging"), "{values}");
}

#[test]
fn what_unsets_a_shared_value_is_imported() {
    let release = written(
        "environment: kserve\napplication:\n  metadata: {name: a}\n  modelFormat: sklearn\n  runtime: fast\n  versions:\n  - storageUri: gs://x\n    runtime: null\n  - storageUri: gs://y\n",
    );
    assert!(release.contains("\"gs://x\" { runtime: null }"), "{release}");
    let release = written(
        "environment: deployment\napplication:\n  metadata: {name: a}\n  resources: {limits: {cpu: 1}}\n  versions:\n  - image: x:1\n    resources: null\n  - image: x:2\n",
    );
    assert!(release.contains("\"x:1\" { resources: null }"), "{release}");
    let release = written(
        "environment: kserve\napplication:\n  metadata: {name: a}\n  modelFormat: sklearn\n  versions:\n  - storageUri: gs://x\n    metadata: { name: \"\" }\n",
    );
    assert!(!release.contains("name"), "{release}");
}

#[test]
fn a_name_that_is_no_word_is_imported_in_quotes() {
    for (name, release) in [("1o", "release \"1o\" on"), ("on", "release \"on\" on"), ("release", "release release on")]
    {
        let values = format!(
            "environment: deployment\napplication:\n  metadata: {{name: \"{name}\"}}\n  versions:\n  - image: x:1\n    metadata: {{name: v1}}\n"
        );
        let text = written(&values);
        assert!(text.starts_with(release), "{text}");
    }
    let quoted = compile(
        Input::Rel(text("a.rel", "release \"shop\" on deployment < \"x:1\" >\n")),
        &Options::default(),
        &Memory::default(),
    );
    assert_eq!(quoted.brief(), ["1:9 the name of a release is written without quotes (write `shop`)"]);
}

#[test]
fn comments_go_with_what_they_are_about() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import");
    let text = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).expect("a fixture can be read");
    assert_eq!(written(&text("comments.yaml")), text("comments.rel"));
}

#[test]
fn comments_of_what_other_files_replace_are_kept() {
    let base = "\
# The shop.
environment: deployment
application:
  metadata: { name: shop }
  # Where it listens.
  port: 8080 # as ever
  versions:
  # The first.
  - image: x:1
  # The second.
  - image: x:2
";
    let over = "\
# In production.
application:
  # As the firewall wants it.
  port: 9090
  versions:
  - image: x:3 # pinned
# To be continued.
";
    let values = vec![text("values.yaml", base), text("production.yaml", over)];
    let Imported::Text(written, None) = imported(Input::Values(values), &Options::default()) else {
        panic!("the values are not imported");
    };
    let expected = "\
// The shop.
// In production.
release shop on deployment {
  // Where it listens.
  // As the firewall wants it.
  port: 9090 // as ever
} <
  // The second.
  // The first.
  \"x:3\" // pinned
>
// To be continued.
";
    assert_eq!(written, expected);
}

#[test]
fn no_comment_is_lost_wherever_it_stands() {
    let mut count = 0;
    for case in crate::conformance::cases() {
        if case.path.extension().is_some_and(|extension| extension == "rel") {
            continue;
        }
        let lines: Vec<&str> = case.text.lines().collect();
        let said = value(&case.text);
        let fit: Vec<usize> = (0..lines.len()).filter(|at| value(&with_comments(&lines, &[*at])) == said).collect();
        // Each line by itself, and all of them.
        let alone = fit.iter().step_by(one_in(6)).map(std::slice::from_ref);
        for wanted in alone.chain([fit.as_slice()]) {
            count += 1;
            let text = with_comments(&lines, wanted);
            let Imported::Text(written, None) = imported(case.input(&text), &case.options) else {
                panic!("{} is not imported:\n{text}", case.name());
            };
            let said = comments(&text, relc_core::helm_values::comments);
            let kept = comments(&written, relc_syntax::comments);
            assert_eq!(sorted(said), sorted(kept), "{}\n{text}\n{written}", case.name());
        }
    }
    assert!(count > 500 / one_in(6), "few texts were tried: {count}");
}

/// Returns the contents of a text, without its comments.
fn value(text: &str) -> Option<String> {
    let mut out = String::new();
    relc_core::codegen::yaml(&relc_core::helm_values::read(relc_syntax::source::FileId(0), text).0?, &mut out);
    Some(out)
}

/// Returns `lines` with comments above and after some of them: indented like the previous line, like the line, and not
/// at all.
fn with_comments(lines: &[&str], wanted: &[usize]) -> String {
    let indent = |at: usize| lines.get(at).map_or("", |line| &line[..line.len() - line.trim_start().len()]);
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        if !wanted.contains(&at) {
            out.push_str(&format!("{line}\n"));
            continue;
        }
        for indent in [indent(at.wrapping_sub(1)), indent(at), ""] {
            out.push_str(&format!("{indent}# above {at}, {}\n", indent.len()));
        }
        out.push_str(&format!("{line} # behind {at}\n"));
    }
    out
}

#[test]
fn the_namespace_is_in_the_text() {
    let values = "environment: deployment\napplication:\n  metadata: { name: shop }\n  versions:\n  - image: x:1\n";
    let options = Options { namespace: Some("web".to_owned()), ..Options::default() };
    let import = |values: &str| imported(Input::Values(vec![text("values.yaml", values)]), &options);
    let Imported::Text(written, None) = import(values) else { panic!("the values are not imported") };
    assert_eq!(written, "release shop on deployment { namespace: \"web\" } <\n  \"x:1\"\n>\n");
    // A namespace in the values has priority over the flag.
    let Imported::Text(written, None) = import(&values.replace("name: shop", "name: shop, namespace: own")) else {
        panic!("the values are not imported");
    };
    assert_eq!(written, "release shop on deployment { namespace: \"own\" } <\n  \"x:1\"\n>\n");
}

#[test]
fn texts_that_mean_something_in_the_language_stay_texts() {
    let values = "environment: deployment\napplication:\n  metadata: { name: shop }\n  versions:\n  - image: x:1\n    env: { A: \"{name}\", B: '\"\\', on: \"yes\", \"a.b\": \"1\" }\n";
    let written = written(values);
    assert!(written.contains(r#"A: "\{name}""#), "{written}");
}

#[test]
fn wrong_values_are_not_imported() {
    let values = "environment: deployment\napplication:\n  metadata: { name: shop }\n  versions:\n  - imge: x:1\n";
    let Imported::Invalid(wrong) = imported(Input::Values(vec![text("values.yaml", values)]), &Options::default())
    else {
        panic!("wrong values are imported");
    };
    assert!(wrong.iter().any(|found| found.code.name() == "unknown-key"), "{wrong:?}");
}
