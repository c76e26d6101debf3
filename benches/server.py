#!/usr/bin/env python3
"""How soon `relc lsp` answers behind an edit in a large file, as an editor would wait for it.

Each question follows on an edit in the middle of the file, so that the text is a new one; findings are those that are published for
the edit. The file is of releases as in examples/, those with short fields and those that are written out."""

import argparse
import datetime
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LINES = 5_000
QUESTIONS = {
    "completion": "textDocument/completion",
    "hover": "textDocument/hover",
    "definition": "textDocument/definition",
    "places of a name in the file": "textDocument/documentHighlight",
    "inlay hints": "textDocument/inlayHint",
    "semantic tokens": "textDocument/semanticTokens/full",
    "symbols": "textDocument/documentSymbol",
    "folding": "textDocument/foldingRange",
    "formatting": "textDocument/formatting",
}


def large_file(kind):
    """A text of so many lines, a line in its middle with a column where a key begins, and the length of the line."""
    if kind == "values.yaml":
        text = "environment: deployment-istio\napplication:\n  metadata: {name: hello}\n  strategy: blue-green\n  versions:\n"
        for version in range(4):
            text += f"  - weight: 25\n    deploymentSpecification:\n      spec:\n        selector: {{matchLabels: {{app: hello-{version}}}}}\n"
            text += f"        template:\n          metadata: {{labels: {{app: hello-{version}}}}}\n          spec:\n            containers:\n"
            text += f"            - name: hello\n              image: ghcr.io/example/hello:{version}\n              env:\n"
            while text.count("\n") < LINES * (version + 1) / 4:
                text += f"              - name: VARIABLE_{text.count(chr(10))}\n                value: \"{version}\"\n"
        wanted = "value:"
    else:
        short, whole = ((HERE / "examples" / name).read_text() for name in ("hello.rel", "hello-specification.rel"))
        text, at = "", 0
        while text.count("\n") < LINES:
            text += (whole if at % 2 else short).replace("release hello ", f"release hello-{at} ") + "\n"
            at += 1
        wanted = "containers:"
    lines = text.split("\n")
    line = next(at for at in range(LINES // 2, LINES) if wanted in lines[at])
    return text, line, lines[line].index(wanted), len(lines[line])


class Server:
    """A running server with one file open."""

    def __init__(self, relc, name, text):
        self.process = subprocess.Popen([relc, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.folder = tempfile.TemporaryDirectory()
        self.document = {"uri": (Path(self.folder.name) / name).as_uri()}
        self.version = 1
        self.asked = 0
        self.ask("initialize", {"capabilities": {}, "processId": None, "rootUri": None})
        self.tell("initialized", {})
        self.tell("textDocument/didOpen", {"textDocument": self.document | {"languageId": "relc", "version": 1, "text": text}})

    def send(self, message):
        content = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, value = line.split(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self.process.stdout.read(length))

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        while (message := self.receive()).get("id") != self.asked:
            pass
        return message["result"]

    def edit(self, line, column):
        """Writes one more blank behind a line: a text that there was not yet."""
        self.version += 1
        here = {"line": line, "character": column + self.version - 2}
        change = {"range": {"start": here, "end": here}, "text": " "}
        self.tell("textDocument/didChange", {"textDocument": self.document | {"version": self.version}, "contentChanges": [change]})

    def findings(self):
        """Those of the text as it is."""
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["version"] == self.version:
                return message["params"]["diagnostics"]

    def stop(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait()
        self.folder.cleanup()


def milliseconds(times, action):
    taken = []
    for _ in range(times):
        before = time.perf_counter()
        action()
        taken.append((time.perf_counter() - before) * 1000)
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relc", default="target/release/relc", help="the program, built with --release")
    parser.add_argument("--times", type=int, default=20, help="edits for each question (default: %(default)s)")
    options = parser.parse_args()
    version = subprocess.run([options.relc, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{version}, {datetime.date.today()}; {LINES:,} lines, {options.times} edits for each question.\n")
    print("| behind an edit | `.rel` | | values.yaml | |\n|---|---|---|---|---|\n| | median | slowest | median | slowest |")
    rows = {}
    for kind in ("large.rel", "values.yaml"):
        text, line, column, length = large_file(kind)
        server = Server(options.relc, kind, text)
        server.findings()
        place = {"textDocument": server.document, "position": {"line": line, "character": column + 2}}
        start, end = ({"line": at, "character": 0} for at in (line, line + 50))
        place |= {"range": {"start": start, "end": end}, "options": {"tabSize": 2, "insertSpaces": True}}

        def found():
            server.edit(line, length)
            server.findings()

        rows.setdefault("findings", []).append(milliseconds(options.times, found))
        for what, method in QUESTIONS.items():

            def answered():
                server.edit(line, length)
                server.ask(method, place)

            rows.setdefault(what, []).append(milliseconds(options.times, answered))
        server.stop()
    for what, measured in rows.items():
        cells = (f"{number:.1f} ms" for taken in measured for number in (statistics.median(taken), max(taken)))
        print(f"| {what} | {' | '.join(cells)} |")


if __name__ == "__main__":
    sys.exit(main())
