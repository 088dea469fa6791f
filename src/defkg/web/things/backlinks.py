"""What refers to a thing: by property, counted, and a page of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from defkg.holding import Select
from defkg.presentation import Presentation
from defkg.terms import INFERRED_GRAPH, Term

FIRST = 10
PAGE = 100
_SORTED = 5_000  # more than these come in the engine's own order
_PROPERTIES = 60
_COUNTS = """SELECT ?p (COUNT(*) AS ?n) WHERE {{
  ?s ?p {thing} . FILTER (isIRI(?s))
}} GROUP BY ?p ORDER BY ?p LIMIT {limit}"""
_COUNT = "SELECT (COUNT(*) AS ?n) WHERE {{ ?s {name} {thing} . FILTER (isIRI(?s)) }}"
_SOME = """SELECT ?p ?s (EXISTS {{ GRAPH {inferred} {{ ?s ?p {thing} }} }} AS ?follows) WHERE {{ {parts} }}"""
_PART = """{{ SELECT ?p ?s WHERE {{
  VALUES ?p {{ {name} }} ?s ?p {thing} . FILTER (isIRI(?s))
}} {order} LIMIT {limit} OFFSET {offset} }}"""


@dataclass
class Backlinks:
    """What refers to a thing by one property.

    Attributes:
        prop: the property.
        total: how many do.
        things: the IRIs of those that are shown, each with whether that is inferred.
        also: the wider properties by which just as many do, since it follows.
    """

    prop: str
    total: int
    things: list[tuple[str, bool]] = field(default_factory=list)
    also: list[str] = field(default_factory=list)


def backlinks(select: Select, iri: str, presentation: Presentation, closed: bool = True) -> list[Backlinks]:
    """What refers to a thing, the first of each property.

    Args:
        select: what asks the graph.
        iri: the thing.
        presentation: the order of properties, and which are wider.
        closed: whether what follows is in the graph, so that a wider property holds wherever a narrower does.

    Raises:
        ValueError: it is no IRI.
    """
    thing = NamedNode(iri)
    counts = {_text(r["p"]): int(_text(r["n"])) for r in select(_COUNTS.format(thing=thing, limit=_PROPERTIES))}
    groups = _folded(counts, presentation) if closed else [Backlinks(name, total) for name, total in counts.items()]
    groups.sort(key=lambda group: (presentation.place(group.prop, ())[:3], group.prop))
    _fill(select, thing, groups, FIRST, 0)
    return groups


def referring(select: Select, iri: str, prop: str, page: int) -> Backlinks:
    """One page of what refers to a thing by one property.

    Raises:
        ValueError: the thing, or the property, is no IRI.
    """
    thing = NamedNode(iri)
    (row,) = select(_COUNT.format(name=NamedNode(prop), thing=thing))
    group = Backlinks(prop, int(_text(row["n"])))
    if group.total > (page - 1) * PAGE:
        _fill(select, thing, [group], PAGE, (page - 1) * PAGE)
    return group


def _folded(counts: Mapping[str, int], presentation: Presentation) -> list[Backlinks]:
    """A group for each property; a wider one that has as many as a narrower is said with that."""
    groups = {name: Backlinks(name, total) for name, total in counts.items()}
    for name, total in counts.items():
        narrower = [n for n in counts if name in presentation.wider.get(n, ()) and counts[n] == total and n in groups]
        if narrower:
            del groups[name]
            groups[max(narrower, key=lambda n: (len(presentation.wider[n]), n))].also.append(name)
    return list(groups.values())


def _fill(select: Select, thing: NamedNode, groups: Sequence[Backlinks], limit: int, offset: int) -> None:
    parts = [
        _PART.format(
            name=NamedNode(group.prop),
            thing=thing,
            order="ORDER BY ?s" if group.total <= _SORTED else "",
            limit=limit,
            offset=offset,
        )
        for group in groups
    ]
    by_property = {group.prop: group for group in groups}
    query = _SOME.format(parts=" UNION ".join(parts), thing=thing, inferred=INFERRED_GRAPH)
    for row in select(query) if parts else ():
        by_property[_text(row["p"])].things.append((_text(row["s"]), _text(row.get("follows")) == "true"))
    for group in groups:
        group.things.sort()


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
