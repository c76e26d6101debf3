//! `--fix`, `--unsafe-fixes` and `--diff`.

use super::{BROKEN, CLEAN, VALUES, WARNED, lint};
use crate::place::Place;

const ONLY: [&str; 2] = ["--select", "implicit-port,weight-partial"];

fn fixed() -> String {
    WARNED.replace("v2 \"nginx:2\" { readiness: \"/\" }", "v2 \"nginx:2\" { readiness: \"/\", port: 80 }")
}

#[test]
fn a_fix_keeps_everything_else_and_the_finding_is_gone() {
    let place = Place::new(&[("w.rel", WARNED), ("v.yaml", VALUES), ("c.rel", CLEAN)]);
    let ended = lint(&place, &[&ONLY[..], &["--fix"]].concat());
    assert_eq!((ended.code, ended.brief()), (Some(0), vec![]));
    assert_eq!(ended.err, "fixed: 2 findings in 2 files\n");
    assert_eq!(place.read("w.rel"), fixed());
    assert_eq!(place.read("v.yaml"), format!("{VALUES}    weight: 50\n"));
    assert_eq!(place.read("c.rel"), CLEAN);
    let again = lint(&place, &[&ONLY[..], &["--fix"]].concat());
    assert_eq!(again.report(0).lines().count(), 1);
    assert_eq!(place.read("w.rel"), fixed());
}

#[test]
fn what_needs_a_look_waits_for_its_flag() {
    let place = Place::new(&[("b.rel", BROKEN)]);
    let safe = lint(&place, &["--fix"]);
    assert_eq!((safe.brief(), place.read("b.rel")), (vec!["b.rel:1:18 unknown-environment".into()], BROKEN.into()));
    let all = lint(&place, &["--fix", "--unsafe-fixes"]);
    assert_eq!(all.code, Some(0), "{}", all.out);
    assert_eq!(place.read("b.rel"), BROKEN.replace("deploymnt", "deployment"));
}

#[test]
fn a_difference_is_what_patch_takes_and_changes_nothing() {
    let place = Place::new(&[("shop/w.rel", WARNED), ("v.yaml", VALUES)]);
    let ended = place.run(&[&["lint", "--diff"], &ONLY[..]].concat());
    let diff = "\
--- a/shop/w.rel
+++ b/shop/w.rel
@@ -1,4 +1,4 @@
 release hello on deployment <
   v1 \"nginx:1\" { port: 8080, readiness: \"/\" }
-  v2 \"nginx:2\" { readiness: \"/\" }
+  v2 \"nginx:2\" { readiness: \"/\", port: 80 }
 >
--- a/v.yaml
+++ b/v.yaml
@@ -13,3 +13,4 @@
   - image: shop:2
     port: 80
     readiness: /
+    weight: 50
";
    assert_eq!(ended.report(1), diff.replace("@@ -13,3 +13,4 @@", "@@ -12,3 +12,4 @@"));
    assert_eq!((place.read("shop/w.rel").as_str(), place.read("v.yaml").as_str()), (WARNED, VALUES));
    assert_eq!(place.run(&["lint", "--diff", "--select", "image-latest"]).report(0), "");
    place.run(&["lint", "--diff", "--fix"]).failed("exclude each other");
    let other = Place::new(&[]);
    let whole = place.path("v.yaml");
    let whole = whole.to_str().unwrap();
    let ended = other.run(&["lint", "--diff", whole, "--select", "weight-partial"]);
    assert!(ended.report(1).starts_with(&format!("--- {whole}\n+++ {whole}\n")), "{}", ended.out);
}

#[test]
fn line_breaks_stay_as_they_are() {
    let windows = VALUES.replace('\n', "\r\n");
    let open = VALUES.trim_end();
    let place = Place::new(&[("a.yaml", &windows), ("b.yaml", open), ("w.rel", WARNED.trim_end())]);
    let ended = lint(&place, &["--fix", "--select", "weight-partial,implicit-port"]);
    assert_eq!((ended.code, ended.brief()), (Some(0), vec![]));
    assert_eq!(place.read("a.yaml"), format!("{windows}    weight: 50\r\n"));
    assert_eq!(place.read("b.yaml"), format!("{open}\n    weight: 50"));
    assert_eq!(place.read("w.rel"), fixed().trim_end());
    // A byte order mark is kept, too.
    let marked = Place::new(&[("v.yaml", &format!("\u{feff}{VALUES}"))]);
    lint(&marked, &["--fix", "--select", "weight-partial"]).json();
    assert_eq!(marked.read("v.yaml"), format!("\u{feff}{VALUES}    weight: 50\n"));
}

