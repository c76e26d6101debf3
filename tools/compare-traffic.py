#!/usr/bin/env python3
"""Compares the model of traffic (crates/traffic) with what Istio and Envoy do with the same manifests.

    tools/compare-traffic.py KIT [ROUTES] [SEED]

KIT is a built copy of ../shared/mesh, and RELC in the environment the relc to measure. Random VirtualServices, HTTPRoutes and GRPCRoutes are applied there, ROUTES of each (default 40); every one gets 40
requests, deterministic answers must be equal (status, backend, the host and path that it sees), and one distribution of each is counted over
2,000 requests: p > 0.0001, repeated once. Then the same for a release on every environment that the Iter8 controller routes, with every strategy
and set of ready versions. Needs root. Skipped, with the reason, where the kit is not there."""
import json, math, os, random, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ANSWER = os.environ.get("ANSWER", os.path.join(ROOT, "target/debug/examples/answer-requests"))
PATHS = ["/", "/a", "/a/", "/ab", "/a/b", "/a/b/c", "/A", "/beta", "/betamax", "/v1/x", "/v2"]
METHODS = ["GET", "POST", "DELETE", "PUT"]
VALUES = ["x", "xy", "y", "test", "Test", "v2"]
PATTERNS = ["x.*", "[xy]+", "(test|v2)", "v[0-9]", ".*"]
HEADERS = ["traffic", "x-user"]
QUERY = ["v", "q"]


def skip(reason):
    print("skipped: " + reason)
    sys.exit(0)


def inside():
    """Runs this script again in the kit's network namespace, with the kit up."""
    kit = os.path.abspath(sys.argv[1]) if sys.argv[1:2] not in ([], [""]) else ""
    missing = [name for name in ("bin/envoy", "bin/minipilot", "bin/meshtool", "up.sh") if not os.path.exists(os.path.join(kit, name))]
    if not kit or missing:
        skip("no built copy of ../shared/mesh" + (f" at {kit}: {missing[0]} is missing" if kit else " is named"))
    if os.geteuid() != 0:
        skip("network namespaces need root")
    env = dict(os.environ, KIT=kit, NETNS=os.environ.get("NETNS", "relctraffic"), INSIDE="1")
    env.setdefault("RUNDIR", "/tmp/relc-traffic-run")
    subprocess.run([os.path.join(kit, "up.sh")], env=env, check=True)
    try:
        command = ["ip", "netns", "exec", env["NETNS"], sys.executable, os.path.abspath(__file__)] + sys.argv[1:]
        code = subprocess.run(command, env=env).returncode
    finally:
        if "KEEP" not in os.environ:
            subprocess.run([os.path.join(kit, "down.sh")], env=env)
    sys.exit(code)


def some(chance):
    return random.random() < chance


def string_match(values, patterns):
    kind = random.choice(["exact", "exact", "prefix", "regex"])
    return {kind: random.choice(patterns if kind == "regex" else values)}


def names(choices, most=2):
    return random.sample(choices, random.randint(1, min(most, len(choices))))


def istio_match(k):
    m = {}
    if some(0.5):
        m["uri"] = string_match(PATHS, ["/a.*", "/(a|beta)", "/v[0-9]+/.*", "/.+", ".*"])
        if some(0.2): m["ignoreUriCase"] = True
    if some(0.2): m["method"] = string_match(["GET", "POST", "P"], ["P.*", "GET|PUT"])
    if some(0.4): m["headers"] = {h: string_match(VALUES, PATTERNS) for h in names(HEADERS)}
    if some(0.15): m["withoutHeaders"] = {random.choice(HEADERS): random.choice([{}, string_match(VALUES, PATTERNS[:4])])}
    if some(0.25): m["queryParams"] = {q: string_match(VALUES, PATTERNS) for q in names(QUERY)}
    if some(0.1): m["authority"] = {"exact": f"app{k}.default"} if some(0.5) else {"prefix": f"app{k}.default.svc"}
    if some(0.1): m["gateways"] = [random.choice(["mesh", "istio-system/main"])]
    return m


def changes():
    h = {}
    if some(0.5): h["set"] = {"mm-vmodel-id": random.choice(VALUES)}
    if some(0.3): h["add"] = {random.choice(["branch", "mm-vmodel-id"]): random.choice(VALUES)}
    if some(0.2): h["remove"] = [random.choice(HEADERS)]
    if some(0.2): h.setdefault("set", {})["Host"] = "set.example.com"
    return {"request": h} if h else None


