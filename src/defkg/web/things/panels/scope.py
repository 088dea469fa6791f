"""One thing, and the ways to ask about it that work with inference and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.terms import Term, whole
from defkg.web.relations import Relations
from defkg.web.things.panels.elsewhere import NOWHERE, Elsewhere

MOST = 10
LABEL, NEWEST = "ASC(?key)", "DESC(?key)"
_KEYS = {
    LABEL: "OPTIONAL { ?x skos:prefLabel ?name }",
    NEWEST: "OPTIONAL { ?x defkg:earliest ?first } OPTIONAL { ?x defkg:latest ?last } "
    "BIND (COALESCE(?first, ?last) AS ?name)",
}
_FIRST = '{{ SELECT ("{key}" AS ?part) ?x (MIN(?name) AS ?key) WHERE {{ {pattern} {sorted} FILTER (isIRI(?x)) }} \
GROUP BY ?x ORDER BY {order} ?x LIMIT {most} }}'
_COUNT = '{{ SELECT ("{key}" AS ?part) (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} FILTER (isIRI(?x)) }} }}'


class Branch(NamedTuple):
    """Things to be found.

    Attributes:
        key: a name for them, of letters.
        pattern: SPARQL that binds them to ``?x``.
        order: by label, or the newest first.
        most: how many are wanted.
    """

    key: str
    pattern: str
    order: str = LABEL
    most: int = MOST


@dataclass
class Found:
    """The first things of a branch in its order, and how many there are."""

    things: list[str] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True)
class Scope:
    """What a panel is about.

    Attributes:
        select: what asks the graph.
        thing: the thing.
        paths: the ways from a thing to its classes and to whom it involves.
        elsewhere: where other pages tell all.
    """

    select: Select
    thing: NamedNode
    paths: Relations
    elsewhere: Elsewhere = NOWHERE

    def find(self, branches: Sequence[Branch]) -> dict[str, Found]:
        """What the branches find, in one query."""
        text = " UNION ".join(_written(branch) for branch in branches)
        found = {branch.key: Found() for branch in branches}
        things: dict[str, list[tuple[str, str]]] = {branch.key: [] for branch in branches}
        for row in self.select(f"SELECT ?part ?x ?key ?n WHERE {{ {text} }}"):
            part = value(row["part"])
            if "n" in row:
                found[part].total = int(value(row["n"]))
            elif isinstance(row.get("x"), NamedNode):
                things[part].append((value(row.get("key")), value(row["x"])))
        for branch in branches:
            ordered = sorted(things[branch.key], key=lambda pair: pair[1])
            ordered.sort(key=lambda pair: pair[0], reverse=branch.order == NEWEST)
            found[branch.key].things = [thing for _, thing in ordered]
        return found


def value(term: Term | None) -> str:
    """The IRI or the text of a term; empty for none."""
    return term.value if isinstance(term, NamedNode | Literal) else ""


def number(term: Term | None) -> int:
    """The integer that a term is; 0 for anything else."""
    return whole(term)


def terms(iris: Sequence[str]) -> str:
    """IRIs as a list of SPARQL terms."""
    return " ".join(str(NamedNode(iri)) for iri in iris)


def _written(branch: Branch) -> str:
    first = _FIRST.format(
        key=branch.key, pattern=branch.pattern, sorted=_KEYS[branch.order], order=branch.order, most=branch.most
    )
    return f"{first} UNION {_COUNT.format(key=branch.key, pattern=branch.pattern)}"
