//! `relc set` and `relc promote`: edits that keep comments and layout, and refusals.

use crate::place::Place;

const CANARY: &str = r#"// The shop.
release shop on deployment-istio canary { names: labels } <
  // runs since June
  stable "registry.example/shop:1.4" { readiness: "/healthz" } // keep

  /// the candidate
  next "registry.example/shop:1.5" { readiness: "/healthz" } when header traffic is "test"
>
"#;

const VALUES: &str = r#"environment: deployment-istio
application:
  metadata: { name: shop } # the shop
  strategy: blue-green
  versions:
  # runs
  - image: r/shop:1
    weight: 90
  - image: r/shop:2 # new
    weight: 10
"#;

const SPLIT: &str = "release shop on deployment-istio blue-green < stable 90% \"shop:1\", next 10% \"shop:2\" >\n";

#[test]
fn several_values_are_set_together() {
    let place = Place::new(&[("shop.rel", SPLIT)]);
    let out = place.run(&["set", "shop.rel", "shop.next.weight=50%", "stable.weight=50%"]).good().to_owned();
    assert!(out.contains("all requests  stable 90%, next 10% → stable 50%, next 50%"), "{out}");
    assert_eq!(place.read("shop.rel"), SPLIT.replace("90%", "50%").replace("10%", "50%"));
    // One of them alone is an error, and nothing is written.
    place.run(&["set", "shop.rel", "next.weight=70%"]).refused(1, "the percentages sum to 120");
    assert_eq!(place.read("shop.rel"), SPLIT.replace("90%", "50%").replace("10%", "50%"));
}

#[test]
fn comments_and_layout_stay() {
    for (assignment, before, after) in [
        ("next.image=registry.example/shop:1.6", "shop:1.5", "shop:1.6"),
        ("next.port=8080", "{ readiness: \"/healthz\" } when", "{ readiness: \"/healthz\", port: 8080 } when"),
        ("stable.readiness=null", "{ readiness: \"/healthz\" } // keep", "{} // keep"),
        (
            "next.resources.limits.memory=1Gi",
            "{ readiness: \"/healthz\" } when",
            "{ readiness: \"/healthz\", resources: { limits: { memory: \"1Gi\" } } } when",
        ),
        ("next.when=path prefix \"/beta\"", "when header traffic is \"test\"", "when path prefix \"/beta\""),
        ("next.when=null", " when header traffic is \"test\"", ""),
        ("hosts=[\"shop.example.com\"]", "{ names: labels }", "{ names: labels, hosts: [\"shop.example.com\"] }"),
        ("shop.gateway=istio-system/main", "{ names: labels }", "{ names: labels, gateway: \"istio-system/main\" }"),
    ] {
        let place = Place::new(&[("shop.rel", CANARY)]);
        let dry = place.run(&["set", "shop.rel", assignment, "--dry-run"]);
        assert_eq!((dry.code, place.read("shop.rel").as_str()), (Some(0), CANARY), "{assignment}: {}", dry.err);
        place.run(&["set", "shop.rel", assignment]).good();
        assert_eq!(place.read("shop.rel"), CANARY.replace(before, after), "{assignment}");
    }
}

#[test]
fn a_bare_word_is_a_member_of_an_enum_or_a_string() {
    let text = CANARY.replace("{ names: labels } ", "");
    let place = Place::new(&[("shop.rel", &text)]);
    let out = place.run(&["set", "shop.rel", "names=labels"]).good().to_owned();
    assert!(place.read("shop.rel").contains("canary { names: labels } <"), "{out}");
    assert!(out.contains("warning: the objects of stable get another name, shop-0 → shop-stable"), "{out}");
    place.run(&["set", "shop.rel", "next.image=nginx"]).good();
    assert!(place.read("shop.rel").contains("next \"nginx\" {"), "{}", place.read("shop.rel"));
}

#[test]
fn values_files_are_edited_by_their_keys() {
    let place = Place::new(&[("values.yaml", VALUES)]);
    place.run(&["set", "values.yaml", "versions.0.weight=50", "1.weight=50", "metadata.namespace=web"]).good();
    let expected =
        VALUES.replace("90", "50").replace("10", "50").replace("{ name: shop }", "{ name: shop, namespace: web }");
    assert_eq!(place.read("values.yaml"), expected);
}

