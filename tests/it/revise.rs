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
    place.run(&["promote", "shop.rel"]).refused(2, "`shop` has no candidate");
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