# Names without dots are left out: Istio completes them with the domain of the cluster, which the kit does not set.
def backend(): return f"b{random.randint(0, 3)}.default.svc.cluster.local"


def istio_rule(k, last):
    r = {}
    if not last or some(0.2): r["match"] = [istio_match(k) or {"uri": {"prefix": "/"}} for _ in range(random.randint(1, 3))]
    kind = random.random()
    if kind < 0.06:
        r["redirect"] = {"uri": "/moved", "redirectCode": random.choice([301, 302, 307])}
        return r
    if kind < 0.12:
        r["directResponse"] = {"status": random.choice([200, 403, 418])}
        return r
    n = random.choice([1, 1, 2, 3])
    weights = [random.randint(0, 60) for _ in range(n)]
    if sum(weights) == 0: weights[0] = 1
    r["route"] = []
    for w in weights:
        d = {"destination": {"host": backend(), "port": {"number": 80}}}
        if some(0.05): d["destination"]["port"]["number"] = 81
        if some(0.06): d["destination"].update(subset=random.choice(["v1", "nosuch"]), host="b0.default.svc.cluster.local")
        if n > 1: d["weight"] = w
        h = changes() if some(0.3) else None
        if h: d["headers"] = h
        r["route"].append(d)
    h = changes() if some(0.3) else None
    if h: r["headers"] = h
    if some(0.3):
        r["rewrite"] = random.choice([{"uri": "/new"}, {"uri": "/new/"}, {"authority": "rewritten.example.com"}, {"uri": "/n", "authority": "both.example.com"},
                                      {"uriRegexRewrite": {"match": "^/([a-z]+)", "rewrite": r"/\1-\1"}}, {"uriRegexRewrite": {"match": "b", "rewrite": "c"}}])
    if some(0.1): r["fault"] = {"abort": {"httpStatus": 555, "percentage": {"value": random.choice([100, 30])}}}
    if some(0.15): r["mirror"] = {"host": backend(), "port": {"number": 80}}; r["mirrorPercentage"] = {"value": random.choice([20, 100, 0])}
    return r