#[test]
fn a_change_that_loses_requests_is_refused() {
    let place = Place::new(&[("shop.rel", CANARY)]);
    let lost = "requests for `traffic: test` would be lost: next answers them now, and after the change 404";
    place.run(&["set", "shop.rel", "pathPrefix=/shop"]).refused(1, lost);
    place.run(&["set", "shop.rel", "nexd.port=80"]).refused(2, "no version named `nexd`: did you mean `next`?");
    place.run(&["set", "shop.rel", "port"]).refused(2, "`port` is not an assignment");
    assert_eq!(place.read("shop.rel"), CANARY);
}

#[test]
fn a_promoted_version_is_the_primary_without_a_match() {
    let place = Place::new(&[("shop.rel", CANARY)]);
    let out = place.run(&["promote", "shop.rel"]).good().to_owned();
    assert!(out.contains("all other requests  stable → next"), "{out}");
    let expected = "// The shop.\nrelease shop on deployment-istio canary { names: labels } <\n  /// the candidate\n  \
                    next \"registry.example/shop:1.5\" { readiness: \"/healthz\" }\n>\n";
    assert_eq!(place.read("shop.rel"), expected);
    place.run(&["promote", "shop.rel"]).refused(2, "nothing to promote: `shop` has only one version");
}

#[test]
fn a_promoted_version_keeps_the_names_of_its_objects() {
    let place = Place::new(&[("shop.rel", SPLIT), ("old.rel", SPLIT), ("values.yaml", VALUES)]);
    place.run(&["promote", "shop.rel", "--keep"]).good();
    let expected = "release shop on deployment-istio blue-green < next 100% \"shop:2\" { name: \"shop-1\" }, stable 0% \"shop:1\" { name: \"shop-0\" } >\n";
    assert_eq!(place.read("shop.rel"), expected);
    let diff = place.run(&["diff", "old.rel", "shop.rel"]).good().to_owned();
    assert!(!diff.contains("Deployment") && !diff.contains("warning"), "nothing that runs changes:\n{diff}");
    place.run(&["promote", "values.yaml"]).good();
    let expected = VALUES
        .replace("  # runs\n  - image: r/shop:1\n    weight: 90\n", "")
        .replace("    weight: 10\n", "    weight: 100\n    metadata: { name: shop-1 }\n");
    assert_eq!(place.read("values.yaml"), expected);
}

#[test]
fn a_match_of_a_promoted_version_is_removed() {
    let text = CANARY
        .replace(" when header traffic is \"test\"", "")
        .replace("1.5\" { readiness: \"/healthz\" }", "1.5\" { match: [{ uri: { prefix: \"/x\" } }] }");
    let place = Place::new(&[("shop.rel", &text)]);
    place.run(&["promote", "shop.rel"]).good();
    assert!(!place.read("shop.rel").contains("match"), "{}", place.read("shop.rel"));
}

#[test]
fn one_of_several_candidates_is_named() {
    let three = CANARY.replace("\n>\n", "\n  beta \"registry.example/shop:2.0\" when path prefix \"/beta\"\n>\n");
    let place = Place::new(&[("shop.rel", &three)]);
    place.run(&["promote", "shop.rel"]).refused(2, "name the version to promote with `--version`: one of next, beta");
    place.run(&["promote", "shop.rel", "--version", "stable"]).refused(2, "`stable` is the primary");
    place.run(&["promote", "shop.rel", "--keep"]).refused(2, "--version");
    place.run(&["promote", "shop.rel", "--version", "beta"]).good();
    let text = place.read("shop.rel");
    assert!(text.find("beta \"") < text.find("next \"") && !text.contains("stable"), "{text}");
}

/// Runs `relc diff` of two texts, which may neither warn about the way nor lose requests with all versions ready.
fn is_safe(place: &Place, old: &str, new: &str) {
    place.write("before.rel", old);
    place.write("after.rel", new);
    let out = place.run(&["diff", "before.rel", "after.rel"]).good().to_owned();
    let is_lost = |line: &str| line.ends_with("  lost") && !line.contains(", while ");
    assert!(!out.contains("warning") && !out.lines().any(is_lost), "{old}\n{new}\n{out}");
}

