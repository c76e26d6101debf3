#!/usr/bin/env python3
"""Comments on a pull request with what it does to the traffic of the releases in RELC_PATHS.

A pull request has one comment, which each run updates. Without a difference there is none, unless an earlier run wrote it. Other events
than pull requests have no comment, only a summary of the job. A token that may not comment, as that of a fork, is a warning.
"""
import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

MARK = "<!-- relc diff -->"
# GitHub refuses longer ones.
LONGEST = 65_000


def main():
    if os.environ["RELC_COMMENT"] != "true":
        return
    event = json.loads(pathlib.Path(os.environ["GITHUB_EVENT_PATH"]).read_text())
    request = event.get("pull_request")
    if not request:
        print("not a pull request: no comment")
        return
    report, differs = difference(request["base"]["sha"])
    with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
        summary.write(report)
    try:
        put(f"{MARK}\n{shortened(report)}", differs, request["number"])
    except urllib.error.HTTPError as error:
        if error.code not in (401, 403, 404):
            raise
        print(f"::warning title=relc::the token may not comment on the pull request ({error.code}): set the permission `pull-requests: write`")


def difference(base):
    """Returns the report of `relc diff` against a commit, and whether there is a difference."""
    workspace = os.environ["GITHUB_WORKSPACE"]
    # A checkout has the last commit only.
    known = subprocess.run(["git", "cat-file", "-e", f"{base}^{{commit}}"], cwd=workspace, capture_output=True, check=False)
    if known.returncode:
        subprocess.run(["git", "fetch", "--quiet", "--depth=1", "origin", base], cwd=workspace, check=True)
    command = ["relc", "diff", "--git", base, "--format", "markdown", *os.environ["RELC_PATHS"].split()]
    run = subprocess.run(command, cwd=workspace, stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode > 1 or not run.stdout:
        return "relc could not compare the releases: see the log of the job.\n", True
    return run.stdout, "\n### " in f"\n{run.stdout}"


def shortened(report):
    if len(report) <= LONGEST:
        return report
    return f"{report[:LONGEST].rsplit(chr(10), 1)[0]}\n\nThe report is too long for a comment: the summary of the job has all of it.\n"


def put(body, differs, number):
    issues = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    for comment in comments(f"{issues}/{number}/comments"):
        if (comment["body"] or "").startswith(MARK):
            if comment["body"] != body:
                call("PATCH", f"{issues}/comments/{comment['id']}", {"body": body})
            return
    if differs:
        call("POST", f"{issues}/{number}/comments", {"body": body})


def comments(address):
    page = 1
    while True:
        found = call("GET", f"{address}?per_page=100&page={page}")
        yield from found
        if len(found) < 100:
            return
        page += 1


def call(method, address, content=None):
    request = urllib.request.Request(address, method=method)
    request.add_header("Authorization", f"Bearer {os.environ['GITHUB_TOKEN']}")
    request.add_header("Accept", "application/vnd.github+json")
    request.add_header("X-GitHub-Api-Version", "2022-11-28")
    data = None if content is None else json.dumps(content).encode()
    with urllib.request.urlopen(request, data, timeout=30) as response:
        return json.load(response)


sys.exit(main())
