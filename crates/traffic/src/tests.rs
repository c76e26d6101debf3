//! One test for each rule of the semantics; `tools/compare-traffic.py` compares random routes with Istio and Envoy.

use serde_json::{Value, json};

use crate::{Answer, Decided, Entry, Model, Reply, Request, World, classes};

const HOST: &str = "shop.default";

fn virtual_service(rules: Value) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": { "name": "shop", "namespace": "default" },
        "spec": { "hosts": [HOST], "gateways": ["mesh", "istio-system/main"], "http": rules },
    })
}

fn http_route(rules: Value) -> Value {
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": { "name": "shop", "namespace": "default" },
        "spec": { "hostnames": [HOST], "parentRefs": [{ "name": "main" }, { "group": "", "kind": "Service", "name": "shop" }], "rules": rules },
    })
}

fn to(name: &str) -> Value {
    json!([{ "destination": { "host": format!("{name}.default.svc.cluster.local"), "port": { "number": 80 } } }])
}

fn backend(name: &str) -> Value {
    json!([{ "name": name, "port": 80 }])
}

fn ask(manifests: &[Value], request: &str) -> Answer {
    ask_via(manifests, request, Entry::Mesh)
}

fn ask_via(manifests: &[Value], request: &str, via: Entry) -> Answer {
    let request = Request::parse(request, Request::get(HOST, via)).unwrap();
    Model::new(manifests, World::Open).answer(&request)
}

fn gateway() -> Entry {
    Entry::Gateway("default/main".to_owned())
}

/// The replies in short: `v1`, `0.3 v1 + 0.7 v2`, `404`.
fn short(answer: &Answer) -> String {
    let one = |outcome: &crate::Outcome| {
        let reply = match &outcome.reply {
            Reply::Backend(backend) => backend.host.split('.').next().unwrap().to_owned(),
            Reply::Status { code, .. } | Reply::Redirect { code, .. } => code.to_string(),
            Reply::Unknown(reason) => format!("? {reason}"),
        };
        let share = (outcome.share * 1000.0).round() / 1000.0;
        if share == 1.0 { reply } else { format!("{share} {reply}") }
    };
    answer.outcomes.iter().map(one).collect::<Vec<_>>().join(" + ")
}

