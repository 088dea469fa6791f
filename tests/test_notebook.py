"""The notebook: its cells run, without a network, and give what it says."""

from __future__ import annotations

import copy
import socket

import pytest

from tests.notebook import NOTEBOOK, ran, read, text


@pytest.fixture(scope="module")
def outcome() -> str:
    return text(ran(read()))


def test_cells_give_what_is_written(outcome: str) -> None:
    assert outcome == NOTEBOOK.read_text(encoding="utf-8"), "python -m tests.notebook writes it"


def test_a_changed_output_is_seen(outcome: str) -> None:
    changed = copy.deepcopy(read())
    shown = next(cell["outputs"][0]["data"] for cell in changed["cells"] if cell["id"] == "row")
    shown["text/plain"] = ["{}"]
    assert text(changed) != outcome
    assert text(ran(changed)) == outcome


def test_nothing_fails_but_what_is_meant_to(outcome: str) -> None:
    assert "Error: " not in outcome
    assert "did you mean 'Amitabh Prasad'?" in outcome


def test_no_network_is_needed(monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    monkeypatch.setattr(socket, "socket", None)
    assert text(ran(read())) == outcome
