#!/usr/bin/env python3
"""Runs the steps of action.yml in a repository of git, against a GitHub that this script plays, and the job of the GitLab component.

    tools/action/check.py RELC

RELC, a path, takes the place of the wheel that they install. Needs PyYAML.
"""
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

import yaml

root = pathlib.Path(__file__).resolve().parents[2]
relc = pathlib.Path(sys.argv[1]).resolve()
action = yaml.safe_load((root / "action.yml").read_text())


class GitHub(http.server.BaseHTTPRequestHandler):
    """The part of GitHub's API that keeps the comments of a pull request."""

    comments, requests, status = [], [], 200

    def do_GET(self):
        match = re.fullmatch(r"/repos/team/shop/issues/7/comments\?per_page=100&page=(\d+)", self.path)
        page = int(match[1]) if match else 0
        self.answer(self.comments[(page - 1) * 100 : page * 100] if match else None)

    def do_POST(self):
        body = self.body()
        if self.path == "/repos/team/shop/issues/7/comments" and GitHub.status == 200:
            self.comments.append({"id": 1000 + len(self.comments), "body": body})
            return self.answer(self.comments[-1], 201)
        self.answer(None)

    def do_PATCH(self):
        body = self.body()
        match = re.fullmatch(r"/repos/team/shop/issues/comments/(\d+)", self.path)
        comment = next((comment for comment in self.comments if match and comment["id"] == int(match[1])), None)
        if comment:
            comment["body"] = body
        self.answer(comment)

    def body(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        assert 0 < len(body) <= 65536, "GitHub refuses such a comment"
        return body

    def answer(self, value, status=200):
        self.requests.append(self.command)
        if self.headers["Authorization"] != "Bearer secret":
            status, value = 401, {"message": "Bad credentials"}
        elif value is None:
            status, value = (403 if GitHub.status == 403 else 404), {"message": "no"}
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitHub)
threading.Thread(target=server.serve_forever, daemon=True).start()
scratch = pathlib.Path(tempfile.mkdtemp())
workspace = scratch / "workspace"
(workspace / "deploy").mkdir(parents=True)
identity = {"GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@example.com", "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "n@example.com"}
plain = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}


def git(*arguments):
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=workspace, env={**plain, **identity}, check=True, capture_output=True, text=True).stdout.strip()


def commit(text, name="deploy/shop.rel"):
    (workspace / name).write_text(text)
    git("add", "-A")
    git("commit", "-qm", "A change")
    return git("rev-parse", "HEAD")


def run(base, inputs=None, request=True, token="secret"):
    """Runs the steps with these inputs, and returns the exit code of the last one and the output of all."""
    given = {name: (inputs or {}).get(name, value.get("default", "")) for name, value in action["inputs"].items()} | {"token": token}
    event = {"pull_request": {"number": 7, "base": {"sha": base}}} if request else {"push": {}}
    (scratch / "event.json").write_text(json.dumps(event))
    output = ""
    for step in action["runs"]["steps"]:
        if "install.sh" in step["run"]:
            continue
        context = {
            "GITHUB_ACTION_PATH": str(root),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_EVENT_PATH": str(scratch / "event.json"),
            "GITHUB_STEP_SUMMARY": str(scratch / "summary.md"),
            "GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}",
            "GITHUB_REPOSITORY": "team/shop",
            "PATH": f"{relc.parent}:{os.environ['PATH']}",
        }
        own = {name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: given[match[1]], value) for name, value in step["env"].items()}
        # A step starts at the root of the workspace, or wherever the job says: the scripts go there themselves.
        done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=scratch, env={**plain, **context, **own}, capture_output=True, text=True, check=False)
        output += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, output
    return 0, output


def check(condition, what, output=""):
    if not condition:
        print(f"failed: {what}\n{output}\nthe last comments: {GitHub.comments[-2:]}\nrequests: {GitHub.requests}")
        sys.exit(1)


RELEASE = """release shop on deployment-istio blue-green {{ names: labels, port: 8080, readiness: "/" }} <
  stable {}% "registry.example/shop:1.4"
  next   {}% "registry.example/shop:1.5"
>
"""
git("init", "-q")
base = commit(RELEASE.format(90, 10))

code, output = run(base)
check(code == 0 and not GitHub.comments, "a pull request without a difference has no comment", output)

commit(RELEASE.format(50, 50))
code, output = run(base)
check(code == 0 and len(GitHub.comments) == 1, "a difference has a comment", output)
body = GitHub.comments[0]["body"]
check("### shop in default" in body and "stable 90%, next 10%" in body and "stable 50%, next 50%" in body, "the comment has the traffic", body)
check("stable 50%, next 50%" in (scratch / "summary.md").read_text(), "the summary has the traffic")