fn seen(answer: &Answer) -> &Request {
    match &answer.outcomes[0].reply {
        Reply::Backend(backend) => &backend.seen,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn istio(rules: Value, cases: &[(&str, &str)]) {
    let manifests = [virtual_service(rules)];
    for (request, expected) in cases {
        assert_eq!(short(&ask(&manifests, request)), *expected, "{request}");
    }
}

#[track_caller]
fn gateway_api(rules: Value, cases: &[(&str, &str)]) {
    let manifests = [http_route(rules)];
    for (request, expected) in cases {
        assert_eq!(short(&ask_via(&manifests, request, gateway())), *expected, "{request}");
    }
}

#[test]
fn istio_takes_the_first_rule_that_matches() {
    let rules = json!([
        { "match": [{ "uri": { "prefix": "/a" } }], "route": to("v1") },
        { "match": [{ "uri": { "exact": "/ab" } }, { "headers": { "Traffic": { "exact": "test" } } }], "route": to("v2") },
    ]);
    istio(rules, &[("GET /ab", "v1"), ("GET / traffic:test", "v2"), ("GET / traffic:Test", "404"), ("GET /b", "404")]);
}

#[test]
fn istio_compares_prefixes_as_text() {
    let rules = json!([{ "match": [{ "uri": { "prefix": "/beta" } }], "route": to("v2") }, { "route": to("v1") }]);
    istio(rules, &[("GET /beta", "v2"), ("GET /betamax", "v2"), ("GET /beta/x?y=1", "v2"), ("GET /bet", "v1")]);
}

#[test]
fn istio_ignores_case_where_it_is_told_so() {
    let any = json!({ "uri": { "prefix": "/beta" }, "ignoreUriCase": true });
    let rules = json!([{ "match": [any], "route": to("v2") }, { "route": to("v1") }]);
    istio(rules, &[("GET /BETA/x", "v2"), ("GET /alpha", "v1")]);
}

#[test]
fn a_regular_expression_matches_all_of_a_value() {
    let rules = json!([
        { "match": [{ "uri": { "regex": "/v[0-9]" } }], "route": to("v2") },
        { "match": [{ "headers": { "cookie": { "regex": ".*beta=on.*" } } }], "route": to("v3") },
        { "match": [{ "headers": { "x": { "regex": "*" } } }], "route": to("v4") },
        { "match": [{ "headers": { "y": {} } }], "route": to("v5") },
        { "route": to("v1") },
    ]);
    let cases = [
        ("GET /v2", "v2"),
        ("GET /v22", "v1"),
        ("GET / cookie:'a=1; beta=on'", "v3"),
        ("GET / x:1", "v4"),
        ("GET / y:", "v5"),
    ];
    istio(rules, &cases);
}

#[test]
fn a_missing_header_is_an_empty_one_where_it_must_not_match() {
    let without = |test: Value| json!([{ "match": [{ "withoutHeaders": { "x": test } }], "route": to("v2") }, { "route": to("v1") }]);
    istio(without(json!({ "exact": "a" })), &[("GET /", "v2"), ("GET / x:a", "v1"), ("GET / x:b", "v2")]);
    istio(without(json!({})), &[("GET /", "v2"), ("GET / x:b", "v1")]);
    istio(without(json!({ "regex": ".*" })), &[("GET /", "v1"), ("GET / x:b", "v1")]);
}

#[test]
fn methods_hosts_and_parameters_are_compared() {
    let rules = json!([
        { "match": [{ "method": { "exact": "POST" }, "queryParams": { "v": { "exact": "3" } } }], "route": to("v2") },
        { "match": [{ "authority": { "prefix": "other" } }], "route": to("v3") },
        { "route": to("v1") },
    ]);
    istio(rules, &[("POST /?v=3&v=4", "v2"), ("POST /?v=4&v=3", "v1"), ("GET /?v=3", "v1")]);
}

#[test]
fn a_match_for_a_gateway_is_not_for_the_mesh() {
    let manifests = [virtual_service(json!([
        { "match": [{ "gateways": ["istio-system/main"] }], "route": to("v2") },
        { "route": to("v1") },
    ]))];
    assert_eq!(short(&ask(&manifests, "GET /")), "v1");
    assert_eq!(short(&ask_via(&manifests, "GET /", Entry::Gateway("istio-system/main".to_owned()))), "v2");
    assert_eq!(short(&ask_via(&manifests, "GET /", Entry::Gateway("istio-system/other".to_owned()))), "404");
    assert_eq!(short(&ask_via(&manifests, "GET / host:other", Entry::Gateway("istio-system/main".to_owned()))), "404");
}

#[test]
fn weights_are_relative_and_a_weight_of_zero_gets_nothing() {
    let mut routes = to("v1");
    let (mut two, mut three) = (to("v2"), to("v3"));
    routes[0]["weight"] = json!(20);
    two[0]["weight"] = json!(60);
    three[0]["weight"] = json!(0);
    routes.as_array_mut().unwrap().extend([two[0].take(), three[0].take()]);
    istio(json!([{ "route": routes }]), &[("GET /", "0.25 v1 + 0.75 v2")]);
    let mut alone = to("v1");
    alone[0]["weight"] = json!(0);
    istio(json!([{ "route": alone }]), &[("GET /", "v1")]);
}

#[test]
fn a_rewrite_replaces_what_the_path_condition_compares() {
    let rewrite = |condition: Value, rewrite: Value| {
        let mut rule = json!({ "rewrite": rewrite, "route": to("v1") });
        if !condition.is_null() {
            rule["match"] = json!([{ "uri": condition }]);
        }
        [virtual_service(json!([rule]))]
    };
    let path = |manifests: &[Value], request: &str| seen(&ask(manifests, request)).target();
    assert_eq!(path(&rewrite(Value::Null, json!({ "uri": "/v2/infer" })), "GET /v2/x?y=1"), "/v2/inferv2/x?y=1");
    assert_eq!(path(&rewrite(json!({ "prefix": "/a/" }), json!({ "uri": "/" })), "GET /a/b"), "/b");
    assert_eq!(path(&rewrite(json!({ "exact": "/a" }), json!({ "uri": "/new" })), "GET /a"), "/new");
    assert_eq!(path(&rewrite(json!({ "regex": "/a.*" }), json!({ "uri": "/new" })), "GET /abc"), "/new");
    let regex = json!({ "uriRegexRewrite": { "match": "^/(v[12])/models/[^/]+", "rewrite": "/\\1/models/w-0" } });
    assert_eq!(path(&rewrite(Value::Null, regex), "GET /v2/models/w/infer"), "/v2/models/w-0/infer");
}

#[test]
fn the_host_of_a_rule_goes_before_that_of_a_destination() {
    let mut routes = to("v1");
    routes[0]["headers"] =
        json!({ "request": { "set": { "Host": "of.destination" }, "add": { "X": "1" }, "remove": ["y"] } });
    let manifests = [virtual_service(json!([{ "route": routes }]))];
    let answer = ask(&manifests, "GET / y:2");
    assert_eq!(
        (seen(&answer).host.as_str(), seen(&answer).headers.clone()),
        ("of.destination", vec![("x".to_owned(), "1".to_owned())])
    );
    let manifests = [virtual_service(json!([{ "route": routes, "rewrite": { "authority": "of.rule" } }]))];
    assert_eq!(seen(&ask(&manifests, "GET /")).host, "of.rule");
}

#[test]
fn copies_see_what_the_backend_sees() {
    let mut routes = to("v1");
    routes[0]["headers"] = json!({ "request": { "set": { "Host": "v1.default" } } });
    let manifests = [virtual_service(json!([{
        "route": routes, "mirror": { "host": "v2.default.svc.cluster.local" }, "mirrorPercentage": { "value": 20 },
    }]))];
    let answer = ask(&manifests, "GET /");
    assert_eq!(short(&answer), "v1");
    let [copy] = &answer.copies[..] else { panic!("{answer:?}") };
    let Reply::Backend(backend) = &copy.reply else { panic!("{copy:?}") };
    assert_eq!(
        (copy.share, backend.host.as_str(), backend.seen.host.as_str()),
        (0.2, "v2.default.svc.cluster.local", "v1.default")
    );
}

/// A fact found with real traffic: copies that dispatch on the host arrive at the primary.
#[test]
fn copies_that_pass_knatives_gateway_go_by_their_host() {
    let knative = |name: &str| json!({ "apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": { "name": name, "namespace": "default" }, "spec": {} });
    let mut routes = to("hello-0");
    routes[0]["headers"] = json!({ "request": { "set": { "Host": "hello-0.default.svc.cluster.local" } } });
    let route =
        virtual_service(json!([{ "route": routes, "mirror": { "host": "hello-1.default.svc.cluster.local" } }]));
    let answer = ask(&[knative("hello-0"), knative("hello-1"), route], "GET /");
    let objects = |reply: &Reply| match reply {
        Reply::Backend(backend) => backend.objects.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(objects(&answer.outcomes[0].reply), ["VirtualService default/shop", "Service default/hello-0"]);
    assert_eq!(objects(&answer.copies[0].reply), ["VirtualService default/shop", "Service default/hello-0"]);
}

#[test]
fn redirects_responses_and_faults_answer_themselves() {
    let rules = json!([
        { "match": [{ "uri": { "exact": "/old" } }], "redirect": { "uri": "/new" } },
        { "match": [{ "uri": { "exact": "/no" } }], "directResponse": { "status": 403 } },
        { "fault": { "abort": { "httpStatus": 500, "percentage": { "value": 30 } } }, "route": to("v1") },
    ]);
    istio(rules, &[("GET /old", "301"), ("GET /no", "403"), ("GET /", "0.3 500 + 0.7 v1")]);
}

#[test]
fn what_is_not_there_is_503_and_500_for_the_gateway_api() {
    let service = json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "v1", "namespace": "default" }, "spec": { "ports": [{ "port": 80 }] } });
    let rule = json!({
        "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": { "name": "v1", "namespace": "default" },
        "spec": { "host": "v1", "subsets": [{ "name": "a" }] },
    });
    let to_port = |port: u16, subset: Value| json!([{ "route": [{ "destination": { "host": "v1.default.svc.cluster.local", "port": { "number": port }, "subset": subset } }] }]);
    let closed =
        |manifests: &[Value], via: Entry| short(&Model::new(manifests, World::Closed).answer(&Request::get(HOST, via)));
    for (port, subset, expected) in [(80, json!("a"), "v1"), (80, json!("b"), "503"), (81, Value::Null, "503")] {
        let manifests = [service.clone(), rule.clone(), virtual_service(to_port(port, subset))];
        assert_eq!(closed(&manifests, Entry::Mesh), expected);
    }
    assert_eq!(closed(&[virtual_service(json!([{ "route": to("v2") }]))], Entry::Mesh), "503");
    let half = json!([{ "backendRefs": [{ "name": "v1", "port": 80 }, { "name": "v2", "port": 80 }] }]);
    assert_eq!(closed(&[service, http_route(half)], gateway()), "0.5 v1 + 0.5 500");
}

