"""Terms and references: what the data names must be declared, and must be there."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, XSD, DefinedNamespace

from defkg.content import at
from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Severity
from defkg.project import Project
from defkg.question import QuestionError, read_query
from defkg.terms import (
    CHECKS,
    ID,
    ONTOLOGY,
    ONTOLOGY_GRAPH,
    SHAPES_GRAPH,
    TOMBSTONES_GRAPH,
    TYPE,
    VOID_GRAPH,
    Term,
    compact,
    expand,
)
from defkg.tokens import Position
from defkg.turtle import Placed, TurtleFile

_CLOSED: tuple[type[DefinedNamespace], ...] = (DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, XSD)
_IN_HEAD = re.compile(r"\b(?:class|default): *(?P<name>(?:defkg:|id:)[\w/.-]*\w)")
_BESIDE = {SHAPES_GRAPH, ONTOLOGY_GRAPH, TOMBSTONES_GRAPH, VOID_GRAPH}
_OURS = re.compile(rf"(?:defkg:|{re.escape(ONTOLOGY)})(\w+)")
_UNDESCRIBED = "describe it in data/registry/, or correct its IRI"
_HINTS = 100  # a comparison with every thing of the kind takes its time


def undeclared_terms(dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Terms of our namespace, or of a closed vocabulary, that nobody declares."""
    declared = frozenset(str(t.subject)[1:-1] for t in dataset.graph(ONTOLOGY_GRAPH))
    told = set()
    for file, placed, term in _terms(dataset):
        known = _siblings(term.value, declared)
        if known is not None and term.value not in known:
            near = _nearest(term.value, known)
            hint = f"did you mean {near}?" if near else "declare it in the ontology, or use a declared term"
            message = f"{compact(term.value)} is not declared"
            place = placed.predicate_at if term == placed.triple.predicate else placed.object_at
            if (file.path, place) not in told:  # a predicate with several objects is written once
                told.add((file.path, place))
                yield placed.triple.subject, _error(file, place, "undeclared-term", message, hint)


def in_queries(project: Project, dataset: Dataset, terms: bool = True) -> Iterator[tuple[Term, Finding]]:
    """Terms of our namespace in the project's queries and heads that nobody declares; defaults nowhere described.

    Args:
        project: where the queries are.
        dataset: what is declared and described.
        terms: whether to look for terms; without, for defaults alone.
    """
    declared = frozenset(str(t.subject)[1:-1] for t in dataset.graph(ONTOLOGY_GRAPH))
    things = {s.value for s in dataset.subjects if isinstance(s, NamedNode)}
    for path in project.all_queries() if terms else project.query_files():
        with suppress(QuestionError):  # told as a question or a check that cannot be used
            name, text = project.name(path), read_query(path)
            undeclared = list(_undeclared_in(name, text, declared)) if terms else []
            yield from undeclared or _dangling_in(name, text, things)


def _undeclared_in(name: str, text: str, declared: frozenset[str]) -> Iterator[tuple[Term, Finding]]:
    if any(ONTOLOGY + local not in declared for local in _OURS.findall(text)):
        yield from _in_query(name, text, declared)
        yield from _in_head(name, text, declared)


def _in_query(name: str, text: str, declared: frozenset[str]) -> Iterator[tuple[Term, Finding]]:
    from defkg.linter import lint  # seldom needed, and it takes a while to load

    for found in lint(text, declared):
        if found.kind == "unknown-term":
            message, _, hint = found.message.partition("; ")
            place = Place(name, found.line, found.column)
            yield Literal(name), Finding(place, Severity.ERROR, CHECKS + "undeclared-term", message, hint)


def _in_head(name: str, text: str, declared: frozenset[str]) -> Iterator[tuple[Term, Finding]]:
    for iri, place in _named_in_head(name, text):
        if iri.startswith(ONTOLOGY) and iri not in declared:
            near = _nearest(iri, declared)
            hint = f"did you mean {near}?" if near else "use a class that the ontology declares"
            message = f"{compact(iri)} is not declared"
            yield Literal(name), Finding(place, Severity.ERROR, CHECKS + "undeclared-term", message, hint)


