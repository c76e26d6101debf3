"""What each release declares, against what comes back. Runs in the network namespace that check.sh makes.

A scenario is a release, the sets of ready versions, and requests; what is expected follows from the declaration (weights, matches, the
ready set) by `Blue`, `Canary` and `Mirror`, and never from the route that relc wrote. Shares are compared by a binomial test of each version,
p > 0.0001, repeated once where it fails.
"""

import http.server
import itertools
import json
import math
import os
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, os.environ["KIT"])
import run as mesh  # noqa: E402  the harness of the kit

GATEWAY = "10.1.0.20:18080"
DRAWN = 600  # requests where shares are compared
PLAIN = 60  # requests whose answer is certain
FEW = 8  # requests that may take seconds


def unlikely(seen, total, share):
    """Whether `seen` of `total` is too far from `share`: the two-sided tail of the binomial distribution is below 0.0001."""
    if share in (0, 1):
        return seen != total * share
    mean, deviation = total * share, math.sqrt(total * share * (1 - share))
    return math.erfc((abs(seen - mean) - 0.5) / deviation / math.sqrt(2)) < 0.0001


class Environment:
    """How a release is written for an environment, and how its requests are sent."""

    def __init__(self, name, settings, images, host, ways, **request):
        self.name, self.settings, self.images, self.host, self.ways, self.request = name, settings, images, host, ways, request

    def release(self, strategy, versions, settings=""):
        name = self.host.split(".")[0]
        lines = "\n".join(f'  {w} "{image}" {rest}' for image, (w, rest) in zip(self.images, versions))
        return f"release {name} on {self.name} {strategy} {{ {', '.join(filter(None, [self.settings, settings]))} }} <\n{lines}\n>\n"


IMAGES = ["r/a:1", "r/a:2", "r/a:3"]
MODELS = ["gs://m/1", "gs://m/2", "gs://m/3"]
MESH, OUTSIDE = dict(via="mesh"), dict(via="gateway")
GRPC = dict(path="/inference.GRPCInferenceService/ModelInfer", method="POST", grpc=True, h2=True, port=8033, addr="10.96.0.30:8033")
ISTIO = Environment("deployment-istio", 'gateway: "istio-system/main"', IMAGES, "shop.default", [MESH, OUTSIDE])
KNATIVE = Environment("knative-istio", 'gateway: "istio-system/main"', IMAGES, "hello.default", [MESH, OUTSIDE])
GTW = Environment("deployment-gtw", 'gateway: "default/main"', IMAGES, "shop.default", [MESH, dict(via="gateway", port=8090)])
# Istio routes for Linkerd here, whose proxies don't run: both read the same HTTPRoute.
LINKERD = Environment("deployment-linkerd", GTW.settings, IMAGES, GTW.host, GTW.ways)
RPC = Environment("deployment-grpc", GTW.settings, IMAGES, GTW.host, GTW.ways, path="/shop.Cart/Add", method="POST", grpc=True, h2=True)
KSERVE = [
    Environment(name, 'modelFormat: "sklearn"', MODELS, "wisdom.default", [MESH, dict(via="gateway", port=8081)], method="POST")
    for name in ["kserve", "kserve-0.11", "kserve-0.10"]
]
MODELMESH = Environment("kserve-modelmesh-istio", 'modelFormat: "sklearn"', MODELS, "wisdom.default", [{}], **GRPC)

STATEFUL = [
    Environment("statefulset-istio", ISTIO.settings, IMAGES, ISTIO.host, ISTIO.ways),
    Environment("statefulset-gtw", GTW.settings, IMAGES, GTW.host, GTW.ways),
]

SPLIT = [ISTIO, KNATIVE, GTW, LINKERD, RPC, *KSERVE, MODELMESH]
MIRROR = [ISTIO, KNATIVE, GTW, RPC]