#[test]
fn the_gateway_api_compares_whole_segments() {
    let rules = json!([
        { "matches": [{ "path": { "type": "PathPrefix", "value": "/beta/" } }], "backendRefs": backend("v2") },
        { "backendRefs": backend("v1") },
    ]);
    gateway_api(rules, &[("GET /beta", "v2"), ("GET /beta/x", "v2"), ("GET /betamax", "v1")]);
}

#[test]
fn the_gateway_api_prefers_the_narrower_match() {
    let path = |kind: &str, value: &str| json!({ "path": { "type": kind, "value": value } });
    let with = |mut one: Value, key: &str, value: Value| {
        one[key] = value;
        one
    };
    let traffic = json!([{ "name": "traffic", "value": "test" }]);
    let rules = json!([
        { "matches": [path("RegularExpression", "/a/b.*")], "backendRefs": backend("regex") },
        { "matches": [path("PathPrefix", "/a")], "backendRefs": backend("prefix") },
        { "matches": [path("PathPrefix", "/a/b")], "backendRefs": backend("longer") },
        { "matches": [path("Exact", "/a")], "backendRefs": backend("exact") },
        { "matches": [with(path("PathPrefix", "/a"), "headers", traffic)], "backendRefs": backend("header") },
        { "matches": [with(path("PathPrefix", "/a"), "method", json!("POST"))], "backendRefs": backend("method") },
        { "backendRefs": backend("all") },
    ]);
    let cases = [
        ("GET /a", "exact"),
        ("GET /a/x", "prefix"),
        ("GET /a/bx", "prefix"),
        ("GET /a/b/c", "longer"),
        ("GET /a/x traffic:test", "header"),
        ("POST /a/x traffic:test", "method"),
        ("GET /z", "all"),
    ];
    gateway_api(rules, &cases);
}

