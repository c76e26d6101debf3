//! The report formats, also for files with hostile names and contents.

use serde_json::{Value as Json, json};

use super::{BROKEN, CLEAN, VALUES, WARNED, lint};
use crate::place::Place;

/// A file name with the delimiters of fields, lines and attributes in the formats.
const HOSTILE: &str = "a,b:c %0A<&\"'>\n]]>\u{1b}[31m\u{e9}.rel";

/// A release whose environment has a name of the same kind.
const HOSTILE_TEXT: &str =
    "release hello on deployment { labels: { \"a::b,%0A<&]]>\\n\\u001b[31m\": \"x\" } } <\n  \"nginx:1\"\n>\n";

fn run(files: &[(&str, &str)], format: &str, code: i32) -> String {
    let place = Place::new(files);
    place.run(&["lint", "--format", format, "--ignore", "positional-name"]).report(code).to_owned()
}

#[test]
fn services_get_paths_from_the_root_of_the_repository() {
    let place = Place::new(&[(".git/HEAD", "ref: refs/heads/main\n"), ("shop/warned.rel", WARNED)]);
    for (format, path) in [
        ("github", "file=shop/warned.rel,"),
        ("gitlab", "\"path\":\"shop/warned.rel\""),
        ("sarif", "\"uri\": \"shop/warned.rel\""),
        ("short", "warned.rel:3:3:"),
    ] {
        let report = place.run_in("shop", &["lint", "--format", format, "warned.rel"]);
        assert!(report.out.contains(path) && !report.out.contains(&format!("shop/{path}")), "{format}: {}", report.out);
    }
}

#[test]
fn json_has_the_shape_that_the_book_describes() {
    let place = Place::new(&[("shop/warned.rel", WARNED)]);
    let report = lint(&place, &["shop/warned.rel", "--select", "implicit-port"]).json();
    let at = |line: usize, column: usize, offset: usize| json!({ "line": line, "column": column, "offset": offset });
    let expected = json!({
        "version": 1,
        "diagnostics": [{
            "code": "implicit-port",
            "rule": "implicit-port",
            "severity": "warning",
            "message": "`hello-1` has no `port`, so that the default 80 is used",
            "file": "shop/warned.rel",
            "range": { "start": at(3, 3, 78), "end": at(3, 5, 80) },
            "labels": [],
            "help": "set `port` here, or for all versions",
            "url": "docs/rules.md#implicit-port",
            "fix": {
                "applicability": "safe",
                "edits": [{
                    "file": "shop/warned.rel",
                    "range": { "start": at(3, 32, 107), "end": at(3, 32, 107) },
                    "text": ", port: 80",
                }],
            },
        }],
        "notes": [],
        "summary": { "errors": 0, "warnings": 1, "infos": 0, "hidden": 0 },
    });
    assert_eq!(report, expected);
    let broken = place.fed(&["lint", "-", "--format", "json"], BROKEN).json();
    assert_eq!(broken["diagnostics"][0]["code"], "E0203");
    assert_eq!(broken["diagnostics"][0]["rule"], "unknown-environment");
    assert_eq!(broken["diagnostics"][0]["url"], "docs/rules.md#unknown-environment");
}

#[test]
fn json_holds_any_text() {
    let found = Place::new(&[(HOSTILE, HOSTILE_TEXT)]);
    let report = found.run(&["lint", "--format", "json"]).json();
    assert!(report["summary"]["errors"].as_u64() > Some(0), "{report}");
    assert_eq!(report["diagnostics"][0]["file"], HOSTILE);
}

