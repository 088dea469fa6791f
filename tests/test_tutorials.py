"""What the tutorials and the README tell to do is done, and prints what they tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from defkg.cli import app
from tests.conftest import ROOT
from tests.console import BLOCK, fits, followed
from tests.test_docs_links import DOCUMENTS

FOLLOWED = [path for path in DOCUMENTS if BLOCK.search(path.read_text()) and path.name != "CONTRIBUTING.md"]
_SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("path", FOLLOWED, ids=lambda path: path.stem)
def test_every_block_prints_what_is_told(path: Path) -> None:
    assert followed(path) == path.read_text(), f"python -m tests.console {path.relative_to(ROOT)} writes it"


def test_there_is_a_tutorial_for_each_reader() -> None:
    names = {path.stem for path in FOLLOWED if path.parent.name == "tutorials"}
    assert names == {"analyst", "consumer", "steward", "operator"}


def test_three_dots_stand_for_what_varies_and_nothing_else_does() -> None:
    assert fits("digest ...\n", "digest 12ab\n")
    assert not fits("digest ...\n", "digest 12ab")
    assert not fits("4 rows\n", "5 rows\n")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_not_run_at_least_exists(path: Path) -> None:
    """Commands in indented blocks and in ``sh`` fences: each is there, and has those flags."""
    root = get_command(app)
    assert [line for line in _commands(path.read_text()) if not _exists(root, line)] == []


def _commands(text: str) -> list[str]:
    indented = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    fenced = [line for block in _SHELL.findall(text) for line in block.splitlines()]
    return [line.partition("  #")[0] for line in indented + fenced if line.startswith("defkg ")]


def _exists(root: object, line: str) -> bool:
    words = line.split(" | ")[0].split(" && ")[0].split()[1:]
    command = root
    while words and (children := getattr(command, "commands", {})):
        if words[0].startswith("-"):
            return words[0] in ("--install-completion", "--help")
        if words[0] not in children:
            return False
        command = children[words.pop(0)]
    options = {option for parameter in getattr(command, "params", []) for option in parameter.opts}
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    return "ask" in line.split()[1:2] or given <= options | {"--help"}


def test_a_command_that_is_not_there_is_seen() -> None:
    root = get_command(app)
    assert not _exists(root, "defkg nonsense")
    assert not _exists(root, "defkg check --nonsense")
    assert _exists(root, "defkg evidence verify --texts copies")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_that_are_told_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    told = re.findall(r"^(?:    |`)?make ([a-z-]+)\b", path.read_text(), re.MULTILINE)
    assert [target for target in told if f"\n{target}:" not in makefile] == []
