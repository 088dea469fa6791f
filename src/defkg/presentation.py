"""How a page orders what it tells of a thing: by the groups of the shapes, under the names of the ontology.

Source: SHACL (W3C), section 2.3.2: ``sh:name``, ``sh:order`` and ``sh:group``, which validate nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.terms import DCTERMS, OWL, RDFS, SHAPES_GRAPH, SKOS, Term, compact

_MOST = 50_000  # rows of each query: an ontology has fewer
_SHAPES = f"""SELECT ?class ?path ?name ?group ?label ?rank ?order WHERE {{ GRAPH {SHAPES_GRAPH} {{
  ?shape sh:path ?path ; sh:group ?group .
  FILTER (isIRI(?path))
  OPTIONAL {{ ?shape sh:name ?name }}
  OPTIONAL {{ ?shape sh:order ?order }}
  OPTIONAL {{ ?group rdfs:label ?label }}
  OPTIONAL {{ ?group sh:order ?rank }}
  OPTIONAL {{ ?node sh:property ?shape ; sh:targetClass ?class }}
}} }} ORDER BY ?class ?path ?shape LIMIT {_MOST}"""
_SINGLE = f"""SELECT DISTINCT ?path WHERE {{ GRAPH {SHAPES_GRAPH} {{
  ?shape sh:path ?path ; sh:maxCount 1 . FILTER (isIRI(?path))
}} }} LIMIT {_MOST}"""
_WIDER = f"""SELECT ?narrow ?wide WHERE {{
  {{ ?narrow <{RDFS}subClassOf>+ ?wide }} UNION {{ ?narrow <{RDFS}subPropertyOf>+ ?wide }}
  FILTER (isIRI(?narrow) && isIRI(?wide) && ?narrow != ?wide)
}} LIMIT {_MOST}"""
_TERMS = f"""SELECT DISTINCT ?term ?label ?definition ?inverse WHERE {{
  VALUES ?kind {{ <{OWL}Class> <{OWL}ObjectProperty> <{OWL}DatatypeProperty> <{OWL}AnnotationProperty> }}
  ?term a ?kind .
  FILTER (isIRI(?term))
  OPTIONAL {{ ?term <{RDFS}label> ?label }}
  OPTIONAL {{ ?term <{SKOS}definition>|<{DCTERMS}description> ?definition }}
  OPTIONAL {{
    {{ ?term <{OWL}inverseOf> ?inverse }} UNION {{ ?inverse <{OWL}inverseOf> ?term }}
    FILTER (isIRI(?inverse)) }}
}} ORDER BY ?term ?label ?definition ?inverse LIMIT {_MOST}"""
FURTHER = "Further"


class Place(NamedTuple):
    """Where a property stands.

    Attributes:
        rank: the place of its group among the groups.
        group: what the group is called.
        order: its own place in the group.
        name: what it is called there; empty where the ontology's label will do.
    """

    rank: float
    group: str
    order: float
    name: str = ""


_LAST = Place(float("inf"), FURTHER, 0)


@dataclass(frozen=True)
class Presentation:
    """Order and names of a graph's properties; plain values only, so that it can be handed to another process.

    Attributes:
        places: class and property to place; the class is empty where a place holds for all.
        labels: what classes and properties are called.
        definitions: what they mean.
        inverses: property to its inverse.
        wider: for each class and property all that are wider.
        single: the properties of which the shapes allow a thing one value.
    """

    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    inverses: Mapping[str, str] = field(default_factory=dict)
    wider: Mapping[str, frozenset[str]] = field(default_factory=dict)
    single: frozenset[str] = frozenset()

    @staticmethod
    def read(select: Select) -> Presentation:
        """What the shapes and the ontology of a graph say; empty where it has none."""
        places: dict[tuple[str, str], Place] = {}
        labels: dict[str, str] = {}
        definitions: dict[str, str] = {}
        inverses: dict[str, str] = {}
        for row in select(_SHAPES):
            places.setdefault((_text(row.get("class")), _text(row["path"])), _place(row))
        for row in select(_TERMS):
            term = _text(row["term"])
            for told, name in ((labels, "label"), (definitions, "definition"), (inverses, "inverse")):
                if name in row:
                    told.setdefault(term, _text(row[name]))
        single = frozenset(_text(row["path"]) for row in select(_SINGLE))
        return Presentation(places, labels, definitions, inverses, _wider(select), single)

    def place(self, prop: str, kinds: Iterable[str]) -> Place:
        """Where a property stands on the page of a thing: by its narrowest class that says so, else as for all.

        Args:
            prop: the property's IRI.
            kinds: the IRIs of the thing's classes.
        """
        for kind in self.by_narrowness(kinds):
            if (kind, prop) in self.places:
                return self.places[kind, prop]
        return self.places.get(("", prop), _LAST)

    def by_narrowness(self, kinds: Iterable[str]) -> list[str]:
        """Classes and all that are wider, the narrowest first."""
        known = {wide for kind in kinds for wide in (kind, *self.wider.get(kind, ()))}
        return sorted(known, key=lambda kind: (-len(self.wider.get(kind, ())), kind))

    def narrowest(self, kinds: Collection[str]) -> list[str]:
        """Those of some classes that none of the others is under."""
        covered = {wide for kind in kinds for wide in self.wider.get(kind, ())}
        return [kind for kind in sorted(kinds) if kind not in covered] or sorted(kinds)

    def name(self, prop: str) -> str:
        """What a property is called where things of any class have it."""
        return self.place(prop, ()).name or self.label(prop)

    def label(self, iri: str) -> str:
        """What a class or property is called."""
        return self.labels.get(iri) or compact(iri)


def _place(row: Mapping[str, Term]) -> Place:
    group = _text(row.get("label")) or compact(_text(row["group"]))
    return Place(_number(row.get("rank")), group, _number(row.get("order")), _text(row.get("name")))


def _wider(select: Select) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in select(_WIDER):
        found.setdefault(_text(row["narrow"]), set()).add(_text(row["wide"]))
    return {iri: frozenset(wide) for iri, wide in found.items()}


def _number(term: Term | None) -> float:
    try:
        return float(_text(term))
    except ValueError:
        return 0.0


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""