#[test]
fn one_line_is_one_finding() {
    let short = run(&[(HOSTILE, HOSTILE_TEXT), ("w.rel", WARNED)], "short", 1);
    assert!(
        short.lines().all(|line| line.contains(": error[") || line.contains(": warning[") || line.contains(": info["))
    );
    assert!(!short.contains('\u{1b}'), "{short}");
    let line = "w.rel:3:3: warning[implicit-port]: `hello-1` has no `port`, so that the default 80 is used; set `port` here, or for \
                all versions";
    assert_eq!(short.lines().last(), Some(line));
    for format in ["medium", "human"] {
        let text = run(&[(HOSTILE, HOSTILE_TEXT)], format, 1);
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn people_get_a_summary() {
    let last = |files: &[(&str, &str)], code| run(files, "human", code).lines().last().unwrap_or_default().to_owned();
    assert_eq!(last(&[("c.rel", CLEAN)], 0), "no findings");
    assert_eq!(last(&[("c.rel", CLEAN), ("d.rel", "")], 0), "no findings in 2 inputs");
    assert_eq!(last(&[("w.rel", WARNED)], 0), "1 warning; 1 has a fix: `relc lint --fix`");
    let both = last(&[("b.rel", BROKEN), ("c.rel", CLEAN), ("v.yaml", VALUES)], 1);
    let fixes = "1 has a fix: `relc lint --fix`; 1 more with `--unsafe-fixes`, which need review";
    assert_eq!(both, format!("1 error and 1 warning in 2 of 3 inputs; {fixes}"));
}

#[test]
fn annotations_of_github_are_one_line_each() {
    let text = run(&[(HOSTILE, HOSTILE_TEXT), ("b.rel", BROKEN), ("w.rel", WARNED)], "github", 1);
    assert!(text.lines().all(|line| line.starts_with("::") && line.contains(" file=")), "{text}");
    let name = "file=a%2Cb%3Ac %250A<&\"'>%0A]]>\u{1b}[31m\u{e9}.rel,line=";
    assert!(text.lines().next().is_some_and(|line| line.contains(name)), "{text}");
    let broken = "::error file=b.rel,line=1,endLine=1,col=18,endColumn=27,title=unknown-environment::environment \
                  `deploymnt` not found%0Adid you mean `deployment`?";
    assert!(text.lines().any(|line| line == broken), "{text}");
}

#[test]
fn gitlab_gets_stable_fingerprints() {
    let items = |files: &[(&str, &str)], code| -> Vec<Json> {
        serde_json::from_str(&run(files, "gitlab", code)).expect("it is a list")
    };
    let found = items(&[("w.rel", WARNED), (HOSTILE, HOSTILE_TEXT)], 1);
    assert_eq!(found[0]["location"]["path"], HOSTILE);
    let warned = &found.last().expect("there is a warning");
    assert_eq!(warned["check_name"], "implicit-port");
    assert_eq!(warned["severity"], "minor");
    assert_eq!(warned["location"], json!({ "path": "w.rel", "lines": { "begin": 3, "end": 3 } }));
    let moved = format!("// Moved.\n\n{WARNED}");
    let again = items(&[("w.rel", &moved)], 0);
    assert_eq!(again[0]["location"]["lines"]["begin"], 5);
    assert_eq!(again[0]["fingerprint"], warned["fingerprint"]);
    let all: std::collections::HashSet<_> = found.iter().map(|item| item["fingerprint"].as_str()).collect();
    assert_eq!(all.len(), found.len());
    assert_eq!(items(&[("c.rel", CLEAN)], 0), Vec::<Json>::new());
}

#[test]
fn junit_is_xml_whatever_is_in_it() {
    let text = run(&[(HOSTILE, HOSTILE_TEXT), ("w.rel", WARNED), ("c.rel", CLEAN)], "junit", 1);
    // Delimiters of attributes and elements are escaped, and characters that XML doesn't allow are removed.
    assert!(text.contains("a,b:c %0A&lt;&amp;&quot;"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains("<&"), "{text}");
    assert!(text.contains("<testsuite name=\"w.rel\" tests=\"1\""), "{text}");
    assert!(text.contains("<testcase name=\"implicit-port at 3:3\" classname=\"w.rel\""), "{text}");
    assert!(text.contains("<testcase name=\"no findings\""), "{text}");
}

#[test]
fn sarif_names_its_rules() {
    let place = Place::new(&[("b c.rel", BROKEN), ("w.rel", WARNED)]);
    let report: Json = serde_json::from_str(&place.run(&["lint", "--format", "sarif"]).out).expect("it is JSON");
    assert_eq!(report["version"], "2.1.0");
    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("there are rules");
    let described = |id: &str| {
        let rule = rules.iter().find(|rule| rule["id"] == id).unwrap_or_else(|| panic!("`{id}` is not described"));
        rule["shortDescription"]["text"].as_str().is_some_and(|text| !text.is_empty())
    };
    let results = run["results"].as_array().expect("there are results");
    assert!(results.iter().all(|result| described(result["ruleId"].as_str().unwrap_or_default())), "{results:#?}");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "b%20c.rel");
    assert_eq!(place["region"], json!({ "startLine": 1, "startColumn": 18, "endLine": 1, "endColumn": 27 }));
    let warned = results.iter().find(|result| result["ruleId"] == "implicit-port").expect("it is warned");
    assert_eq!(warned["level"], "warning");
    assert_eq!(warned["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], ", port: 80");
}

#[test]
fn code_hosts_get_names_from_the_working_directory_on() {
    let place = Place::new(&[("shop/w.rel", WARNED)]);
    let whole = place.path("shop/w.rel");
    let whole = whole.to_str().expect("the name is text");
    for format in ["github", "gitlab", "sarif", "short", "json", "junit"] {
        let ended = place.run(&["lint", "--format", format, whole]);
        assert!(ended.out.contains("shop/w.rel") && !ended.out.contains(whole), "{format}: {}", ended.out);
    }
    let other = Place::new(&[]);
    let sarif = other.run(&["lint", "--format", "sarif", whole]);
    assert!(sarif.out.contains(&format!("\"uri\": \"file://{whole}\"")), "{}", sarif.out);
}