class Check:
    """Counts what was compared, and keeps what was wrong."""

    def __init__(self):
        self.compared, self.requests, self.wrong = 0, 0, []

    def answers(self, title, send, expected, copies=None):
        """Compares shares of answers with `expected`, from a version or "503" to its share; tries again once where they differ."""
        for attempt in (1, 2):
            total, seen = send()
            copied = mesh.backend_counts() if copies else {}
            self.requests += total
            faults = [f"{who}: {seen.get(who, 0)} of {total}, not {share:.0%}" for who, share in expected.items() if unlikely(seen.get(who, 0), total, share)]
            faults += [f"{who}: {n} of {total}, not 0" for who, n in seen.items() if who not in expected]
            for who, share in (copies or {}).items():
                if unlikely(copied.get(who, 0), total, share):
                    faults.append(f"{who} got {copied.get(who, 0)} of {total} requests and copies, not {share:.0%}")
            if not faults:
                break
        self.compared += 1
        if faults:
            self.wrong.append(f"{title}: {'; '.join(faults)}")
            print(f"  WRONG {title}: {'; '.join(faults)}", flush=True)

    def equal(self, title, found, expected):
        self.compared += 1
        if found != expected:
            self.wrong.append(f"{title}: {found}, not {expected}")
            print(f"  WRONG {title}: {found}, not {expected}", flush=True)


check = Check()


def sender(environment, way, n, host=None, **request):
    """Sends `n` requests: how many, and who answered (a version, or the status where it isn't 200)."""

    def send():
        mesh.reset()
        got = mesh.load(host or environment.host, n=n, **{**environment.request, **way, **request})
        seen = {}
        for key, count in [*got["counts"].items(), *got["errors"].items()]:
            words = key.split()
            # A model of ModelMesh is named by a header, as one server has them all; other versions by the backend that answers.
            who = words[0] if words[0] != "200" else f"v{words[2].split('-')[-1]}" if words[1] == "mm" else words[1]
            # An error of gRPC has the status 200, and no version answers.
            who = "503" if who == "-" else who
            seen[who] = seen.get(who, 0) + count
        return got["total"], seen

    return send


def ready_sets(count):
    return ["".join(bits) for bits in itertools.product("10", repeat=count)]


def put(release, mask):
    """The route for a ready set; versions that aren't ready have no endpoints. A static route is there from the start."""
    for index in range(release.n):
        release.endpoints(index, mask[index] == "1")
    if release.routes:
        release.route(mask)
    mesh.sync()


def served(environment, mask, shares):
    """The shares of those that answer: a version without pods answers 503, and ModelMesh has all models in one server."""
    expected = {}
    for index, share in enumerate(shares):
        who = f"v{index}" if mask[index] == "1" or environment is MODELMESH else "503"
        if share:
            expected[who] = expected.get(who, 0) + share
    return expected


def released(environment, strategy, versions, settings=""):
    release = mesh.Release(environment.release(strategy, versions, settings))
    release.up()
    return release


def released_statically(environment, strategy, versions):
    """A release without a routemap. The harness takes the number of versions from that, and applies no StatefulSets."""
    settings = "" if environment in STATEFUL else "routes: static"
    release = mesh.Release(environment.release(strategy, versions, settings))
    workloads = [o for o in release.objs if o["kind"] == "StatefulSet"]
    release.static = [o for o in release.static if o not in workloads]
    release.deploys += [o["metadata"]["name"] for o in workloads]
    release.n = len(versions)
    release.up()
    return release


def static_routes():
    """`routes: static`: every version gets what is declared, ready or not."""
    for environment in [*SPLIT, *STATEFUL]:
        release = released_statically(environment, "blue-green", [("20%", ""), ("30%", ""), ("50%", "")])
        for mask in ready_sets(3):
            put(release, mask)
            for way in environment.ways:
                check.answers(f"{environment.name} static {mask} {way}", sender(environment, way, DRAWN), served(environment, mask, [0.2, 0.3, 0.5]))
        mesh.clean()
        release = released_statically(environment, "canary", [("", ""), ("", 'when header traffic is "test"')])
        for mask in ready_sets(2):
            put(release, mask)
            for (headers, wanted), way in itertools.product([({}, 0), ({"traffic": "test"}, 1)], environment.ways):
                expected = served(environment, mask, [1 if i == wanted else 0 for i in range(2)])
                check.answers(f"{environment.name} static {mask} {headers} {way}", sender(environment, way, PLAIN, headers=headers), expected)
        mesh.clean()
    for environment in [*MIRROR, STATEFUL[0]]:
        release = released_statically(environment, "mirror", [("", ""), ("20%", "")])
        put(release, "11")
        for way in environment.ways:
            check.answers(f"{environment.name} static mirror {way}", sender(environment, way, DRAWN), {"v0": 1}, {"v0": 1, "v1": 0.2})
        mesh.clean()