/// A primary without a path outranks a regular expression.
#[test]
fn a_prefix_of_everything_outranks_a_regular_expression() {
    let regex = json!({ "path": { "type": "RegularExpression", "value": "/b.*" } });
    let rules = json!([{ "matches": [regex], "backendRefs": backend("v2") }, { "backendRefs": backend("v1") }]);
    gateway_api(rules, &[("GET /b/x", "v1")]);
}

#[test]
fn filters_of_the_gateway_api_change_requests() {
    let rewrite = |path: Value| {
        [http_route(json!([{
            "matches": [{ "path": { "type": "PathPrefix", "value": "/a" } }],
            "filters": [
                { "type": "URLRewrite", "urlRewrite": { "hostname": "new.host", "path": path } },
                { "type": "RequestHeaderModifier", "requestHeaderModifier": { "set": [{ "name": "X", "value": "1" }] } },
                { "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "v2", "port": 80 }, "percent": 30 } },
            ],
            "backendRefs": backend("v1"),
        }]))]
    };
    let path = |path: Value, request: &str| seen(&ask_via(&rewrite(path), request, gateway())).path.clone();
    let prefix = |to: &str| json!({ "type": "ReplacePrefixMatch", "replacePrefixMatch": to });
    assert_eq!(path(prefix("/new/"), "GET /a/b"), "/new/b");
    assert_eq!(path(prefix("/"), "GET /a/b"), "/b");
    assert_eq!(path(prefix("/"), "GET /a"), "/");
    assert_eq!(path(json!({ "type": "ReplaceFullPath", "replaceFullPath": "/full" }), "GET /a/b"), "/full");
    let answer = ask_via(&rewrite(prefix("/")), "GET /a", gateway());
    assert_eq!((seen(&answer).host.as_str(), answer.copies[0].share), ("new.host", 0.3));
    assert_eq!(seen(&answer).header("x").as_deref(), Some("1"));
}

#[test]
fn no_weight_at_all_is_an_error_of_the_gateway_api() {
    gateway_api(json!([{ "backendRefs": [{ "name": "v1", "port": 80, "weight": 0 }] }]), &[("GET /", "500")]);
}

#[test]
fn the_mesh_knows_a_service_by_all_its_names() {
    let manifests = [http_route(json!([{ "backendRefs": backend("v1") }]))];
    for host in ["shop", "shop.default", "shop.default.svc", "shop.default.svc.cluster.local"] {
        assert_eq!(short(&ask(&manifests, &format!("GET / host:{host}"))), "v1", "{host}");
    }
    assert!(short(&ask(&manifests, "GET / host:other.default")).starts_with('?'));
}

#[test]
fn a_route_has_the_hosts_that_it_shares_with_the_listener() {
    let gateway_object = json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": { "name": "main", "namespace": "default" },
        "spec": { "listeners": [{ "name": "http", "port": 80, "hostname": "*.example.com" }] },
    });
    let mut route = http_route(json!([{ "backendRefs": backend("v1") }]));
    route["spec"]["hostnames"] = json!(["shop.example.com", "shop.other.com"]);
    let manifests = [gateway_object, route];
    assert_eq!(short(&ask_via(&manifests, "GET / host:shop.example.com", gateway())), "v1");
    assert_eq!(short(&ask_via(&manifests, "GET / host:shop.other.com", gateway())), "404");
}

