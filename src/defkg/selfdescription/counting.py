"""The numbers of a graph: its triples, things, classes and properties, counted by SELECT queries alone.

Source: Describing Linked Datasets with the VoID Vocabulary (W3C), section 4.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from defkg.holding import Select
from defkg.terms import BASE, ID, OWL, SKOS, Term

JOINED = 2_000_000
"""Triples of a graph up to which the properties of each class are counted: beyond, that would take minutes."""

NESTED = 800
"""How many properties of classes are told, the largest classes first, each of them whole."""

_MAPPING = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_TOTAL = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }"""
_ENTITIES = f'SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p ?o FILTER (isIRI(?s) && STRSTARTS(STR(?s), "{ID}")) }}'
_PROPERTIES = """SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o } GROUP BY ?p"""
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class FILTER isIRI(?class) } GROUP BY ?class"
_USES = "SELECT ?class ?p (COUNT(*) AS ?n) WHERE { ?s a ?class ; ?p ?o FILTER isIRI(?class) } GROUP BY ?class ?p"
_LINKS = f"""SELECT ?p ?host (COUNT(*) AS ?n) WHERE {{
  VALUES ?p {{ <{OWL}sameAs> {" ".join(f"<{SKOS}{name}>" for name in _MAPPING)} }}
  ?s ?p ?o .
  FILTER (isIRI(?o) && REGEX(STR(?o), "^https?://[^/]+/") && !STRSTARTS(STR(?o), "{BASE}"))
  BIND (REPLACE(STR(?o), "^(https?://[^/]+/).*$", "$1") AS ?host)
}} GROUP BY ?p ?host"""
_NAMESPACE = re.compile(r".*[#/]", re.DOTALL)


class PropertyCount(NamedTuple):
    """A property, its triples, and how many subjects and objects these have."""

    iri: str
    triples: int
    subjects: int
    objects: int


class ClassCount(NamedTuple):
    """A class, its things, and how many triples of each property have one of them as subject."""

    iri: str
    entities: int
    properties: tuple[tuple[str, int], ...]


class Links(NamedTuple):
    """How many triples of a property say which thing of another dataset a thing is, or is like."""

    property: str
    host: str
    triples: int


@dataclass(frozen=True)
class Statistics:
    """The numbers of a default graph.

    Attributes:
        triples: how many it has.
        subjects: how many things they are about.
        objects: how many values they have.
        entities: how many subjects are under the addresses of things.
        classes: the classes, that of most things first.
        properties: the properties, that of most triples first.
        links: links to other datasets.
        nested: of how many of the first classes the properties are told.
    """

    triples: int = 0
    subjects: int = 0
    objects: int = 0
    entities: int = 0
    classes: tuple[ClassCount, ...] = ()
    properties: tuple[PropertyCount, ...] = ()
    links: tuple[Links, ...] = ()
    nested: int = field(default=0)

    @property
    def vocabularies(self) -> list[str]:
        """The namespaces of its classes and properties."""
        used = (*(c.iri for c in self.classes), *(p.iri for p in self.properties))
        return sorted({found[0] for iri in used if (found := _NAMESPACE.match(iri))})


def count(select: Select) -> Statistics:
    """The numbers of what a query without ``GRAPH`` sees.

    Args:
        select: what asks the graph.
    """
    total = select(_TOTAL)[0]
    triples, subjects, objects = (_number(total[name]) for name in ("triples", "subjects", "objects"))
    classes = sorted((-_number(row["n"]), _iri(row["class"])) for row in select(_CLASSES))
    uses = _uses(select) if triples <= JOINED else {}
    told = dict(_nested((iri for _, iri in classes), uses))
    return Statistics(
        triples,
        subjects,
        objects,
        _number(select(_ENTITIES)[0]["n"]),
        tuple(ClassCount(iri, -number, told.get(iri, ())) for number, iri in classes),
        tuple(sorted(map(_property, select(_PROPERTIES)), key=lambda found: (-found.triples, found.iri))),
        tuple(sorted(Links(_iri(r["p"]), _iri(r["host"]), _number(r["n"])) for r in select(_LINKS))),
        len(told),
    )


def _property(row: dict[str, Term]) -> PropertyCount:
    return PropertyCount(_iri(row["p"]), *(_number(row[name]) for name in ("triples", "subjects", "objects")))


def _uses(select: Select) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for row in select(_USES):
        found.setdefault(_iri(row["class"]), []).append((-_number(row["n"]), _iri(row["p"])))
    return found


def _nested(
    classes: Iterable[str], uses: dict[str, list[tuple[int, str]]]
) -> Iterator[tuple[str, tuple[tuple[str, int], ...]]]:
    told = 0
    for iri in classes:
        properties = sorted(uses.get(iri, ()))
        told += len(properties)
        if not properties or told > NESTED:
            return
        yield iri, tuple((name, -number) for number, name in properties)


def _iri(term: object) -> str:
    return str(getattr(term, "value", term))


def _number(term: object) -> int:
    return int(_iri(term))