def blue_green():
    """Weights, for each ready set: the ready ones get shares in proportion, and the primary all where none is."""
    for environment, weights in itertools.product(SPLIT, [(30, 70), (20, 30, 50), (100, 0)]):
        release = released(environment, "blue-green", [(f"{w}%", "") for w in weights])
        for mask in ready_sets(len(weights)):
            put(release, mask)
            live = [w if mask[i] == "1" else 0 for i, w in enumerate(weights)]
            # The controller gives the first version weight 1 where all are 0.
            live = live if sum(live) else [1] + [0] * (len(weights) - 1)
            expected = served(environment, mask, [w / sum(live) for w in live])
            for way in environment.ways:
                check.answers(f"{environment.name} blue-green {weights} {mask} {way}", sender(environment, way, DRAWN), expected)
        mesh.clean()


def canary():
    """Matches, for each ready set: a candidate that is ready gets its requests, the primary all others."""
    versions = [("", ""), ("", 'when header traffic is "test"'), ("", 'when header cookie matches ".*beta=(on|yes).*" or header x-user is "qa"')]
    requests = [({}, 0), ({"Traffic": "test"}, 1), ({"traffic": "Test"}, 0), ({"cookie": "a=1; beta=on"}, 2), ({"x-user": "qa"}, 2), ({"traffic": "test", "x-user": "qa"}, 1)]
    for environment in SPLIT:
        release = released(environment, "canary", versions)
        for mask in ready_sets(3):
            put(release, mask)
            for (headers, wanted), way in itertools.product(requests, environment.ways):
                # Of two candidates that match, the first that is ready answers.
                wanted = 2 if len(headers) == 2 and mask[1] == "0" else wanted
                who = wanted if mask[wanted] == "1" else 0
                expected = served(environment, mask, [1 if i == who else 0 for i in range(3)])
                check.answers(f"{environment.name} canary {mask} {headers} {way}", sender(environment, way, PLAIN, headers=headers), expected)
        mesh.clean()


def mirror():
    """Copies, for each ready set: the primary answers all, a ready candidate gets its percentage, and the primary no copy."""
    for environment, weights in [(ISTIO, (20,)), (KNATIVE, (20,)), (KNATIVE, (100,)), (ISTIO, (20, 50)), (GTW, (20,)), (GTW, (20, 50)), (RPC, (20, 50))]:
        release = released(environment, "mirror", [("", ""), *[(f"{w}%", "") for w in weights]])
        for mask in ready_sets(release.n):
            put(release, mask)
            expected = served(environment, mask, [1] + [0] * len(weights))
            # Envoy copies no request that it can't send. With Knative's two passes the first one sends it to a gateway.
            copied = mask[0] == "1" or environment is KNATIVE
            copies = {f"v{i + 1}": w / 100 if copied and mask[i + 1] == "1" else 0 for i, w in enumerate(weights)}
            copies["v0"] = 1 if mask[0] == "1" else 0
            for way in environment.ways:
                check.answers(f"{environment.name} mirror {weights} {mask} {way}", sender(environment, way, DRAWN), expected, copies)
        mesh.clean()


def model_paths():
    """The paths of KServe's clients, by both protocols: the right model, under the name of its version."""
    paths = [
        ("POST", "/v1/models/wisdom:predict", "/v1/models/{}:predict"), ("GET", "/v1/models/wisdom", "/v1/models/{}"),
        ("POST", "/v2/models/wisdom/infer", "/v2/models/{}/infer"), ("GET", "/v2/models/wisdom/ready", "/v2/models/{}/ready"),
        ("GET", "/v2/models/wisdom", "/v2/models/{}"), ("GET", "/v2/health/ready", "/v2/health/ready"), ("GET", "/v2/health/live", "/v2/health/live"),
        ("POST", "/v2/models/wisdom/versions/1/infer", "/v2/models/{}/versions/1/infer"),
    ]
    for environment, strategy, protocol in itertools.product(KSERVE, ["blue-green", "canary"], ["v1", "v2"]):
        versions = [("", ""), ("", 'when header traffic is "test"')] if strategy == "canary" else [("50%", ""), ("50%", "")]
        release = released(environment, strategy, versions, f'protocolVersion: "{protocol}"')
        put(release, "11")
        own = "/v1/models/{}:predict" if protocol == "v1" else "/v2/models/{}/infer"
        for method, path, wanted in [("POST", "/", own), *paths]:
            for way in environment.ways:
                sender(environment, way, PLAIN, path=path, method=method)()
                for version, seen in mesh.stats().items():
                    check.equal(f"{environment.name} {strategy} {protocol} {method} {path} {version}", sorted(seen["paths"]), [wanted.format(f"wisdom-{version[1]}")])
        mesh.clean()


