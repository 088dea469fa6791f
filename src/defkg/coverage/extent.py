"""What a closed dataset has: the things of each class, the subjects and objects of each property, names for them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from defkg.dataset import Dataset
from defkg.terms import (
    DCTERMS,
    ID,
    ONTOLOGY,
    ONTOLOGY_GRAPH,
    RDFS,
    SHAPES_GRAPH,
    SKOS,
    TOMBSTONES_GRAPH,
    TYPE,
    VOID_GRAPH,
    Term,
    compact,
)

_NAMES = [NamedNode(iri) for iri in (SKOS + "prefLabel", DCTERMS + "title", RDFS + "label")]
_PARTICIPANT, _IN_EVENT = (NamedNode(ONTOLOGY + name) for name in ("participant", "inEvent"))
_NOT_DATA = (ONTOLOGY_GRAPH, SHAPES_GRAPH, TOMBSTONES_GRAPH, VOID_GRAPH)


class Thing(NamedTuple):
    """Something with an IRI, and what people call it."""

    label: str
    iri: str


class Extent:
    """Indexes over one dataset, made when they are asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @cached_property
    def by_graph(self) -> dict[NamedNode, list[Triple]]:
        """The asserted triples of the data by graph; those of ontology, shapes and tombstones are left out."""
        found: dict[NamedNode, list[Triple]] = defaultdict(list)
        for file, graph in self._dataset.files:
            if graph not in _NOT_DATA:
                found[graph] += (placed.triple for placed in file.placed)
        return dict(found)

    @cached_property
    def asserted(self) -> Uses:
        """What the data's asserted triples use."""
        return Uses([triple for triples in self.by_graph.values() for triple in triples])

    @cached_property
    def inferred(self) -> Uses:
        """What the triples use that follow about the data's things."""
        things = self.asserted.things
        return Uses([triple for triple in self._dataset.inferred if triple.subject in things])

    def of_class(self, kind: Term) -> set[Term]:
        """The things that are of a class, asserted or inferred."""
        return self.asserted.by_class.get(kind, set()) | self.inferred.by_class.get(kind, set())

    def with_value(self, predicate: Term) -> set[Term]:
        """The things that have a value of a property, asserted or inferred."""
        return self.asserted.subjects.get(predicate, set()) | self.inferred.subjects.get(predicate, set())

    def values(self, predicate: Term) -> set[Term]:
        """The values of a property, asserted or inferred."""
        return self.asserted.objects.get(predicate, set()) | self.inferred.objects.get(predicate, set())

    def thing(self, term: Term) -> Thing:
        """A term with its label or title; a participation with those of person and event; else part of the IRI."""
        iri = term.value if isinstance(term, NamedNode) else str(term)
        return Thing(self._labels.get(term) or _plain(iri), iri)

    @cached_property
    def _labels(self) -> dict[Term, str]:
        found: dict[Term, str] = {}
        ontology = [p.triple for file, graph in self._dataset.files if graph == ONTOLOGY_GRAPH for p in file.placed]
        for triple in (*ontology, *(t for triples in self.by_graph.values() for t in triples)):
            if triple.predicate in _NAMES and isinstance(triple.object, Literal):
                found.setdefault(triple.subject, triple.object.value)
        return {**self._participations(found), **found}

    def _participations(self, labels: dict[Term, str]) -> dict[Term, str]:
        triples = [*self._dataset.inferred, *(t for triples in self.by_graph.values() for t in triples)]
        people = {t.subject: labels.get(t.object, "") for t in triples if t.predicate == _PARTICIPANT}
        events = {t.subject: labels.get(t.object, "") for t in triples if t.predicate == _IN_EVENT}
        pairs = ((thing, people[thing], events.get(thing, "")) for thing in people)
        return {thing: f"{person}, {event}" for thing, person, event in pairs if person and event}


class Uses:
    """What a list of triples uses.

    Attributes:
        things: every subject.
        by_class: the things stated to be of each class.
        subjects: by property, what has a value.
        objects: by property, the values.
    """

    def __init__(self, triples: list[Triple]) -> None:
        self.things: set[Term] = set()
        self.by_class: dict[Term, set[Term]] = defaultdict(set)
        self.subjects: dict[Term, set[Term]] = defaultdict(set)
        self.objects: dict[Term, set[Term]] = defaultdict(set)
        for subject, predicate, value in triples:
            self.things.add(subject)
            self.subjects[predicate].add(subject)
            self.objects[predicate].add(value)
            if predicate == TYPE:
                self.by_class[value].add(subject)


def _plain(iri: str) -> str:
    return iri.removeprefix(ID) if iri.startswith(ID) else compact(iri)
