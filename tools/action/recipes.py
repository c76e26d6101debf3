#!/usr/bin/env python3
"""Follows the recipes of docs/how-to/ci.md for MegaLinter and reviewdog.

    tools/action/recipes.py RELC

MegaLinter is an image of many gigabytes: its descriptor is read as it reads it, and its commands are run. reviewdog is taken from PATH, and
skipped without it. Needs PyYAML.
"""
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
page = (root / "docs/how-to/ci.md").read_text()
scratch = pathlib.Path(tempfile.mkdtemp())
environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
environment |= {"PATH": f"{relc.parent}:{os.environ['PATH']}", "GIT_CONFIG_GLOBAL": os.devnull}
environment |= {f"GIT_{who}_{what}": "n@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

RELEASE = 'release shop on deployment { port: 8080, readiness: "/" } <\n  v1 "registry.example/shop:latest"\n>\n'
VALUES = "environment: deployment\napplication:\n  metadata: { name: hello }\n  versions:\n  - image: registry.example/hello:1\n    prot: 8080\n"


def run(command, stderr=subprocess.STDOUT, **more):
    return subprocess.run(command, cwd=scratch, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False, **more)


def check(condition, what, output=""):
    if not condition:
        sys.exit(f"failed: {what}\n{output}")


def megalinter():
    """Builds the commands as MegaLinter does: it joins both streams, and finds the report of SARIF among them."""
    descriptor = yaml.safe_load(re.search(r"```yaml,file=relc.megalinter-descriptor.yml\n(.*?)```", page, re.S)[1])
    plugin = yaml.safe_load(re.search(r"```yaml,file=.mega-linter.yml\n(.*?)```", page, re.S)[1])["PLUGINS"][0]
    check("/mega-linter-plugin-" in plugin and plugin.endswith(".megalinter-descriptor.yml"), "MegaLinter refuses this name of a plugin")
    linter = descriptor["linters"][0]
    files = sorted(str(path.relative_to(scratch)) for path in scratch.iterdir() if path.suffix in descriptor["file_extensions"])
    check(len(files) == 3, "MegaLinter passes the files", str(files))
    command = [linter["cli_executable"], *linter["cli_lint_extra_args"]]
    done = run([*command, *files])
    counts = {level: sum(map(int, re.findall(linter[f"cli_lint_{level}_regex"], done.stdout))) for level in ("errors", "warnings")}
    check(done.returncode == 1 and counts == {"errors": 1, "warnings": 1}, f"MegaLinter counts {counts}", done.stdout)
    done = run([*command, *linter["cli_sarif_args"], *files])
    results = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])["runs"][0]["results"]
    check(done.returncode == 1 and len(results) == 2, "MegaLinter reads the findings", done.stdout)
    check(run([*command, linter["cli_lint_fix_arg_name"], *files]).returncode == 1, "MegaLinter applies fixes")
    version = run([linter["cli_executable"], linter["cli_version_arg_name"]]).stdout
    check(re.search(r"\d+(\.\d+)+", version), "MegaLinter reads the version", version)
    print("MegaLinter's commands find what relc reports")


def reviewdog():
    """Runs the first command of the page: findings of changed lines only, with their fixes."""
    if not shutil.which("reviewdog"):
        print("skipped: reviewdog is not installed")
        return
    command = re.search(r"^relc lint .*\| reviewdog .* -diff=.*$", page, re.M)[0]
    done = run(["bash", "-c", command])
    places = re.findall(r"^(?:\./)?(\S+?):(\d+)", done.stdout, re.M)
    check(places == [("values.yaml", "6")], "reviewdog comments on the changed line only", done.stdout)
    report = run([relc, "lint", "--format", "sarif"], stderr=subprocess.DEVNULL).stdout
    done = run(["reviewdog", "-f=sarif", "-reporter=rdjson", "-filter-mode=nofilter"], input=report, stderr=subprocess.DEVNULL)
    findings = json.loads(done.stdout)["diagnostics"]
    fixes = [suggestion["text"] for finding in findings for suggestion in finding.get("suggestions", [])]
    check(len(findings) == 2 and "port" in fixes, "reviewdog suggests fixes", done.stdout)
    in_ci = shlex.split(re.search(r"^relc lint .*\| (reviewdog .* -reporter=.*)$", page, re.M)[1])
    done = run([argument.replace("github-pr-review", "local") for argument in in_ci] + ["-filter-mode=nofilter"], input=report)
    check(done.returncode == 1, "an error fails reviewdog", done.stdout)
    print("reviewdog comments on changed lines, with fixes")


(scratch / "shop.rel").write_text(RELEASE)
(scratch / "values.yaml").write_text(VALUES.replace("prot", "port"))
(scratch / "service.yml").write_text("kind: Service\nmetadata: { name: shop }\n")
for words in ("init -q -b main", "add -A", "commit -qm First"):
    run(["git", *words.split()]).check_returncode()
(scratch / "values.yaml").write_text(VALUES)
megalinter()
reviewdog()
shutil.rmtree(scratch)
