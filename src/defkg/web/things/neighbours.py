"""Which things stand one step from a thing: counted by relation, and so many of each picked that all fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.holding import Select
from defkg.terms import INFERRED_GRAPH, ONTOLOGY, RDF, RDFS, SKOS, Term
from defkg.web.things.panels.people import ROLES
from defkg.web.things.panels.scope import number, terms, value

MOST = 40
KINDS = 40  # relations of one thing that are told apart
_SKIPPED = (RDF + "type", SKOS + "inScheme", RDFS + "isDefinedBy", ONTOLOGY + "evidencedBy")
_OUT = "{thing} {p} ?x . FILTER NOT EXISTS {{ GRAPH {inferred} {{ {thing} {p} ?x }} }}"
_IN = "?x {p} {thing} . FILTER NOT EXISTS {{ GRAPH {inferred} {{ ?x {p} {thing} }} }}"
_COUNTED = """SELECT ?out ?p (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  {{ {outward} BIND (true AS ?out) FILTER (?p NOT IN ({skipped})) }}
  UNION {{ {inward} BIND (false AS ?out) FILTER (?p NOT IN ({types})) }}
  FILTER (isIRI(?x) && ?x != {thing})
}} GROUP BY ?out ?p ORDER BY ?n ?p ?out LIMIT {most}"""
_PICKED = """{{ SELECT ("{way}" AS ?way) ?x WHERE {{ {pattern} FILTER (isIRI(?x) && ?x != {thing}) }}
  ORDER BY ?x LIMIT {most} }}"""
_PARTS = """SELECT ?part ?person ?role ?event WHERE {{
  VALUES ?part {{ {parts} }}
  VALUES ?role {{ {roles} }}
  ?part defkg:participant ?person ; ?role ?event .
}} ORDER BY ?part ?role"""
_GISTS = "SELECT ?x ?gist WHERE {{ VALUES ?x {{ {things} }} ?x defkg:gist ?gist }} ORDER BY DESC(?gist)"
_BY_PART = {"onBehalfOf": "acted on behalf of", "inCapacityOf": "acted as"}


class Way(NamedTuple):
    """A relation of the thing, in one direction.

    Attributes:
        outward: whether the thing is its subject.
        relation: the property.
        total: how many things it leads to.
        most: how many of them are shown.
    """

    outward: bool
    relation: str
    total: int
    most: int = 0

    @property
    def weight(self) -> int:
        """How many things it shows for each: a participation is told as who, and at which event."""
        return 2 if not self.outward and _local(self.relation) in _BY_PART else 1


class Edge(NamedTuple):
    """A relation between two things, with the word for it."""

    source: str
    word: str
    target: str


def counted(select: Select, thing: NamedNode) -> list[Way]:
    """The relations of a thing by what is asserted, each with how many things it leads to, and may show."""
    return shared([_way(row) for row in select(_counted(thing))], MOST)


def edges(select: Select, thing: NamedNode, ways: Sequence[Way]) -> list[Edge]:
    """The edges by these ways, each once; the word is the IRI of the property, or the role of a person at an event."""
    return list(dict.fromkeys(_collapsed(select, thing.value, _picked(select, thing, ways))))


def shared(ways: Sequence[Way], room: int) -> list[Way]:
    """The ways with how many things each may show: all of those with few, and an even share of the rest."""
    found = []
    for left, way in enumerate(sorted(ways, key=lambda way: way.total * way.weight)):
        most = min(way.total, room // (len(ways) - left) // way.weight)
        room -= most * way.weight
        found.append(way._replace(most=most))
    return found


def _counted(thing: NamedNode) -> str:
    skipped, types = ", ".join(f"<{iri}>" for iri in _SKIPPED), f"<{RDF}type>"
    patterns = {"outward": _filled(_OUT, thing, "?p"), "inward": _filled(_IN, thing, "?p")}
    return _COUNTED.format(**patterns, skipped=skipped, types=types, thing=thing, most=KINDS)


def _filled(pattern: str, thing: NamedNode, p: str) -> str:
    return pattern.format(thing=thing, p=p, inferred=INFERRED_GRAPH)


def _way(row: Mapping[str, Term]) -> Way:
    return Way(value(row["out"]) == "true", value(row["p"]), number(row["n"]))


def _picked(select: Select, thing: NamedNode, ways: Sequence[Way]) -> list[tuple[Way, str]]:
    asked = [way for way in ways if way.most]
    parts = (_PICKED.format(way=n, **_pattern(thing, way)) for n, way in enumerate(asked))
    rows = select(f"SELECT ?way ?x WHERE {{ {' UNION '.join(parts)} }}") if asked else []
    return sorted((asked[int(value(row["way"]))], value(row["x"])) for row in rows)


def _pattern(thing: NamedNode, way: Way) -> dict[str, object]:
    pattern = _filled(_OUT if way.outward else _IN, thing, str(NamedNode(way.relation)))
    return {"pattern": pattern, "thing": thing, "most": way.most}


def _collapsed(select: Select, thing: str, picked: Sequence[tuple[Way, str]]) -> Iterator[Edge]:
    """The edges, those through a participation as who was what at which event."""
    inward = sorted({x for way, x in picked if not way.outward})
    parts: dict[str, list[tuple[str, str, str]]] = {}
    query = _PARTS.format(parts=terms(inward), roles=" ".join(f"defkg:{name}" for name in ROLES))
    for row in select(query) if inward else ():
        told = value(row["person"]), ROLES[_local(value(row["role"]))], value(row["event"])
        parts.setdefault(value(row["part"]), []).append(told)
    for way, x in picked:
        if way.outward:
            yield Edge(thing, way.relation, x)
        elif x not in parts:
            yield Edge(x, way.relation, thing)
        else:
            yield from _through(parts[x], way.relation, thing)


def _through(told: Sequence[tuple[str, str, str]], name: str, thing: str) -> Iterator[Edge]:
    for person, role, event in told:
        yield Edge(person, role, event)
        if word := _BY_PART.get(_local(name)):
            yield Edge(person, word, thing)


def _local(iri: str) -> str:
    """The last part of an IRI, which is all there is to read where a property has no label."""
    return iri.rpartition("#")[2].rpartition("/")[2]
