#!/usr/bin/env python3
"""Follows docs/how-to/kustomize-and-helm.md, gitops.md, validate-values.md and migrate-from-helm.md with the real tools, over the files that
these pages have.

    tools/gitops/check.py RELC [ORACLE CANON]

It takes kustomize, helm (version 3) and helm4 (version 4) from PATH, and skips what needs one that is missing. ORACLE is a directory with
recorded values files, CANON the program that reads manifests as the Iter8 controller does. Needs PyYAML.
"""
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import yaml

root = pathlib.Path(__file__).resolve().parents[2]
relc = pathlib.Path(sys.argv[1]).resolve()
oracle, canon = (pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()) if len(sys.argv) > 3 else (None, None)
scratch = pathlib.Path(tempfile.mkdtemp())
environment = {**os.environ, "PATH": f"{relc.parent}:{os.environ['PATH']}", "HOME": str(scratch / "home")}


def fail(what, output=""):
    sys.exit(f"failed: {what}\n{output[-3000:]}")


def run(*command, cwd=scratch, text=None, code=0, **more):
    """Runs a command, and returns its standard output, or, where it should fail, its standard error."""
    done = subprocess.run(command, cwd=cwd, input=text, env={**environment, **more}, capture_output=True, text=True, check=False)
    if done.returncode != code:
        fail(f"{shlex.join(map(str, command))} ended with {done.returncode}", done.stdout[-500:] + done.stderr)
    return done.stdout if code == 0 else done.stderr


def page(name):
    return (root / "docs/how-to" / name).read_text()


def block(text, name, which=0):
    """Returns a file of a page."""
    found = re.findall(rf"```yaml,file={re.escape(name)}\n(.*?)```", text, re.S)
    return found[which]


class Loader(yaml.CSafeLoader):
    """Reads `=`, `<<` and dates as strings, as Kubernetes does."""


for tag in ("value", "merge", "timestamp"):
    Loader.add_constructor(f"tag:yaml.org,2002:{tag}", Loader.construct_scalar)


def objects(text):
    """Returns the objects of a stream, in an order of their own."""
    found = [document for document in yaml.load_all(text, Loader) if document]
    return sorted(found, key=lambda one: json.dumps([one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]]))


def same(one, other, what):
    if objects(one) != objects(other):
        fail(f"{what}: other objects than `relc build`", one)
    if canon:
        read = [subprocess.run([canon, "-namespace", "default"], input=text, capture_output=True, text=True, check=False).stdout for text in (one, other)]
        if read[0] != read[1]:
            fail(f"{what}: the controller reads something else")


@functools.cache
def has(program):
    if shutil.which(program):
        return True
    print(f"skipped: {program} is not installed")
    return False


def sources():
    """Yields releases of every environment, and those that a cluster recorded: arguments of `relc build`."""
    for path in sorted((root / "editors/playground/examples").glob("*.rel")):
        yield [str(path)]
    for path in sorted(oracle.glob("*/*.yaml")) if oracle else []:
        arguments = path.with_suffix(".args")
        if arguments.exists():
            name, namespace = arguments.read_text().split()[:2]
            yield ["-f", str(path), "--name", name, "--namespace", namespace]


def directories():
    """`--format kustomization` and `--format chart` give back the objects of `relc build`."""
    helm, kustomize = has("helm"), has("kustomize")
    counts = {"chart": 0, "kustomization": 0}
    for at, source in enumerate(sources() if helm or kustomize else []):
        done = subprocess.run([relc, "build", *source], capture_output=True, text=True, check=False)
        if done.returncode:
            continue
        plain = done.stdout
        for format, wanted in (("chart", helm), ("kustomization", kustomize)):
            # kustomize prints a next-line character so that every reader takes it for a space, whoever wrote it.
            if not wanted or format == "kustomization" and "\\u0085" in json.dumps(objects(plain)):
                continue
            folder = scratch / f"{format}-{at}"
            run(relc, "build", *source, "--format", format, "-o", folder)
            command = ["helm", "template", "any", folder] if format == "chart" else ["kustomize", "build", folder]
            same(run(*command), plain, f"{format} of {source}")
            counts[format] += 1
            shutil.rmtree(folder)
    for format, count in counts.items():
        if count:
            print(f"{count} releases as a {format} have the objects of `relc build`")
    # A second build leaves the chart's version alone, and names a deleted release.
    folder = scratch / "again"
    examples = [str(root / "editors/playground/examples" / name) for name in ("deployment.rel", "knative.rel")]
    run(relc, "build", examples[0], "--format", "chart", "-o", folder)
    (folder / "Chart.yaml").write_text((folder / "Chart.yaml").read_text().replace("0.1.0", "7.0.0"))
    run(relc, "build", examples[1], "--format", "chart", "-o", folder)
    if "7.0.0" not in (folder / "Chart.yaml").read_text():
        fail("a second build overwrites Chart.yaml")
    if helm:
        run("helm", "lint", folder)


