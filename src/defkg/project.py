"""A project folder: which files it has, and what each is for."""

from __future__ import annotations

import importlib.resources
import os
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
    VOID_GRAPH,
    source_graph,
)

FOLDERS = ("ontology", "shapes", "data", "queries")
_NOT_QUESTIONS = ("checks", "coverage", "migrations")
_ALIGNMENTS = "ontology/alignments"
_ALIGNED = (".sssom.tsv", ".ttl")
_RELEASES = "ontology/releases"
_SUFFIXES = (".ttl", ".rq")
_GRAPHS = {
    "ontology": ONTOLOGY_GRAPH,
    "shapes": SHAPES_GRAPH,
    "data/registry": REGISTRY_GRAPH,
    "data/curation.ttl": CURATION_GRAPH,
    "data/tombstones.ttl": TOMBSTONES_GRAPH,
    "data/dataset.ttl": VOID_GRAPH,
}
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
        name = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
        return os.fsencode(name).decode("utf-8", "backslashreplace")

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
        for path in self._listed():
            graph = self._graph(path)
            if graph is not None:
                yield path, graph
        yield from ((path, _source(path)) for path in self.extra)

    def context(self) -> Path | None:
        """The context of JSON-LD, where there is one."""
        path = self.root / "ontology" / "context.jsonld"
        return path if path.exists() else None

    def releases(self) -> list[Path]:
        """The files with earlier releases of the ontology, sorted; they are served, and no part of the graph."""
        folder = self.root / _RELEASES
        return [path for path in self._listed() if path.parent == folder and path.suffix == ".ttl"]

    def alignments(self) -> list[Path]:
        """The tables of mappings to other vocabularies and their Turtle, sorted; served, and no part of the graph."""
        folder = self.root / _ALIGNMENTS
        return sorted(path for suffix in _ALIGNED for path in folder.glob(f"*{suffix}") if path.name[0] != ".")

    def misplaced(self) -> list[Finding]:
        """Turtle files and queries that would be left out where they are."""
        others = [path for path in self._listed() if self._graph(path) is None and not self._is_query(path)]
        beside = (self.root / _ALIGNMENTS, self.root / _RELEASES)
        lost = [path for path in others if path.parent not in beside]
        hint = "put Turtle into ontology/, shapes/, data/registry/ or data/sources/, a query into queries/<group>/"
        message = "this file belongs nowhere and would be left out"
        return [Finding(Place(self.name(p), 1, 1), Severity.ERROR, MISPLACED, message, hint) for p in lost]

    def query_files(self, group: str = "*") -> list[Path]:
        """The ``.rq`` files of the library (not checks, coverage and migrations, unless named)."""
        if group != "*":
            return [path for path in self.all_queries() if path.parent.name == group]
        return [path for path in self.all_queries() if path.parent.name not in _NOT_QUESTIONS]

    def all_queries(self) -> list[Path]:
        """Every ``.rq`` file: questions, checks, coverage and migrations."""
        return [path for path in self._listed() if self._is_query(path)]

    def _is_query(self, path: Path) -> bool:
        return path.parent.parent == self.root / "queries" and path.suffix == ".rq"

    def _listed(self) -> list[Path]:
        """All that is named like Turtle or a query below the four folders, sorted.

        Raises:
            ProjectError: a folder cannot be opened.
        """
        return sorted(path for top in FOLDERS for path in below(self.root / top))

    def _graph(self, path: Path) -> NamedNode | None:
        if path.suffix != ".ttl":
            return None
        folder = path.parent.relative_to(self.root).as_posix()
        if folder == "data/sources":
            return _source(path)
        return _GRAPHS.get(folder) or _GRAPHS.get(f"{folder}/{path.name}")


def is_project(folder: Path) -> bool:
    """Whether a folder has the four folders of a project."""
    return all((folder / name).is_dir() for name in FOLDERS)


def enclosing(folder: Path) -> Path | None:
    """The nearest project folder: the folder itself, or one that it lies in; None where there is none."""
    return next((one for one in (folder, *folder.parents) if is_project(one)), None)


def below(top: Path) -> Iterator[Path]:
    """All that is named like Turtle or a query in a folder and its subfolders; what is hidden is left out.

    Raises:
        ProjectError: a folder cannot be opened.
    """
    for folder, folders, files in os.walk(top, onerror=_unopened):
        folders[:] = (name for name in folders if not name.startswith("."))
        named = (name for name in (*folders, *files) if name.lower().endswith(_SUFFIXES) and not name.startswith("."))
        yield from (Path(folder) / name for name in named)


def _unopened(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # what went away while it was listed has nothing to tell
        raise ProjectError(f"{error.filename} cannot be read: {error.strerror}; check its permissions") from error


def _source(path: Path) -> NamedNode:
    return source_graph(quote(os.fsencode(path.stem)))
