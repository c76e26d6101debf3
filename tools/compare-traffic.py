#!/usr/bin/env python3
"""Compares the model of traffic (crates/traffic) with what Istio and Envoy do with the same manifests.

    tools/compare-traffic.py KIT [ROUTES] [SEED]

KIT is a built copy of ../shared/mesh. Random VirtualServices and HTTPRoutes are applied there, ROUTES of each (default 40); every one gets 40
requests, deterministic answers must be equal (status, backend, the host and path that it sees), and one distribution of each is counted over
2,000 requests: p > 0.0001, repeated once. Needs root. Skipped, with the reason, where the kit is not there."""
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


def virtual_service(k):
    n = random.randint(1, 5)
    hosts = random.choice([[f"app{k}.default", f"app{k}.default.svc.cluster.local"], [f"app{k}.default.svc.cluster.local"], [f"app{k}.default", f"*.app{k}.example.com"]])
    return [{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": f"app{k}", "namespace": "default"},
             "spec": {"hosts": hosts, "gateways": random.choice([["mesh"], ["mesh", "istio-system/main"], ["istio-system/main"]]),
                      "http": [istio_rule(k, i == n - 1) for i in range(n)]}}]


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


def has_endpoints(host): return host.split(".")[0] in ("b0", "b1", "b2", "b3")


def keyed(outcome):
    """An outcome as the harness sees it: status, version, host and path."""
    if "backend" in outcome:
        return f"200 v{outcome['backend'][1]}" if has_endpoints(outcome["backend"]) else "503 -"
    return f"{outcome['status']} -" if "status" in outcome else "unknown"


def main(m):
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**6)
    random.seed(seed)
    print(f"seed {seed}", flush=True)
    m.keep = set()
    m.base()
    backends = [m.svc(f"b{i}", "default", [("http", 80, 80)], selector={"app": f"b{i}"}) for i in range(4)]
    m.apply(backends + [m.slice_("default", f"b{i}", f"10.1.1.1{i}", [("http", 80)]) for i in range(4)])
    rule = {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": {"name": "b0", "namespace": "default"},
            "spec": {"host": "b0.default.svc.cluster.local", "subsets": [{"name": "v1"}]}}
    m.apply([rule])
    total = dict(deterministic=0, distributions=0, copies=0, wrong=0, refused=0)
    for kind, make, gateway, port in (("VirtualService", virtual_service, "istio-system/main", 80), ("HTTPRoute", http_route, "default/main", 8090)):
        for start in range(0, count, 20):
            cases = []
            for k in range(start, min(start + 20, count)):
                front = m.svc(f"app{k}", "default", [("http", 80, 80)], selector={"app": "nothing"})
                m.apply([front])
                objects = make(k)
                answer = m.apply(json.loads(json.dumps(objects)), ok=False)
                if "ERROR" in answer:
                    total["refused"] += 1
                    continue
                cases.append((k, front, objects))
            m.sync(1.0)
            for k, front, objects in cases: check(m, k, front, objects, gateway, port, backends + [rule], total)
            m.delete([o for _, front, objects in cases for o in objects])
    print(json.dumps(total))
    sys.exit(1 if total["wrong"] else 0)


def check(m, k, front, objects, gateway, port, others, total):
    requests = [request(k, gateway, port) for _ in range(40)]
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
    real = m.load(r["host"], n=n, path=r["path"], method=r["method"], headers=r["headers"], **via)
    if real["errors"]: return f"errors {real['errors']}"
    got = {}
    for key, number in real["counts"].items():
        short = " ".join(key.split()[:2])
        got[short] = got.get(short, 0) + number
    wanted = {}
    for o in ways:
        key = keyed(o)
        wanted[key] = wanted.get(key, 0) + o["share"]
    if set(got) - set(wanted): return json.dumps(real)
    for key, share in wanted.items():
        spread = 3.89 * math.sqrt(n * share * (1 - share)) + 1e-9
        if n in (1, 2000) and abs(got.get(key, 0) - n * share) > max(spread, 0.5 if n == 2000 and share < 1 else 0): return json.dumps(real)
    for key, example in real["examples"].items():
        short = " ".join(key.split()[:2])
        fits = [o for o in ways if keyed(o) == short and "backend" in o]
        if short.startswith("200 v") and fits and not any(o["host"] == example["host"].split(":")[0] and o["path"] == example["path"] and model_header(o) in ("-", seen(key)) for o in fits):
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
        name = f"b{i}.default.svc.cluster.local"
        share = sum(o["share"] for o in a["copies"] if o.get("backend") == name)
        copied = counts.get(f"v{i}", 0) - got.get(f"200 v{i}", 0)
        if abs(copied - n * share) > 3.89 * math.sqrt(n * share * max(0.0, 1 - share)) + 1e-9: return f"copies {counts}, answered {got}"
    return None


if __name__ == "__main__":
    if "INSIDE" not in os.environ: inside()
    sys.path.insert(0, os.environ["KIT"])
    import run
    main(run)