SHOP = 'release shop on deployment-istio blue-green { names: labels, port: 8080 } <\n  v1 90% "registry.example/shop:1"\n  v2 10% "registry.example/shop:2"\n>\n'


def functions():
    """The generator and the transformer of the page, in kustomize."""
    if not has("kustomize"):
        return
    text = page("kustomize-and-helm.md")
    script = re.search(r"```sh\n(#!/bin/sh\n.*?)```", text, re.S)[1]
    for name, files in (("generator", ["shop.yaml"]), ("transformer", ["expand.yaml", "release.yaml"])):
        folder = scratch / name
        folder.mkdir()
        (folder / "relc-expand").write_text(script)
        (folder / "relc-expand").chmod(0o755)
        (folder / "shop.rel").write_text(SHOP)
        for file in files:
            (folder / file).write_text(block(text, file))
        (folder / "kustomization.yaml").write_text(block(text, "kustomization.yaml", ["generator", "transformer"].index(name)))
        built = run("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", ".", cwd=folder)
        if name == "generator":
            same(built, run(relc, "build", "shop.rel", cwd=folder), name)
        else:
            values = yaml.safe_load(block(text, "release.yaml"))["spec"]["values"]
            (folder / "values.yaml").write_text(yaml.safe_dump(values))
            same(built, run(relc, "build", "-f", "values.yaml", "--name", "shop", "--namespace", "web", cwd=folder), name)
    (scratch / "generator/shop.rel").write_text(SHOP.replace("port", "prot"))
    error = run("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", ".", cwd=scratch / "generator", code=1)
    if "has no setting `prot`" not in error or "did you mean `port`" not in error:
        fail("kustomize hides the mistake", error)
    print("kustomize builds releases as a generator and as a transformer")


def post_renderers():
    """The chart of the page, with Helm 3 and Helm 4."""
    text = page("kustomize-and-helm.md")
    template = re.search(r"```text\n(apiVersion: relc/v1\n.*?)```", text, re.S)[1]
    values = yaml.safe_load(block(text, "release.yaml"))["spec"]["values"]
    chart = scratch / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    (chart / "templates/release.yaml").write_text(template)
    other = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other   # as it is\ndata: { yes: "on", port: "08", text: "---" }\n'
    (chart / "templates/other.yaml").write_text(other)
    (scratch / "values.yaml").write_text(yaml.safe_dump(values))
    (scratch / "wrong.yaml").write_text(yaml.safe_dump(values).replace("strategy:", "stratgy:"))
    wanted = other + "---\n" + run(relc, "build", "-f", "values.yaml", "--name", "shop", "--namespace", "web")
    for helm, renderer in (("helm", ["relc", "--post-renderer-args", "expand"]), ("helm4", ["relc"])):
        if not has(helm):
            continue
        # Helm 3 can't read the plugin, and has its own directory.
        data = {"HELM_DATA_HOME": str(scratch / helm)}
        if helm == "helm4":
            run("helm4", "plugin", "install", root / "tools/packages/helm-plugin", **data)
        command = [helm, "template", "shop", chart, "--namespace", "web", "--post-renderer", *renderer]
        rendered = run(*command, "-f", "values.yaml", **data)
        same(rendered, wanted, helm)
        if helm == "helm" and other not in rendered:
            fail("the rest of the chart is changed", rendered)
        error = run(*command, "-f", "wrong.yaml", code=1, **data)
        if "stratgy" not in error:
            fail(f"{helm} hides the mistake", error)
        print(f"{helm} runs relc as a post-renderer")
        (chart / "values.schema.json").write_text(run(relc, "schema"))
        run(*command, "-f", "values.yaml", **data)
        error = run(*command, "-f", "wrong.yaml", code=1, **data)
        if "values.schema.json" not in error and "schema" not in error:
            fail(f"{helm} ignores the schema", error)
        (chart / "values.schema.json").unlink()


def schemas():
    """The error of a misspelled key in a chart, as the page shows it."""
    text = page("validate-values.md")
    wanted = re.search(r"```text\n(Error: .*?)```", text, re.S)[1].splitlines()
    values = re.search(r"```yaml,values\n(.*?)```", text, re.S)[1].replace("match:", "macth:")
    folder = scratch / "schemas"
    (folder / "release/templates").mkdir(parents=True)
    (folder / "release/Chart.yaml").write_text("apiVersion: v2\nname: release\nversion: 1.0.0\n")
    (folder / "release/values.schema.json").write_text(run(relc, "schema"))
    (folder / "values.yaml").write_text(values)
    for helm in ("helm", "helm4"):
        if has(helm):
            error = run(helm, "template", "hello", "release", "-f", "values.yaml", cwd=folder, code=1)
            if missing := [line for line in wanted if line not in error]:
                fail(f"{helm} reports a misspelled key in other words than the page: {missing}", error)
            print(f"{helm} reports a misspelled key by the schema")