#[test]
fn grpc_is_compared_by_service_and_method() {
    let mut route = http_route(json!([
        { "matches": [{ "method": { "service": "shop.Cart", "method": "Add" } }], "backendRefs": backend("v2") },
        { "matches": [{ "method": { "service": "shop.Cart" } }], "backendRefs": backend("v3") },
        { "backendRefs": backend("v1") },
    ]));
    route["kind"] = json!("GRPCRoute");
    for (request, expected) in
        [("POST /shop.Cart/Add", "v2"), ("POST /shop.Cart/List", "v3"), ("POST /shop.Other/Add", "v1")]
    {
        assert_eq!(short(&ask_via(std::slice::from_ref(&route), request, gateway())), expected);
    }
}

#[test]
fn a_knative_service_splits_among_revisions() {
    let service = json!({
        "apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": { "name": "shop", "namespace": "default" },
        "spec": { "traffic": [{ "revisionName": "shop-0", "percent": 30, "tag": "old" }, { "revisionName": "shop-1", "percent": 70 }] },
    });
    let public = Entry::Gateway("knative-serving/knative-ingress-gateway".to_owned());
    assert_eq!(short(&ask(std::slice::from_ref(&service), "GET /")), "0.3 shop-0 + 0.7 shop-1");
    assert_eq!(short(&ask(std::slice::from_ref(&service), "GET / host:old-shop.default")), "shop-0");
    assert_eq!(short(&ask_via(&[service], "GET / host:shop.default.example.com", public)), "0.3 shop-0 + 0.7 shop-1");
}

