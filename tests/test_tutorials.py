"""What the tutorials and the README tell to do is done, and prints what they tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.console import BLOCK, fits, followed
from tests.test_docs_links import DOCUMENTS

FOLLOWED = [path for path in DOCUMENTS if BLOCK.search(path.read_text()) and path.name != "CONTRIBUTING.md"]
_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
PROGRAMS = [path for path in DOCUMENTS if _PYTHON.search(path.read_text())]


@pytest.mark.parametrize("path", FOLLOWED, ids=lambda path: path.stem)
def test_every_block_prints_what_is_told(path: Path) -> None:
    assert followed(path) == path.read_text(), f"python -m tests.console {path.relative_to(ROOT)} writes it"


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_python_that_is_told_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for program in _PYTHON.findall(path.read_text()):
        exec(compile(program, str(path), "exec"), {})


def test_there_is_a_tutorial_for_each_reader() -> None:
    names = {path.stem for path in FOLLOWED if path.parent.name == "tutorials"}
    assert names == {"analyst", "consumer", "steward", "operator"}


def test_three_dots_stand_for_what_varies_and_nothing_else_does() -> None:
    assert fits("digest ...\n", "digest 12ab\n")
    assert not fits("digest ...\n", "digest 12ab")
    assert not fits("4 rows\n", "5 rows\n")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_that_are_told_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    told = re.findall(r"^(?:    |`)?make ([a-z-]+)\b", path.read_text(), re.MULTILINE)
    assert [target for target in told if f"\n{target}:" not in makefile] == []
