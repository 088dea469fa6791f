"""What is said of a thing, as far as a page can show it: all of it, or the first values of each property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from defkg.facts import Fact, gathered
from defkg.holding import Select
from defkg.terms import TYPE, Term

SHOWN = 20
PAGE = 100
_MOST = 2_000  # rows that are read at once
_PROPERTIES = 100
_GRAPHS = "OPTIONAL {{ GRAPH ?g {{ {thing} ?p ?o }} }}"
_SAID = "SELECT ?p ?o ?g WHERE {{ {thing} ?p ?o . " + _GRAPHS + " }} LIMIT {limit}"
_COUNTS = "SELECT ?p (COUNT(*) AS ?n) WHERE {{ {thing} ?p ?o }} GROUP BY ?p ORDER BY ?p LIMIT {limit}"
_SOME = "SELECT ?p ?o ?g WHERE {{ {parts} " + _GRAPHS + " }}"
_PART = "{{ SELECT ?p ?o WHERE {{ VALUES ?p {{ {name} }} {thing} ?p ?o }} ORDER BY ?o LIMIT {limit} OFFSET {offset} }}"


@dataclass(frozen=True)
class Said:
    """Facts of a thing.

    Attributes:
        facts: the facts, in an order that they alone decide.
        totals: how many values each property has.
        whole: whether these are all facts.
    """

    facts: list[Fact] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    whole: bool = True

    @property
    def kinds(self) -> list[str]:
        """The IRIs of the thing's classes."""
        types = (fact.object for fact in self.facts if fact.predicate == TYPE.value)
        return [kind.value for kind in types if isinstance(kind, NamedNode)]


def said(select: Select, iri: str) -> Said:
    """What is said of a thing: of one of which very much is said, the first values of each property.

    Raises:
        ValueError: it is no IRI.
    """
    thing = NamedNode(iri)
    rows = select(_SAID.format(thing=thing, limit=_MOST + 1))
    if len(rows) <= _MOST:
        facts = gathered(rows)
        return Said(facts, Counter(fact.predicate for fact in facts))
    totals = {_text(row["p"]): int(_text(row["n"])) for row in select(_COUNTS.format(thing=thing, limit=_PROPERTIES))}
    return Said(_some(select, thing, [(name, SHOWN, 0) for name in totals]), totals, whole=False)


def values(select: Select, iri: str, name: str, page: int) -> Said:
    """One page of the values of one property.

    Raises:
        ValueError: the thing, or the property, is no IRI.
    """
    thing, wanted = NamedNode(iri), NamedNode(name)
    (row,) = select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {thing} {wanted} ?o }}")
    total = int(_text(row["n"]))
    facts = _some(select, thing, [(name, PAGE, (page - 1) * PAGE)]) if total > (page - 1) * PAGE else []
    return Said(facts, {name: total}, whole=False)


def _some(select: Select, thing: NamedNode, wanted: Iterable[tuple[str, int, int]]) -> list[Fact]:
    parts = [_PART.format(name=NamedNode(n), thing=thing, limit=limit, offset=at) for n, limit, at in wanted]
    return gathered(select(_SOME.format(parts=" UNION ".join(parts), thing=thing)))


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
