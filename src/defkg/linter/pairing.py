"""Which patterns of a group are joined by nothing, so that their rows are paired each with each.

Source: SPARQL 1.1 Query Language (W3C), section 18.3: the join of solutions that share no variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from defkg.linter.patterns import Element, Group
from defkg.sparql import Token

_ROWS = frozenset(["triples", "graph", "group", "union"])


class _Links:
    """Which names are linked with which: a forest of names, each tree one set; what is linked outside is so inside."""

    def __init__(self, outer: _Links | None = None) -> None:
        self._outer = outer
        self._parents: dict[str, str] = {}

    def root(self, name: str) -> str:
        while (parent := self._parent(name)) != name:
            self._parents[name] = name = self._parent(parent)
        return name

    def link(self, names: Iterable[str]) -> None:
        first = None
        for name in names:
            first = self.root(name) if first is None else first
            self._parents[self.root(name)] = first

    def _parent(self, name: str) -> str:
        if name not in self._parents:
            self._parents[name] = self._outer.root(name) if self._outer else name
        return self._parents[name]


def products(group: Group) -> Iterator[Element]:
    """The patterns that share no variable with those before them in their group, nor by way of others.

    What a filter, BIND, VALUES, an OPTIONAL or the group around says of two variables links them, and so does a subject
    that is named in both patterns.
    """
    yield from _products(group, _Links())


def _products(group: Group, links: _Links) -> Iterator[Element]:
    for element in group.elements:
        if not element.groups:
            links.link(_names(element))
    for element in group.elements:
        for inner in element.groups:
            yield from _products(inner, _Links(None if inner.head else links))
        if element.groups:
            links.link(_names(element))
    yield from _apart(group, links)


def _apart(group: Group, links: _Links) -> Iterator[Element]:
    roots: set[str] = set()
    for element in group.elements:
        names = list(_names(element)) if element.kind in _ROWS else []
        if not any(name.startswith("?") for name in names):
            continue
        root = links.root(names[0])
        if roots and root not in roots:
            yield element
        roots.add(root)


def _names(element: Element) -> Iterator[str]:
    found = element.tokens
    if element.kind == "triples" and found[0].kind in ("iri", "name"):
        yield found[0].text
    for token in _visible(element):
        if token.kind in ("var", "bnode"):
            yield "?" + token.text.lstrip("?$")


def _visible(element: Element) -> list[Token]:
    """What others see of an element: of a subquery, what it selects."""
    group = element.groups[0] if element.kind == "group" else None
    if group and group.head and "*" not in [token.text for token in group.head if token.depth == group.head[0].depth]:
        return group.head
    return element.tokens