def _named_in_head(name: str, text: str) -> Iterator[tuple[str, Place]]:
    """The classes and defaults that a question's parameters name, with their places."""
    head = "".join(itertools.takewhile(lambda line: line.startswith("#+"), text.splitlines(keepends=True)))
    for match in _IN_HEAD.finditer(head):
        yield expand(match["name"]), Place(name, *at(text, match.start("name")))


def _dangling_in(name: str, text: str, things: set[str]) -> Iterator[tuple[Term, Finding]]:
    for iri, place in _named_in_head(name, text):
        if iri.startswith(ID) and iri not in things:
            message = f"{compact(iri)} is described nowhere"
            rule = CHECKS + "dangling-reference"
            yield Literal(name), Finding(place, Severity.ERROR, rule, message, _like(iri, things))


def dangling_references(dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Things that the data refers to and nowhere describes."""
    things = {s.value for s in dataset.subjects if isinstance(s, NamedNode)}
    hints: dict[str, str] = {}
    for rows in dataset.subjects.values():
        for file, placed, _ in rows:
            target = placed.triple.object
            if isinstance(target, NamedNode) and target.value.startswith(ID) and target.value not in things:
                if len(hints) < _HINTS:
                    hints.setdefault(target.value, _like(target.value, things))
                hint = hints.get(target.value, _UNDESCRIBED)
                message = f"{compact(target.value)} is described nowhere"
                yield placed.triple.subject, _error(file, placed.object_at, "dangling-reference", message, hint)


def _like(iri: str, things: set[str]) -> str:
    kind = iri.rpartition("/")[0]
    near = _near(iri, (thing for thing in things if thing.rpartition("/")[0] == kind))
    return f"did you mean {compact(near)}?" if near else _UNDESCRIBED


def blank_nodes(dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Blank nodes in data: each node needs an IRI, so that diffs, links and evidence hold."""
    for rows in dataset.subjects.values():
        for file, placed, _ in rows:
            if isinstance(placed.triple.object, BlankNode):
                message, hint = "a blank node has no IRI to link to", "give it an IRI under id:"
                yield placed.triple.subject, _error(file, placed.object_at, "blank-node", message, hint)
    mentioned = {placed.triple.object for rows in dataset.subjects.values() for _, placed, _ in rows}
    for subject in dataset.subjects:
        if isinstance(subject, BlankNode) and subject not in mentioned:
            file, placed, _ = dataset.subjects[subject][0]
            message, hint = "a blank node has no IRI to link to", "give it an IRI under id:"
            yield subject, _error(file, placed.subject_at, "blank-node", message, hint)


def _terms(dataset: Dataset) -> Iterator[tuple[TurtleFile, Placed, NamedNode]]:
    for file, graph in dataset.files:
        for placed in file.placed:
            if graph not in _BESIDE:
                yield file, placed, placed.triple.predicate
            obj = placed.triple.object
            if isinstance(obj, NamedNode) and (placed.triple.predicate == TYPE or obj.value.startswith(ONTOLOGY)):
                yield file, placed, obj


def _siblings(iri: str, declared: frozenset[str]) -> frozenset[str] | None:
    if iri.startswith(ONTOLOGY):
        return declared
    vocabulary = next((v for v in _CLOSED if iri.startswith(str(v))), None)
    return _members(vocabulary) | declared if vocabulary else None


@cache
def _members(vocabulary: type[DefinedNamespace]) -> frozenset[str]:
    return frozenset(map(str, dir(vocabulary)))


@lru_cache(maxsize=1000)
def _nearest(iri: str, known: frozenset[str]) -> str:
    return _near(compact(iri), map(compact, known))


def _near(name: str, others: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name, list(others), n=1, cutoff=0.75)), "")


def _error(file: TurtleFile, place: Position, rule: str, message: str, hint: str) -> Finding:
    return Finding(Place(file.path, *place), Severity.ERROR, CHECKS + rule, message, hint)
