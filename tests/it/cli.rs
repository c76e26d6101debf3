//! The binary: every flag, and every kind of invalid input.

use std::fs;
use std::process::Stdio;

use crate::one_in;
use crate::place::{Place, ended};

const HELLO: &str = "release hello on deployment < \"nginx\" { port: 80 } >\n";

const VALUES: &str =
    "environment: deployment\napplication:\n  metadata: { name: hello }\n  versions:\n  - image: nginx\n    port: 80\n";

#[test]
fn a_release_is_printed_the_same_from_everywhere() {
    let place = Place::new(&[("hello.rel", HELLO), ("values.yaml", VALUES), ("d/hello.rel", HELLO), ("plain", VALUES)]);
    let printed = place.run(&["build", "hello.rel"]);
    assert!(
        printed.good().starts_with("apiVersion: v1\nkind: Service\n") || printed.good().contains("kind: Deployment")
    );
    for arguments in [
        &["build", "values.yaml"][..],
        &["build", "./d"],
        &["build", "plain"],
        &["build", "-f", "values.yaml"],
        &["build", "--color", "always", "--message-format", "short", "./d/../hello.rel", "hello.rel"],
    ] {
        assert_eq!(place.run(arguments).good(), printed.out, "{arguments:?}");
    }
    for (input, arguments) in [
        (HELLO, &["build", "-"][..]),
        (VALUES, &["build", "-"]),
        (VALUES, &["build", "-f", "-"]),
        (HELLO, &["build", "-", "--stdin-filename", "d/x.rel"]),
    ] {
        assert_eq!(place.fed(arguments, input).good(), printed.out, "{arguments:?}");
    }
}

#[test]
fn names_namespaces_and_values_come_from_flags() {
    let unnamed = VALUES.replace("  metadata: { name: hello }\n", "");
    let place = Place::new(&[("v.yaml", &unnamed), ("w.yaml", "application: { versions: [{ image: other }] }\n")]);
    place.run(&["build", "v.yaml"]).refused(1, "pass `--name NAME`");
    let built = place.run(&["build", "-f", "v.yaml", "-f", "w.yaml", "--name", "shop", "-n", "test"]);
    assert!(built.good().contains("image: other") && built.out.contains("namespace: test"), "{}", built.out);
    let arguments = ["build", "v.yaml", "--name", "shop", "--set", "application.versions[0].port=8080"];
    assert!(place.run(&arguments).good().contains("8080"));
    let arguments = ["build", "v.yaml", "--name", "shop", "--set-string", "application.versions[0].image=12"];
    assert!(place.run(&arguments).good().contains("image: \"12\""));
    place.run(&["build", "v.yaml", "--name", "shop", "--set", "application.strategi=none"]).refused(1, "strategi");
    place.run(&["build", "v.yaml", "--name", ""]).refused(2, "`--name` has no value");
    let param = "param replicas: int\nrelease a on deployment < \"x\" { replicas: replicas } >\n";
    let set = Place::new(&[("p.rel", param)]);
    set.run(&["build", "p.rel", "--set-string", "replicas=3"]).refused(1, "pass it with `--set`: ");
}

#[test]
fn a_mistake_of_a_file_that_many_share_is_told_once() {
    let release = |name: &str| {
        format!(
            "import \"common.rel\" as c\nrelease {name} on own < \"{{c.x}}\" >\nrelease {name}2 on own < \"{{c.x}}\" >\n"
        )
    };
    let own = "environment own { version { headline image: string }, strategy none { emit nothing_there } }\n";
    let place = Place::new(&[
        ("relc.toml", "environments = [\"envs/\"]\n"),
        ("envs/own.rel", own),
        ("common.rel", "let x = y\nlet y = x\n"),
        ("a.rel", &release("a")),
        ("b.rel", &release("b")),
    ]);
    for command in ["build", "lint"] {
        let ended = place.run(&[command, "."]);
        let said = format!("{}{}", ended.out, ended.err);
        for (what, times) in [("nothing_there` ", 1), ("depends on itself", 1), ("2 errors", 1)] {
            assert_eq!(said.matches(what).count(), times, "{command}: {what}\n{said}");
        }
    }
}