def back_to_helm():
    """A release of Helm becomes a `.rel` file, and goes back to values and to a chart, with the same objects."""
    folder = scratch / "back"
    folder.mkdir()
    (folder / "values.yaml").write_text(block(page("migrate-from-helm.md"), "values.yaml"))
    (folder / "shop.rel").write_text(run(relc, "import", "values.yaml", cwd=folder))
    (folder / "again.yaml").write_text(run(relc, "export", "shop.rel", cwd=folder))
    wanted = run(relc, "build", "values.yaml", cwd=folder)
    same(run(relc, "build", "again.yaml", cwd=folder), wanted, "`relc export`")
    run(relc, "build", "shop.rel", "--format", "chart", "-o", "chart/", cwd=folder)
    for helm in ("helm", "helm4"):
        if has(helm):
            same(run(helm, "template", "shop", "./chart", "--namespace", "web", cwd=folder), wanted, f"{helm} and the chart")
            options = run(helm, "upgrade", "--help")
            if "--take-ownership" not in options:
                fail(f"{helm} has no --take-ownership")
    print("a release goes from Helm to relc and back")


def argo_cd():
    """The plugin's command, as the user of the sidecar, on a root that it can't write."""
    text = page("gitops.md")
    plugin = yaml.safe_load(block(text, "argocd/plugin.yaml"))["spec"]
    sidecar = yaml.safe_load(block(text, "argocd/sidecar.yaml"))["spec"]["template"]["spec"]["containers"][0]
    user = sidecar["securityContext"]["runAsUser"]
    folder = scratch / "argocd"
    (folder / "releases").mkdir(parents=True)
    (folder / "releases/shop.rel").write_text(SHOP)
    if not list(folder.glob(plugin["discover"]["find"]["glob"])):
        fail("the plugin doesn't find the releases")
    command = [*plugin["generate"]["command"], *plugin["generate"]["args"]]
    # Readable to everybody, as Argo CD's copy of a repository is to the sidecar.
    shutil.copy(relc, folder / "relc")
    scratch.chmod(0o755)
    script = 'mount -o remount,ro,bind / 2>/dev/null || { mount --bind / / && mount -o remount,ro,bind /; }; exec setpriv --reuid "$0" --regid "$0" --clear-groups --no-new-privs "$@"'
    isolated = ["unshare", "--mount", "--net", "sh", "-c", script, str(user)]
    probe = subprocess.run([*isolated, "true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        print(f"skipped: no namespaces for the Argo CD plugin here: {probe.stderr.strip()}")
        return
    if subprocess.run([*isolated, "touch", "/tmp/relc-can-write"], capture_output=True, check=False).returncode == 0:
        fail("the root of the plugin's test can be written")
    variables = {"ARGOCD_APP_NAMESPACE": "web", "PATH": f"{folder}:/usr/bin:/bin"}
    build = lambda **more: subprocess.run([*isolated, *command], cwd=folder / "releases", env={**variables, **more}, capture_output=True, text=True, check=False)
    done = build()
    if done.returncode:
        fail("the plugin of Argo CD", done.stderr)
    same(done.stdout, run(relc, "build", folder / "releases", "--namespace", "web"), "the plugin of Argo CD")
    done = build(PARAM_ON="statefulset-istio")
    if done.returncode or "kind: StatefulSet" not in done.stdout:
        fail("the parameter of the plugin is ignored", done.stdout + done.stderr)
    (folder / "releases/shop.rel").write_text(SHOP.replace("port", "prot"))
    done = build()
    if done.returncode != 1 or done.stdout or "shop.rel:1:" not in done.stderr:
        fail("the plugin hides a mistake", done.stdout + done.stderr)
    print(f"the plugin of Argo CD runs as {user} on a read-only root")


def flux():
    """Values in a HelmRelease, and manifests in Git that must agree with their releases."""
    text = block(page("gitops.md"), "flux/shop.yaml")
    folder = scratch / "flux"
    folder.mkdir()
    (folder / "shop.yaml").write_text(text)
    run(relc, "lint", folder)
    (folder / "shop.yaml").write_text(text.replace("strategy:", "stratgy:"))
    done = subprocess.run([relc, "lint", "--format", "short", folder], capture_output=True, text=True, check=False)
    line = text.splitlines().index("      strategy: blue-green") + 1
    if done.returncode != 1 or f"shop.yaml:{line}:" not in done.stdout:
        fail("a mistake in a HelmRelease has no place", done.stdout + done.stderr)
    print("values in a HelmRelease are linted in place")


directories()
functions()
post_renderers()
schemas()
back_to_helm()
argo_cd()
flux()
shutil.rmtree(scratch)
