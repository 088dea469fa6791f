"""A project folder: which files it has, and what each is for."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import NamedNode

from defkg.content import read
from defkg.finding import Finding, Place, Severity
from defkg.terms import (
    CHECKS,
    CURATION_GRAPH,
    ONTOLOGY_GRAPH,
    REGISTRY_GRAPH,
    SHAPES_GRAPH,
    TOMBSTONES_GRAPH,
    source_graph,
)

FOLDERS = ("ontology", "shapes", "data", "queries")
_NOT_QUESTIONS = ("checks", "coverage", "migrations")
MISPLACED = CHECKS + "misplaced-file"


class ProjectError(Exception):
    """What cannot be opened or is no project; the text says which and what to do."""


@dataclass(frozen=True)
class Project:
    """A folder with ``ontology/ shapes/ data/ queries/``, and files given besides.

    Attributes:
        root: the folder.
        extra: Turtle files outside its layout that count as further sources.
    """

    root: Path
    extra: tuple[Path, ...] = ()

    @staticmethod
    def open(root: Path) -> Project:
        """The project in a folder.

        Raises:
            ProjectError: there is no such folder, or a part of it is missing.
        """
        if not root.is_dir():
            raise ProjectError(f"{root} is not a folder; name a project folder or a Turtle file")
        missing = [name for name in FOLDERS if not (root / name).is_dir()]
        if missing:
            needs = ", ".join(name + "/" for name in missing)
            raise ProjectError(
                f"{root} is no project folder: {needs} missing; it needs ontology/ shapes/ data/ queries/"
            )
        if not any((root / "ontology").glob("*.ttl")):
            raise ProjectError(
                f"{root / 'ontology'} holds no Turtle file; put the ontology there, as in ontology/defkg.ttl"
            )
        return Project(root)

    @staticmethod
    def bundled() -> Project:
        """The project that comes with the package: this repository, or its copy in the wheel."""
        package = Path(str(importlib.resources.files("defkg")))
        inside = package / "bundled"
        return Project.open(inside if inside.is_dir() else package.parent.parent)

    def name(self, path: Path) -> str:
        """A file as findings show it: relative to the project where it lies inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def content(self, path: Path) -> bytes:
        """The bytes of one of its files.

        Raises:
            Fault: it is no ordinary file, too large, or a link out of the folder.
            ProjectError: it cannot be opened.
        """
        try:
            return read(path, self.name(path), None if path in self.extra else self.root)
        except OSError as error:
            raise ProjectError(f"{path} cannot be read: {error.strerror}; check its permissions") from error

    def turtle_files(self) -> Iterator[tuple[Path, NamedNode]]:
        """Each Turtle file with the graph its triples go to, sorted by path."""
        for path in sorted(self.root.glob("ontology/*.ttl")):
            yield path, ONTOLOGY_GRAPH
        for path in sorted(self.root.glob("shapes/*.ttl")):
            yield path, SHAPES_GRAPH
        for path in sorted(self.root.glob("data/**/*.ttl")):
            graph = self._data_graph(path)
            if graph is not None:
                yield path, graph
        yield from ((path, source_graph(quote(path.stem))) for path in self.extra)

    def misplaced(self) -> list[Finding]:
        """Turtle files under ``data/`` that no graph would take."""
        lost = [p for p in sorted(self.root.glob("data/**/*.ttl")) if self._data_graph(p) is None]
        hint = "move it to data/registry/ or data/sources/"
        message = "this file belongs to no graph and would be left out"
        return [Finding(Place(self.name(p), 1, 1), Severity.ERROR, MISPLACED, message, hint) for p in lost]

    def query_files(self, group: str = "*") -> list[Path]:
        """The ``.rq`` files of the library (not checks, coverage and migrations, unless named)."""
        found = sorted(self.root.glob(f"queries/{group}/*.rq"))
        return found if group != "*" else [p for p in found if p.parent.name not in _NOT_QUESTIONS]

    def _data_graph(self, path: Path) -> NamedNode | None:
        folder, name = path.parent.relative_to(self.root / "data").as_posix(), path.stem
        if folder == "sources":
            return source_graph(quote(name))
        graphs = {"registry/": REGISTRY_GRAPH, "./curation": CURATION_GRAPH, "./tombstones": TOMBSTONES_GRAPH}
        return graphs.get("registry/" if folder == "registry" else f"{folder}/{name}")
