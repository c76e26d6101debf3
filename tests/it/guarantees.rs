//! What environments guarantee: proofs and counter-examples, in `lint`, `build` and `preview`.

use crate::place::Place;

/// Environments whose routes lose requests in one way each.
const FAULTS: &str = r#"import deployment, istio, routing

/// A header route that exists before the pods of its version: the candidate gets these requests whether or not it is ready.
environment eager extends deployment-istio {
  replace fragment canary() = virtual_service([
    for v in others: for r in rules(v, v.conditions): r
    for r in rules(primary): r
  ])
}

/// A backend that nothing creates.
environment misspelled extends deployment-istio {
  replace strategy blue-green weights split {
    emit routemap(weighted: true, route: virtual_service([{
      route: [for v in versions if live(v): {
        destination: { host: "{v.name}-svc.{v.namespace}.svc.cluster.local", port: { number: 80 } }
        weight: weight(v)
      }]
    }]))
  }
}

/// Weights that aren't those of the release.
environment fixed extends deployment-istio {
  replace strategy blue-green weights split {
    emit routemap(weighted: true, route: virtual_service([{
      route: [for v in versions if live(v): { destination: v.route.destination, weight: 1 }]
    }]))
  }
}

/// A share that becomes 100%: the primary is left out once a candidate is ready.
environment eclipsed extends deployment-istio {
  replace strategy blue-green weights split {
    emit routemap(weighted: true, route: virtual_service([{
      route: [
        if not others_live: { destination: primary.route.destination }
        for v in others if live(v): { destination: v.route.destination, weight: weight(v) }
      ]
    }]))
  }
}

/// No rule for other requests while the primary isn't ready.
environment gaps extends deployment-istio {
  replace fragment canary() = virtual_service([
    for v in others if live(v): for r in rules(v, v.conditions): r
    for r in rules(primary) if live(primary): r
  ])
}

/// Copies to every version.
environment echo extends deployment-istio {
  replace strategy mirror weights each {
    emit routemap(weighted: true, route: virtual_service([{
      route: [{ destination: primary.route.destination }]
      mirrors: [for v in versions if live(v): { destination: v.route.destination, percentage: { value: weight(v) } }]
    }]))
  }
}

/// Promises less.
environment honest extends eager {
  let guarantees: [routing.Guarantee] = [answered, shares, copies]
}
"#;

fn release(environment: &str) -> String {
    let weights = if environment.ends_with("canary") { ["", ""] } else { ["30% ", "70% "] };
    format!(
        "release hello on {environment} {{ names: labels }} <\n  v1 {}\"hello:1\"\n  v2 {}\"hello:2\"\n>\n",
        weights[0], weights[1]
    )
}

#[test]
fn each_fault_of_a_route_has_a_counter_example() {
    for (environment, message) in [
        (
            "eager canary",
            "`GET / traffic:test` reaches a version that isn't ready while only v1 is ready: v2 (not ready)",
        ),
        (
            "misspelled blue-green",
            "`GET /` is not answered with all versions ready, but gets: hello-v1-svc.default 30%, hello-v2-svc.default 70%",
        ),
        ("fixed blue-green", "`GET /` is not routed as the release declares with all versions ready: v1 50%, v2 50%"),
        ("eclipsed blue-green", "`GET /` is not routed as the release declares with all versions ready: v2"),
        ("gaps canary", "`GET /` is not answered while only v2 is ready, but gets: 404"),
        (
            "echo mirror",
            "copies of `GET /` reach the primary or the version that answers with all versions ready: v1; 30% copied to v1; 70% copied to v2",
        ),
    ] {
        let place = Place::new(&[("envs/faults.rel", FAULTS), ("shop.rel", &release(environment))]);
        for command in ["lint", "build", "check"] {
            let ended = place.run(&[command, "--env-path", "envs", "shop.rel", "--message-format", "short"]);
            let found = format!("shop.rel:1:9: error[broken-guarantee]: {message}");
            let told = format!("{}{}", ended.out, ended.err);
            assert!(ended.code == Some(1) && told.contains(&found), "{command} {environment}:\n{told}");
        }
    }
}

#[test]
fn what_an_environment_does_not_guarantee_is_a_note_of_the_preview() {
    let place = Place::new(&[("envs/faults.rel", FAULTS), ("shop.rel", &release("honest canary"))]);
    place.run(&["build", "--env-path", "envs", "shop.rel"]).good();
    let out = place.run(&["preview", "--env-path", "envs", "shop.rel"]).good().to_owned();
    let note = "note: not guaranteed: requests can reach a candidate that isn't ready; requests can reach the primary while it isn't ready";
    assert!(out.contains(note), "{out}");
}

