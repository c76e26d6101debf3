//! `relc diff`: differences of traffic and objects, between files and between revisions.

use std::io::Write as _;
use std::process::Command;

use crate::place::Place;

const OLD: &str = r#"release shop on deployment-istio canary { gateway: "istio-system/main", names: labels, pathPrefix: "/shop" } <
  stable "registry.example/shop:1.4" { port: 8080 }
  next   "registry.example/shop:1.5" { port: 8080 }
>
"#;

#[test]
fn requests_that_nobody_answers_any_more_are_lost() {
    let new = OLD.replace("/shop\" }", "/cart\" }");
    let place = Place::new(&[("old.rel", OLD), ("new.rel", &new)]);
    let ended = place.run(&["diff", "old.rel", "new.rel"]);
    let out = ended.good();
    for line in
        ["/shop/*, traffic: test             next → 404  lost", "/cart/*                            404 → stable\n"]
    {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let json = place.run(&["diff", "old.rel", "new.rel", "--format", "json"]).json();
    let traffic = json["releases"][0]["traffic"].as_array().unwrap().clone();
    let lost: Vec<&str> = traffic
        .iter()
        .filter(|change| change["lost"] == true)
        .map(|change| change["requests"].as_str().unwrap())
        .collect();
    assert_eq!(lost, ["/shop, traffic: test", "/shop/*, traffic: test", "/shop", "/shop/*"]);
}

#[test]
fn a_running_version_that_changes_in_place_is_a_warning() {
    let positional = OLD.replace("names: labels, ", "");
    let promoted = positional.replace("  stable \"registry.example/shop:1.4\" { port: 8080 }\n", "");
    let place = Place::new(&[("old.rel", &positional), ("new.rel", &promoted)]);
    let out = place.run(&["diff", "old.rel", "new.rel"]).good().to_owned();
    let warning = "warning: stable (Deployment default/shop-0) changes from registry.example/shop:1.4 to registry.example/shop:1.5 \
                   while 100% of requests reach it";
    assert!(out.contains(warning), "{out}");
    assert!(out.contains("- Deployment default/shop-1: stays in the cluster"), "{out}");
    let markdown = place.run(&["diff", "old.rel", "new.rel", "--format", "markdown"]).good().to_owned();
    assert!(
        markdown.contains("| /shop | stable | next |") && markdown.contains("<details><summary>4 objects"),
        "{markdown}"
    );
}

#[test]
fn equal_releases_do_not_differ_and_the_exit_code_can_tell() {
    let place = Place::new(&[("old.rel", OLD), ("new.rel", &OLD.replace("1.5", "1.6")), ("bad.rel", "release")]);
    assert_eq!(place.run(&["diff", "old.rel", "old.rel", "--exit-code"]).good(), "no differences in 1 release\n");
    assert_eq!(place.run(&["diff", "old.rel", "new.rel"]).code, Some(0));
    assert_eq!(place.run(&["diff", "old.rel", "new.rel", "--exit-code"]).code, Some(1));
    place.run(&["diff", "old.rel", "bad.rel"]).refused(1, "bad.rel");
    place.run(&["diff", "old.rel"]).refused(2, "compares two paths");
}

#[test]
fn a_revision_of_git_is_the_old_side() {
    let place = Place::new(&[("a/shop.rel", OLD), ("b/readme", "")]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        Command::new("git").current_dir(place.path(".")).args(identity).args(arguments).output()
    };
    if git(&["init", "-q"]).is_err() {
        let _ = writeln!(std::io::stderr(), "skipped: git is not installed");
        return;
    }
    for arguments in [&["add", "-A"][..], &["commit", "-qm", "one"]] {
        assert!(git(arguments).unwrap().status.success());
    }
    assert_eq!(place.run(&["diff", "--git", "HEAD"]).good(), "no differences in 1 release\n");
    place.write("a/shop.rel", OLD.replace("/shop\" }", "/cart\" }"));
    place.write("a/more.rel", OLD.replace("release shop", "release more"));
    let out = place.run(&["diff", "--git", "HEAD", "a"]).good().to_owned();
    assert!(
        out.contains("more in default: new") && out.contains("/shop                              stable → 404  lost"),
        "{out}"
    );
    place.run(&["diff", "--git", "nothing"]).refused(2, "git has no revision `nothing`");
}

#[test]
fn requests_that_are_lost_on_the_way_are_reported_with_the_order() {
    // The new primary's objects have another name, and the route of a canary contains the primary whether or not it is ready.
    let renamed = OLD.replace("stable \"", "primary \"");
    // A candidate has no rule until it is ready.
    let more = OLD
        .replace("\n>\n", "\n  beta \"registry.example/shop:2\" { port: 8080 } when path prefix \"/shop/beta\"\n>\n");
    let place = Place::new(&[("old.rel", OLD), ("renamed.rel", &renamed), ("more.rel", &more)]);
    let out = place.run(&["diff", "old.rel", "renamed.rel"]).good().to_owned();
    let warning = "can be lost during the change (1. the new route is written): it gets primary (not ready); apply the route when primary is ready";
    assert!(out.contains(warning), "{out}");
    let json = place.run(&["diff", "old.rel", "renamed.rel", "--format", "json"]).json();
    assert_eq!(json["releases"][0]["interruption"]["readyFirst"][0], "primary");
    let out = place.run(&["diff", "old.rel", "more.rel"]).good().to_owned();
    assert!(!out.contains("can be lost"), "{out}");
}

#[test]
fn a_template_that_only_a_controller_evaluates_is_a_note() {
    let place = Place::new(&[("old.rel", &split(80)), ("new.rel", &split(70))]);
    for name in ["old", "new"] {
        let built = place.run(&["build", &format!("{name}.rel")]).good().to_owned();
        place.write(&format!("{name}.yaml"), built);
    }
    let ended = place.run(&["diff", "old.yaml", "new.yaml"]);
    let note = "note: the routing template in `ConfigMap default/shop-routemap` is not evaluated";
    assert_eq!(
        (ended.err.matches(note).count(), ended.out.contains("requests")),
        (1, false),
        "{}{}",
        ended.out,
        ended.err
    );
    let ended = place.run(&["diff", "old.yaml", "new.rel"]);
    assert!(ended.err.contains(note) && !ended.out.contains("404"), "{}{}", ended.out, ended.err);
    let preview = place.run(&["preview", "old.yaml"]).good().to_owned();
    assert_eq!(preview.matches(note).count(), 1, "{preview}");
}

fn split(stable: u32) -> String {
    format!(
        "release shop on deployment-istio blue-green <\n  stable {stable}% \"shop:1\"\n  next {}% \"shop:2\"\n>\n",
        100 - stable
    )
}
