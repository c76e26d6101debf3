"""A tree of values files: every environment of the library with every strategy that it has, most of them as people write
them (short fields), some with whole specifications. The same number gives the same files."""

import json
import random
from pathlib import Path

HTTP = ["none", "blue-green", "canary"]
ENVIRONMENTS = {
    "deployment": [None],
    "deployment-gtw": HTTP,
    "deployment-istio": [*HTTP, "mirror"],
    "knative-istio": [*HTTP, "mirror"],
    "kserve": HTTP,
    "kserve-0.10": HTTP,
    "kserve-0.11": HTTP,
    "kserve-modelmesh-istio": HTTP,
}
NAMES = ["cart", "ranker", "search", "checkout", "wisdom", "profile"]
IMAGES = ["registry.example.com/team/app:1.4", "nginx:1.27", "example.com/shop@sha256:" + "ab" * 32]
# Values files of one directory; a real tree has no directory of ten thousand.
TOGETHER = 100


def write(directory, count, seed=1):
    """Writes `count` files below `directory`."""
    chance = random.Random(seed)
    kinds = [(name, strategy) for name, strategies in ENVIRONMENTS.items() for strategy in strategies]
    for at in range(count):
        path = Path(directory) / f"team-{at // TOGETHER:03}" / f"release-{at:05}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(block(release(chance, at, *kinds[at % len(kinds)]), 0)))


def release(chance, at, environment, strategy):
    name = f"{chance.choice(NAMES)}-{at}"
    application = {"metadata": {"name": name, "namespace": "shop"}}
    if chance.random() < 0.4:
        application["metadata"]["labels"] = {"team": chance.choice(["orders", "search"]), "tier": "web"}
    if strategy:
        application["strategy"] = strategy
    whole = chance.random() < 0.3 and environment != "kserve-modelmesh-istio"
    if environment.startswith("kserve"):
        application |= {} if whole else {"modelFormat": "sklearn"}
    else:
        application |= {} if whole else {"port": 8080}
    several = strategy not in (None, "none")
    most = 2 if (environment, strategy) == ("knative-istio", "mirror") else 3  # Knative's gateways copy to one version only
    versions = range(chance.choice([2, most]) if several else 1)
    weights = {2: [70, 30], 3: [50, 30, 20]}.get(len(versions)) if strategy == "blue-green" else [None, 10, 10]
    application["versions"] = [
        version(chance, name, which, environment, strategy, whole)
        | ({"weight": weights[which]} if strategy in ("blue-green", "mirror") and weights[which] else {})
        for which in versions
    ]
    values = {"environment": environment, "application": application}
    if several and not environment.startswith("kserve"):
        values["gateway"] = "shop-gateway"
    return values


def version(chance, name, which, environment, strategy, whole):
    made = {"metadata": {"labels": {"app.kubernetes.io/version": f"v{which + 1}"}}}
    if chance.random() < 0.3:
        made["metadata"]["annotations"] = {"example.com/owner": "orders", "example.com/note": "see the runbook: 4.2"}
    if strategy == "canary" and which > 0:
        if environment == "deployment-gtw":
            made["matches"] = [{"headers": [{"name": "traffic", "value": f"test-{which}"}]}]
        else:
            made["match"] = [{"headers": {"traffic": {"exact": f"test-{which}"}}}]
    if environment.startswith("kserve"):
        return made | (predictor(name, which) if whole else {"storageUri": f"gs://example-models/{name}/{which}"})
    if environment == "knative-istio":
        return made | (serving(chance, which) if whole else {"image": chance.choice(IMAGES)})
    return made | (deployment(chance, name, which) if whole else {"image": chance.choice(IMAGES)})


def predictor(name, which):
    model = {"modelFormat": {"name": "sklearn"}, "storageUri": f"gs://example-models/{name}/{which}"}
    return {"inferenceServiceSpecification": {"spec": {"predictor": {"minReplicas": 1, "model": model}}}}


def serving(chance, which):
    template = {"spec": {"containers": [container(chance, which) | {"ports": [{"containerPort": 8080}]}]}}
    return {"ksvcSpecification": {"spec": {"template": template}}}


def deployment(chance, name, which):
    labels = {"app": f"{name}-{which}"}
    one = {"name": "app"} | container(chance, which) | {"ports": [{"name": "http", "containerPort": 8080}]}
    pods = {"metadata": {"labels": labels}, "spec": {"containers": [one]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": pods}
    ports = [{"name": "http", "port": 8080}]
    return {
        "deploymentSpecification": {"spec": spec},
        "serviceSpecification": {"spec": {"selector": labels, "ports": ports}},
    }


def container(chance, which):
    limits = {"cpu": chance.choice(["1", "500m"]), "memory": "256Mi"}
    return {
        "image": chance.choice(IMAGES),
        "env": [{"name": "TARGET", "value": f"v{which}"}, {"name": "MODE", "value": "yes"}],
        "resources": {"limits": limits, "requests": {"cpu": "100m"}},
    }


def block(value, depth):
    """The lines of a map, as people write YAML."""
    indent = "  " * depth
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield f"{indent}{key}:\n"
            yield from block(inner, depth + 1)
        elif isinstance(inner, list):
            yield f"{indent}{key}:\n"
            for element in inner:
                first, *rest = block(element, depth + 1)
                yield f"{indent}- {first.lstrip()}"
                yield from rest
        else:
            yield f"{indent}{key}: {plain(inner)}\n"


def plain(value):
    """A scalar; texts that YAML would read as something else, or not at all, are quoted."""
    is_plain = isinstance(value, int) or value.replace("-", "").isalpha() and value not in ("yes", "no", "on", "off")
    return str(value) if is_plain else json.dumps(value)