#[test]
fn a_comment_allows_a_broken_guarantee() {
    let allowed = format!("// relc: allow(broken-guarantee) as in the cluster\n{}", release("eager canary"));
    let place = Place::new(&[("envs/faults.rel", FAULTS), ("shop.rel", &allowed)]);
    place.run(&["build", "--env-path", "envs", "shop.rel"]).good();
}

#[test]
fn the_environments_of_relc_do_what_they_guarantee() {
    let model = "{ modelFormat: \"sklearn\", storageUri: \"gs://models/hello\" }";
    for (environment, versions) in [
        ("deployment-istio blue-green", "v1 30% \"hello:1\"\n v2 70% \"hello:2\""),
        ("deployment-istio blue-green { sticky: \"release\" }", "v1 30% \"hello:1\"\n v2 70% \"hello:2\""),
        ("deployment-istio blue-green", "v1 100% \"hello:1\"\n v2 0% \"hello:2\""),
        (
            "deployment-istio canary",
            "v1 \"hello:1\"\n v2 \"hello:2\" when header a is \"b\"\n v3 \"hello:3\" when path prefix \"/x\"",
        ),
        ("deployment-istio mirror", "v1 \"hello:1\"\n v2 5% \"hello:2\"\n v3 20% \"hello:3\""),
        ("knative-istio blue-green", "v1 30% \"hello:1\"\n v2 70% \"hello:2\""),
        ("knative-istio canary", "v1 \"hello:1\"\n v2 \"hello:2\" when query a is \"b\""),
        ("knative-istio mirror", "v1 \"hello:1\"\n v2 5% \"hello:2\""),
        ("knative-istio mirror { gateway: \"istio-system/main\" }", "v1 \"hello:1\"\n v2 5% \"hello:2\""),
        ("knative blue-green", "v1 30% \"hello:1\"\n v2 70% \"hello:2\""),
        ("deployment-gtw blue-green", "v1 20% \"hello:1\"\n v2 30% \"hello:2\"\n v3 50% \"hello:3\""),
        ("deployment-gtw blue-green { sticky: \"release\" }", "v1 30% \"hello:1\"\n v2 70% \"hello:2\""),
        ("deployment-gtw canary", "v1 \"hello:1\"\n v2 \"hello:2\" when method is \"POST\""),
        ("kserve blue-green", "v1 30% MODEL\n v2 70% MODEL"),
        ("kserve canary", "v1 MODEL\n v2 MODEL when header a is \"b\""),
        ("kserve-modelmesh-istio blue-green", "v1 30% MODEL\n v2 70% MODEL"),
        ("kserve-modelmesh-istio canary", "v1 MODEL\n v2 MODEL"),
        ("argo-rollouts canary", "v1 30% \"hello:1\"\n v2 70% \"hello:2\""),
        ("argo-rollouts canary { router: none, replicas: 5, step: 20 }", "v1 \"hello:1\"\n v2 40% \"hello:2\""),
        ("argo-rollouts canary { router: istio, replicas: 5, step: 20 }", "v1 \"hello:1\"\n v2 60% \"hello:2\""),
        (
            "argo-rollouts canary { router: gateway, gateway: \"default/main\", interval: \"5m\" }",
            "v1 \"hello:1\"\n v2 40% \"hello:2\" when header a is \"b\"",
        ),
        ("argo-rollouts blue-green { router: istio }", "v1 \"hello:1\"\n v2 100% \"hello:2\""),
        (
            "flagger canary { router: istio, step: 10, metrics: [{ name: \"request-success-rate\", thresholdRange: { min: 99 }, interval: \"1m\" }] }",
            "v1 \"hello:1\"\n v2 25% \"hello:2\"",
        ),
        ("kserve-standard blue-green", "v1 MODEL\n v2 20% MODEL\n v3 30% MODEL"),
        (
            "inference-gateway canary { gateway: \"default/main\" }",
            "v1 \"hello-1\"\n v2 \"hello-2\" when header a is \"b\"",
        ),
    ] {
        // An environment that adds nothing is proven for each release; relc's own are not.
        let (name, strategy) = environment.split_once(' ').unwrap();
        let text = format!("release hello on own {strategy} <\n {}\n>\n", versions.replace("MODEL", model));
        let own = format!("/// The same.\nenvironment own extends {name} {{ }}\n");
        let place = Place::new(&[("shop.rel", &text), ("envs/own.rel", &own)]);
        let ended = place.run(&["lint", "--env-path", "envs", "shop.rel", "--message-format", "short"]);
        let told = format!("{}{}", ended.out, ended.err);
        assert!(!told.contains("broken-guarantee") && !told.contains("shadowed-match"), "{environment}:\n{told}");
    }
}

