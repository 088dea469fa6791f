"""The console blocks of CONTRIBUTING.md, run in order; ``python -m tests.walkthrough`` writes their output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from defkg.project import FOLDERS
from tests.conftest import ROOT

DOC = ROOT / "CONTRIBUTING.md"
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
REPORT = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)
COMMAND = re.compile(r"^\$ (?:.*\\\n)*.*\n", re.MULTILINE)
SAME = {"DEFKG_DIFF_SECONDS": "60", "PYTHONWARNINGS": "error", "COLUMNS": "100", "NO_COLOR": "1"}
AS = {f"GIT_{who}_{what}": "steward@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def prepared(folder: Path, text: str) -> Path:
    """A repository of a project, and the copy of the report beside it."""
    project, copies = folder / "project", folder / "copies"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, project / name)
    copies.mkdir()
    report = REPORT.search(text)
    assert report
    (copies / "report.txt").write_text(report.group())
    for words in ("init -q -b main", "add .", "commit -q -m all"):
        run(project, f"git {words}")
    return project


def run(project: Path, command: str) -> str:
    """What a command prints, standard output first."""
    done = ran(project, command)
    return done.stdout + done.stderr


def ran(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command run as a steward runs it, in a project's folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DEFKG_"))}
    env = {**kept, **AS, **SAME, "PATH": path}
    words, nothing = ["bash", "-c", command], subprocess.DEVNULL
    return subprocess.run(words, cwd=project, env=env, stdin=nothing, capture_output=True, text=True, check=False)


def written(folder: Path, text: str) -> str:
    """The text with the true output of every command."""
    project = prepared(folder, text)
    return BLOCK.sub(lambda block: "".join(told(project, block.group())), text)


def told(project: Path, block: str) -> list[str]:
    return [command + run(project, command.removeprefix("$ ")) for command in COMMAND.findall(block)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        DOC.write_text(written(Path(name), DOC.read_text()))