def exposed():
    """Hosts, gateways, prefixes: who is reached, and what path the version sees."""
    settings = 'hosts: ["shop.example.com"], pathPrefix: "/shop"'
    seen = {"/shop": "/", "/shop/": "/", "/shop/x/y": "/x/y"}
    for environment, rewrite in itertools.product([ISTIO, KNATIVE, GTW], ["", "/", "/v2"]):
        rewriting = f'pathRewrite: "{rewrite}"' if rewrite else ""
        release = released(environment, "blue-green", [("50%", ""), ("50%", "")], ", ".join(filter(None, [settings, rewriting])))
        put(release, "11")
        outside = environment.ways[1]
        for path, stripped in seen.items():
            wanted = path if not rewrite else stripped if rewrite == "/" else rewrite + (stripped if path != "/shop" else "")
            check.answers(f"{environment.name} {rewriting} {path}", sender(environment, outside, DRAWN, "shop.example.com", path=path), {"v0": 0.5, "v1": 0.5})
            paths = sorted({p.rstrip("/") for v in mesh.stats().values() for p in v["paths"]})
            check.equal(f"{environment.name} {rewriting} {path}, seen", paths, [wanted.rstrip("/")])
        for host, path in [("shop.example.com", "/shopping"), ("shop.example.com", "/"), ("other.example.com", "/shop")]:
            check.answers(f"{environment.name} {rewriting} {host}{path}", sender(environment, outside, PLAIN, host, path=path), {"404": 1})
        mesh.clean()
    for environment in [ISTIO, KNATIVE, *KSERVE]:
        release = released(environment, "blue-green", [("100%", ""), ("0%", "")])
        put(release, "11")
        short = environment.host.split(".")[0]
        check.answers(f"{environment.name} http://{short}", sender(environment, MESH, PLAIN, short), {"v0": 1})
        mesh.clean()


def regular_expressions():
    """A candidate with a regular expression for the path, at both routers."""
    for environment, pattern in itertools.product([ISTIO, GTW], ["/b[a-z]+/.*", "/b"]):
        release = released(environment, "canary", [("", ""), ("", f'when path matches "{pattern}"')])
        put(release, "11")
        for path, way in itertools.product(["/beta/x", "/b", "/other"], environment.ways):
            wanted = "v1" if path == {"/b": "/b"}.get(pattern, "/beta/x") else "v0"
            check.answers(f"{environment.name} {pattern} {path} {way}", sender(environment, way, PLAIN, path=path), {wanted: 1})
        mesh.clean()


def sticky():
    """A client that keeps its cookie stays on its version while that is ready, and is given another one when it isn't."""
    for environment in [ISTIO, KNATIVE, GTW, KSERVE[0]]:
        name = environment.host.split(".")[0]
        release = released(environment, "blue-green", [("30%", ""), ("70%", "")], 'sticky: "version"')
        for mask in ready_sets(2)[:3]:
            put(release, mask)
            shares = [w if mask[i] == "1" else 0 for i, w in enumerate((0.3, 0.7))]
            expected = served(environment, mask, [s / sum(shares) for s in shares])
            for way in environment.ways:
                check.answers(f"{environment.name} sticky {mask} {way}", sender(environment, way, DRAWN), expected)
                for index in (0, 1):
                    wanted = {f"v{index}": 1} if mask[index] == "1" else expected
                    headers = {"cookie": f"a=b; version={name}-{index}; c=d"}
                    check.answers(f"{environment.name} sticky {mask} {headers} {way}", sender(environment, way, PLAIN, headers=headers), wanted)
        put(release, "11")
        address = {"deployment-gtw": "10.1.0.40:8090", "kserve": "10.1.0.20:8081"}.get(environment.name, GATEWAY)
        for _ in range(20):
            method = environment.request.get("method", "GET")
            with urllib.request.urlopen(urllib.request.Request(f"http://{address}/", headers={"Host": environment.host}, method=method)) as answer:
                version, cookie = answer.headers["X-Version"], answer.headers["Set-Cookie"]
            check.equal(f"{environment.name} sticky: the cookie names who answers", cookie, f"version={name}-{version[1]}; Path=/; HttpOnly")
        mesh.clean()


