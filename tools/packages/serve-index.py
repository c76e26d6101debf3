#!/usr/bin/env python3
"""Serves wheels as an index of packages for pip, uv and pipx on this machine, and prints its address.

    tools/packages/serve-index.py DIRECTORY
"""
import html
import http.server
import pathlib
import sys
import urllib.parse

wheels = pathlib.Path(sys.argv[1])


class Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.unquote(self.path).strip("/")
        files = sorted(wheels.glob("*.whl"))
        names = sorted({file.name.split("-")[0].replace("_", "-") for file in files})
        if path == "simple":
            return self.page((f"{name}/", name) for name in names)
        if path.startswith("simple/") and path.split("/")[1] in names:
            own = [file.name for file in files if file.name.split("-")[0].replace("_", "-") == path.split("/")[1]]
            return self.page((f"/files/{name}", name) for name in own)
        file = wheels / path.removeprefix("files/")
        if path.startswith("files/") and file in files:
            return self.answer(200, "application/octet-stream", file.read_bytes())
        self.answer(404, "text/plain", b"not found\n")

    def page(self, links):
        body = "".join(f'<a href="{html.escape(to)}">{html.escape(text)}</a>\n' for to, text in links)
        self.answer(200, "text/html", f"<!doctype html>\n{body}".encode())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
print(f"http://127.0.0.1:{server.server_port}/simple", flush=True)
server.serve_forever()
