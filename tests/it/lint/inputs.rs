//! The inputs of a lint run, and its exit codes.

use std::io::Read;
use std::process::Stdio;

use super::{BROKEN, CLEAN, VALUES, WARNED, lint};
use crate::place::Place;

const MANIFEST: &str = "apiVersion: v1\nkind: Service\nmetadata: { name: shop }\n";

#[test]
fn the_exit_code_is_as_the_flag_says() {
    let place = Place::new(&[("w.rel", WARNED), ("b.rel", BROKEN), ("c.rel", CLEAN)]);
    for (file, flag, code) in [
        ("c.rel", "info", 0),
        ("w.rel", "error", 0),
        ("w.rel", "warn", 1),
        ("w.rel", "warning", 1),
        ("w.rel", "info", 1),
        ("b.rel", "error", 1),
    ] {
        let ended = lint(&place, &[file, "--fail-on", flag, "--select", "implicit-port"]);
        assert_eq!(ended.code, Some(code), "{file} {flag}: {}", ended.out);
    }
    assert_eq!(lint(&place, &["w.rel", "--select", "positional-name"]).code, Some(0));
    assert_eq!(lint(&place, &["w.rel", "--select", "positional-name", "--fail-on", "info"]).code, Some(1));
    place.run(&["lint", "--fail-on", "all"]).failed("`all` is not a valid value for `--fail-on`");
    place.run(&["lint", "--unsafe-fixes"]).failed("needs `--fix` or `--diff`");
    // The other files are linted even if one is missing.
    let ended = place.run(&["lint", "none.rel", "b.rel", "--format", "short"]);
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.err, "error: cannot read `none.rel`: file not found\n");
    assert!(ended.out.starts_with("b.rel:1:18: error[E0203]"), "{}", ended.out);
}

#[test]
fn check_asks_no_rules() {
    let place = Place::new(&[("w.rel", WARNED), ("b.rel", BROKEN), ("relc.toml", "[lint]\nignore = [\"none\"]\n")]);
    assert_eq!(place.run(&["check", "w.rel", "--format", "short", "--fail-on", "info"]).report(0), "");
    let ended = place.run(&["check", "--format", "short"]);
    assert!(
        ended.report(1).starts_with("b.rel:1:18: error[E0203]: environment `deploymnt` not found"),
        "{}",
        ended.out
    );
    assert_eq!(ended.out.lines().count(), 1);
}

#[test]
fn the_working_directory_is_linted_by_default() {
    let files = [
        ("z.rel", WARNED),
        ("shop/values.yaml", VALUES),
        ("shop/service.yaml", MANIFEST),
        ("generated/b.rel", BROKEN),
        (".hidden/b.rel", BROKEN),
        (".gitignore", "generated/\n"),
        ("notes.txt", "application: environment:"),
    ];
    let place = Place::new(&files);
    let select = ["--select", "implicit-port,weight-partial"];
    let found = ["shop/values.yaml:12:5 weight-partial", "z.rel:3:3 implicit-port"];
    assert_eq!(lint(&place, &select).brief(), found);
    assert_eq!(lint(&place, &[&select[..], &[".", "shop", "./z.rel"]].concat()).brief(), found);
    // A file that is named is always linted.
    assert_eq!(lint(&place, &["generated/b.rel"]).brief(), ["generated/b.rel:1:18 unknown-environment"]);
    assert_eq!(lint(&place, &["shop/service.yaml"]).brief(), ["shop/service.yaml:1:1 wrong-type"]);
    Place::new(&[("a.yaml", MANIFEST)]).run(&["lint"]).failed("no releases and no values files found");
}

#[test]
fn hooks_name_every_file_and_mean_the_releases() {
    let chart = "{{- if .Values.x }}\nkind: X\n{{- end }}\n";
    let place = Place::new(&[("a.yaml", MANIFEST), ("chart.yaml", chart), ("b.rel", BROKEN), ("v.yml", VALUES)]);
    let all = ["--only-releases", "a.yaml", "b.rel", "chart.yaml", "v.yml", "--select", "weight-partial"];
    let found = ["b.rel:1:18 unknown-environment", "v.yml:12:5 weight-partial"];
    assert_eq!(lint(&place, &all).brief(), found);
    let none = place.run(&["check", "--only-releases", "a.yaml", "chart.yaml"]);
    assert_eq!(none.report(0), "nothing to check: no release and no values file was named\n");
    place.run(&["lint", "--only-releases", "gone.rel"]).failed("file not found");
}

#[test]
fn values_files_of_one_release_are_linted_together() {
    let place = Place::new(&[("a.yaml", VALUES), ("b.yaml", "application: { strategy: canary }\n")]);
    let select = ["--select", "weight-partial,weight-without-effect"];
    let run = |arguments: &[&str]| lint(&place, &[&select[..], arguments].concat()).brief();
    assert_eq!(run(&["-f", "a.yaml"]), ["a.yaml:12:5 weight-partial"]);
    assert_eq!(run(&["-f", "a.yaml", "-f", "b.yaml"]), ["a.yaml:10:13 weight-without-effect"]);
    assert_eq!(run(&["-f", "a.yaml", "--set", "application.versions[1].weight=70"]), [""; 0]);
    let set = run(&["-f", "a.yaml", "--set", "application.strategi=canary"]);
    assert!(set.iter().any(|found| found.ends_with("unknown-key")), "{set:?}");
    place.run(&["lint", "-f", "a.yaml", "b.yaml"]).failed("write `-f b.yaml -f a.yaml` to merge them");
}

