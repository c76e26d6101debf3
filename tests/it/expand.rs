//! `relc expand`, and the directories that `relc build` writes for kustomize and Helm.

use crate::place::Place;

const SHOP: &str = "release shop on deployment { port: 8080 } < v1 \"registry.example/shop:1\" >\n";
const VALUES: &str = "  values:\n    environment: deployment\n    application:\n      versions:\n      - { image: 'registry.example/shop:1', port: 8080 }\n";
const HEAD: &str = "apiVersion: relc/v1\nkind: Release\nmetadata: { name: shop, namespace: web }\nspec:\n";
/// What no reader of YAML would write again in the same way.
const OTHER: &str = "# Source: chart\nkind:   ConfigMap\ndata: { yes: on, port: 08, relc/v1: Release } # as it is\r\n";

#[test]
fn each_form_of_a_release_becomes_its_objects() {
    let place = Place::new(&[("shop.rel", SHOP)]);
    let built = place.run(&["build", "shop.rel", "--namespace", "web"]).good().to_owned();
    for form in ["  path: shop.rel\n".to_owned(), format!("  source: |\n    {SHOP}"), VALUES.to_owned()] {
        let expanded = place.fed(&["expand"], &format!("{HEAD}{form}"));
        assert_eq!(expanded.good(), format!("---\n{built}"), "{form}");
    }
}

#[test]
fn other_manifests_stay_as_they_are() {
    let place = Place::new(&[]);
    for stream in ["", "\n", OTHER, &format!("---\n{OTHER}---\n{OTHER}"), "not: [yaml\n---\n--- # x\n"] {
        assert_eq!(place.fed(&["expand"], stream).good(), stream);
    }
    let expanded = place.fed(&["expand"], &format!("{OTHER}---\n{HEAD}{VALUES}---\n{OTHER}"));
    let text = expanded.good();
    assert!(
        text.starts_with(&format!("{OTHER}---\napiVersion: v1\n")) && text.ends_with(&format!("---\n{OTHER}")),
        "{text}"
    );
    assert_eq!(text.matches("kind: Deployment").count(), 1, "{text}");
}

#[test]
fn a_list_of_a_function_has_the_objects_as_items() {
    let place = Place::new(&[]);
    let indented = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
    let release = indented(&format!("{HEAD}{VALUES}"));
    let item = format!("- {}", release.trim_start());
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    let other = "- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: other }\n  data: { a: \"on\" }\n";
    for (name, text) in [
        ("an item", format!("{list}items:\n{other}{item}")),
        ("the configuration", format!("{list}items:\n{other}functionConfig:\n{release}")),
        // As kustomize starts a generator.
        ("both", format!("{list}items:\n{other}{item}functionConfig:\n{release}")),
    ] {
        let expanded = place.fed(&["expand"], &text).good().to_owned();
        let kinds: Vec<&str> =
            expanded.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("kind: ")).collect();
        assert_eq!(kinds, ["ResourceList", "ConfigMap", "Service", "Deployment", "ConfigMap"], "{name}:\n{expanded}");
        assert!(expanded.contains("a: \"on\""), "{expanded}");
    }
}

#[test]
fn mistakes_keep_everything_from_being_written() {
    let place = Place::new(&[]);
    for (form, code, part) in [
        ("  source: release shop on deploymnt < v1 \"a:1\" >\n", 1, "environment `deploymnt` not found"),
        ("  values: { environment: deployment, application: { versoins: [] } }\n", 1, "versoins"),
        ("  path: missing.rel\n", 2, "missing.rel"),
        ("  path: a.rel\n  source: b\n", 2, "needs one of `path`, `source` and `values`"),
        ("  sorce: b\n", 2, "no field `sorce`"),
        ("  path: [a]\n", 2, "`spec.path` of the Release shop is a list"),
        ("  path: {\n", 1, "<stdin>"),
    ] {
        let expanded = place.fed(&["expand"], &format!("---\n{OTHER}---\n{HEAD}{form}"));
        assert_eq!((expanded.code, expanded.out.as_str()), (Some(code), ""), "{form}{}", expanded.err);
        assert!(expanded.err.contains(part), "{form}{}", expanded.err);
    }
}

#[test]
fn a_directory_is_a_kustomization_or_a_chart() {
    let routed = "release shop on deployment-istio blue-green { port: 80 } < v1 \"a:1\", v2 \"a:2\" >\n";
    let place = Place::new(&[("shop.rel", routed), ("theirs/kustomization.yaml", "resources: []\n")]);
    place.run(&["build", "shop.rel", "--format", "kustomization", "-o", "base"]).good();
    assert!(place.read("base/kustomization.yaml").ends_with("resources:\n- default__shop.yaml\n"));
    assert!(place.read("base/default__shop.yaml").contains("{{"));
    // Again, with another file of relc there.
    let again = place.run(&["build", "shop.rel", "--name", "other", "--format", "kustomization", "-o", "base"]);
    assert!(
        again.code == Some(0) && again.err.contains("`base/default__shop.yaml` is of an earlier build"),
        "{}",
        again.err
    );
    assert!(place.read("base/kustomization.yaml").ends_with("resources:\n- default__other.yaml\n"));
    let refused = place.run(&["build", "shop.rel", "--format", "kustomization", "-o", "theirs"]);
    assert!(refused.code == Some(2) && refused.err.contains("was not written by relc"), "{}", refused.err);
    assert!(!place.path("theirs/default__shop.yaml").exists());

    place.run(&["build", "shop.rel", "--format", "chart", "-o", "My Chart"]).good();
    assert!(place.read("My Chart/Chart.yaml").contains("name: my-chart\n"));
    let template = place.read("My Chart/templates/default__shop.yaml");
    // Executed, as Helm does, it is the file that the kustomization has.
    let executed =
        gotmpl::Template::new("chart").parse(&template).unwrap().execute_to_string(&gotmpl::tmap! {}).unwrap();
    place.run(&["build", "shop.rel", "-o", "plain"]).good();
    assert!(template.contains("{{ \"{{\" }}") && executed == place.read("plain/default__shop.yaml"), "{executed}");
    place.write("My Chart/Chart.yaml", "name: mine\n");
    place.run(&["build", "shop.rel", "--format", "chart", "-o", "My Chart"]).good();
    assert_eq!(place.read("My Chart/Chart.yaml"), "name: mine\n");
    let refused = place.run(&["build", "shop.rel", "--format", "chart"]);
    assert!(refused.code == Some(2) && refused.err.contains("name it with `-o`"), "{}", refused.err);
}