def delegate(k, at, rule):
    """A rule that delegates to a VirtualService of its own, and that one."""
    name = f"app{k}-{at}"
    rules = [istio_rule(k, some(0.5)) for _ in range(random.randint(1, 3))]
    for one in rules:
        # A match that isn't a part of one of the rule's is dropped with its rule: most are made to fit.
        for m, parent in zip(one.get("match", []), rule.get("match", []) * 3):
            if some(0.7) and "uri" in parent: m["uri"] = parent["uri"]
    kept = {key: rule[key] for key in ("match", "headers", "rewrite", "fault", "mirror", "mirrorPercentage") if key in rule}
    return ({**kept, "delegate": {"name": name, "namespace": "default"}},
            {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": name, "namespace": "default"}, "spec": {"http": rules}})


def virtual_service(k):
    n = random.randint(1, 5)
    rules, delegates = [istio_rule(k, i == n - 1) for i in range(n)], []
    for at, rule in enumerate(rules):
        if "route" in rule and some(0.15):
            rules[at], other = delegate(k, at, rule)
            delegates.append(other)
    hosts = random.choice([[f"app{k}.default", f"app{k}.default.svc.cluster.local"], [f"app{k}.default.svc.cluster.local"], [f"app{k}.default", f"*.app{k}.example.com"]])
    return [{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": f"app{k}", "namespace": "default"},
             "spec": {"hosts": hosts, "gateways": random.choice([["mesh"], ["mesh", "istio-system/main"], ["istio-system/main"]]),
                      "http": rules}}] + delegates


def gateway_match():
    m = {}
    if some(0.6):
        t = random.choice(["Exact", "PathPrefix", "PathPrefix", "RegularExpression"])
        m["path"] = {"type": t, "value": random.choice(["/a.*", "/(a|beta)", "/v[0-9]+/.*", "/.+"] if t[0] == "R" else PATHS)}
    def named(choices):
        out = []
        for c in names(choices):
            t = random.choice(["Exact", "Exact", "RegularExpression"])
            out.append({"name": c, "type": t, "value": random.choice(VALUES if t == "Exact" else PATTERNS)})
        return out
    if some(0.35): m["headers"] = named(HEADERS)
    if some(0.25): m["queryParams"] = named(QUERY)
    if some(0.25): m["method"] = random.choice(METHODS)
    return m


def modifier():
    h = {}
    if some(0.6): h["set"] = [{"name": "mm-vmodel-id", "value": random.choice(VALUES)}]
    if some(0.3): h["add"] = [{"name": "branch", "value": random.choice(VALUES)}]
    if some(0.3): h["remove"] = [random.choice(HEADERS)]
    return {"type": "RequestHeaderModifier", "requestHeaderModifier": h} if h else None


def gateway_rule():
    r = {}
    if some(0.85): r["matches"] = [gateway_match() for _ in range(random.randint(1, 3))]
    prefixes = all(m.get("path", {"type": "PathPrefix"})["type"] == "PathPrefix" for m in r.get("matches", [{}]))
    r["filters"] = [f for f in [modifier() if some(0.3) else None] if f]
    if some(0.06):
        r["filters"].append({"type": "RequestRedirect", "requestRedirect": {"hostname": "moved.example.com", "statusCode": random.choice([301, 302])}})
        return r
    if some(0.3):
        path = {"type": "ReplacePrefixMatch", "replacePrefixMatch": random.choice(["/", "/new", "/new/"])} if prefixes and some(0.7) else {"type": "ReplaceFullPath", "replaceFullPath": "/full"}
        r["filters"].append({"type": "URLRewrite", "urlRewrite": random.choice([{"path": path}, {"hostname": "rewritten.example.com"}, {"path": path, "hostname": "both.example.com"}])})
    if some(0.15): r["filters"].append({"type": "RequestMirror", "requestMirror": {"backendRef": {"name": backend().split(".")[0], "port": 80}}})
    r["backendRefs"] = []
    for _ in range(random.choice([1, 1, 2, 3])):
        b = {"name": backend().split(".")[0], "port": 80, "weight": random.choice([0, 1, 1, 20, 50])}
        if some(0.06): b["name"] = "nosuch"
        if some(0.04): b["namespace"] = "istio-system"
        f = modifier() if some(0.2) else None
        if f: b["filters"] = [f]
        r["backendRefs"].append(b)
    return r


def http_route(k):
    def one(name):
        return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": name, "namespace": "default"},
                "spec": {"hostnames": [f"app{k}.default", f"app{k}.default.svc.cluster.local"],
                         "parentRefs": random.choice([[{"name": "main"}], [{"name": "main"}, {"group": "", "kind": "Service", "name": f"app{k}", "port": 80}]]),
                         "rules": [gateway_rule() for _ in range(random.randint(1, 5))]}}
    return [one(f"app{k}")] + ([one(f"app{k}-too")] if some(0.25) else [])


SERVICES = ["shop.Cart", "shop.Carts", "shop.Admin"]
CALLS = ["Get", "Put", "Del"]


def grpc_match():
    m = {}
    if some(0.75):
        kind = random.choice(["Exact", "Exact", "RegularExpression"])
        m["method"] = {"type": kind}
        if some(0.8): m["method"]["service"] = random.choice(SERVICES if kind == "Exact" else ["shop.C.*", "shop.(Cart|Admin)"])
        # Istio leaves a method without a service to the API server's validation.
        if some(0.6) or "service" not in m["method"]: m["method"]["method"] = random.choice(CALLS if kind == "Exact" else ["G.*", "Get|Put"])
        if "service" not in m["method"]: m["method"]["service"] = random.choice(SERVICES if kind == "Exact" else ["shop.C.*"])
    if some(0.4):
        m["headers"] = []
        for h in names(HEADERS):
            kind = random.choice(["Exact", "Exact", "RegularExpression"])
            m["headers"].append({"name": h, "type": kind, "value": random.choice(VALUES if kind == "Exact" else PATTERNS)})
    return m


def grpc_rule():
    r = {}
    if some(0.85): r["matches"] = [grpc_match() for _ in range(random.randint(1, 3))]
    r["filters"] = [f for f in [modifier() if some(0.3) else None] if f]
    if some(0.15): r["filters"].append({"type": "RequestMirror", "requestMirror": {"backendRef": grpc_backend()}})
    r["backendRefs"] = []
    for _ in range(random.choice([1, 1, 2, 3])):
        b = {**grpc_backend(), "weight": random.choice([0, 1, 1, 20, 50])}
        if some(0.06): b["name"] = "nosuch"
        r["backendRefs"].append(b)
    return r


def grpc_backend(): return {"group": "", "kind": "Service", "name": f"g{random.randint(0, 3)}", "port": 80}


def grpc_route(k):
    parents = [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "main"}]
    return [{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GRPCRoute", "metadata": {"name": f"app{k}", "namespace": "default"},
             "spec": {"hostnames": [f"app{k}.default"], "parentRefs": parents, "rules": [grpc_rule() for _ in range(random.randint(1, 5))]}}]


