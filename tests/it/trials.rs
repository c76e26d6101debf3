//! `relc test`, with the real binary: its output, its failures, and the written files.

use crate::environments::Project;

const NOTICE: &str = r#"import kube

/// A ConfigMap that names an image.
environment notice extends kube.application {
  version {
    headline image: kube.Image

    /// An image whose tag moves.
    lint notice-latest warn at v.image {
      when matches(v.image, ".*:latest")
      "`{v.image}` may be another image tomorrow"
    }
    emit kube.ConfigMap { metadata: v.metadata, data: { image: v.image } }
  }
  strategy none { }
}
"#;

const OUTPUT: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: one-0
  namespace: default
  labels:
    app.kubernetes.io/instance: one
    app.kubernetes.io/managed-by: relc
data:
  image: a:1
";

/// A project with the environment `notice` and tests of it.
fn project(tests: &[(&str, &str)]) -> Project {
    let project = Project::new(&[("envs/notice.rel", NOTICE)]);
    tests.iter().for_each(|(name, text)| project.write(&format!("envs/{name}"), text));
    project
}

/// Returns the output of a run, with its exit code.
fn test(project: &Project, arguments: &[&str]) -> (String, i32) {
    let (out, said, code) = project.run(&[&["test"], arguments].concat());
    (out + &said, code)
}

#[test]
fn an_output_that_is_written_down_is_compared() {
    let one = ("one.test.rel", "release one on notice < \"a:1\" >\n");
    let right = project(&[one, ("one.test.expected.yaml", OUTPUT)]);
    assert_eq!(test(&right, &[]), ("ok     envs/one.test.rel\n1 passed\n".to_owned(), 0));
    let wrong = project(&[one, ("one.test.expected.yaml", &OUTPUT.replace("a:1", "a:2"))]);
    let (out, code) = test(&wrong, &[]);
    assert!(
        code == 1 && out.contains("-  image: a:2\n+  image: a:1\n") && out.ends_with("0 passed, 1 failed\n"),
        "{out}"
    );
}

#[test]
fn update_writes_what_a_test_comes_to() {
    let one = project(&[("one.test.rel", "release one on notice < \"a:1\" >\n")]);
    let (out, code) = test(&one, &[]);
    assert!(code == 1 && out.contains("this test has no expectation"), "{out}");
    let written = "ok     envs/one.test.rel\nwrote  envs/one.test.expected.yaml\n1 passed\n";
    assert_eq!(test(&one, &["--update"]), (written.to_owned(), 0));
    assert_eq!(one.read("envs/one.test.expected.yaml"), OUTPUT);
    assert_eq!(test(&one, &["envs"]), ("ok     envs/one.test.rel\n1 passed\n".to_owned(), 0));
    one.write("envs/one.test.rel", "release one on notice < \"a:3\" >\n");
    assert_eq!(test(&one, &["--update"]), (written.to_owned(), 0));
    assert_eq!(one.read("envs/one.test.expected.yaml"), OUTPUT.replace("a:1", "a:3"));
}

#[test]
fn what_an_environment_says_must_be_expected() {
    let latest = "release one on notice <\n  \"a:latest\"EXPECTED\n>\n";
    let with = |comment: &str| project(&[("one.test.rel", &latest.replace("EXPECTED", comment))]);
    assert_eq!(test(&with(" // relc: expect(notice-latest)"), &[]).1, 0);
    let (out, code) = test(&with(""), &[]);
    assert!(code == 1 && out.contains("warning[notice-latest]") && !out.contains("unmet"), "{out}");
    let (out, code) = test(&with(" // relc: expect(notice-latest, unknown-key)"), &[]);
    assert!(code == 1 && out.contains("`unknown-key` is expected here, and is not found"), "{out}");
    assert!(out.contains("what is found here is"), "{out}");
    // Requirements of every environment are not part of this test.
    let standard =
        project(&[("one.test.rel", "release one on deployment < \"a:latest\" >\n"), ("one.test.routes.yaml", "#\n")]);
    assert!(!test(&standard, &[]).0.contains("image-latest"));
}

#[test]
fn a_part_of_the_message_can_be_expected() {
    let latest = "release one on notice <\n  \"a:latest\" // relc: expect(notice-latest) PART\n>\n";
    let with = |part: &str| test(&project(&[("one.test.rel", &latest.replace("PART", part))]), &[]);
    assert_eq!(with("\"`a:latest` may be another\"").1, 0);
    let (out, code) = with("\"may be the same\"");
    assert!(
        code == 1 && out.contains("`notice-latest` is expected here with the message \"may be the same\""),
        "{out}"
    );
    assert!(out.contains("its messages are: `a:latest` may be another image tomorrow"), "{out}");
    // Unexpected diagnostics are reported, too.
    assert!(out.contains("warning[notice-latest]"), "{out}");
}

