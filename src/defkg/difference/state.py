"""One side of a comparison: what it states, what follows, and how it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from defkg.dataset import Dataset, quads
from defkg.difference.blank import Naming
from defkg.inference import UnsupportedAxiom, close
from defkg.project import Project, ProjectError
from defkg.question import Question, QuestionError, library
from defkg.terms import (
    BASE,
    DCTERMS,
    INFERRED_GRAPH,
    RDFS,
    SHAPES_GRAPH,
    SKOS,
    TOMBSTONES_GRAPH,
    TYPE,
    VOID_GRAPH,
    Term,
)

MERGED = NamedNode(BASE + "graph/merged")
_APART = (TOMBSTONES_GRAPH, VOID_GRAPH)
_LABELS = [NamedNode(SKOS + "prefLabel"), NamedNode(DCTERMS + "title"), NamedNode(RDFS + "label")]


@dataclass
class State:
    """What a project, a revision of it, or an RDF file says.

    Attributes:
        name: what the person calls it.
        stated: the asserted quads but those of shapes, each graph under its name, without blank nodes.
        inferred: what follows from them.
        shapes: the triples of the shapes graph, without blank nodes.
        store: the index that questions are put to.
        words: how a node without a name is written, by the IRI that stands for it.
        questions: the library; empty for a file.
        project: the folder; None for a file.
        closed: its dataset; None for a file.
        by_graph: whether it says which graph a triple is in, and which triples are inferred.
    """

    name: str
    stated: set[Quad]
    inferred: set[Triple]
    shapes: set[Triple]
    store: Store
    words: dict[NamedNode, str]
    questions: dict[str, Question] = field(default_factory=dict)
    project: Project | None = None
    closed: Dataset | None = None
    by_graph: bool = True

    @cached_property
    def holds(self) -> set[Triple]:
        """The triples of the default graph: stated or inferred."""
        return {q.triple for q in self.stated if q.graph_name not in _APART} | self.inferred

    @cached_property
    def labels(self) -> dict[Term, str]:
        """What things are called: their preferred label, else their title, else another label; English first."""
        found: dict[Term, tuple[int, bool, str]] = {}
        for quad in self.stated:
            if quad.predicate in _LABELS and isinstance(quad.object, Literal):
                mine = (_LABELS.index(quad.predicate), quad.object.language != "en", quad.object.value)
                found[quad.subject] = min(found.get(quad.subject, mine), mine)
        return {thing: label for thing, (_, _, label) in found.items()}

    @cached_property
    def kinds(self) -> dict[Term, NamedNode]:
        """The stated class of each thing; the first by name where there are several."""
        found: dict[Term, NamedNode] = {}
        for quad in self.stated:
            if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                found[quad.subject] = min(
                    found.get(quad.subject, quad.object), quad.object, key=lambda kind: kind.value
                )
        return found

    def of_class(self, kind: str) -> set[Term]:
        """The things that are of a class, by statement or by inference."""
        return {q.subject for q in self.store.quads_for_pattern(None, TYPE, NamedNode(kind), DefaultGraph())}

    def merged(self) -> State:
        """The same without graphs: all that holds, as if one graph stated it."""
        stated = set(quads(self.holds, MERGED))
        return State(
            self.name, stated, set(), set(), self.store, self.words, self.questions, self.project, self.closed, False
        )


def of_project(project: Project, name: str) -> State:
    """Reads a project.

    Raises:
        ProjectError: a file cannot be read, parsed or used; the message begins with the side's name.
    """
    try:
        dataset = Dataset.load(project)
        if dataset.findings:
            raise ProjectError(str(dataset.findings[0]))
        closed = close(dataset)
        questions = library(project)
    except (ProjectError, UnsupportedAxiom, QuestionError) as error:
        raise ProjectError(f"{name}: {error}") from error
    graphs = dict.fromkeys(graph for _, graph in closed.files)
    found = [quad for graph in graphs for quad in quads(closed.graph(graph), graph)]
    return _state(name, found, closed.inferred, closed.store, questions=questions, project=project, closed=closed)


def of_file(path: Path, name: str) -> State:
    """Reads an RDF file: an artefact with named graphs, or plain triples.

    Raises:
        ProjectError: it cannot be read, or is no RDF; the message begins with the side's name.
    """
    form = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None:
        raise ProjectError(f"{name}: its name does not tell its format; rename it, as in {path.stem}.ttl or .nq")
    try:
        found = list(parse(path=str(path), format=form, base_iri=path.resolve().as_uri()))
    except OSError as error:
        raise ProjectError(f"{name} cannot be read: {error.strerror or error}; check its permissions") from error
    except SyntaxError as error:
        raise ProjectError(
            f"{name}:{error.lineno or 1}:{error.offset or 1} not valid {form.name}: {error.msg}"
        ) from error
    return _of_quads(found, name)


def _of_quads(found: list[Quad], name: str) -> State:
    found = [
        q if isinstance(q.graph_name, NamedNode | DefaultGraph) else next(quads([q.triple], MERGED)) for q in found
    ]
    outside = (SHAPES_GRAPH, *_APART)
    store = Store()
    store.bulk_extend(quads({q.triple for q in found if q.graph_name not in outside}, DefaultGraph()))
    store.bulk_extend(q for q in found if q.graph_name != DefaultGraph())
    inferred = {q.triple for q in found if q.graph_name == INFERRED_GRAPH}
    stated = [q for q in found if q.graph_name not in (INFERRED_GRAPH, DefaultGraph())]
    lone = {q.triple for q in found} - {q.triple for q in stated} - inferred
    by_graph = bool(stated or inferred)
    return _state(name, [*stated, *quads(lone, MERGED)], inferred, store, by_graph=by_graph)


def _state(
    name: str,
    found: Iterable[Quad],
    inferred: set[Triple],
    store: Store,
    *,
    questions: dict[str, Question] | None = None,
    project: Project | None = None,
    closed: Dataset | None = None,
    by_graph: bool = True,
) -> State:
    found = list(found)
    naming = Naming(quad.triple for quad in found)
    named = [naming.quad(quad) for quad in found]
    return State(
        name,
        {quad for quad in named if quad.graph_name != SHAPES_GRAPH},
        {t for t in inferred if not isinstance(t.subject, BlankNode) and not isinstance(t.object, BlankNode)},
        {quad.triple for quad in named if quad.graph_name == SHAPES_GRAPH},
        store,
        naming.words,
        questions or {},
        project,
        closed,
        by_graph,
    )
