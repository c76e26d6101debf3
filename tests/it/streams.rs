//! Manifests as inputs of `preview` and `diff`: rendered files, and what `kubectl get` prints.

use crate::place::Place;

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{ name: {name}, namespace: web }}\nspec: {{ selector: {{ app: {name} }}, ports: [{{ port: 80 }}] }}\n"
    )
}

fn deployment(name: &str, image: &str, available: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name}, namespace: web }}\nspec:\n  replicas: 2\n  selector: {{ matchLabels: {{ app: {name} }} }}\n  \
         template: {{ metadata: {{ labels: {{ app: {name} }} }}, spec: {{ containers: [{{ name: app, image: {image} }}] }} }}\n\
         status: {{ availableReplicas: {available} }}\n"
    )
}

fn route(stable: u32) -> String {
    let next = 100 - stable;
    format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{ name: shop, namespace: web }}\nspec:\n  hosts: [shop.example.com]\n  http:\n  \
         - match: [{{ headers: {{ traffic: {{ exact: test }} }} }}]\n    route: [{{ destination: {{ host: shop-next }} }}]\n  \
         - route: [{{ destination: {{ host: shop-stable }}, weight: {stable} }}, {{ destination: {{ host: shop-next }}, weight: {next} }}]\n"
    )
}

fn state(stable: u32, available: u32) -> String {
    [
        route(stable),
        service("shop-stable"),
        service("shop-next"),
        deployment("shop-stable", "shop:1", 2),
        deployment("shop-next", "shop:2", available),
    ]
    .join("---\n")
}

#[test]
fn manifests_are_previewed_with_the_readiness_of_their_status() {
    let place = Place::new(&[("state.yaml", &state(90, 1)), ("failing.yaml", &state(90, 0))]);
    let out = place.run(&["preview", "state.yaml"]).good().to_owned();
    assert!(out.contains("traffic: test       shop-next\n") && out.contains("shop-stable 90%, shop-next 10%"), "{out}");
    let out = place.run(&["preview", "failing.yaml"]).good().to_owned();
    assert!(out.contains("shop-stable 90%, shop-next (not ready) 10%"), "{out}");
    let fed = place.fed(&["preview", "-", "--request", "/ traffic:test host:shop.example.com"], &state(90, 1));
    assert!(fed.good().contains("  shop-next\n"), "{}", fed.good());
}

#[test]
fn lists_of_objects_and_streams_are_compared() {
    let place = Place::new(&[("new.yaml", &state(50, 1).replace("shop:2", "shop:3"))]);
    let items = state(90, 1)
        .split("---\n")
        .map(|text| format!("- {}", text.trim_end().replace('\n', "\n  ")))
        .collect::<Vec<_>>();
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}\n", items.join("\n"));
    let out = place.fed(&["diff", "-", "new.yaml"], &list).good().to_owned();
    for line in [
        "all other requests  shop-stable 90%, shop-next 10% → shop-stable 50%, shop-next 50%",
        "shop:2 → shop:3",
        "~ Deployment web/shop-next: its pods are replaced",
        "warning: shop-next (Deployment web/shop-next) changes from shop:2 to shop:3",
    ] {
        assert!(out.contains(line), "{line}:\n{out}");
    }
    assert!(!out.contains("~ Service"), "{out}");
}

#[test]
fn a_release_is_compared_with_what_a_cluster_has() {
    let release = "release shop on deployment-istio blue-green { namespace: \"web\", names: labels, hosts: [\"shop.example.com\"] } <\n  \
                   stable 60% \"shop:1\"\n  next 40% \"shop:2\"\n>\n";
    let live = state(90, 2)
        .replace("namespace: web }", "namespace: web, uid: \"1\", labels: { app.kubernetes.io/instance: shop } }");
    let place = Place::new(&[("live.yaml", &live), ("shop.rel", release)]);
    let out = place.run(&["diff", "live.yaml", "shop.rel"]).good().to_owned();
    for line in ["stable 90%, next 10% → stable 60%, next 40%", "traffic: test", "+ ConfigMap web/shop-routemap"] {
        assert!(out.contains(line), "{line}:\n{out}");
    }
    // What the API server adds is no change.
    assert!(!out.contains("status") && !out.contains("uid"), "{out}");
}

#[test]
fn a_directory_of_rendered_manifests_is_a_side() {
    let place = Place::new(&[("old/shop.yaml", &state(90, 1)), ("new/shop.yaml", &state(50, 1))]);
    let out = place.run(&["diff", "old", "new"]).good().to_owned();
    assert!(out.contains("shop-stable 90%, shop-next 10% → shop-stable 50%, shop-next 50%"), "{out}");
}