#[test]
fn two_passes_through_a_gateway_are_followed() {
    let pass = |version: &str| {
        json!([{ "destination": { "host": "knative-local-gateway.istio-system.svc.cluster.local" }, "weight": 50,
            "headers": { "request": { "set": { "branch": version, "host": HOST } } } }])[0]
            .take()
    };
    let mut route = virtual_service(json!([
        { "match": [{ "headers": { "branch": { "exact": "v1" } } }], "route": to("v1") },
        { "match": [{ "headers": { "branch": { "exact": "v2" } } }], "route": to("v2") },
        { "route": [pass("v1"), pass("v2")] },
    ]));
    route["spec"]["gateways"] = json!(["mesh", "knative-serving/knative-local-gateway"]);
    let answer = ask(&[route], "GET /");
    assert_eq!((short(&answer), answer.steps.len()), ("0.5 v1 + 0.5 v2".to_owned(), 3));
}

#[test]
fn routes_that_lead_in_a_circle_are_noticed() {
    let mut route =
        virtual_service(json!([{ "route": [{ "destination": { "host": "main.istio-system.svc.cluster.local" } }] }]));
    route["spec"]["gateways"] = json!(["istio-system/main"]);
    let answer = ask_via(&[route], "GET /", Entry::Gateway("istio-system/main".to_owned()));
    assert_eq!(short(&answer), "? the routes lead in a circle");
}

#[test]
fn an_answer_says_why() {
    let rules = json!([{ "match": [{ "headers": { "traffic": { "exact": "test" } } }], "route": to("v2") }, { "name": "rest", "route": to("v1") }]);
    let answer = ask(&[virtual_service(rules)], "GET / traffic:no");
    let tried: Vec<_> =
        answer.steps[0].tried.iter().map(|tried| (tried.route.title(), tried.mismatch.clone())).collect();
    let expected =
        [("rule 1".to_owned(), Some("header traffic is `no`, not `test`".to_owned())), ("`rest`".to_owned(), None)];
    assert_eq!(tried, expected);
}