class Weak(http.server.BaseHTTPRequestHandler):
    """A version that is slow on `/slow`, and that fails the first attempt of each request on `/unsteady`."""

    protocol_version = "HTTP/1.1"
    port = 9077
    attempts = set()

    def do_GET(self):
        status = 200
        if self.path == "/slow":
            time.sleep(3)
        request = self.headers["X-Request-Id"]  # Envoy keeps it over retries
        if self.path == "/unsteady" and request not in Weak.attempts:
            Weak.attempts.add(request)
            status = 500
        self.send_response(status)
        self.send_header("X-Version", "v0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def limits():
    """`timeout` ends a slow request with 504 and leaves a fast one alone; `retries` repeat a request that failed once."""
    server = http.server.ThreadingHTTPServer(("0.0.0.0", Weak.port), Weak)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    retries = 'retries: { attempts: 2, retryOn: "5xx" }'
    cases = [
        ([ISTIO, GTW], "", {"/slow": "v0", "/": "v0"}),
        ([ISTIO, GTW], 'timeout: "1s"', {"/slow": "504", "/": "v0"}),
        ([ISTIO], "retries: { attempts: 0 }", {"/unsteady": "500", "/": "v0"}),
        ([ISTIO], retries, {"/unsteady": "v0", "/": "v0"}),
    ]
    for environments, settings, answers in cases:
        for environment in environments:
            release = released(environment, "blue-green", [("100%", ""), ("0%", "")], settings)
            put(release, "11")
            name = release.deploys[0]
            ports = [(port.get("name", ""), Weak.port) for port in mesh.services[(release.ns, name)]["spec"]["ports"]]
            mesh.apply([mesh.slice_(release.ns, name, "10.1.1.10", ports)])
            mesh.sync()
            for (path, wanted), way in itertools.product(answers.items(), environment.ways):
                check.answers(f"{environment.name} {settings} {path} {way}", sender(environment, way, FEW, path=path), {wanted: 1})
            mesh.clean()
    server.shutdown()


def built(text):
    """The manifests of a release, and its preview."""
    path = os.path.join(mesh.RUN, "release.rel")
    open(path, "w").write(text)
    run = lambda *arguments: subprocess.run([mesh.RELC, *arguments, path], capture_output=True, text=True, check=True).stdout
    return json.loads("[" + ",".join(json.dumps(o) for o in documents(run("build", "--format", "json"))) + "]"), json.loads(run("preview", "--format", "json"))["releases"][0]


def documents(text):
    """The objects in a stream of JSON."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        one, at = decoder.raw_decode(text, at)
        found.extend(one if isinstance(one, list) else one.get("items", [one]))
    return found


def shown(preview, ready, names, step=None):
    """What the preview has for each group of requests, with these versions ready: a request, and the shares of those that answer."""
    found = []
    for row in preview["routes"][0]["requests"]:
        if step is not None and step not in row["steps"]:
            continue
        answer = next(a for a in row["answers"] if sorted(a["ready"]) == sorted(ready))
        shares = {}
        for part in answer["to"]:
            who = f"v{names.index(part['version'])}" if part.get("ready") else str(part.get("status", 503))
            shares[who] = shares.get(who, 0) + part["share"]
        found.append((row["example"], shares))
    return found


def asked(example):
    """The path and headers of a request as the preview writes it: `GET /cart traffic:test`."""
    _, path, *headers = example.split()
    return dict(path=path, headers=dict(h.replace('"', "").split(":", 1) for h in headers))


def compared(title, preview, ready, names, way, host, step=None):
    for example, shares in shown(preview, ready, names, step):
        environment = Environment(title, "", [], host, [way])
        check.answers(f"{title} {step or ''} {ready} {example} {way}", sender(environment, way, DRAWN, host, **asked(example)), shares)


ROUTES = ["VirtualService", "HTTPRoute", "Service"]


def complete(route):
    """Completes names without dots with the domain of the cluster, which istiod's configuration has and the kit's hasn't."""
    full = lambda name: name if "." in name else f"{name}.default.svc.cluster.local"
    if route["kind"] == "VirtualService":
        route["spec"]["hosts"] = [full(host) for host in route["spec"]["hosts"]]
    for rule in route["spec"].get("http", []):
        for one in rule["route"]:
            one["destination"]["host"] = full(one["destination"]["host"])
    return route


def weighted(route, stable, canary, weight):
    """A route as Argo writes it: the weights of the rules with both Services (`reconcileVirtualServiceHTTPRoutes`, and the plugin)."""
    for rule in route["spec"].get("http", []) + route["spec"].get("rules", []):
        for one in rule.get("route", []) + rule.get("backendRefs", []):
            name = (one["destination"]["host"] if "destination" in one else one["name"]).split(".")[0]
            if len(rule.get("route", []) + rule.get("backendRefs", [])) == 2 and name in (stable, canary):
                one["weight"] = weight if name == canary else 100 - weight
    return route


def argo_rollouts():
    """Each step of a Rollout, with each version ready: the route that Argo writes, against the preview of the step."""
    for router, way, gateway in [("istio", MESH, ""), ("istio", OUTSIDE, 'gateway: "istio-system/main"'), ("gateway", dict(via="gateway", port=8090), 'gateway: "default/main"')]:
        settings = ", ".join(filter(None, [f"router: {router}, replicas: 5, step: 20", gateway, 'hosts: ["shop.default"]' if router == "gateway" else ""]))
        objects, preview = built(f'release shop on argo-rollouts canary {{ {settings} }} <\n  v1 "r/a:1" {{ readiness: "/h" }}\n  v2 60% "r/a:2" {{ readiness: "/h" }} when header traffic is "test"\n>\n')
        objects = [o for o in objects if o["kind"] in ROUTES]
        for o in objects:
            o["metadata"].setdefault("namespace", "default")
        mesh.apply(objects)
        names = preview["versions"]
        steps = list(dict.fromkeys(step for row in preview["routes"][0]["requests"] for step in row["steps"] if "setWeight" in step))
        for step, ready in itertools.product(steps, [["v1", "v2"], ["v1"], ["v2"]]):
            for name, version in [("shop", 0), ("shop-canary", 1)]:
                service = mesh.services[("default", name)]
                ports = [(p.get("name", ""), 80) for p in service["spec"]["ports"]]
                mesh.apply([mesh.slice_("default", name, f"10.1.1.1{version}" if names[version] in ready else None, ports)])
            weight = int(step.split()[-1]) if "v2" in ready else 0
            mesh.apply([complete(weighted(json.loads(json.dumps(o)), "shop", "shop-canary", weight)) for o in objects if o["kind"] != "Service"])
            mesh.sync()
            compared(f"argo-rollouts {router}", preview, ready, names, way, "shop.default", step)
        mesh.clean()


def flagger():
    """Each weight of a Canary with Istio: the VirtualService that Flagger writes (`pkg/router/istio.go`), against the preview of the step."""
    for when, analysis in [("", "step: 20"), (' when header x-team is "shop"', "iterations: 5")]:
        weight = "" if when else "60%"
        objects, preview = built(f'release shop on flagger canary {{ router: istio, {analysis}, metrics: [{{ name: "request-success-rate", thresholdRange: {{ min: 99 }}, interval: "1m" }}] }} <\n  v1 "r/a:1" {{ readiness: "/h" }}\n  v2 {weight} "r/a:2" {{ readiness: "/h" }}{when}\n>\n')
        canary = next(o for o in objects if o["kind"] == "Canary")["spec"]
        names = preview["versions"]
        mesh.apply([mesh.svc(name, "default", [("http", 80, 80)], selector={"app": name}) for name in ("shop", "shop-primary", "shop-canary")])
        for step in list(dict.fromkeys(step for row in preview["routes"][0]["requests"] for step in row["steps"])):
            if "weight" not in step and "A/B" not in step:
                continue
            share = 100 if "A/B" in step else int(step.split()[-1])
            split = [{"destination": {"host": f"shop-{name}"}, "weight": w} for name, w in (("primary", 100 - share), ("canary", share))]
            rules = [{"route": split}]
            if when:
                rules = [{"match": canary["analysis"]["match"], "route": split}, {"route": split[:1]}]
                rules[1]["route"][0] = {"destination": {"host": "shop-primary"}}
            for ready in [["v1", "v2"], ["v1"], ["v2"]]:
                for version, name in enumerate(("primary", "canary")):
                    mesh.apply([mesh.slice_("default", f"shop-{name}", f"10.1.1.1{version}" if names[version] in ready else None, [("http", 80)])])
                route = {"apiVersion": "networking.istio.io/v1beta1", "kind": "VirtualService", "metadata": {"name": "shop", "namespace": "default"}}
                mesh.apply([complete({**route, "spec": {"hosts": ["shop"], "gateways": ["mesh"], "http": json.loads(json.dumps(rules))}})])
                mesh.sync()
                compared("flagger", preview, ready, names, MESH, "shop.default", step)
        mesh.clean()


def kserve_standard():
    """The HTTPRoute that KServe writes for an InferenceService with a canary, against the preview."""
    objects, preview = built('release wisdom on kserve-standard blue-green { modelFormat: "sklearn" } <\n  v1 "gs://m/1"\n  v2 20% "gs://m/2"\n  v3 30% "gs://m/3"\n>\n')
    names, host = preview["versions"], preview["routes"][0]["hosts"][0]
    spec = next(o for o in objects if o["kind"] == "InferenceService")["spec"]
    canaries = [(c["predictor"]["name"], c["trafficPercent"]) for c in spec["canary"]]
    shares = [(spec["predictor"]["name"], 100 - sum(w for _, w in canaries)), *canaries]
    services = [mesh.svc(f"wisdom-{name}-predictor", "default", [("http", 80, 80)], selector={"app": name}) for name in names]
    mesh.apply(services + [mesh.slice_("default", f"wisdom-{name}-predictor", f"10.1.1.1{i}", [("http", 80)]) for i, name in enumerate(names)])
    match = {"path": {"type": "RegularExpression", "value": "^/.*$"}}
    mesh.apply([{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "wisdom", "namespace": "default"}, "spec": {
        "hostnames": [host], "parentRefs": [{"name": "main"}],
        "rules": [{"matches": [match], "backendRefs": [{"kind": "Service", "name": f"wisdom-{name}-predictor", "port": 80, "weight": w} for name, w in shares]}]}}])
    mesh.sync()
    compared("kserve-standard", preview, names, names, dict(via="gateway", port=8090), host)
    mesh.clean()


