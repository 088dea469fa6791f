"""Documents that are made from something else are what it makes today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tools import commands, decisions, library, model
from typer.main import get_command

from defkg.cli import app


def test_the_commands_are_written_from_the_commands() -> None:
    assert commands.DOC.read_text() == commands.written(), "run python -m tools.commands"


def test_every_command_and_flag_has_its_place() -> None:
    told = commands.DOC.read_text()
    assert {f"## defkg {name}" for name in getattr(get_command(app), "commands", {})} <= set(told.splitlines())
    assert "| `--client-seconds` |" in told
    assert re.search(r"^\| `--port` \| .* \| `8000` \|$", told, re.MULTILINE)


def test_the_decisions_are_listed() -> None:
    assert decisions.DOC.read_text() == decisions.written(), "run python -m tools.decisions"


def test_the_library_is_listed() -> None:
    told = library.DOC.read_text()
    assert told == library.written(), "run python -m tools.library"
    assert "| `jwgs-co-chaired-by` | Which joint working groups has an official co-chaired? |" in told


def test_a_decision_without_a_date_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0001-x.md").write_text("# 1. X\n\nNo date.\n")
    monkeypatch.setattr(decisions, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"0001-x\.md"):
        decisions.written()


def test_the_pictures_are_made_from_the_data() -> None:
    made = model.pictures()
    kept = {path.name: path.read_text() for path in model.FOLDER.glob("*.svg")}
    assert kept == made, "run python -m tools.model"


def test_every_picture_has_its_place_in_the_model() -> None:
    told = (model.ROOT / "docs" / "model.md").read_text()
    assert [path.name for path in model.FOLDER.glob("*.svg") if f"](images/{path.name})" not in told] == []


def test_a_picture_of_what_the_graph_does_not_say_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"x": ("X", "Y", "official/rajesh-kumar-singh coChaired mechanism/india-brunei-jwg")}
    monkeypatch.setattr(model, "EXAMPLES", wrong)
    with pytest.raises(ValueError, match="does not say"):
        model.pictures()
