"""The merged dataset: a graph per source, registry, curation, ontology, and what follows from them."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, Store, Triple

from defkg.content import Fault
from defkg.finding import Finding, Place
from defkg.project import Project
from defkg.terms import (
    ID,
    INFERRED_GRAPH,
    ONTOLOGY,
    ONTOLOGY_GRAPH,
    PREFIXES,
    SHAPES_GRAPH,
    TOMBSTONES_GRAPH,
    TYPE,
    VOID_GRAPH,
    Term,
)
from defkg.turtle import Placed, TurtleFile, read_turtle

_NOTHING = hashlib.sha256().hexdigest()
_DOCUMENT = NamedNode(ONTOLOGY + "SourceDocument")
OUTSIDE = (SHAPES_GRAPH, TOMBSTONES_GRAPH, VOID_GRAPH)
"""The graphs whose triples are not among what the graph says: they stay out of the default graph."""


class Row(NamedTuple):
    """A triple where it is asserted: its file, the triple with its places, and its graph."""

    file: TurtleFile
    placed: Placed
    graph: NamedNode

    @property
    def place(self) -> Place:
        """Where the object stands."""
        return Place(self.file.path, *self.placed.object_at)


def quads(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
    """The triples as quads of one graph."""
    return (Quad(t.subject, t.predicate, t.object, graph) for t in triples)


@dataclass
class Dataset:
    """What a project says.

    Attributes:
        files: every Turtle file, with the graph it fills.
        inferred: what follows by the ontology; empty until `inference.close` has filled it.
        digest: SHA-256 over names and contents of the files, lower-case hex.
        closed: the same with what follows, once `inference.close` has made it; then ``files`` must stay as they are.
        parsed: the files that were read, by name and SHA-256 of their content.
    """

    files: list[tuple[TurtleFile, NamedNode]]
    digest: str = ""
    inferred: set[Triple] = field(default_factory=set)
    closed: Dataset | None = field(default=None, repr=False, compare=False)
    parsed: dict[tuple[str, str], TurtleFile] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def load(project: Project, earlier: Dataset | None = None) -> Dataset:
        """Reads all Turtle files of a project.

        A file that cannot be parsed is a finding in `findings`, not an exception.

        Args:
            project: the folder, and files besides.
            earlier: the project's dataset at another time; a file that is as it was then is not parsed again.

        Raises:
            ProjectError: a file cannot be opened.
        """
        files, parsed, known = [], {}, earlier.parsed if earlier else {}
        digest = hashlib.sha256()
        for path, graph in project.turtle_files():
            name = project.name(path)
            try:
                content = project.content(path)
                key = (name, hashlib.sha256(content).hexdigest())
                file = parsed[key] = known.get(key) or read_turtle(name, content)
            except Fault as fault:
                key, file = (name, _NOTHING), TurtleFile(name, findings=[fault.finding])
            digest.update(os.fsencode("\0".join(key) + "\n"))
            files.append((file, own_graph(file, graph) if path in project.extra else graph))
        return Dataset(files, digest.hexdigest(), parsed=parsed)

    def with_inferred(self, inferred: set[Triple]) -> Dataset:
        """The same files with what follows from them; what is indexed already is not indexed again."""
        other = Dataset(self.files, self.digest, inferred)
        kept = ("_rows", "asserted", "subjects")
        other.__dict__.update((name, self.__dict__[name]) for name in kept if name in self.__dict__)
        return other

    @property
    def findings(self) -> list[Finding]:
        """The faults that kept files from being read."""
        return [finding for file, _ in self.files for finding in file.findings]

    def graph(self, graph: NamedNode) -> list[Triple]:
        """The asserted triples of one graph, or the inferred ones."""
        if graph == INFERRED_GRAPH:
            return list(self.inferred)
        return [p.triple for file, name in self.files if name == graph for p in file.placed]

    @cached_property
    def asserted(self) -> dict[Triple, list[Row]]:
        """Each asserted triple of the default graph, with where it is asserted, in file order."""
        found: dict[Triple, list[Row]] = defaultdict(list)
        for row in self._rows:
            found[row.placed.triple].append(row)
        return dict(found)

    @cached_property
    def subjects(self) -> dict[Term, list[Row]]:
        """The asserted triples of the data (not ontology, not shapes) by subject, in file order."""
        found: dict[Term, list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.graph != ONTOLOGY_GRAPH:
                found[row.placed.triple.subject].append(row)
        return dict(found)

    @cached_property
    def _rows(self) -> list[Row]:
        kept = [(file, graph) for file, graph in self.files if graph not in OUTSIDE]
        return [Row(file, placed, graph) for file, graph in kept for placed in file.placed]

    @cached_property
    def store(self) -> Store:
        """An index: the merged set in the default graph, each triple once, and every graph under its name."""
        store = Store()
        store.bulk_extend(quads({*self.asserted, *self.inferred}, DefaultGraph()))
        for file, graph in self.files:
            store.bulk_extend(quads((p.triple for p in file.placed), graph))
        store.bulk_extend(quads(self.inferred, INFERRED_GRAPH))
        return store

    def select(self, query: str) -> list[dict[str, Term]]:
        """The rows of a SELECT over this dataset; the project's prefixes are known; unbound variables are left out.

        A true ASK has one row without values, a false one has none.

        Raises:
            SyntaxError: the query is not SPARQL.
        """
        solutions = self.store.query(query, prefixes=PREFIXES)
        if isinstance(solutions, QueryBoolean):
            return [{}] if solutions else []
        assert isinstance(solutions, QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [{n: s[n] for n in names if s[n] is not None} for s in solutions]

    def ask(self, query: str) -> bool:
        """The answer of an ASK over this dataset."""
        return bool(self.store.query(query, prefixes=PREFIXES))

    def sources(self, triples: Iterable[Triple]) -> list[NamedNode]:
        """The documents whose graphs assert any of the triples, sorted; registry and curation are none."""
        graphs = {row.graph for t in triples for row in self.asserted.get(t, ())}
        return sorted((g for g in graphs if g.value.startswith(ID + "source/")), key=lambda g: g.value)


def own_graph(file: TurtleFile, otherwise: NamedNode) -> NamedNode:
    """The graph of a loose file: that of the document it describes, if it does."""
    documents = [p.triple.subject for p in file.placed if p.triple.predicate == TYPE and p.triple.object == _DOCUMENT]
    return next((document for document in documents if isinstance(document, NamedNode)), otherwise)
