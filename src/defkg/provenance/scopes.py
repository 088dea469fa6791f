"""Which variables a part of a query shows, which of them always have a value, and what an EXISTS may see.

Source: SPARQL 1.1 Query Language (W3C), sections 18.2.1 (scope) and 18.6 (substitution).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from defkg.linter.patterns import Element, Group
from defkg.provenance.clauses import selection
from defkg.provenance.reading import variables
from defkg.provenance.untold import Untold
from defkg.sparql import Token

_HIDDEN = ("filter", "minus")


def elements_of(group: Group) -> list[Element]:
    """The parts of a group; a subquery is one part."""
    return [Element("group", [], [group])] if group.head else group.elements


def tokens_of(elements: Sequence[Element]) -> Iterator[Token]:
    """All tokens of some parts."""
    for element in elements:
        yield from element.tokens
        if not element.tokens:
            for group in element.groups:
                yield from (*group.head, *tokens_of(group.elements), *group.tail)


def visible(elements: Sequence[Element]) -> list[str]:
    """The variables that the parts show, in the order of the text."""
    return list(dict.fromkeys(name for element in elements for name in _visible(element)))


def _visible(element: Element) -> list[str]:
    if element.kind in _HIDDEN:
        return []
    if element.kind in ("triples", "values"):
        return variables(element.tokens)
    if element.kind == "bind":
        return variables(element.tokens[-2:-1])
    own = variables(element.tokens[1:2]) if element.kind == "graph" else []
    return own + [name for group in element.groups for name in _shown(group)]


def _shown(group: Group) -> list[str]:
    return columns(group) if group.head else visible(group.elements)


def columns(query: Group) -> list[str]:
    """The variables that a SELECT gives."""
    clauses = selection(query)
    if clauses.star:
        return list(dict.fromkeys([*visible(query.elements), *variables(_head_of(clauses.values))]))
    return [item.name for item in clauses.items]


def _head_of(values: Sequence[Token]) -> list[Token]:
    return list(values[: next((i for i, token in enumerate(values) if token.text == "{"), 0)])


def certain(elements: Sequence[Element]) -> set[str]:
    """The variables that have a value in every solution of the parts."""
    return {name for element in elements for name in _certain(element)}


def _certain(element: Element) -> set[str]:
    if element.kind == "triples":
        return set(variables(element.tokens))
    if element.kind == "values" and not any(token.keyword == "UNDEF" for token in element.tokens):
        return set(variables(element.tokens))
    if element.kind == "graph":
        return {*variables(element.tokens[1:2]), *_always(element.groups[0])}
    if element.kind in ("group", "union"):
        return set.intersection(*map(_always, element.groups))
    return set()


def _always(group: Group) -> set[str]:
    if not group.head:
        return certain(group.elements)
    clauses = selection(group)
    known = certain(group.elements)
    if clauses.grouped:
        known &= {key.name for key in clauses.keys if not key.expression}
    plain = visible(group.elements) if clauses.star else [item.name for item in clauses.items if not item.expression]
    return known & set(plain)


def check_substitution(elements: Sequence[Element], outer: set[str], direct: bool = True) -> None:
    """Makes sure that joining the pattern of an EXISTS finds what putting the outer values into it finds.

    Args:
        elements: the pattern.
        outer: the variables that may have a value outside.
        direct: whether it is the pattern itself, whose filters see the outer values; not a group within.

    Raises:
        Untold: it uses an outer variable in a way for which this cannot be said.
    """
    for index, element in enumerate(elements):
        used = outer & set(variables(list(tokens_of([element]))))
        if not used - _safe(element, elements, index, outer if direct else set()):
            if element.kind in ("graph", "group", "union"):
                for group in element.groups:
                    check_substitution([] if group.head else group.elements, outer, direct=False)
            continue
        names = ", ".join(f"?{name}" for name in sorted(used))
        raise Untold(f"a part within an EXISTS uses {names} from outside")


def _safe(element: Element, elements: Sequence[Element], index: int, outer: set[str]) -> set[str]:
    """The outer variables that the element may use."""
    before = certain(elements[:index])
    if element.kind in ("bind", "optional"):
        return before
    if element.kind == "filter":
        return certain(elements) | (outer - set(visible(elements)))
    if element.kind == "minus":
        return set()
    used = set(variables(list(tokens_of([element]))))
    if any(group.head for group in element.groups):
        hidden = any(selection(group).limited for group in element.groups if group.head)
        return set() if hidden else set.intersection(*(_always(g) if g.head else used for g in element.groups))
    return used
