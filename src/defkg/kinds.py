"""The kinds of things of a graph: what stands after ``id/`` in their IRIs, and the class that all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.naming import labels
from defkg.terms import ID, ONTOLOGY, RDFS

_EVENT = ONTOLOGY + "Event"
_COUNTED = f"""SELECT ?kind ?class (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  ?x a ?class .
  FILTER (isIRI(?class))
  BIND (IF(isIRI(?x) && STRSTARTS(STR(?x), "{ID}"), STRBEFORE(STRAFTER(STR(?x), "{ID}"), "/"), "") AS ?kind)
}} GROUP BY ?kind ?class"""
_TOTALS = f"""SELECT ?kind (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  ?x a ?class .
  FILTER (isIRI(?x) && isIRI(?class) && STRSTARTS(STR(?x), "{ID}"))
  BIND (STRBEFORE(STRAFTER(STR(?x), "{ID}"), "/") AS ?kind)
}} GROUP BY ?kind"""
_TREE = f"""SELECT ?narrower ?wider WHERE {{
  ?narrower <{RDFS}subClassOf> ?wider .
  FILTER (isIRI(?narrower) && isIRI(?wider))
}}"""


@dataclass(frozen=True)
class Kind:
    """The things whose IRIs begin alike.

    Attributes:
        name: what stands after ``id/`` in their IRIs, such as ``focus-area``.
        iri: the narrowest class that all of them have; empty where they share none.
        label: what the class is called; the name in words where the class has others too, or no label.
        count: how many there are.
        classes: classes that together every one of them has as it stands in the graph.
        shared: all classes that every one of them has.
        alone: whether nothing else has these classes.
        dated: whether they are events.
    """

    name: str
    iri: str
    label: str
    count: int
    classes: tuple[str, ...]
    shared: frozenset[str]
    alone: bool
    dated: bool

    @property
    def prefix(self) -> str:
        """How the IRIs of its things begin."""
        return f"{ID}{self.name}/"

    @property
    def title(self) -> str:
        """The label of several: ``Focus areas``."""
        return _several(self.label[:1].upper() + self.label[1:])

    def condition(self) -> str:
        """That ``?x``, bound by what stands before it, is one of the things."""
        classes = ", ".join(str(NamedNode(iri)) for iri in self.classes)
        of = f"?x a {classes}" if len(self.classes) == 1 else f"?x a ?class . FILTER (?class IN ({classes}))"
        return f"FILTER (STRSTARTS(STR(?x), {Literal(self.prefix)})) FILTER EXISTS {{ {of} }}"

    def pattern(self) -> str:
        """The things as ``?x``, each once, for the WHERE of a query."""
        own = "" if self.alone else f"FILTER (STRSTARTS(STR(?x), {Literal(self.prefix)}))"
        if len(self.classes) == 1:
            return f"?x a {NamedNode(self.classes[0])} . {own}"
        classes = " ".join(str(NamedNode(iri)) for iri in self.classes)
        return f"{{ SELECT DISTINCT ?x WHERE {{ VALUES ?class {{ {classes} }} ?x a ?class . {own} }} }}"


def kinds(select: Select) -> dict[str, Kind]:
    """The kinds of the things of a graph, by their names."""
    counts: dict[str, dict[str, int]] = {}
    extents: dict[str, int] = {}
    for row in select(_COUNTED):
        name, iri, number = _text(row.get("kind")), _text(row["class"]), int(_text(row["n"]))
        extents[iri] = extents.get(iri, 0) + number
        if name:
            counts.setdefault(name, {})[iri] = number
    totals = {_text(row["kind"]): int(_text(row["n"])) for row in select(_TOTALS)}
    wider = _wider(select)
    found = [_kind(name, totals[name], counts[name], extents, wider) for name in sorted(counts)]
    return {kind.name: kind for kind in _labelled(select, found)}


def _kind(
    name: str, total: int, counts: Mapping[str, int], extents: Mapping[str, int], wider: Mapping[str, set[str]]
) -> Kind:
    full = {iri for iri, number in counts.items() if number == total}
    shared = full.union(*(wider.get(iri, set()) for iri in full))
    shared |= set.intersection(*({iri} | wider.get(iri, set()) for iri in counts))
    depth = {iri: len(wider.get(iri, set()) & shared) for iri in shared}
    ranked = sorted(shared, key=lambda iri: (-depth[iri], _extent(iri, extents), _foreign(iri), iri))
    held = next((iri for iri in ranked if iri in full), "")
    classes = (held,) if held else tuple(sorted(counts))
    alone = bool(held) and extents[held] == total
    return Kind(name, ranked[0] if ranked else "", "", total, classes, frozenset(shared), alone, _EVENT in shared)


def _extent(iri: str, extents: Mapping[str, int]) -> int:
    return extents.get(iri, 1 << 62)


def _foreign(iri: str) -> bool:
    return not iri.startswith(ONTOLOGY)


def _wider(select: Select) -> dict[str, set[str]]:
    """For each class all that are wider."""
    direct: dict[str, set[str]] = {}
    for row in select(_TREE):
        direct.setdefault(_text(row["narrower"]), set()).add(_text(row["wider"]))
    return {iri: _reached(iri, direct) - {iri} for iri in direct}


def _reached(iri: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        for wider in direct.get(waiting.pop(), set()) - found:
            found.add(wider)
            waiting.append(wider)
    return found


def _labelled(select: Select, found: Sequence[Kind]) -> list[Kind]:
    known = labels(select, {kind.iri for kind in found} - {""})
    shared = [kind.iri for kind in found]
    return [_named(kind, known.get(kind.iri, "") if shared.count(kind.iri) == 1 else "") for kind in found]


def _named(kind: Kind, label: str) -> Kind:
    return replace(kind, label=label or kind.name.replace("-", " "))


def _several(label: str) -> str:
    if label.endswith("y") and label[-2:-1] not in "aeiou":
        return f"{label[:-1]}ies"
    return label + ("es" if label.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