def inference_gateway():
    """The HTTPRoute to InferencePools, with a Service in place of each pool: which pool is chosen. Which of its pods answers is the endpoint
    picker's choice, which is not compared."""
    cases = [("blue-green", ['"chat-0"', '20% "chat-1"', '30% "chat-2"']), ("canary", ['"chat-0"', '"chat-1" when header traffic is "test"', '"chat-2" when path prefix "/beta"'])]
    for strategy, versions in cases:
        lines = "\n".join(f"  v{i + 1} {line}" for i, line in enumerate(versions))
        objects, preview = built(f'release chat on inference-gateway {strategy} {{ gateway: "default/main", hosts: ["chat.example.com"] }} <\n{lines}\n>\n')
        names = preview["versions"]
        services = [mesh.svc(f"chat-{i}", "default", [("http", 80, 80)], selector={"app": f"chat-{i}"}) for i in range(3)]
        mesh.apply(services + [mesh.slice_("default", f"chat-{i}", f"10.1.1.1{i}", [("http", 80)]) for i in range(3)])
        route = next(o for o in objects if o["kind"] == "HTTPRoute")
        for rule in route["spec"]["rules"]:
            for backend in rule["backendRefs"]:
                backend.update(group="", kind="Service", port=80)
        mesh.apply([route])
        mesh.sync()
        compared(f"inference-gateway {strategy}", preview, names, names, dict(via="gateway", port=8090), "chat.example.com")
        mesh.clean()


SCENARIOS = [blue_green, canary, mirror, static_routes, model_paths, exposed, regular_expressions, sticky, limits, argo_rollouts, flagger, kserve_standard, inference_gateway]


def main(names):
    mesh.base()
    for scenario in [s for s in SCENARIOS if not names or s.__name__ in names]:
        before, wrong = check.compared, len(check.wrong)
        scenario()
        print(f"{scenario.__name__}: {check.compared - before} comparisons, {len(check.wrong) - wrong} wrong", flush=True)
    print(f"{check.requests} requests, {check.compared} comparisons, {len(check.wrong)} wrong")
    sys.exit(1 if check.wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