# A busy pull request: the comment is on the third page.
GitHub.comments[:0] = [{"id": number, "body": None if number == 3 else f"Comment {number}, not <!-- relc diff -->"} for number in range(1, 231)]
commit(RELEASE.format(20, 80))
code, output = run(base)
check(code == 0 and len(GitHub.comments) == 231 and "next 80%" in GitHub.comments[-1]["body"], "the next run updates the comment", output)
GitHub.requests.clear()
run(base)
check("PATCH" not in GitHub.requests and "POST" not in GitHub.requests, "an unchanged comment is left alone", output)

commit(RELEASE.format(90, 10))
code, output = run(base)
check(code == 0 and "no differences in 1 release" in GitHub.comments[-1]["body"], "the comment follows when the difference is gone", output)

# A shallow checkout of a pull request: the base isn't there, and is fetched.
origin = scratch / "origin"
subprocess.run(["git", "clone", "-q", "--bare", workspace, origin], env=plain, check=True)
subprocess.run(["git", "-C", origin, "config", "uploadpack.allowAnySHA1InWant", "true"], env=plain, check=True)
full = workspace
workspace = scratch / "shallow"
subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{origin}", workspace], env=plain, check=True)
code, output = run(base)
check(code == 0, "a shallow checkout is compared", output)

GitHub.comments.clear()
commit(RELEASE.format(90, 20))
code, output = run(base, {"paths": "deploy"})
check(code == 1 and re.search(r"^::error file=deploy/shop.rel,line=3,", output, re.M), "an error is annotated at its path from the root", output)
check("could not compare" in GitHub.comments[-1]["body"], "the comment explains that there is no comparison", str(GitHub.comments))

commit(RELEASE.format(60, 40).replace("shop:1.5", "shop:latest"))
code, output = run(base)
check(code == 0 and "::warning file=deploy/shop.rel" in output, "a warning doesn't fail the job", output)
code, output = run(base, {"fail-on": "warn"})
check(code == 1, "`fail-on: warn` does", output)

GitHub.comments.clear()
for what, code_of_github, token in (("a fork's token", 403, "secret"), ("a wrong token", 200, "wrong")):
    GitHub.status = code_of_github
    code, output = run(base, token=token)
    check(code == 0 and "::warning title=relc::the token may not comment" in output and not GitHub.comments, f"{what} is a warning", output)
GitHub.status = 200
GitHub.requests.clear()
code, output = run(base, {"comment": "false"})
check(code == 0 and not GitHub.requests, "`comment: false` asks nothing", output)
code, output = run(base, request=False)
check(code == 0 and not GitHub.requests, "a push has no comment", output)

many = "\n".join(RELEASE.format(10, 90).replace("release shop", f"release shop-{number}") for number in range(400))
commit(many)
code, output = run(base)
check(code == 0 and "too long for a comment" in GitHub.comments[-1]["body"], "a long report is shortened", output[-500:])
print("the action lints and comments")

# The GitLab component: its script, as a runner's shell runs it.
spec, job = yaml.safe_load_all((root / "tools/packages/gitlab/templates/relc.yml").read_text())
job = job["relc"]


def run_gitlab(base, **inputs):
    """Runs the job of a merge request, and returns its exit code, its findings and its report."""
    given = {name: inputs.get(name, value["default"]) for name, value in spec["spec"]["inputs"].items()}
    fill = lambda text: re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: str(given[match[1]]), text)
    programs = workspace / ".relc" / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    (programs / "relc").unlink(missing_ok=True)
    (programs / "relc").symlink_to(relc)
    (workspace / "relc-diff.md").unlink(missing_ok=True)
    script = "\n".join(fill(line) for line in job["script"] if "pip install" not in line)
    check("$[[" not in script, "every input is known", script)
    variables = {"CI_PROJECT_DIR": str(workspace), "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, **{name: fill(value) for name, value in job["variables"].items()}}
    done = subprocess.run(["sh", "-e", "-c", script], cwd=scratch, env={**plain, **variables}, capture_output=True, text=True, check=False)
    findings = json.loads((workspace / job["artifacts"]["reports"]["codequality"]).read_text())
    report = workspace / job["artifacts"]["paths"][0]
    return done.returncode, findings, report.read_text() if report.exists() else "", done.stderr


commit(RELEASE.format(50, 50))
code, findings, report, output = run_gitlab(base, paths="deploy")
check(code == 0 and not findings and "stable 50%, next 50%" in report, "the component reports the traffic", output)
commit(RELEASE.format(60, 50))
code, findings, report, output = run_gitlab(base)
check(code == 1 and findings[0]["location"]["path"] == "deploy/shop.rel", "its findings have paths from the root", str(findings) + output)
commit(RELEASE.format(60, 40).replace("shop:1.5", "shop:latest"))
check(run_gitlab(base)[0] == 0 and run_gitlab(base, **{"fail-on": "warn"})[0] == 1, "`fail-on` is respected")
print("the GitLab component reports findings and traffic")