#[test]
fn the_report_is_json_and_junit_too() {
    let project = project(&[
        ("good.test.rel", "release good on notice < \"a:latest\" > // relc: expect(notice-latest)\n"),
        ("one.test.rel", "release one on notice <\n  \"a:latest\"\n>\n"),
        ("one.test.expected.yaml", &OUTPUT.replace("a:1", "a:<2>")),
        ("two.test.expected.yaml", OUTPUT),
    ]);
    let (out, said, code) = project.run(&["test", "--format", "json"]);
    assert_eq!((said.as_str(), code), ("", 1));
    let report: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    let finding = serde_json::json!({
        "rule": "notice-latest", "message": "`a:latest` may be another image tomorrow",
        "file": "envs/one.test.rel", "line": 2, "column": 3,
    });
    let (differs, orphan) = (&report["tests"][1]["failures"][1], &report["tests"][2]["failures"][0]);
    let difference = differs["difference"].as_str().expect("it is shown");
    assert!(difference.contains("-  image: a:<2>\n+  image: a:latest\n"), "{difference}");
    let expected = serde_json::json!({
        "version": 1,
        "tests": [
            { "path": "envs/good.test.rel", "outcome": "passed", "failures": [], "written": [] },
            {
                "path": "envs/one.test.rel", "outcome": "failed", "written": [],
                "failures": [finding, {
                    "message": "the recorded output differs from the actual output",
                    "file": "envs/one.test.expected.yaml", "line": 10, "difference": difference,
                }],
            },
            { "path": "envs/two.test.expected.yaml", "outcome": "failed", "failures": [orphan], "written": [] },
        ],
        "summary": { "passed": 1, "failed": 2, "broken": 0 },
    });
    assert_eq!(report, expected);

    let (out, _, code) = project.run(&["test", "--format", "junit"]);
    assert_eq!(code, 1);
    for part in [
        "<testsuite name=\"relc test\" tests=\"3\" skipped=\"0\" errors=\"0\" failures=\"2\">",
        "<testcase name=\"envs/good.test.rel\" classname=\"envs\"/>",
        "<failure message=\"`a:latest` may be another image tomorrow\" type=\"notice-latest\">envs/one.test.rel:2:3: `a:latest`",
        "\nenvs/one.test.expected.yaml:10: the recorded output differs from the actual output\n---",
        "-  image: a:&lt;2&gt;\n+  image: a:latest</failure>",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
}

#[test]
fn a_report_says_what_was_written_and_what_could_not_be_tried() {
    let project = project(&[("one.test.rel", "release one on notice < \"a:1\" >\n")]);
    let (out, _, code) = project.run(&["test", "--update", "--format", "json"]);
    assert!(code == 0 && out.contains("\"written\": [\n        \"envs/one.test.expected.yaml\"\n      ]"), "{out}");
    let (out, said, code) = project.run(&["test", "envs/none.test.rel", "--format", "junit"]);
    assert!(code == 2 && said.contains("none.test.rel"), "{said}");
    assert!(out.contains("errors=\"1\"") && out.contains("<error message=\"cannot read `envs/none.test.rel`"), "{out}");
}

#[test]
fn an_error_must_be_expected() {
    let misspelt = "release one on notice <\n  COMMENT\n  v1 \"a:1\" { imge: \"b\" }\n>\n";
    let with = |comment: &str| project(&[("one.test.rel", &misspelt.replace("COMMENT", comment))]);
    assert_eq!(
        test(&with("// relc: expect(unknown-key)"), &[]),
        ("ok     envs/one.test.rel\n1 passed\n".to_owned(), 0)
    );
    let (out, code) = test(&with(""), &[]);
    assert!(code == 1 && out.contains("error[E0202] unknown-key"), "{out}");
    let both = project(&[
        ("one.test.rel", &misspelt.replace("COMMENT", "// relc: expect(unknown-key)")),
        ("one.test.expected.yaml", OUTPUT),
    ]);
    let (out, code) = test(&both, &[]);
    assert!(code == 1 && out.contains("one.test.expected.yaml is there, and nothing can be built"), "{out}");
}

#[test]
fn a_route_is_compared_for_the_versions_that_are_ready() {
    let shop = "release shop on knative-istio blue-green <\n  v1 30% \"a:1\"\n  v2 \"a:2\"\n>\n";
    let asked = "# Both, then the second alone.\n\n# shop ready: v1, v2\n# shop ready: v2\n";
    let project = project(&[("shop.test.rel", shop), ("shop.test.routes.yaml", asked)]);
    assert_eq!(test(&project, &["--update"]).1, 0);
    let routes = project.read("envs/shop.test.routes.yaml");
    assert!(routes.starts_with("# Both, then the second alone.\n\n# shop ready: v1, v2\napiVersion: "), "{routes}");
    let (both, alone) = routes.split_once("---\n# shop ready: v2\n").expect("both are answered");
    assert!(both.contains("weight: 30") && both.contains("weight: 70"), "{routes}");
    assert!(
        alone.contains("weight: 0\n") && alone.contains("weight: 70\n") && !alone.contains("weight: 30"),
        "{routes}"
    );
    assert_eq!(test(&project, &[]).1, 0);
    project.write("envs/shop.test.rel", &shop.replace("30%", "40%"));
    let (out, code) = test(&project, &[]);
    assert!(code == 1 && out.contains("-      weight: 70\n+      weight: 60\n"), "{out}");
}

#[test]
fn a_route_that_cannot_be_had_is_told_at_its_line() {
    let shop = ("shop.test.rel", "release shop on knative-istio blue-green <\n  v1 \"a:1\"\n  v2 \"a:2\"\n>\n");
    let said = |routes: &str| test(&project(&[shop, ("shop.test.routes.yaml", routes)]), &["--update"]).0;
    assert!(said("# shop ready: v1\n# shop ready: v3\n").contains("shop.test.routes.yaml:2: version `v3` not found"));
    assert!(
        said("# shpo ready: v1\n").contains("shop.test.routes.yaml:1: release `shpo` not found; did you mean `shop`?")
    );
    assert!(said("# nothing\n").contains("shop.test.routes.yaml:1: nothing is asked"));
    let unrouted = project(&[
        ("one.test.rel", "release one on notice < \"a:1\" >\n"),
        ("one.test.routes.yaml", "# one ready: none\n"),
    ]);
    assert!(test(&unrouted, &[]).0.contains("one.test.routes.yaml:1: `one` routes nothing"));
}

#[test]
fn a_text_without_its_test_fails() {
    let one = [("one.test.rel", "release one on notice < \"a:1\" >\n"), ("one.test.expected.yaml", OUTPUT)];
    let (out, code) = test(&project(&[&one[..], &[("two.test.expected.yaml", OUTPUT)]].concat()), &[]);
    assert!(code == 1 && out.contains("FAILED envs/two.test.expected.yaml"), "{out}");
    assert!(out.contains("no test of this name is next to it"), "{out}");
}

#[test]
fn values_are_tests_too_and_other_files_are_none() {
    let values = "environment: notice\napplication:\n  versions:\n  - image: a:latest # relc: expect(notice-latest)\n";
    let library = ("library.rel", "let tag = \"1\"\n");
    let project = project(&[("one.test.yaml", values), library, ("note.yaml", "a: 1\n"), ("README.md", "text")]);
    assert_eq!(test(&project, &[]), ("ok     envs/one.test.yaml\n1 passed\n".to_owned(), 0));
    // An unnamed test is named after its file.
    project.write("envs/one.test.yaml", &values.replace(":latest # relc: expect(notice-latest)", ":1"));
    assert_eq!(test(&project, &["--update"]).1, 0);
    assert_eq!(project.read("envs/one.test.expected.yaml"), OUTPUT);
}

#[test]
fn a_run_without_tests_is_a_failure() {
    let project = project(&[]);
    project.write("hello.rel", "release hello on deployment < \"a:1\" >\n");
    let (out, code) = test(&project, &[]);
    assert!(code == 2 && out.contains("no tests found"), "{out}");
    project.write("envs/one.test.rel", "release one on notice < \"a:1\" >\n");
    let (out, code) = test(&project, &["--filter", "two"]);
    assert!(code == 2 && out.contains("none of 1 test contains `two`"), "{out}");
}

#[test]
fn without_a_path_the_environments_of_the_configuration_are_tested() {
    let project =
        project(&[("one.test.rel", "release one on notice < \"a:1\" >\n"), ("one.test.expected.yaml", OUTPUT)]);
    project.write("other/two.test.rel", "release two on deployment < \"a:1\" >\n");
    let both = "ok     envs/one.test.rel\nFAILED other/two.test.rel\n";
    let (out, code) = test(&project, &[]);
    assert!(code == 1 && out.starts_with(both), "{out}");
    project.write("relc.toml", "environments = [\"envs/\"]\n");
    assert_eq!(test(&project, &[]), ("ok     envs/one.test.rel\n1 passed\n".to_owned(), 0));
    let (out, code) = test(&project, &["."]);
    assert!(code == 1 && out.starts_with(both), "{out}");
}

#[test]
fn what_goes_through_a_directory_passes_over_tests() {
    let project = project(&[("one.test.rel", "release one on notice < v1 \"a:1\" { imge: 1 } >\n")]);
    project.write("hello.rel", "release hello on notice < \"a:1\" >\n");
    let (out, said, code) = project.run(&["build", ".", "--env-path", "envs"]);
    assert!(code == 0 && out.contains("name: hello-0") && !out.contains("one-0"), "{said}");
    assert_eq!(project.run(&["lint", ".", "--env-path", "envs"]).2, 0);
    // Named explicitly, it is an ordinary release.
    assert_eq!(project.run(&["lint", "envs/one.test.rel", "--env-path", "envs"]).2, 1);
}