#[test]
fn no_copy_is_made_of_a_request_without_a_destination() {
    let service = |name: &str| json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": name, "namespace": "default" }, "spec": { "ports": [{ "port": 80 }] } });
    let mirror = json!({ "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "v2", "port": 80 } } });
    let half = json!([{ "filters": [mirror], "backendRefs": [{ "name": "v1", "port": 80 }, { "name": "nosuch", "port": 80 }] }]);
    let manifests = [service("v1"), service("v2"), http_route(half)];
    let answer = Model::new(&manifests, World::Closed).answer(&Request::get(HOST, gateway()));
    assert_eq!((short(&answer), answer.copies.len(), answer.copies[0].share), ("0.5 v1 + 0.5 500".to_owned(), 1, 0.5));
}

#[test]
fn routes_of_one_age_are_ordered_by_istios_names_for_them() {
    let named = |name: &str| {
        let mut route = http_route(json!([{ "backendRefs": backend(name) }]));
        route["metadata"]["name"] = json!(name);
        route
    };
    let ask_both = |one: Value, other: Value| short(&ask_via(&[one, other], "GET /", gateway()));
    assert_eq!(ask_both(named("shop"), named("shop-too")), "shop-too");
    let mut older = named("shop");
    older["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    let mut newer = named("shop-too");
    newer["metadata"]["creationTimestamp"] = json!("2026-01-02T00:00:00Z");
    assert_eq!(ask_both(newer, older), "shop");
}

/// The classes of a VirtualService, each as the rule and a request, and whether they are all.
fn partition(rules: Value) -> (Vec<(Option<usize>, String)>, Decided) {
    let model = Model::new(&[virtual_service(rules)], World::Open);
    let base = Request::get(HOST, Entry::Mesh);
    let table = model.table(&[Entry::Mesh], HOST, 80).unwrap();
    let (classes, decided) = classes(&[&table.routes], &base);
    let found = classes.into_iter().map(|class| {
        // Each request meets the rule that it stands for.
        let first = table.routes.iter().position(|route| route.matches(&class.request));
        assert_eq!(first, class.rules[0], "{}", class.request);
        (class.rules[0], class.request.to_string())
    });
    (found.collect(), decided)
}

#[test]
fn requests_are_partitioned_by_the_rule_that_they_meet() {
    let rules = json!([
        { "match": [{ "uri": { "prefix": "/a" } }], "route": to("v1") },
        { "match": [{ "uri": { "exact": "/ab" } }], "route": to("v2") },
        { "match": [{ "headers": { "traffic": { "exact": "test" } } }], "route": to("v3") },
    ]);
    let (found, decided) = partition(rules);
    let expected = [(Some(0), "GET /a"), (Some(2), "GET / traffic:test"), (None, "GET /")];
    assert_eq!(found, expected.map(|(rule, request)| (rule, request.to_owned())));
    assert_eq!(decided, Decided::Exactly);
}

#[test]
fn what_regular_expressions_leave_open_is_said() {
    let rules = |first: &str| {
        json!([
            { "match": [{ "uri": { "regex": first } }], "route": to("v1") },
            { "match": [{ "uri": { "regex": "/v[0-9]+" } }], "route": to("v2") },
            { "route": to("v3") },
        ])
    };
    // `/v.*` is a prefix, so that the second rule is never met; that one of two expressions includes the other is not decided.
    let (found, decided) = partition(rules("/v.*"));
    assert_eq!((found.len(), decided), (2, Decided::BySamples));
    let (found, decided) = partition(rules("/w"));
    assert_eq!((found.len(), decided), (3, Decided::Exactly));
}

/// An InferencePool has its port itself, and pods that an endpoint picker knows. It needs no other manifest.
#[test]
fn an_inference_pool_is_a_backend() {
    let pool = |name: &str, weight: u64| json!({ "group": "inference.networking.k8s.io", "kind": "InferencePool", "name": name, "weight": weight });
    let route = http_route(json!([{ "backendRefs": [pool("one", 1), pool("two", 3)] }]));
    let answer = Model::new(&[route], World::Closed).answer(&Request::get(HOST, gateway()));
    assert_eq!(short(&answer), "0.25 one + 0.75 two");
}

#[test]
fn gateways_of_one_port_join_their_rules() {
    // A proxy with two Gateways on port 80: the rule for the second one is tried first, whichever of them a request is meant for.
    let gateway = |name: &str| {
        json!({
            "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": { "name": name, "namespace": "istio-system" },
            "spec": { "selector": { "istio": "ingressgateway" }, "servers": [{ "port": { "number": 80 }, "hosts": ["*"] }] },
        })
    };
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "ingress", "namespace": "istio-system" },
        "spec": { "selector": { "istio": "ingressgateway" }, "ports": [{ "port": 80, "targetPort": 18080 }] },
    });
    let mut routes = virtual_service(json!([
        { "match": [{ "gateways": ["istio-system/other"], "headers": { "pass": { "exact": "2" } } }], "route": to("v2") },
        { "match": [{ "gateways": ["istio-system/main", "istio-system/other"] }], "route": to("v1") },
        { "route": [{ "destination": { "host": "ingress.istio-system.svc.cluster.local", "port": { "number": 80 } } }] },
    ]));
    routes["spec"]["gateways"] = json!(["istio-system/main", "istio-system/other", "mesh"]);
    let manifests = [routes, service, gateway("main"), gateway("other")];
    assert_eq!(short(&ask(&manifests, "/ pass:2")), "v2");
    assert_eq!(short(&ask(&manifests, "/")), "v1");
}

