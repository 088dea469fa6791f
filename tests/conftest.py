"""Fixtures: the bundled graph, closed; and the same with something broken in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Triple, parse

from defkg.dataset import Dataset
from defkg.inference import close
from defkg.project import FOLDERS, Project
from defkg.terms import PREFIXES, source_graph
from defkg.turtle import TurtleFile, read_turtle

ROOT = Path(__file__).parent.parent
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
Broken = Callable[..., Dataset]


@pytest.fixture(scope="session")
def project() -> Project:
    return Project.open(ROOT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project folder to break: a copy of the bundled one."""
    project = tmp_path / "project"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, project / name)
    return project


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of the test's own, for commands run in this process, and a wide terminal."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture(scope="session")
def dataset(project: Project) -> Dataset:
    loaded = Dataset.load(project)
    assert loaded.findings == []
    return loaded


@pytest.fixture(scope="session")
def closed(dataset: Dataset) -> Dataset:
    return close(dataset)


@pytest.fixture(scope="session")
def broken(dataset: Dataset) -> Broken:
    """A closed dataset with triples added to a source's graph, or taken out of it."""

    def change(add: str = "", remove: str = "", source: str = "broken") -> Dataset:
        gone = set(_triples(remove))
        graph = source_graph(source)
        files = [(_without(file, gone) if name == graph else file, name) for file, name in dataset.files]
        return close(Dataset([*files, (read_turtle("broken.ttl", (HEAD + add).encode()), graph)]))

    return change


def _triples(turtle: str) -> list[Triple]:
    from pyoxigraph import RdfFormat

    return [quad.triple for quad in parse(HEAD + turtle, format=RdfFormat.TURTLE)]


def _without(file: TurtleFile, gone: set[Triple]) -> TurtleFile:
    return TurtleFile(file.path, file.text, [placed for placed in file.placed if placed.triple not in gone])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end of a run how many facts of the documents are accounted for."""
    from tests.test_facts import summary

    terminalreporter.write_line(summary())