#[test]
fn json_is_one_list() {
    let place = Place::new(&[("a.rel", HELLO), ("b.rel", &HELLO.replace("hello", "other"))]);
    let printed = place.run(&["build", "--format", "json", "."]);
    let list: serde_json::Value = serde_json::from_str(printed.good()).unwrap();
    assert_eq!((&list["kind"], &list["apiVersion"]), (&"List".into(), &"v1".into()));
    let yaml = place.run(&["build", "."]);
    assert_eq!(list["items"].as_array().unwrap().len(), yaml.good().split("\n---\n").count());
}

#[test]
fn messages_have_three_formats_and_colour_only_where_it_is_wanted() {
    let place = Place::new(&[("bad.rel", "release hello on deploymnt < \"nginx\" >\n")]);
    let human = place.run(&["build", "bad.rel"]);
    human.refused(1, "╭─[bad.rel:1:18]");
    assert!(
        human.err.ends_with("error: 1 error; nothing is written\n") && !human.err.contains('\u{1b}'),
        "{}",
        human.err
    );
    let short = place.run(&["build", "bad.rel", "--message-format", "short"]);
    let line = "bad.rel:1:18: error[E0203]: environment `deploymnt` not found; did you mean `deployment`?\n";
    assert_eq!(short.err, line);
    let json = place.run(&["build", "bad.rel", "--message-format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.err).unwrap();
    assert_eq!(document["diagnostics"][0]["range"]["start"]["column"], 18);
    assert_eq!(document["summary"]["errors"], 1);
    let failed = place.run(&["build", "none.rel", "--message-format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&failed.err).unwrap();
    assert_eq!(
        (failed.code, &document["notes"][0]),
        (Some(2), &"error: cannot read `none.rel`: file not found".into())
    );
    let colour = |arguments: &[&str], variable: (&str, &str)| {
        let mut command = place.command(&[&["build", "bad.rel"], arguments].concat());
        let output = command.env(variable.0, variable.1).output().unwrap();
        output.stderr.contains(&0x1b)
    };
    assert!(colour(&["--color", "always"], ("NO_COLOR", "1")));
    assert!(colour(&[], ("CLICOLOR_FORCE", "1")));
    assert!(!colour(&["--color", "never"], ("CLICOLOR_FORCE", "1")));
    assert!(!colour(&[], ("NO_COLOR", "1")));
}

#[test]
fn a_directory_of_output_has_a_file_for_each_release_and_keeps_the_rest() {
    let place = Place::new(&[("a.rel", HELLO), ("b.rel", &HELLO.replace("hello", "other"))]);
    place.run(&["build", ".", "-o", "out/deep"]).good();
    assert_eq!(place.names("out/deep"), ["default__hello.yaml", "default__other.yaml"]);
    let written = fs::read_to_string(place.path("out/deep/default__hello.yaml")).unwrap();
    let printed = place.run(&["build", "a.rel"]);
    assert_eq!(written.split_once('\n').unwrap().1, printed.good());
    place.write("out/deep/mine__own.yaml", "a: 1\n");
    let later = place.run(&["build", "a.rel", "-o", "out/deep"]);
    assert_eq!((later.code, later.out.as_str()), (Some(0), ""));
    assert_eq!(later.err, "warning: `out/deep/default__other.yaml` is of an earlier build and not of this one\n");
    assert_eq!(place.names("out/deep").len(), 3);
    place
        .run(&["build", "a.rel", "-n", "mine", "--name", "own", "-o", "out/deep"])
        .refused(2, "was not written by relc");
    assert_eq!(fs::read_to_string(place.path("out/deep/mine__own.yaml")).unwrap(), "a: 1\n");
    place.run(&["build", "a.rel", "-o", "a.rel"]).refused(2, "`a.rel` is a file");
    place.write("b.rel", "release");
    fs::remove_dir_all(place.path("out")).unwrap();
    assert_eq!(place.run(&["build", ".", "-o", "new"]).code, Some(1));
    assert!(!place.path("new").exists());
    place.run(&["build", "a.rel", "--format", "json", "-o", "json"]).good();
    place.run(&["build", "a.rel", "--format", "json", "-o", "json"]).good();
    assert_eq!(place.names("json"), ["default__hello.json"]);
}

#[test]
fn a_walk_takes_releases_and_values_and_leaves_what_is_ignored() {
    let place = Place::new(&[
        ("a/hello.rel", HELLO),
        ("a/library.rel", "let image = \"nginx\"\n"),
        ("a/chart.yaml", "name: a chart\n"),
        ("b/values.yaml", &VALUES.replace("hello", "values")),
        ("b/skipped.rel", "this is no release"),
        ("b/.ignore", "skipped.rel\n"),
        (".hidden/x.rel", "this is no release"),
    ]);
    let built = place.run(&["build", "."]);
    let at = |name: &str| built.good().find(&format!("name: {name}")).unwrap();
    assert!(at("hello") < at("values"));
    assert_eq!(place.run(&["build", ".", "a", "b"]).good(), built.out);
    assert_eq!(place.run(&["build", "b/skipped.rel"]).code, Some(1));
    place.run(&["build", "a/library.rel"]).refused(1, "this file has no release");
    place.run(&["build", "a/chart.yaml"]).refused(1, "neither `environment` nor `application`");
    fs::create_dir(place.path("empty")).unwrap();
    place.run(&["build", "empty"]).refused(2, "no releases found");
}

#[test]
fn what_is_asked_wrongly_is_explained() {
    let place = Place::new(&[("a.rel", HELLO), ("b.rel", &HELLO.replace("hello", "other"))]);
    place.run(&["build"]).refused(2, "name a file or a directory");
    place.run(&["build", "missing.rel"]).refused(2, "cannot read `missing.rel`: file not found");
    place.run(&["build", "a.rel", "missing.rel"]).refused(2, "file not found");
    place.run(&["build", "a.rel/b"]).refused(2, "one of the directories in its path is a file");
    place.run(&["build", "a.rel", "-f", "b.rel"]).refused(2, "passed without it: remove `-f`");
    place.run(&["build", "-", "-"]).refused(2, "pass `-` once");
    place.run(&["build", "a.rel", "--stdin-filename", "x.rel"]).refused(2, "pass `-` as well");
    place.run(&["build", "--format", "xml", "a.rel"]).refused(2, "expected one of `yaml`, `json`");
    place.run(&["build", "a.rel", "--name", "x", "b.rel"]).refused(1, "`--name` names one release");
    let version = place.run(&["--version"]);
    assert_eq!(version.good(), concat!("relc ", env!("CARGO_PKG_VERSION"), "\n"));
    for arguments in [&["--help"][..], &["build", "--help"], &["build", "-h"]] {
        assert!(place.run(arguments).good().contains("Examples:"), "{arguments:?}");
    }
}

#[test]
fn releases_of_one_name_are_an_error_wherever_they_stand() {
    let place = Place::new(&[("a.rel", HELLO), ("b.yaml", VALUES), ("twice.rel", &HELLO.repeat(2))]);
    let two = place.run(&["build", "a.rel", "b.yaml"]);
    two.refused(1, "another release is named `hello` in namespace `default`");
    assert!(two.err.contains("[b.yaml:3:21]") && two.err.contains("[a.rel:1:9]"), "{}", two.err);
    place.run(&["build", "twice.rel"]).refused(1, "another release is named `hello`");
}

#[test]
fn what_is_no_text_is_told_with_its_place() {
    let place = Place::new(&[("empty.rel", ""), ("empty.yaml", "")]);
    place.write("binary.rel", [b'a', 0, 1, 2]);
    place.write("latin.rel", b"release hello on deployment <\n  \"caf\xe9\"\n>\n");
    place.run(&["build", "empty.rel"]).refused(1, "this file has no release");
    assert_eq!(place.run(&["build", "empty.yaml"]).code, Some(1));
    place.run(&["build", "binary.rel"]).refused(1, "this is a binary file");
    place.run(&["build", "latin.rel"]).refused(1, "the byte 0xe9 at offset 36 is not UTF-8");
    place.run(&["build", "latin.rel"]).refused(1, "latin.rel:2:7");
    let large = fs::File::create(place.path("large.rel")).unwrap();
    large.set_len(100 << 20).unwrap();
    place.run(&["build", "large.rel"]).refused(1, "this file has 100 MiB, and relc reads up to 64 MiB");
}

#[test]
fn what_nests_without_end_is_refused() {
    let deep = 100_000;
    let place = Place::new(&[
        ("lists.rel", &format!("release a on deployment < {{ a: {}{} }} >", "[".repeat(deep), "]".repeat(deep))),
        ("open.rel", &"{".repeat(deep)),
        ("lists.yaml", &format!("environment: deployment\napplication: {}", "[".repeat(deep))),
        ("maps.yaml", &format!("environment: deployment\napplication: {}", "{a: ".repeat(deep))),
        ("block.yaml", &format!("environment: deployment\napplication:\n  {}", "- ".repeat(deep))),
    ]);
    for name in place.names(".") {
        place.run(&["build", &name]).refused(1, "128");
    }
    let mut bomb = "environment: deployment\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for i in 0..9 {
        let aliases = vec![format!("*a{i}"); 10].join(",");
        bomb.push_str(&format!("a{}: &a{} [{aliases}]\n", i + 1, i + 1));
    }
    place.write("bomb.yaml", bomb + "application: *a9\n");
    place.run(&["build", "bomb.yaml"]).refused(1, "the aliases expand to more than");
}

#[test]
fn long_files_and_many_errors_end_with_their_number() {
    let lines = 1_000_000 / one_in(10);
    let place = Place::new(&[
        ("lines.rel", &format!("{}release a on deployment < \"x\" {{ prot: 1 }} >\n", "// nothing\n".repeat(lines))),
        ("lines.yaml", &format!("{}{}", "# nothing\n".repeat(lines), VALUES.replace("port", "prot"))),
        (
            "errors.rel",
            &(0..10_000).map(|i| format!("release r{i} on deployment < \"x\" {{ prot: 1 }} >\n")).collect::<String>(),
        ),
        (
            "keys.rel",
            &format!(
                "release r on deployment < \"x\" {{\n{}}} >\n",
                (0..10_000).map(|i| format!("  k{i}: 1\n")).collect::<String>()
            ),
        ),
    ]);
    place.run(&["build", "lines.rel"]).refused(1, &format!("lines.rel:{}:33", lines + 1));
    place.run(&["build", "lines.yaml"]).refused(1, &format!("lines.yaml:{}:5", lines + 6));
    for name in ["errors.rel", "keys.rel"] {
        let ended = place.run(&["build", name, "--message-format", "short"]);
        ended.refused(1, "9900 more findings in this file are not shown");
        assert_eq!(ended.err.lines().count(), 101);
    }
    let json = place.run(&["build", "errors.rel", "--message-format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.err).unwrap();
    let summary = serde_json::json!({ "errors": 10_000, "warnings": 0, "infos": 0, "hidden": 9_900 });
    assert_eq!(document["summary"], summary);
}

#[test]
fn a_line_without_end_does_not_flood_the_terminal() {
    let keys: String = (0..50_000).map(|i| format!("\"K{i}\":\"v\",")).collect();
    let text = format!(
        "{{\"environment\":\"deployment\",\"application\":{{\"metadata\":{{\"name\":\"a\"}},\"versions\":[{{\"image\":\"x\",\"env\":{{{keys}\"Z\":1}},\"prot\":80}}]}}}}"
    );
    let place = Place::new(&[("minified.json", &text)]);
    let ended = place.run(&["build", "minified.json"]);
    ended.refused(1, "unknown key `prot`");
    assert!(ended.err.lines().all(|line| line.chars().count() <= 110), "{}", ended.err);
    let long = format!("release a on deployment < \"x\" {{ {}: 1 }} >", "k".repeat(100_000));
    place.write("long.rel", long);
    assert!(place.run(&["build", "long.rel"]).err.len() < 5_000);
}

#[test]
#[cfg(unix)]
fn files_of_a_release_are_inside_of_its_root() {
    let file =
        |path: &str| format!("release hello on deployment < \"x\" {{ deploymentSpecification: file(\"{path}\") }} >\n");
    let place = Place::new(&[
        ("secret.yaml", "a: 1\n"),
        ("in/spec.yaml", "metadata: { labels: { a: b } }\n"),
        ("in/good.rel", &file("spec.yaml")),
        ("in/up.rel", &file("../secret.yaml")),
        ("in/absent.rel", &file("../absent.yaml")),
        ("in/absolute.rel", &file("/etc/hostname")),
        ("in/link.rel", &file("link.yaml")),
        ("in/missing.rel", &file("missing.yaml")),
        ("in/directory.rel", &file(".")),
        ("in/device.rel", &file("device")),
        ("in/binary.rel", &file("binary")),
        ("in/deep/up.rel", &file("../spec.yaml")),
    ]);
    place.write("in/binary", [0, 1]);
    std::os::unix::fs::symlink("../secret.yaml", place.path("in/link.yaml")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", place.path("in/device")).unwrap();
    place.run(&["build", "in/good.rel"]).good();
    for (name, words) in [
        ("up", "it is outside of"),
        ("absent", "it is outside of"),
        ("absolute", "its path is absolute"),
        ("link", "a symbolic link points outside of"),
        ("device", "a symbolic link points outside of"),
        ("missing", "file not found"),
        ("directory", "it is a directory"),
        ("binary", "binary file"),
        ("deep/up", "it is outside of"),
    ] {
        let ended = place.run(&["build", &format!("in/{name}.rel"), "--message-format", "short"]);
        ended.refused(1, words);
    }
    place.write("in/relc.toml", "");
    place.run(&["build", "in/deep/up.rel"]).good();
    place.run(&["build", "in/up.rel", "--message-format", "short"]).refused(1, "it is outside of");
    place.run(&["build", "/dev/zero"]).refused(2, "it is a device or a socket");
}

#[test]
fn libraries_in_a_circle_are_told() {
    let place = Place::new(&[
        ("a.rel", &format!("import \"b.rel\" as b\n{HELLO}")),
        ("b.rel", "import \"c.rel\" as c\n"),
        ("c.rel", "import \"b.rel\" as b\n"),
        ("self.rel", &format!("import \"self.rel\" as me\n{HELLO}")),
    ]);
    place.run(&["build", "a.rel"]).refused(1, "b.rel → c.rel → b.rel");
    assert_eq!(place.run(&["build", "./self.rel"]).code, Some(1));
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(&[("a.rel", HELLO)]);
    fs::set_permissions(place.path("a.rel"), fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser can read every file.
    if fs::read(place.path("a.rel")).is_err() {
        place.run(&["build", "a.rel"]).refused(2, "cannot read `a.rel`: permission denied");
        place.run(&["build", "."]).refused(2, "cannot read `a.rel`: permission denied");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_and_a_closed_pipe_are_no_panic() {
    let releases: String = (0..500).map(|i| HELLO.replace("hello", &format!("r{i}"))).collect();
    let place = Place::new(&[("a.rel", HELLO), ("many.rel", &releases)]);
    for name in ["a.rel", "many.rel"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child = place.command(&["build", name]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let ended = ended(child);
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert_eq!(ended.err, "error: cannot write to standard output: the disk is full\n");
    }
    let mut child =
        place.command(&["build", "many.rel"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = ended(child);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[test]
fn many_releases_keep_their_order_in_and_across_files() {
    let text = |from: usize, to: usize| -> String {
        (from..to).map(|i| HELLO.replace("hello", &format!("r{i:04}"))).collect()
    };
    let place = Place::new(&[("all.rel", &text(0, 600))]);
    for i in 0..200 {
        place.write(&format!("parts/p{i:03}.rel"), text(i * 3, i * 3 + 3));
    }
    let all = place.run(&["build", "all.rel"]);
    assert_eq!(place.run(&["build", "parts"]).good(), all.good());
    // The releases of a file of more than a megabyte are read one by one.
    place.write("long.rel", format!("{}{}", "// A comment that makes it long.\n".repeat(40_000), text(0, 600)));
    assert_eq!(place.run(&["build", "long.rel"]).good(), all.good());
}

#[test]
fn fmt_says_how_many_files_it_laid_out() {
    let place = Place::new(&[("a.rel", HELLO), ("b.rel", "let  b=1\n"), ("c.rel", "let c = 1\n")]);
    let told = |arguments: &[&str]| place.run(&[&["fmt"], arguments].concat()).err;
    assert!(told(&["a.rel"]).contains("1 file is already formatted"));
    assert!(told(&["a.rel", "c.rel"]).contains("2 files are already formatted"));
    assert!(told(&["--check", "a.rel", "b.rel"]).contains("1 file would change, 1 was already formatted"));
    assert!(told(&[]).contains("1 file formatted, 2 were already formatted"));
    assert!(told(&["--width", "0", "a.rel"]).contains("0 is not in 20..=1000"));
}
