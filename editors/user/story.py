#!/usr/bin/env python3
"""What a user does in the real Neovim, Emacs and Helix, each set up as docs/how-to/editors.md describes.

    story.py RELC EDITOR PROGRAM

EDITOR is `neovim`, `emacs` or `helix`, and PROGRAM is the editor; for Helix, Python needs pyte. The commands and settings are the blocks of code of the guide, in a home
of their own. In each editor the user writes a release with completion, fixes three mistakes by quick fixes, renames a name in a file
that isn't open, completes a value of a values file, formats a file, and shows the manifests of a release where the editor has commands.
Then the files on disk are compared with what they should be.
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GUIDE = ROOT / "docs/how-to/editors.md"
PATIENCE = 60

START = {
    "new.rel": "",
    "mistakes.rel": """release shop on deployment-istio blue-green { names: labels } <
  v1 60% "registry.example/shop:1.4" { prot: 8080 }
  v2 40% "registry.example/shop:1.5" { port: "8080" }
>

release card on deploymnt <
  v1 "registry.example/card:1.4" { port: 8080 }
>
""",
    "common.rel": 'let image = "registry.example/shop:1.4"\n',
    "main.rel": 'import "common.rel" as common\n\nrelease main on deployment <\n  v1 common.image { port: 8080 }\n>\n',
    "layout.rel": 'release plan on deployment <\n  v1   "registry.example/plan:1.0" {port:8080}\n>\n',
    "values.yaml": "environment: deployment-istio\napplication:\n  metadata: { name: shop }\n  strategy: \n  versions:\n"
    "  - image: registry.example/shop:1.4\n",
}

END = {
    "new.rel": 'release hello on deployment-istio <\n  v1 "registry.example/hello:1.0" { port: 8080 }\n>\n',
    "mistakes.rel": START["mistakes.rel"].replace("prot", "port").replace('"8080"', "8080").replace("deploymnt", "deployment"),
    "common.rel": START["common.rel"].replace("image", "picture"),
    "main.rel": START["main.rel"].replace("image", "picture"),
    "layout.rel": 'release plan on deployment <\n  v1 "registry.example/plan:1.0" { port: 8080 }\n>\n',
    "values.yaml": START["values.yaml"].replace("strategy: ", "strategy: blue-green"),
}

# The places of the mistakes, from 1, and what the line contains after the fix.
MISTAKES = [(2, 40, "{ port: 8080 }"), (3, 46, "{ port: 8080 }"), (6, 17, "on deployment <")]


def blocks(section, language):
    """Returns the blocks of code of a section of the guide."""
    text = GUIDE.read_text()
    text = text[text.index(f"\n## {section}\n") :]
    text = text[: text.index("\n## ", 2)]
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def wait(what, test):
    """Waits until a test returns something, and returns that."""
    end = time.monotonic() + PATIENCE
    while True:
        found = test()
        if found:
            return found
        if time.monotonic() > end:
            raise SystemExit(f"{what}: not after {PATIENCE} s")
        time.sleep(0.05)


class Story:
    """A folder with the files, and a home with the settings of the guide."""

    def __init__(self, relc, program):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="relc-story-"))
        self.folder = self.scratch / "shop"
        self.home = self.scratch / "home"
        for path in (self.folder, self.home, self.scratch / "bin"):
            path.mkdir()
        (self.scratch / "bin/relc").symlink_to(pathlib.Path(relc).resolve())
        # Not the file itself, as an editor finds its own files next to it.
        program = pathlib.Path(program)
        self.program = str(program if program.is_absolute() else program.absolute())
        for name, text in START.items():
            (self.folder / name).write_text(text)
        (self.folder / ".git").mkdir()
        self.environment = {
            "HOME": str(self.home),
            "PATH": f"{self.scratch}/bin:{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def shell(self, script):
        """Runs the commands of the guide in the clone, with its path in it."""
        subprocess.run(["bash", "-euc", script], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def saved(self, name):
        return (self.folder / name).read_text()

    def compare(self):
        for name, wanted in END.items():
            if self.saved(name) != wanted:
                raise SystemExit(f"{name} is\n{self.saved(name)}and should be\n{wanted}")


class Neovim(Story):
    """Neovim without a terminal, which the script sends keys."""

    def set_up(self):
        for script in blocks("Neovim", "sh"):
            self.shell(script)
        settings = self.home / ".config/nvim/init.lua"
        settings.parent.mkdir(parents=True)
        settings.write_text(blocks("Neovim", "lua")[0])
        self.socket = self.scratch / "socket"
        self.process = subprocess.Popen(
            [self.program, "--headless", "-n", "--listen", str(self.socket)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        wait("Neovim starts", self.socket.exists)

    def remote(self, *arguments):
        command = [self.program, "--server", str(self.socket), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=PATIENCE)
        if done.returncode:
            raise SystemExit(f"Neovim: {done.stderr}")
        return done.stdout

    def lua(self, expression):
        function = f"(function() {expression} end)()"
        quoted = function.replace("'", "''")
        return json.loads(self.remote("--remote-expr", f"json_encode([luaeval('{quoted}')])"))[0]

    def keys(self, keys):
        self.remote("--remote-send", keys)

    def open(self, name, line=1, column=1):
        self.keys(f"<C-\\><C-N>:edit {name}<CR>")
        wait(f"{name} has the server", lambda: self.lua("return #vim.lsp.get_clients({ bufnr = 0 }) > 0"))
        self.lua(f"vim.api.nvim_win_set_cursor(0, {{ {line}, {column - 1} }})")

    def line(self):
        return self.lua("return vim.api.nvim_get_current_line()")

    def complete(self, typed, label):
        """Types the start of a word in insert mode, and accepts the item of the menu, which has to be the first."""
        self.keys(typed)

        def first():
            items = self.lua("return vim.fn.complete_info({ 'items' }).items or {}")
            if not items:
                self.keys("<C-X><C-O>")
                time.sleep(0.5)
            return items and items[0]["abbr"].startswith(label)

        wait(f"`{label}` is the first completion of `{typed}`", first)
        self.keys("<C-N><C-Y>")
        time.sleep(0.5)

    def play(self):
        self.open("new.rel")
        self.keys("irelease hello on ")
        self.complete("deployment-is", "deployment-istio")
        self.keys(' <lt><CR>v1 "registry.example/hello:1.0" { ')
        self.complete("po", "port")
        # The item ends after the colon.
        self.keys("8080 }<CR>><C-\\><C-N>:write<CR>")

        self.open("mistakes.rel")
        for line, column, wanted in MISTAKES:
            at = f"vim.diagnostic.get(0, {{ lnum = {line - 1}, severity = 1 }})"
            wait(f"line {line} has a mistake", lambda: self.lua(f"return #{at} > 0"))
            self.lua(f"vim.api.nvim_win_set_cursor(0, {{ {line}, {column - 1} }})")
            # The first of the fixes, as the menu shows them.
            self.lua(
                "local first = nil vim.lsp.buf.code_action({ apply = true, filter = function(action) "
                "first = first or action return action == first end })"
            )
            wait(f"line {line} is fixed", lambda: wanted in self.line())
        wait("no mistake is left", lambda: self.lua("return #vim.diagnostic.get(0, { severity = 1 }) == 0"))
        self.keys(":write<CR>")

        self.open("main.rel", 4, 15)
        self.lua("vim.lsp.buf.rename('picture')")
        wait("the name is renamed", lambda: "common.picture" in self.line())
        self.keys(":wall<CR>")

        self.open("values.yaml", 4, 12)
        self.keys("A")
        self.complete("", "blue-green")
        self.keys("<C-\\><C-N>:write<CR>")

        # The guide formats a file when it is saved.
        self.open("layout.rel")
        self.keys(":write<CR>")
        wait("the file is formatted", lambda: self.saved("layout.rel") == END["layout.rel"])

        self.open("mistakes.rel", 1, 1)
        self.lua("vim.lsp.codelens.refresh({ bufnr = 0 })")
        wait("the release has its commands", lambda: self.lua("return #vim.lsp.codelens.get(0) > 0"))
        self.lua(
            "local lens = vim.lsp.codelens.get(0)[1] "
            "vim.lsp.get_clients({ bufnr = 0 })[1]:exec_cmd(lens.command, { bufnr = 0 })"
        )
        wait("the manifests are shown", lambda: self.lua("return vim.fn.search('^kind: Deployment', 'n') > 0"))
        self.keys("<C-\\><C-N>:qall!<CR>")
        self.process.wait(PATIENCE)

    def close(self):
        self.process.kill()
        super().close()


class Emacs(Story):
    """Emacs without a terminal, which runs emacs.el."""

    def set_up(self):
        settings = blocks("Emacs", "elisp")[0].replace("/src/relc", str(ROOT))
        (self.home / ".emacs").write_text("(require 'package)\n(package-initialize)\n" + settings)

    def play(self):
        command = [self.program, "--batch", "-l", str(self.home / ".emacs"), "-l", str(HERE / "emacs.el")]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=5 * PATIENCE
        )
        if done.returncode:
            raise SystemExit(f"Emacs: {done.stderr[-4000:]}")


class Helix(Story):
    """Helix in a terminal of 120 columns, whose screen pyte keeps."""

    SIZE = (40, 120)

    def set_up(self):
        (self.scratch / "bin/hx").symlink_to(self.program)
        settings = self.home / ".config/helix/languages.toml"
        settings.parent.mkdir(parents=True)
        values = '\n[[language]]\nname = "yaml"\nlanguage-servers = ["yaml-language-server", "relc"]\n'
        settings.write_text(blocks("Helix", "toml")[0].replace("/src/relc", str(ROOT)) + values)
        for script in blocks("Helix", "sh"):
            # Grammars of languages whose sources are missing make `hx --grammar build` fail.
            subprocess.run(["bash", "-uc", script], cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not (self.home / ".config/helix/runtime/grammars/relc.so").exists():
            raise SystemExit("Helix: `hx --grammar build` makes no parser")
        import pyte

        lines, columns = self.SIZE
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(
            [self.program, "new.rel"], cwd=self.folder, env=self.environment, stdin=end, stdout=end, stderr=end, start_new_session=True
        )
        os.close(end)

    def close(self):
        self.process.kill()
        super().close()

    def shown(self):
        """Returns what is on the screen."""
        while select.select([self.terminal], [], [], 0.05)[0]:
            # Without the questions to the terminal, which pyte doesn't know.
            read = os.read(self.terminal, 65536)
            self.stream.feed(re.sub(rb"\x1b\[[?>=<][\d;$]*[cnqumpSW]|\x1bP.*?\x1b\\\\", b"", read))
        return "\n".join(self.screen.display)

    def see(self, pattern):
        try:
            return wait(f"Helix shows `{pattern}`", lambda: re.search(pattern, self.shown()))
        except SystemExit as error:
            raise SystemExit(f"{error}\n{self.shown()}") from None

    def keys(self, keys):
        for key in re.findall(r"<\w+>|.", keys):
            key = {"<esc>": "\x1b", "<ret>": "\r", "<next>": "\x0e", "<clear>": "\x15", "<lt>": "<"}.get(key, key)
            os.write(self.terminal, key.encode())
            self.shown()

    def command(self, line):
        self.keys(f"<esc>:{line}<ret>")

    def open(self, name, line=1, column=1):
        self.command(f"open {name}")
        self.see(rf" {name} ")
        self.keys(f"{line}gggh" + (f"{column - 1}l" if column > 1 else ""))

    def complete(self, typed, label):
        """Types the start of a word, and accepts an item of the menu. Helix sorts the items by the word alone, which a hyphen ends."""
        self.keys(typed)
        row = 0

        def listed():
            nonlocal row
            below = self.shown().split("\n")[self.screen.cursor.y + 1 :]
            left = max(0, self.screen.cursor.x - len(typed) - 2)
            row = next((at + 1 for at, line in enumerate(below[:10]) if re.match(rf"\W*{re.escape(label)}\s", line[left:])), 0)
            return row

        wait(f"`{label}` is among the completions of `{typed}`", listed)
        time.sleep(0.5)
        wait(f"`{label}` is among the completions of `{typed}`", listed)
        self.keys("<next>" * row + "<ret>")
        time.sleep(0.3)

    def becomes(self, name, wanted):
        wait(f"{name} is saved", lambda: wanted in self.saved(name))

    def play(self):
        self.see("NOR")
        self.keys("irelease hello on ")
        self.complete("deployment-is", "deployment-istio")
        self.keys(' <lt><ret>  v1 "registry.example/hello:1.0" { ')
        self.complete("po", "port")
        # Helix has closed the brace, with a space before it.
        self.keys("8080<esc>o><esc>")
        self.command("format")
        self.see(r"\d +>")
        time.sleep(0.5)
        self.command("w")
        wait("new.rel is saved", lambda: self.saved("new.rel") == END["new.rel"])

        for line, column, wanted in MISTAKES:
            self.open("mistakes.rel", line, column)
            self.see(r"● *%d " % line)
            self.keys(" a")
            time.sleep(0.7)
            self.keys("<ret>")
            time.sleep(0.5)
            self.command("w")
            wait(f"line {line} is fixed", lambda: wanted in "".join(self.saved("mistakes.rel").split("\n")[line - 1 : line]))

        self.open("main.rel", 4, 15)
        self.keys(" r")
        self.see("rename-to")
        self.keys("<clear>picture<ret>")
        self.see("common.picture")
        self.command("write-all")
        wait("the files are saved", lambda: "picture" in self.saved("common.rel"))

        self.open("values.yaml", 4, 1)
        self.keys("A")
        self.complete("blue", "blue-green")
        self.command("w")
        wait("values.yaml is saved", lambda: "blue-green" in self.saved("values.yaml"))

        self.open("layout.rel")
        self.command("format")
        self.see('v1 "registry')
        self.command("w")
        wait("layout.rel is saved", lambda: self.saved("layout.rel") == END["layout.rel"])


EDITORS = {"neovim": Neovim, "emacs": Emacs, "helix": Helix}


def main():
    relc, name, program = sys.argv[1:]
    story = EDITORS[name](relc, program)
    try:
        story.set_up()
        story.play()
        story.compare()
    finally:
        story.close()
    print(f"{name}: a user can write, fix, rename, complete and format as the guide describes")


if __name__ == "__main__":
    main()