#[test]
fn standard_input_has_the_name_that_it_is_given() {
    let place = Place::new(&[("a.rel", BROKEN), ("c.rel", CLEAN)]);
    let run = |arguments: &[&str], text: &str| {
        place
            .fed(&[&["lint", "--format", "json", "--select", "implicit-port,weight-partial"], arguments].concat(), text)
    };
    assert_eq!(run(&["-"], WARNED).brief(), ["<stdin>:3:3 implicit-port"]);
    assert_eq!(run(&["-"], VALUES).brief(), ["<stdin>:12:5 weight-partial"]);
    assert_eq!(run(&["-", "--stdin-filename", "x/a.rel"], WARNED).brief(), ["x/a.rel:3:3 implicit-port"]);
    // Standard input replaces the file of that name.
    assert_eq!(run(&["-", ".", "--stdin-filename", "a.rel"], WARNED).brief(), ["a.rel:3:3 implicit-port"]);
    run(&["--stdin-filename", "a.rel"], "").failed("pass `-`");
    let binary = place.fed(&["lint", "-", "--format", "short"], "a\0b");
    assert!(binary.report(1).contains("error[E0001]"), "{}", binary.out);
}

#[test]
fn the_order_is_that_of_the_files() {
    let place = Place::new(&[]);
    let mut expected = Vec::new();
    for at in 0..150 {
        let name = format!("{:02}/r{at:03}.rel", at % 10);
        // Large files take longer than small ones.
        let versions: String = (0..(150 - at) % 40).map(|v| format!("  \"nginx:{v}\" {{ port: 80 }}\n")).collect();
        place.write(&name, format!("release r{at} on deployment <\n{versions}  v \"nginx\" {{ prot: 80 }}\n>\n"));
        expected.push(format!("{name}:{}:15 unknown-key", 2 + (150 - at) % 40));
    }
    expected.sort();
    let first = place.run(&["check", "--format", "json"]);
    assert_eq!(first.brief(), expected);
    assert_eq!(place.run(&["check", "--format", "json"]).out, first.out);
}

#[test]
fn what_releases_say_of_each_other_is_told_once() {
    let named = |name: &str| {
        format!("release {name} on deployment {{ readiness: \"/\" }} <\n  v1 \"nginx:1\" {{ port: 80 }}\n>\n")
    };
    let place = Place::new(&[("a.rel", &named("one")), ("b.rel", &named("two")), ("c.rel", &named("one"))]);
    assert_eq!(lint(&place, &[]).brief(), ["c.rel:1:9 duplicate-release"]);
}

/// A conflict is reported with its help, and the lines of one file are shown once.
#[test]
fn conflicts_of_releases_show_both_and_what_to_do() {
    let both = "release hello on deployment-istio canary < \"ghcr.io/example/hello:1.4\" >\n\
                release hello-0 on kserve canary { modelFormat: \"sklearn\" } < \"gs://example/hello\" >\n";
    let place = Place::new(&[("both.rel", both)]);
    let found = place.run(&["lint", "both.rel", "--select", "host-conflict"]);
    assert!(found.report(1).contains("use a different name or namespace for one of them"), "{}", found.out);
    assert_eq!(found.out.matches("both.rel:").count(), 1, "{}", found.out);
    let release = "release one on deployment <\n  \"nginx:1\" { port: 80 }\n>\n";
    place.write("twice.rel", release.repeat(2));
    let built = place.run(&["build", "twice.rel"]);
    built.refused(1, "another release is named `one`");
    assert_eq!(built.err.matches("twice.rel:").count(), 1, "{}", built.err);
    place.write("twice.rel", release.repeat(3));
    let built = place.run(&["build", "twice.rel"]);
    assert_eq!(built.err.matches("[twice.rel:1:9]").count(), 1, "the third is compared with the first: {}", built.err);
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let place = Place::new(&[]);
    for at in 0..200 {
        place.write(&format!("r{at}.rel"), BROKEN);
    }
    let mut command = place.command(&["lint", "--color", "never"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn a_kustomization_beside_a_release_is_read() {
    let release = "release shop on deployment { namespace: \"web\" } < \"a/shop:1\" { readiness: \"/\" } >\n";
    for (name, text, found) in [
        ("kustomization.yaml", "namePrefix: staging-\n", true),
        ("kustomization.yml", "namespace: other\n", true),
        ("Kustomization", "nameSuffix: -blue\n", true),
        ("kustomization.yaml", "namespace: web\n", false),
        ("kustomization.yaml", "resources: [shop.yaml]\n", false),
        ("kustomization.yaml", "namePrefix: ''\n", false),
        ("below/kustomization.yaml", "namePrefix: staging-\n", false),
    ] {
        let place = Place::new(&[("shop.rel", release), (name, text)]);
        let ended = lint(&place, &["shop.rel", "--select", "kustomize-renames"]);
        assert_eq!(ended.out.contains("kustomize-renames"), found, "{name} {text}: {}", ended.out);
    }
}
