"""The console and Python blocks of a document, run from top to bottom as a reader would.

``python -m tests.console FILE`` writes what they print; ``...`` in a document stands for what varies.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import CompletedProcess

from defkg.project import FOLDERS
from tests import walkthrough
from tests.conftest import ROOT
from tests.server import server

BLOCK = re.compile(r"(?<=```)(console|pycon)\n(.*?)(?=```)", re.DOTALL)
COPY = re.compile(r"```[a-z]+ (\S+)\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"(\$ (?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)")
_EXAMPLE = re.compile(r"(>>> .*\n(?:\.\.\. ?.*\n)*)((?:(?!>>> ).*\n)*)")
_SERVE = re.compile(r"\$ defkg serve(.*?)(?: &)?\n")
_PORT = "127.0.0.1:8000"
_QUICK = "export DEFKG_DIFF_SECONDS=0.01\n"  # what a diff asks the library is not told in a tutorial


def fits(told: str, true: str) -> bool:
    """Whether what a document tells is what was printed; ``...`` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in told.split("..."))
    return re.fullmatch(pattern, true, re.DOTALL) is not None


class Reader:
    """Who does what a document says, in a project folder of their own; `folder` holds it and what stands beside it."""

    def __init__(self, folder: Path, text: str, stack: ExitStack) -> None:
        self.project, self._stack, self._port = folder / "project", stack, _PORT
        self._names: dict[str, object] = {}
        for name in FOLDERS:
            shutil.copytree(ROOT / name, self.project / name)
        for name, copy in COPY.findall(text):
            (self.project / name).resolve().parent.mkdir(exist_ok=True)
            (self.project / name).resolve().write_text(copy)
        for words in ("init -q -b main", "add .", "commit -q -m all"):
            walkthrough.run(self.project, f"git {words}")

    def follow(self, text: str) -> str:
        """The document with what its blocks print, where that is not what it tells."""
        return BLOCK.sub(lambda block: f"{block[1]}\n{self._block(*block.groups())}", text)

    def _block(self, kind: str, block: str) -> str:
        form, run = (_COMMAND, self._command) if kind == "console" else (_EXAMPLE, self._example)
        return "".join(typed + _better(told, run(typed)) for typed, told in form.findall(block))

    def _command(self, typed: str) -> str:
        if serve := _SERVE.fullmatch(typed):
            return self.serve(serve[1].split())
        said = walkthrough.run(self.project, _QUICK + typed.removeprefix("$ ").replace(_PORT, self._port))
        return _ended(said.replace(self._port, _PORT))

    def serve(self, flags: list[str]) -> str:
        """Starts a server, and gives what it says; what is then asked of port 8000 is asked of it."""
        store = flags.index("--store") + 1 if "--store" in flags else 0
        named = [
            str(self.project / flag) if number == store and "://" not in flag else flag
            for number, flag in enumerate(flags)
        ]
        running = self._stack.enter_context(server(*(named if store else [*flags, self.project])))
        self._port = f"127.0.0.1:{running.port}"
        return running.said().replace(self._port, _PORT)

    def ran(self, line: str) -> CompletedProcess[str]:
        """A command line that prints what it may, with its status."""
        return walkthrough.ran(self.project, _QUICK + line.replace(_PORT, self._port))

    def _example(self, typed: str) -> str:
        lines = [line[4:] for line in typed.replace(_PORT, self._port).splitlines()]
        return _ended(_evaluated("\n".join(lines), self._names, self.project).replace(self._port, _PORT))


def _better(told: str, true: str) -> str:
    return told if fits(told, true) else true


def _ended(said: str) -> str:
    return said if said.endswith("\n") or not said else said + "\n"


def _evaluated(source: str, names: dict[str, object], project: Path) -> str:
    """What an interpreter prints for one statement, in the project's folder."""
    from contextlib import chdir, redirect_stdout
    from io import StringIO

    out = StringIO()
    with redirect_stdout(out), chdir(project):
        exec(compile(source + "\n", "<document>", "single"), names)
    return out.getvalue()


@contextmanager
def reader(text: str) -> Iterator[Reader]:
    """Who follows a document, in a temporary folder; every server has ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="defkg-test-") as name, ExitStack() as stack:
        yield Reader(Path(name), text, stack)


def followed(path: Path) -> str:
    """A document with what its commands print today, where that is not what it tells."""
    text = path.read_text()
    with reader(text) as one:
        return one.follow(text)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        Path(argument).write_text(followed(Path(argument)))
