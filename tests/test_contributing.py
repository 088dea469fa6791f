"""The walk through a sixth document in CONTRIBUTING.md: each command prints what it says, and the answers are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walkthrough import BLOCK, DOC, run, written


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("walk")
    return folder / "project", written(folder, DOC.read_text())


def test_every_step_prints_what_is_written(walked: tuple[Path, str]) -> None:
    assert walked[1] == DOC.read_text(), "python -m tests.walkthrough writes it"


def test_the_walk_uses_every_tool(walked: tuple[Path, str]) -> None:
    commands = "".join(BLOCK.findall(walked[1]))
    for tool in ("new source", "check --fix", "evidence locate", "fmt", "evidence verify", "check", "diff", "ask"):
        assert f"$ defkg {tool}" in commands


def test_the_new_answers_are_in_the_library(walked: tuple[Path, str]) -> None:
    project = walked[0]
    answer = run(project, 'defkg ask jwgs-co-chaired-by --official "Jon Example"')
    assert answer.splitlines()[1:] == [
        "https://w3id.org/defkg/id/mechanism/india-iceland-jwg,India–Iceland Joint Working Group"
    ]
    documents = run(project, 'defkg ask documents-for-co-chairing --official "Jon Example"')
    assert "Invented report on a first India–Iceland meeting" in documents
    assert "no finding" in run(project, "defkg check")


def test_the_old_answers_stay(walked: tuple[Path, str]) -> None:
    answer = run(walked[0], 'defkg ask jwgs-co-chaired-by --official "Amitabh Prasad"')
    assert len(answer.splitlines()) == 2