def grpc_request(k, gateway, port):
    return {"host": random.choice([f"app{k}.default"] * 5 + [f"nosuch{k}.example.com"]), "via": gateway, "port": port, "method": "POST", "grpc": True,
            "path": f"/{random.choice(SERVICES + ['shop.Other'])}/{random.choice(CALLS)}", "headers": {h: random.choice(VALUES) for h in names(HEADERS)} if some(0.6) else {}}


def request(k, gateway, port):
    host = random.choice([f"app{k}.default"] * 3 + [f"app{k}.default.svc.cluster.local", f"app{k}.default.svc", f"app{k}", f"www.app{k}.example.com", f"nosuch{k}.example.com"])
    via = random.choice(["mesh", gateway])
    if via == "mesh" and not host.startswith("app"): host = f"app{k}.default"
    query = "&".join(f"{q}={random.choice(VALUES)}" for q in names(QUERY)) if some(0.4) else ""
    return {"host": host, "via": via, "port": 80 if via == "mesh" else port, "method": random.choice(METHODS),
            "path": random.choice(PATHS + ["/other", "/V1/x"]) + ("?" + query if query else ""),
            "headers": {h: random.choice(VALUES) for h in names(HEADERS)} if some(0.6) else {}}


def text(r):
    return " ".join([r["method"], r["path"]] + [f'{k}:"{v}"' for k, v in r["headers"].items()])


def has_endpoints(host): return host.split(".")[0] in [f"{kind}{i}" for kind in "bg" for i in range(4)]


def grpc_status(status):
    """The status of gRPC with which Envoy answers in place of one of HTTP (`httpToGrpcStatus`)."""
    return {400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14}.get(status, 2)


def keyed(outcome, is_grpc=False):
    """An outcome as the harness sees it: status and version, or gRPC's status."""
    if "backend" in outcome and has_endpoints(outcome["backend"]): return f"200 v{outcome['backend'][1]}"
    status = 503 if "backend" in outcome else outcome.get("status", "unknown")
    return f"grpc={grpc_status(status)}" if is_grpc else f"{status} -"


def short(key, is_grpc=False):
    """The part of the harness's key that `keyed` has."""
    words = key.split()
    status = next((word.removesuffix("(header)") for word in words if word.startswith("grpc=")), None)
    return status if is_grpc and status and words[1] == "-" else " ".join(words[:2])


def main(m):
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**6)
    random.seed(seed)
    print(f"seed {seed}", flush=True)
    m.keep = set()
    m.base()
    kinds = [(name, protocol, i) for name, protocol in (("b", "http"), ("g", "grpc")) for i in range(4)]
    backends = [m.svc(f"{name}{i}", "default", [(protocol, 80, 80)], selector={"app": f"b{i}"}) for name, protocol, i in kinds]
    m.apply(backends + [m.slice_("default", f"{name}{i}", f"10.1.1.1{i}", [(protocol, 80)]) for name, protocol, i in kinds])
    rule = {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": {"name": "b0", "namespace": "default"},
            "spec": {"host": "b0.default.svc.cluster.local", "subsets": [{"name": "v1"}]}}
    m.apply([rule])
    total = dict(deterministic=0, distributions=0, copies=0, wrong=0, refused=0, unsupported=0)
    routes = [(virtual_service, request, "istio-system/main", 80), (http_route, request, "default/main", 8090), (grpc_route, grpc_request, "default/main", 8090)]
    for make, ask, gateway, port in routes:
        for start in range(0, count, 20):
            cases = []
            for k in range(start, min(start + 20, count)):
                front = m.svc(f"app{k}", "default", [("http", 80, 80)], selector={"app": "nothing"})
                m.apply([front])
                objects = make(k)
                answer = m.apply(json.loads(json.dumps(objects)), ok=False)
                if "ERROR" in answer:
                    total["unsupported" if "is not handled" in answer else "refused"] += 1
                    continue
                cases.append((k, front, objects))
            m.sync(1.0)
            for k, front, objects in cases: check(m, objects, front, [ask(k, gateway, port) for _ in range(40)], backends + [rule], total)
            m.delete([o for _, front, objects in cases for o in objects])
    m.clean()
    sys.path.insert(0, os.path.join(ROOT, "tools/mesh"))
    import check as scenarios
    releases(m, scenarios, total)
    if total["unsupported"]:
        print("skipped: GRPCRoutes, as the kit's Istio was built without them: remove its bin/minipilot and build it again")
    print(json.dumps(total))
    sys.exit(1 if total["wrong"] else 0)