#[test]
fn objects_named_by_position_are_renamed_in_three_safe_revisions() {
    let canary = CANARY.replace("{ names: labels } ", "");
    let mirror = "release shop on deployment-istio mirror <\n  stable \"shop:1\"\n  next 5% \"shop:2\"\n>\n";
    let routed = SPLIT.replace("deployment-istio", "deployment-gtw");
    for text in [SPLIT, &canary, mirror, &routed] {
        let place = Place::new(&[("shop.rel", text)]);
        let mut revisions = vec![text.to_owned()];
        for step in 1..=3 {
            let ended = place.run(&["promote", "shop.rel", "--rename"]);
            assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
            assert!(ended.err.contains(&format!("note: revision {step} of 3: ")), "{}", ended.err);
            let revision = place.read("shop.rel");
            is_safe(&place, &revisions[revisions.len() - 1], &revision);
            // The way back is as safe while the former objects are there.
            if step < 3 {
                is_safe(&place, &revision, &revisions[revisions.len() - 1]);
            }
            // The first and the last revision move no traffic.
            let (before, after) = (&revisions[revisions.len() - 1], &revision);
            place.write("before.rel", before);
            place.write("after.rel", after);
            let out = place.run(&["diff", "before.rel", "after.rel"]).good().to_owned();
            assert!(step == 2 || !out.contains("all requests  "), "revision {step}:\n{out}");
            revisions.push(revision);
        }
        place.run(&["promote", "shop.rel", "--rename"]).refused(2, "the objects of `shop` are named by label already");
        // All at once isn't safe.
        place.write("before.rel", text);
        place.write("after.rel", &revisions[3]);
        let out = place.run(&["diff", "before.rel", "after.rel"]).good().to_owned();
        assert!(out.contains("warning: the objects of stable get another name"), "{out}");
    }
    let place = Place::new(&[("shop.rel", SPLIT), ("values.yaml", VALUES)]);
    place.run(&["promote", "shop.rel", "--rename"]);
    assert_eq!(
        place.read("shop.rel"),
        "release shop on deployment-istio blue-green { names: labels } < stable-old 90% \"shop:1\" { name: \"shop-0\" }, \
         next-old 10% \"shop:2\" { name: \"shop-1\" }, stable 0% \"shop:1\", next 0% \"shop:2\" >\n"
    );
    place.run(&["promote", "shop.rel", "--rename"]);
    assert_eq!(
        place.read("shop.rel"),
        "release shop on deployment-istio blue-green { names: labels } < stable 90% \"shop:1\", next 10% \"shop:2\", \
         stable-old 0% \"shop:1\" { name: \"shop-0\" }, next-old 0% \"shop:2\" { name: \"shop-1\" } >\n"
    );
    place.run(&["promote", "values.yaml", "--rename"]).refused(2, "has no labels to name objects by");
}

/// The blocks of a page that are releases, with what precedes them in the line above.
fn releases(page: &str) -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to").join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let mut found = Vec::new();
    for part in text.split("```rel").skip(1) {
        let block = part.split("```").next().unwrap().split_once('\n').unwrap().1;
        found.push(
            block.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect::<Vec<_>>().join("\n") + "\n",
        );
    }
    found
}

#[test]
fn what_the_guide_to_changes_advises_loses_no_request() {
    let revisions = releases("change-a-running-release.md");
    assert_eq!(revisions.len(), 7, "{revisions:#?}");
    // Promotion: three revisions, then names: four. Each way forward and back; what is removed is gone.
    let place = Place::new(&[]);
    for (old, new) in [(0, 1), (1, 2), (3, 4), (4, 5), (5, 6)] {
        is_safe(&place, &revisions[old], &revisions[new]);
    }
    for (old, new) in [(1, 0), (4, 3), (5, 4)] {
        is_safe(&place, &revisions[old], &revisions[new]);
    }
}

#[test]
fn weights_that_the_guide_advises_lose_no_request() {
    let text = SPLIT.replace("stable", "v1").replace("next", "v2").replace("canary", "blue-green");
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/change-weights.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let command = guide.lines().find(|line| line.starts_with("relc set ")).unwrap();
    let words: Vec<&str> = command.split('#').next().unwrap().split_whitespace().skip(1).collect();
    let place = Place::new(&[("shop.rel", &text)]);
    place.run(&words).good();
    let changed = place.read("shop.rel");
    assert!(changed.contains("v1 80%") && changed.contains("v2 20%"), "{changed}");
    is_safe(&place, &text, &changed);
    is_safe(&place, &changed, &text);
}
