//! Selection of diagnostics: flags, relc.toml, comments, baselines.

use super::{BROKEN, CLEAN, VALUES, WARNED, lint};
use crate::place::Place;

/// Returns the diagnostics for `arguments` in a folder with `files`.
fn found(files: &[(&str, &str)], arguments: &[&str]) -> Vec<String> {
    lint(&Place::new(files), arguments).brief()
}

#[test]
fn flags_choose_rules() {
    let place = Place::new(&[("w.rel", WARNED), ("b.rel", BROKEN)]);
    let run = |arguments: &[&str]| lint(&place, arguments).brief();
    let broken = "b.rel:1:18 unknown-environment";
    assert_eq!(run(&["--select", "positional-name"]), [broken, "w.rel:1:9 positional-name"]);
    assert_eq!(run(&["--ignore", "positional-name"]), [broken, "w.rel:3:3 implicit-port"]);
    assert_eq!(run(&["--ignore", "positional-name", "--ignore", "implicit-port"]), [broken]);
    assert_eq!(run(&["--select", "implicit-port", "--ignore", "implicit-port"]), [broken]);
    place
        .run(&["lint", "--select", "implicit-prt"])
        .failed("rule `implicit-prt` not found: did you mean `implicit-port`?");
    place
        .run(&["lint", "--ignore", "zzzzzzzz"])
        .failed("`--ignore`: rule `zzzzzzzz` not found: `relc rules` lists them");
    place.run(&["lint", "--ignore", "unknown-environment"]).failed("is an error of the compiler");
}

#[test]
fn the_nearest_configuration_counts() {
    let off = "[lint]\nignore = [\"implicit-port\"]\n";
    let only = ["--ignore", "positional-name"];
    let warned = |file: &str| format!("{file}:3:3 implicit-port");
    let other = WARNED.replace("hello", "other");
    let files = [("relc.toml", off), ("a/w.rel", WARNED), ("b/relc.toml", ""), ("b/c/w.rel", &other)];
    assert_eq!(found(&files, &only), [warned("b/c/w.rel")]);
    // `--config` replaces all of them.
    assert_eq!(
        found(&files, &["--config", "b/relc.toml", "--ignore", "positional-name"]),
        [warned("a/w.rel"), warned("b/c/w.rel")]
    );
    assert_eq!(found(&files, &["--config", "relc.toml", "--ignore", "positional-name"]), [""; 0]);
    // The command line has priority.
    assert_eq!(found(&files, &["--select", "implicit-port"]), [warned("a/w.rel"), warned("b/c/w.rel")]);
}

#[test]
fn levels_are_given_for_paths() {
    let text = "[lint.levels]\nimplicit-port = \"error\"\n[lint.paths.\"old/**\".levels]\nimplicit-port = \"off\"\n";
    let other = WARNED.replace("hello", "other");
    let place = Place::new(&[("relc.toml", text), ("old/deep/w.rel", WARNED), ("new/w.rel", &other)]);
    let ended = lint(&place, &["--ignore", "positional-name"]);
    assert_eq!((ended.brief(), ended.code), (vec!["new/w.rel:3:3 implicit-port".to_owned()], Some(1)));
    // Standard input is in the folder of its name.
    for (name, code) in [("old/x.rel", 0), ("new/x.rel", 1), ("./new/../old/x.rel", 0)] {
        let ended = place.fed(&["lint", "-", "--stdin-filename", name], WARNED);
        assert_eq!(ended.code, Some(code), "{name}: {}", ended.out);
    }
    assert_eq!(place.fed(&["lint", "-"], WARNED).code, Some(1));
}

#[test]
fn a_broken_configuration_is_told_once_with_its_place() {
    for (text, words) in [
        ("[lint\n", "relc.toml:1:6: "),
        ("[lint]\nignroe = []\n", "relc.toml:2:1: unknown key `ignroe` in `[lint]`: did you mean `ignore`?"),
        (
            "[lint]\nignore = [\"implicit-prt\"]\n",
            "relc.toml:2:11: rule `implicit-prt` not found: did you mean `implicit-port`?",
        ),
        ("[lint.levels]\nsyntax = \"off\"\n", "relc.toml:2:1: `syntax` is an error of the compiler"),
        ("[lint.levels]\nimplicit-port = \"fatal\"\n", "relc.toml:2:17: `fatal` is not a level for `implicit-port`"),
        ("[lint.paths.\"a[\"]\nignore = []\n", "relc.toml:1:13: `a[` is not a valid pattern of paths"),
        ("[lint]\nignore = \"implicit-port\"\n", "relc.toml:2:10: "),
    ] {
        let place = Place::new(&[("relc.toml", text), ("a.rel", CLEAN), ("b/b.rel", CLEAN)]);
        let ended = place.run(&["lint", "--format", "short"]);
        ended.failed(words);
        assert_eq!(ended.err.matches("relc.toml").count(), 1, "{}", ended.err);
    }
    let place = Place::new(&[("a.rel", CLEAN)]);
    place.run(&["lint", "--config", "none.toml"]).failed("cannot read `none.toml`: file not found");
}