# Weights and matches of the versions of a release, by strategy.
STRATEGIES = {
    "blue-green": [("20%", ""), ("30%", ""), ("50%", "")],
    "canary": [("", ""), ("", 'when header traffic is "test" or path prefix "/beta"'), ("", 'when header x-user matches "q.*" or query v is "2"')],
    "mirror": [("", ""), ("20%", "")],
}


def releases(m, check, total):
    """Every environment that the Iter8 controller routes, with every strategy and set of ready versions."""
    m.base()
    base = list(m.applied.values())
    for strategy, versions in STRATEGIES.items():
        for environment in check.MIRROR if strategy == "mirror" else check.SPLIT:
            release = check.released(environment, strategy, versions)
            for mask in check.ready_sets(release.n):
                check.put(release, mask)
                route = json.loads(json.dumps(release.routes[mask]))
                route["metadata"]["namespace"] = release.ns
                compare_release(m, environment, mask, base + release.objs + [route], f"{environment.name} {strategy} {mask}", total, mask[0] == "1" or environment is check.KNATIVE)
            m.clean()
            print(f"{environment.name} {strategy}: {json.dumps(total)}", flush=True)


ENTRIES = {"mesh": "mesh", 80: "istio-system/main", 8081: "knative-serving/knative-local-gateway", 8090: "default/main"}


def compare_release(m, environment, mask, manifests, title, total, has_copies):
    """40 requests to a release, one distribution of them over 2,000. Envoy copies no request that it can't send (`has_copies`)."""
    model = environment.request.get("grpc")
    requests = []
    for _ in range(40):
        way = random.choice(environment.ways)
        path = environment.request.get("path") or random.choice(["/", "/", "/beta", "/betamax", "/other"]) + random.choice(["", "?v=2", "?v=3"])
        headers = {h: random.choice(["test", "Test", "qa", "x"]) for h in names(HEADERS)} if some(0.6) else {}
        method = environment.request.get("method") or random.choice(METHODS)
        entry = ENTRIES["mesh" if way.get("via", "mesh") == "mesh" else way.get("port", 80)]
        requests.append((way, dict(path=path, headers=headers, method=method), {"text": text(dict(path=path, headers=headers, method=method)), "host": environment.host, "via": entry, "port": environment.request.get("port", 80)}))
    asked = {"manifests": manifests, "requests": [request for _, _, request in requests]}
    answers = json.loads(subprocess.run([ANSWER], input=json.dumps(asked), capture_output=True, text=True, check=True).stdout)
    counted = False
    for (way, sent, request), answer in zip(requests, answers):
        wanted = {}
        for o in answer["outcomes"]: wanted[who_answers(o, mask, model)] = wanted.get(who_answers(o, mask, model), 0) + o["share"]
        copied = {}
        for o in answer["copies"]:
            if has_copies and "backend" in o and mask[version(o)] == "1": copied[f"v{version(o)}"] = copied.get(f"v{version(o)}", 0) + o["share"]
        many = len(wanted) > 1 or bool(answer["copies"])
        n = (2000 if not counted else 30) if many else 1
        counted = counted or many
        for _ in (1, 2):
            m.reset()
            real = m.load(environment.host, n=n, **{**environment.request, **way, **sent})
            got = {}
            for key, number in [*real["counts"].items(), *real["errors"].items()]:
                words = key.split()
                who = f"v{words[2].split('-')[-1]}" if words[1:2] == ["mm"] else words[1] if words[0] == "200" and words[1] != "-" else words[0]
                got[who] = got.get(who, 0) + number
            wrong = set(got) - set(wanted) or [who for who, share in wanted.items() if n != 30 and differs(got.get(who, 0), n, share)]
            if not wrong and n == 2000 and answer["copies"]:
                counts = m.backend_counts()
                wrong = [who for who in ("v0", "v1") if differs(counts.get(who, 0) - got.get(who, 0), n, copied.get(who, 0))]
            if not wrong: break
        total["distributions" if n == 2000 else "deterministic"] += 1
        if n == 2000 and answer["copies"]: total["copies"] += 1
        if wrong:
            total["wrong"] += 1
            print("WRONG", title, request["text"], request["via"], "\n  model:", json.dumps(answer), "\n  real:", json.dumps(real), flush=True)


