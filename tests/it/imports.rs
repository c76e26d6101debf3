//! `relc import`: every values file of the project's own becomes a `.rel` file that builds the same, with its comments.

use relc::compile::{self, Environments, Input, Options};
use relc::env::Catalog;
use relc::format::WIDTH;
use relc::import::{Imported, import};

use crate::compiled::{Memory, compile, text};

fn imported(input: Input, options: &Options) -> Imported {
    let catalog = Catalog::builtin();
    let opened = compile::open(input, options, catalog, &Memory::default());
    import(&opened, options, &Environments::new(catalog), catalog, WIDTH)
}

/// The text of an import that must succeed.
fn written(values: &str) -> String {
    match imported(Input::Values(vec![text("values.yaml", values)]), &Options::default()) {
        Imported::Text(text) => text,
        Imported::Wrong(wrong) => panic!("the values are wrong: {wrong:?}"),
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
        let Imported::Text(written) = imported(case.input(&case.text), &case.options) else {
            panic!("{} is not imported", case.name());
        };
        let before = compile(case.input(&case.text), &case.options, &Memory::default());
        let options = Options { name: None, ..case.options.clone() };
        let after = compile(Input::Rel(text("imported.rel", &written)), &options, &Memory::default());
        assert_eq!(before.yaml(), after.yaml(), "{}\n{written}", case.name());
        // Nothing that was said is lost, and nothing is said twice.
        let mut said: Vec<String> = comments(&case.text, relc::values::comments);
        let mut kept: Vec<String> = comments(&written, relc::syntax::comments);
        said.sort();
        kept.sort();
        assert_eq!(said, kept, "{}", case.name());
    }
    assert!(count > 50, "few values files were found: {count}");
}

fn comments(text: &str, find: fn(&str) -> Vec<std::ops::Range<usize>>) -> Vec<String> {
    let bare = |comment: &str| comment.trim_start_matches(['#', '/']).trim_end().to_owned();
    find(text).into_iter().map(|range| bare(&text[range])).collect()
}

#[test]
fn comments_go_with_what_they_are_about() {
    let values = "\
# Head.

environment: deployment-istio
application:
  metadata: { name: shop }
  strategy: blue-green
  # How it is reached.
  port: 8080 # the port
  versions:
  # The old one.
  - weight: 30
    image: x:1
    resources:
      limits:
        # three
        cpu: \"3\"
  - weight: 70
    image: x:2
# The end.
";
    let expected = "\
// Head.
release shop on deployment-istio blue-green {
  // How it is reached.
  port: 8080 // the port
} <
  // The old one.
  30% \"x:1\" {
    resources: {
      limits: {
        // three
        cpu: \"3\"
      }
    }
  }
  70% \"x:2\"
>
// The end.
";
    assert_eq!(written(values), expected);
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
    let Imported::Wrong(wrong) = imported(Input::Values(vec![text("values.yaml", values)]), &Options::default()) else {
        panic!("wrong values are imported");
    };
    assert!(wrong.iter().any(|found| found.code.name() == "unknown-key"), "{wrong:?}");
}