#[test]
fn gateways_of_one_proxy_and_port_have_one_list_of_rules() {
    let gateway = |name: &str, port: u16| {
        json!({
            "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": { "name": name, "namespace": "default" },
            "spec": { "selector": { "istio": "ingressgateway" }, "servers": [{ "port": { "number": port }, "hosts": ["*"] }] },
        })
    };
    let service = |name: &str, gateway: &str, path: &str| {
        json!({
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": { "name": name, "namespace": "default" },
            "spec": {
                "hosts": ["shop.example.com"], "gateways": [gateway],
                "http": [{ "match": [{ "uri": { "prefix": path } }], "route": [{ "destination": { "host": name } }] }],
            },
        })
    };
    let objects = [
        gateway("a", 80),
        gateway("b", 80),
        gateway("c", 81),
        service("one", "a", "/one"),
        service("two", "b", "/two"),
        service("three", "c", "/three"),
    ];
    let model = Model::new(&objects, World::Open);
    let via = |gateway: &str| Request::get("shop.example.com", Entry::Gateway(format!("default/{gateway}")));
    assert_eq!(model.rules(&via("a")).len(), 2);
    let status = |gateway: &str, path: &str| {
        let request = Request::parse(path, via(gateway)).unwrap();
        match &model.answer(&request).outcomes[0].reply {
            Reply::Backend(backend) => backend.host.split('.').next().unwrap_or_default().to_owned(),
            Reply::Status { code, .. } => code.to_string(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(
        [status("a", "/two"), status("b", "/one"), status("a", "/three"), status("c", "/three")],
        ["two", "one", "404", "three"]
    );
}

#[test]
fn a_rule_of_grpc_without_matches_comes_last() {
    let backend = |name: &str| json!([{ "name": name, "port": 80 }]);
    let route = json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "GRPCRoute", "metadata": { "name": "shop", "namespace": "default" },
        "spec": {
            "parentRefs": [{ "name": "main" }],
            "rules": [{ "backendRefs": backend("last") }, { "matches": [{}], "backendRefs": backend("first") }],
        },
    });
    let model = Model::new(&[route], World::Open);
    let request = Request::get("any", Entry::Gateway("default/main".to_owned()));
    let rules = model.rules(&request);
    assert_eq!((rules[0].rule, rules[1].rule), (1, 0));
}

#[test]
fn a_delegated_rule_gets_the_requests_of_both() {
    let route = |name: &str| json!([{ "destination": { "host": name } }]);
    let service = |name: &str, spec: Value| json!({ "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": { "name": name, "namespace": "web" }, "spec": spec });
    let root = service(
        "shop",
        json!({ "hosts": ["shop"], "http": [
            { "match": [{ "uri": { "prefix": "/team" }, "headers": { "x": { "exact": "1" } } }], "delegate": { "name": "team" }, "rewrite": { "uri": "/" } },
            { "match": [{ "uri": { "prefix": "/lost" } }], "delegate": { "name": "nobody" } },
            { "route": route("other") },
        ] }),
    );
    let team = service(
        "team",
        json!({ "http": [
            { "match": [{ "uri": { "prefix": "/team/a" } }], "route": route("a") },
            { "match": [{ "uri": { "prefix": "/" } }], "route": route("conflict") },
            { "route": route("b") },
        ] }),
    );
    let answer = |world: World, path: &str| {
        let model = Model::new(&[root.clone(), team.clone()], world);
        let request = Request::parse(path, Request::get("shop.web.svc.cluster.local", Entry::Mesh)).unwrap();
        match &model.answer(&request).outcomes[0].reply {
            Reply::Backend(backend) => {
                format!("{} {}", backend.host.split('.').next().unwrap_or_default(), backend.seen.path)
            }
            Reply::Unknown(reason) => reason.clone(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(answer(World::Open, "/team/a/1 x:1"), "a //1");
    assert_eq!(answer(World::Open, "/team/c x:1"), "b //c");
    assert_eq!(answer(World::Open, "/team/a"), "other /team/a");
    assert_eq!(answer(World::Open, "/lost"), "it delegates to a VirtualService that isn't among the manifests");
}