#[test]
fn comments_allow_what_is_in_the_next_node() {
    let only = ["--ignore", "positional-name"];
    let rel = |comment: &str| WARNED.replace("  v2", &format!("  {comment}\n  v2"));
    let run = |text: &str| found(&[("w.rel", text)], &only);
    assert_eq!(run(&rel("// relc: allow(implicit-port) because 80 it is")), [""; 0]);
    assert_eq!(run(&rel("/* relc: allow(implicit-port) because 80 it is */")), [""; 0]);
    assert_eq!(
        run(&rel("// relc: allow(image-latest, implicit-port) because of both")),
        ["w.rel:3:18 unused-suppression"]
    );
    assert_eq!(run(&rel("// relc: allow(implicit-port)")), ["w.rel:3:3 suppression-without-reason"]);
    assert_eq!(
        run(&rel("// relc: allow(implicit-prt) because x")),
        ["w.rel:3:18 unknown-rule", "w.rel:4:3 implicit-port"]
    );
    // Above the release, and on the line itself.
    assert_eq!(run(&format!("// relc: allow(implicit-port) because x\n{WARNED}")), [""; 0]);
    let behind = WARNED.replace("\"/\" }\n>", "\"/\" } // relc: allow(implicit-port) because x\n>");
    assert_eq!(run(&behind), [""; 0]);
    // A comment for another version doesn't apply.
    let before = WARNED.replace("  v1", "  // relc: allow(implicit-port) because x\n  v1");
    assert_eq!(run(&before), ["w.rel:2:18 unused-suppression", "w.rel:4:3 implicit-port"]);

    let yaml = |comment: &str| VALUES.replace("  # The next one.", &format!("  # The next one.\n  {comment}"));
    let run = |text: &str| found(&[("v.yaml", text)], &only);
    assert_eq!(run(&yaml("# relc: allow(weight-partial) because the chart's 50 is right")), [""; 0]);
    assert_eq!(
        run(&yaml("# relc: allow(weight-zero) because x")),
        ["v.yaml:12:17 unused-suppression", "v.yaml:13:5 weight-partial"]
    );
    assert_eq!(run(&VALUES.replace("image: shop:2", "image: shop:2 # relc: allow(weight-partial) because x")), [""; 0]);
}

#[test]
fn errors_cannot_be_allowed() {
    let text = format!("// relc: allow(unknown-environment) because I know better\n{BROKEN}");
    let place = Place::new(&[("b.rel", &text)]);
    let ended = lint(&place, &[]);
    assert_eq!(ended.brief(), ["b.rel:1:16 unknown-rule", "b.rel:2:18 unknown-environment"]);
    assert!(ended.out.contains("is an error of the compiler and cannot be allowed"), "{}", ended.out);
}

#[test]
fn comments_can_be_disregarded() {
    let text = format!("// relc: allow(implicit-port, positional-name)\n{WARNED}");
    let place = Place::new(&[("w.rel", &text)]);
    assert_eq!(lint(&place, &[]).brief(), ["w.rel:1:1 suppression-without-reason"]);
    let all = lint(&place, &["--no-suppressions"]).brief();
    assert_eq!(all, ["w.rel:2:9 positional-name", "w.rel:4:3 implicit-port"]);
    // Comments for rules that did not run are not unused.
    assert_eq!(lint(&place, &["--select", "unused-suppression,positional-name"]).brief(), [""; 0]);
}

#[test]
fn a_baseline_survives_moved_lines_and_says_what_is_gone() {
    let place = Place::new(&[("shop/w.rel", WARNED), ("v.yaml", VALUES)]);
    let written = place.run(&["lint", "--write-baseline", "known.json"]);
    assert_eq!((written.code, written.out.as_str()), (Some(0), ""));
    assert_eq!(written.err, "written: 4 findings to `known.json`\n");
    let run = |arguments: &[&str]| lint(&place, &[&["--baseline", "known.json"], arguments].concat());
    assert_eq!(run(&["--fail-on", "info"]).report(0).lines().count(), 1);

    place.write("shop/w.rel", format!("// Moved.\n\n{}", WARNED.replace("  v2", "\tv2")));
    assert_eq!(run(&[]).brief(), [""; 0]);
    place.write("v.yaml", VALUES.replace("weight: 30", "weight: 50"));
    place.write("shop/w.rel", CLEAN);
    let gone = run(&[]);
    let lines = [
        "warning: the baseline holds `implicit-port` in shop/w.rel, and it is gone: `v2 \"nginx:2\" { readiness: \"/\" }`\n",
        "warning: the baseline holds `positional-name` in shop/w.rel, and it is gone: `release hello on deployment <`\n",
    ];
    assert_eq!((gone.code, gone.err), (Some(0), lines.concat()));
    // A run over other files or rules reports nothing about the rest.
    run(&["v.yaml"]).report(0);
    assert!(run(&["--select", "image-latest"]).err.is_empty());
    std::fs::remove_file(place.path("shop/w.rel")).unwrap();
    assert_eq!(run(&["v.yaml"]).err, lines.concat());
}

#[test]
fn a_baseline_names_files_from_its_own_folder_on() {
    let place = Place::new(&[("shop/w.rel", WARNED)]);
    place.run(&["lint", "--write-baseline", "known.json", place.path("shop").to_str().unwrap()]);
    assert!(place.read("known.json").contains("\"file\": \"shop/w.rel\""));
    let mut command = place.command(&["lint", "--baseline", "../known.json", "--fail-on", "info", "w.rel"]);
    let ended = command.current_dir(place.path("shop")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "no findings\n");
    place.write("known.json", "[]");
    place.run(&["lint", "--baseline", "known.json"]).failed("this file is not a baseline");
    place.run(&["lint", "--baseline", "none.json"]).failed("cannot read the baseline `none.json`");
    place.run(&["lint", "--write-baseline", "no/such/folder.json"]).failed("cannot write `no/such/folder.json`");
}