#[test]
fn standard_input_comes_out_fixed() {
    let place = Place::new(&[("w.rel", CLEAN)]);
    let run = |arguments: &[&str], text: &str| {
        place.fed(&[&["lint", "-", "--format", "short"], &ONLY[..], arguments].concat(), text)
    };
    let ended = run(&["--fix"], WARNED);
    assert_eq!((ended.code, ended.out, ended.err.as_str()), (Some(0), fixed(), "fixed: 1 finding in 1 file\n"));
    // The file of that name is not changed, and text without fixes is unchanged.
    let ended = run(&["--fix", "--stdin-filename", "w.rel"], BROKEN);
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), BROKEN));
    assert!(ended.err.starts_with("w.rel:1:18: error[E0203]"), "{}", ended.err);
    assert_eq!(run(&["--fix", "--stdin-filename", "w.rel"], WARNED).out, fixed());
    assert_eq!(place.read("w.rel"), CLEAN);
    let diff = run(&["--diff", "--stdin-filename", "x/w.rel"], WARNED);
    assert!(diff.report(1).starts_with("--- a/x/w.rel\n+++ b/x/w.rel\n"), "{}", diff.out);
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_rights_stay_rights() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    let place = Place::new(&[("real/w.rel", WARNED), ("v.yaml", VALUES)]);
    symlink("real/w.rel", place.path("w.rel")).unwrap();
    fs::set_permissions(place.path("real/w.rel"), Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(place.path("v.yaml"), Permissions::from_mode(0o444)).unwrap();
    let ended = lint(&place, &[&ONLY[..], &["--fix", "w.rel", "v.yaml"]].concat());
    assert!(place.path("w.rel").is_symlink());
    assert_eq!(place.read("real/w.rel"), fixed());
    assert_eq!(fs::metadata(place.path("real/w.rel")).unwrap().permissions().mode() & 0o777, 0o640);
    // A file without write permission is reported, and so are the remaining diagnostics.
    assert_eq!((ended.code, ended.brief()), (Some(2), vec!["v.yaml:12:5 weight-partial".to_owned()]));
    assert!(ended.err.contains("error: `v.yaml` has fixes and is read-only: it stays as it was"), "{}", ended.err);
    assert_eq!(place.read("v.yaml"), VALUES);
}

#[test]
fn comments_that_allow_nothing_are_taken_away() {
    let text = WARNED.replace("  v2", "  // relc: allow(image-latest) because it was once\n  v2");
    let place = Place::new(&[("w.rel", &text)]);
    let ended = lint(&place, &["--fix", "--ignore", "positional-name"]);
    assert_eq!(ended.brief(), [""; 0]);
    assert_eq!(place.read("w.rel"), fixed());
}

#[test]
fn files_that_are_named_in_files_are_fixed_as_well() {
    let place = Place::new(&[("w.rel", WARNED), ("none.rel", "release")]);
    // An unreadable file doesn't prevent reports, but prevents all changes.
    place.run(&["lint", "--fix", "w.rel", "missing.rel"]).failed("nothing is fixed");
    assert_eq!(place.read("w.rel"), WARNED);
}

#[test]
fn only_the_fix_that_breaks_a_file_is_dropped() {
    // The keys of `resorces` are checked once its name is right.
    let text = "release a on deployment < \"nginx:1\" { resorces: { a: 1, b: 2, c: 3 }, readines: \"/\" } >\n";
    let place = Place::new(&[("w.rel", text)]);
    let ended = lint(&place, &["--fix", "--unsafe-fixes"]);
    assert_eq!(place.read("w.rel"), text.replace("readines", "readiness"), "{}", ended.err);
    assert!(ended.err.ends_with("fixed: 1 finding in 1 file\n"), "{}", ended.err);
}

#[test]
fn fixes_end() {
    let within = "release a on deployment < release b on deployment < \"nginx:1\" { readiness: \"/\" } >\n";
    let shorthand =
        "let gateway2 = \"x/y\"\nrelease a on deployment-istio blue-green { gateway } <\n  v1 \"nginx:1\"\n>\n";
    for text in [within, shorthand] {
        let place = Place::new(&[("w.rel", text)]);
        lint(&place, &["--fix", "--unsafe-fixes"]);
        let once = place.read("w.rel");
        let again = lint(&place, &["--fix", "--unsafe-fixes"]);
        assert_eq!((place.read("w.rel"), again.err.as_str()), (once, ""));
    }
}