def differs(count, n, share): return abs(count - n * share) > 3.89 * math.sqrt(n * share * max(0.0, 1 - share)) + 0.5


def version(outcome):
    """The version of a backend: its name ends in it, or a header names it where all versions share a server."""
    named = [value for name, value in outcome["headers"] if name == "mm-vmodel-id"]
    return int((named + [outcome["backend"].split(".")[0]])[0].split("-")[-1])


def who_answers(outcome, mask, is_shared):
    """A version, or a status: that of a version without pods is 503, unless all versions share a server."""
    if "backend" not in outcome: return str(outcome.get("status", "unknown"))
    return f"v{version(outcome)}" if mask[version(outcome)] == "1" or is_shared else "503"


def check(m, objects, front, requests, others, total):
    known = [o for o in m.applied.values() if o["kind"] in ("Gateway", "Service") and o["metadata"]["name"] != front["metadata"]["name"]]
    manifests = others + known + [front] + objects
    asked = [{"text": text(r), "host": r["host"], "via": r["via"], "port": 80} for r in requests]
    answers = json.loads(subprocess.run([ANSWER], input=json.dumps({"manifests": manifests, "requests": asked}), capture_output=True, text=True, check=True).stdout)
    counted = False
    for r, a in zip(requests, answers):
        ways = [o for o in a["outcomes"] if o["share"] > 0]
        many = len(ways) > 1 or (a["copies"] and not counted)
        n = (2000 if not counted else 30) if many else 1
        counted = counted or many
        for attempt in (1, 2):
            wrong = compare(m, r, a, ways, n)
            if not wrong: break
        total["distributions" if n == 2000 else "deterministic"] += 1
        if n == 2000 and a["copies"]: total["copies"] += 1
        if wrong:
            total["wrong"] += 1
            print("WRONG", objects[0]["kind"], text(r), r["host"], r["via"], "\n  model:", json.dumps(a), "\n  real:", wrong)
            print("  " + json.dumps([o["spec"] for o in objects]), flush=True)


def compare(m, r, a, ways, n):
    if n == 2000: m.reset()
    via = {"via": "mesh", "port": 80} if r["via"] == "mesh" else {"via": "gateway", "port": r["port"]}
    is_grpc = r.get("grpc", False)
    real = m.load(r["host"], n=n, path=r["path"], method=r["method"], headers=r["headers"], **via, **(dict(grpc=True, h2=True) if is_grpc else {}))
    if real["errors"]: return f"errors {real['errors']}"
    got = {}
    for key, number in real["counts"].items():
        who = short(key, is_grpc)
        got[who] = got.get(who, 0) + number
    wanted = {}
    for o in ways:
        key = keyed(o, is_grpc)
        wanted[key] = wanted.get(key, 0) + o["share"]
    if set(got) - set(wanted): return json.dumps(real)
    for key, share in wanted.items():
        spread = 3.89 * math.sqrt(n * share * (1 - share)) + 1e-9
        if n in (1, 2000) and abs(got.get(key, 0) - n * share) > max(spread, 0.5 if n == 2000 and share < 1 else 0): return json.dumps(real)
    for key, example in real["examples"].items():
        who = short(key, is_grpc)
        fits = [o for o in ways if keyed(o, is_grpc) == who and "backend" in o]
        if who.startswith("200 v") and fits and not any(o["host"] == example["host"].split(":")[0] and o["path"] == example["path"] and model_header(o) in ("-", seen(key)) for o in fits):
            return json.dumps(real)
    if n == 2000 and a["copies"]: return copies(m, a, ways, n, got)
    return None


def model_header(o):
    value = [v for k, v in o["headers"] if k == "mm-vmodel-id"]
    return value[0] if value else ""


def seen(key):
    return next((part[6:] for part in key.split() if part.startswith("model=")), "")


def copies(m, a, ways, n, got):
    """Backends get what is answered and what is copied."""
    counts = m.backend_counts()
    for i in range(4):
        names = [f"{kind}{i}.default.svc.cluster.local" for kind in "bg"]
        share = sum(o["share"] for o in a["copies"] if o.get("backend") in names)
        copied = counts.get(f"v{i}", 0) - got.get(f"200 v{i}", 0)
        if abs(copied - n * share) > 3.89 * math.sqrt(n * share * max(0.0, 1 - share)) + 1e-9: return f"copies {counts}, answered {got}"
    return None


if __name__ == "__main__":
    if "INSIDE" not in os.environ: inside()
    sys.path.insert(0, os.environ["KIT"])
    import run
    main(run)
