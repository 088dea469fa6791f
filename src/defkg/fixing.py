"""What can be mended without asking: byte-order marks, line ends, missing prefixes, misspelt terms, the layout.

The file afterwards means what it meant before; but for a misspelt term, which becomes the declared one.
"""

from __future__ import annotations

import difflib
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from defkg.content import Fault, decode
from defkg.dataset import Dataset
from defkg.edit import Edit
from defkg.mending import Draft
from defkg.project import Project
from defkg.terms import ONTOLOGY, ONTOLOGY_GRAPH, OWL, TYPE
from defkg.tokens import Position
from defkg.turtle import Placed, TurtleFile, read_turtle
from defkg.vocabulary import undeclared_terms

_CLASSES = {OWL + "Class"}
_PROPERTIES = {OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
_NEAR = 0.9


@dataclass(frozen=True)
class Repair(Edit):
    """An edit that mends a file, and in words what it mends."""

    reasons: tuple[str, ...] = ()


def plan(project: Project, names: Collection[str] = ()) -> list[Repair]:
    """The edits that mend what is certain; nothing is written.

    A link, a file outside the project's folder, one that cannot be read, and one whose meaning would change are left
    as they are.

    Args:
        project: the folder, and files besides.
        names: the files to mend; all, where none is named.

    Raises:
        ProjectError: a file cannot be opened.
    """
    files = list(_files(project, names))
    for file in files:
        file.draft.declare_prefixes()
    _respell(files, Dataset.load(project))
    for file in files:
        file.draft.end_lines()
        file.draft.lay_out()
    return [file.repair() for file in files if file.draft.text != file.old]


@dataclass(frozen=True)
class _File:
    """A file that may be mended: its name, its content on the disk, and what shall become of it."""

    path: Path
    name: str
    old: str
    draft: Draft

    def repair(self) -> Repair:
        marked = ("took the byte-order mark away",) if self.old.startswith("\ufeff") else ()
        return Repair(self.path, self.name, self.old, self.draft.text, (*marked, *self.draft.reasons))


def _files(project: Project, names: Collection[str]) -> Iterator[_File]:
    for path in [*(path for path, _ in project.turtle_files()), *project.all_queries()]:
        name = project.name(path)
        if (not names or name in names) and _stands_in(project.root, path):
            try:
                content = project.content(path)
                draft = Draft(decode(name, content).text, path.suffix == ".ttl")
            except Fault:
                continue
            yield _File(path, name, content.decode(), draft)


def _stands_in(root: Path, path: Path) -> bool:
    """Whether a file is in a folder, and no link leads to it."""
    real = Path(os.path.realpath(root))
    return path.is_relative_to(root) and Path(os.path.realpath(path)) == real / path.relative_to(root)


def _respell(files: Iterable[_File], dataset: Dataset) -> None:
    """Corrects misspelt terms; what was mended before counts."""
    mended = {file.name: read_turtle(file.name, file.draft.text.encode()) for file in files if file.draft.is_turtle}
    whole = Dataset([(mended.get(file.path, file), graph) for file, graph in dataset.files])
    terms = Terms(whole)
    wrong: dict[str, set[Position]] = defaultdict(set)
    for _, finding in undeclared_terms(whole):
        wrong[finding.place.file].add(Position(finding.place.line, finding.place.column))
    for file in files:
        if wrong[file.name]:
            file.draft.respell(dict(terms.meant(mended[file.name], wrong[file.name])))


class Terms:
    """The classes and properties that an ontology declares under its own namespace."""

    def __init__(self, dataset: Dataset) -> None:
        declared = [triple for triple in dataset.graph(ONTOLOGY_GRAPH) if triple.predicate == TYPE]
        self._classes = _local(t.subject for t in declared if str(t.object)[1:-1] in _CLASSES)
        self._properties = _local(t.subject for t in declared if str(t.object)[1:-1] in _PROPERTIES)

    def meant(
        self, file: TurtleFile, wrong: Collection[Position]
    ) -> Iterator[tuple[Position, tuple[NamedNode, NamedNode]]]:
        """For each place with a misspelt term, that term and the one declared term that it is near to."""
        for placed in file.placed:
            for place, term, declared in self._used(placed):
                near = _nearest(term, declared) if place in wrong else None
                if near:
                    yield place, (term, near)

    def _used(self, placed: Placed) -> Iterator[tuple[Position, NamedNode, Collection[str]]]:
        triple = placed.triple
        yield placed.predicate_at, triple.predicate, self._properties
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            yield placed.object_at, triple.object, self._classes


def _local(terms: Iterable[object]) -> list[str]:
    iris = (term.value for term in terms if isinstance(term, NamedNode))
    return [iri.removeprefix(ONTOLOGY) for iri in iris if iri.startswith(ONTOLOGY)]


def _nearest(term: NamedNode, declared: Collection[str]) -> NamedNode | None:
    """The declared term that alone is near; of two, neither is certain."""
    local = term.value.removeprefix(ONTOLOGY)
    near = [name for name in declared if _likeness(local, name) >= _NEAR] if local != term.value else []
    return NamedNode(ONTOLOGY + near[0]) if len(near) == 1 else None


def _likeness(one: str, other: str) -> float:
    return 1 if one.casefold() == other.casefold() else difflib.SequenceMatcher(None, one, other, False).ratio()