#[test]
fn a_users_own_object_decides_about_its_requests() {
    let own = "{ ksvcSpecification: { spec: {\n    template: { spec: { containers: [{ image: \"hello:1\" }] } }\n    \
               traffic: [{ revisionName: \"hello-0-old\", percent: 100 }]\n  } } }";
    let text = format!("release hello on knative-istio canary <\n  {own}\n  \"hello:2\" when header a is \"b\"\n>\n");
    let place = Place::new(&[("shop.rel", &text)]);
    let ended = place.run(&["lint", "shop.rel", "--message-format", "short"]);
    assert!(!format!("{}{}", ended.out, ended.err).contains("broken-guarantee"), "{}", ended.out);
}

#[test]
fn too_few_pods_for_the_traffic_of_others_are_a_warning() {
    let release = "release hello on deployment-istio blue-green { names: labels } <\n  stable 95% \"hello:1\" STABLE\n  next 5% \"hello:2\" NEXT\n>\n";
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: next, namespace: default }\nspec:\n  minReplicas: 4\n  maxReplicas: 9\n  \
                  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: hello-next }\n";
    let warning = "next gets 100% of the traffic on 1 pod while stable isn't ready: 5.3 times as much per pod as the busiest one usually gets, 19%";
    for (stable, next, overload, manifests, expected) in [
        ("{ replicas: 5 }", "", "2", "", Some(warning)),
        ("{ replicas: 5 }", "{ replicas: 3 }", "2", "", None),
        ("{ replicas: 5 }", "{ replicas: 3 }", "1.5", "", Some("next gets 100% of the traffic on 3 pods")),
        ("{ replicas: 5 }", "", "2", scaler, None),
        // Without replicas, nothing is known about the load of a pod.
        ("", "", "1", "", None),
    ] {
        let text = release.replace("STABLE", stable).replace("NEXT", next);
        let config = format!("[cluster]\noverload = {overload}\n");
        let manifests =
            if manifests.is_empty() { "apiVersion: v1\nkind: Namespace\nmetadata: { name: web }\n" } else { manifests };
        let place = Place::new(&[("shop.rel", &text), ("relc.toml", &config), ("cluster.yaml", manifests)]);
        let ended = place.run(&["lint", "shop.rel", "--manifests", "cluster.yaml", "--message-format", "short"]);
        let told = format!("{}{}", ended.out, ended.err);
        match expected {
            Some(expected) => assert!(told.contains(expected), "{expected}:\n{told}"),
            None => assert!(!told.contains("overloaded-version"), "{text}{told}"),
        }
    }
}

/// An environment whose route is of a kind that the model doesn't know.
const OWN_ROUTER: &str = r#"import istio, deployment-istio

type IngressRoute = kind "traefik.io/v1alpha1" "IngressRoute"

environment traefik extends deployment-istio {
  watch ingressroute IngressRoute
  replace strategy blue-green weights split {
    emit routemap(weighted: true, route: IngressRoute {
      metadata: { name: release.name, namespace: settings.namespace }
      spec: { routes: [{ kind: "Rule", match: "PathPrefix(`/`)", services: [
        for v in versions if live(v): { name: v.name, port: 80, weight: weight(v) }
      ] }] }
    })
  }
  let traffic: run [Manifest] = [virtual_service([{
    route: [for v in versions if live(v): { destination: v.route.destination, weight: WEIGHT }]
  }])]
}
"#;

#[test]
fn an_environment_declares_how_a_router_of_its_own_routes() {
    let release = release("traefik blue-green");
    let place = Place::new(&[("envs/own.rel", &OWN_ROUTER.replace("WEIGHT", "weight(v)")), ("shop.rel", &release)]);
    let out = place.run(&["preview", "--env-path", "envs", "shop.rel", "--format", "markdown"]).good().to_owned();
    assert!(out.contains("| all requests | v1 30%, v2 70% | v1 | v2 | v1 (not ready) |"), "{out}");
    // It is declared, and not emitted.
    let manifests = place.run(&["build", "--env-path", "envs", "shop.rel"]).good().to_owned();
    assert!(manifests.contains("IngressRoute") && !manifests.contains("VirtualService"), "{manifests}");
    // What it declares is checked.
    let place = Place::new(&[("envs/own.rel", &OWN_ROUTER.replace("WEIGHT", "1")), ("shop.rel", &release)]);
    let ended = place.run(&["build", "--env-path", "envs", "shop.rel", "--message-format", "short"]);
    let fault = "`GET /` is not routed as the release declares with all versions ready: v1 50%, v2 50%";
    assert!(ended.code == Some(1) && ended.err.contains(fault), "{}", ended.err);
}
