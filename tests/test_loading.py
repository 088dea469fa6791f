"""Loading in a process of its own gives what loading here gives, and says what it does and why it fails."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import BinaryIO

import pytest

from defkg import loading
from defkg.loading import Recipe, is_large, load, load_apart, load_beside, spool
from defkg.project import FOLDERS, ProjectError
from tests.conftest import ROOT


def lines(data: BinaryIO) -> int:
    data.seek(0)
    return len(data.readlines())


def test_another_process_gives_the_same() -> None:
    recipe, told = Recipe(ROOT, check=False, infer=False), list[str]()
    with spool() as here, spool() as there, spool() as beside:
        expected = load(recipe, here)
        apart = load_apart(Recipe(ROOT, infer=False), there, told.append)
        assert asyncio.run(load_beside(recipe, beside)).digest == expected.digest
        assert apart.description == expected.description
        assert apart.names.written() == expected.names.written()
        assert lines(here) == lines(there) == lines(beside)
    assert told[0] == "reading"
    assert {"terms", "shapes"} <= set(told)


def test_what_cannot_be_loaded_is_told_from_there(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b>")
    with spool() as data, pytest.raises(ProjectError, match=r"a\.ttl:1:\d+ is not valid Turtle"):
        load_apart(Recipe(None, (tmp_path / "a.ttl",)), data)


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_command", lambda data: ["sh", "-c", "kill -9 $$"])
    with spool() as data:
        with pytest.raises(ProjectError, match="ended with status -9; is there enough memory"):
            load_apart(Recipe(ROOT), data)
        with pytest.raises(ProjectError, match="ended with status -9"):
            asyncio.run(load_beside(Recipe(ROOT), data))


def test_large_is_what_the_files_are_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ttl").write_text("# one\n")
    (tmp_path / "b.ttl").write_text("# two\n")
    recipe = Recipe(None, (tmp_path / "a.ttl",), (f"urn:g={tmp_path / 'b.ttl'}", "urn:h=nowhere"))
    assert not is_large(recipe)
    assert not is_large(Recipe(ROOT))
    monkeypatch.setattr(loading, "LARGE", 11)
    assert is_large(recipe)
    assert is_large(Recipe(ROOT))


@pytest.fixture(params=["in another process", "here"])
def checking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the checks run; whatever threads the test runner has hold nothing that they need."""
    monkeypatch.setattr("defkg.beside.threading.active_count", lambda: 1 if "other" in request.param else 2)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name)
    with (tmp_path / "data" / "registry" / "countries.ttl").open("a") as file:
        file.write("<https://w3id.org/defkg/id/country/nowhere> a defkg:Contry .\n")
    return tmp_path


@pytest.mark.usefixtures("checking")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_project_with_findings_gives_nothing_else_unless_it_is_forced(faulty: Path) -> None:
    with spool() as data:
        refused = load(Recipe(faulty), data)
        assert ["Contry" in finding.message for finding in refused.findings] == [True]
        assert not refused.questions
        assert not refused.digest
        forced = load(Recipe(faulty, force=True), data)
        assert forced.findings == refused.findings
        assert forced.questions


@pytest.mark.usefixtures("checking")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_findings_are_told_and_not_what_fails_because_of_them(faulty: Path) -> None:
    (faulty / "ontology" / "context.jsonld").write_text("{")
    with spool() as data:
        assert {finding.place.file for finding in load(Recipe(faulty), data).findings} >= {"ontology/context.jsonld"}
        with pytest.raises(ProjectError, match="context"):
            load(Recipe(faulty, force=True), data)


def test_a_large_project_is_checked_before_anything_else(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGE", 0)
    done: list[str] = []
    with spool() as data:
        assert load(Recipe(faulty), data, meanwhile=lambda: done.append("meanwhile")).findings
        assert not data.tell()
    assert not done
