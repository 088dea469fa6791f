"""Parameters bound in a query: as terms in VALUES, never as text.

A variable bound in front of a query's pattern reaches all of it but what SPARQL evaluates by itself: a subquery that
does not give the variable out, and the filters of an inner group. Where it is used there, it is bound there too.

Source: SPARQL 1.1 Query Language (W3C), sections 10.2, 12 and 18.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from defkg.linter.patterns import LONGEST, Element, Group, Outline, outline
from defkg.question.head import QuestionError
from defkg.sparql import Token
from defkg.terms import Term

_EXPRESSIONS = ("filter", "bind")
_INNER = ("group", "union", "minus", "graph", "optional")


def bind(sparql: str, values: Mapping[str, Term]) -> str:
    """A query with variables bound to terms.

    Args:
        sparql: the query.
        values: variables, without their question marks, with their terms.

    Raises:
        QuestionError: the query is too long to be bound.
    """
    shape = outline(sparql)
    if shape is None:
        raise QuestionError(f"the query is longer than {LONGEST:,} characters, or nests too deep")
    places: dict[int, list[str]] = {}
    for name in values:
        for at in _places(shape, name):
            places.setdefault(at, []).append(name)
    return _insert(sparql, {at: _rows(names, values) for at, names in places.items()})


def variables(sparql: str) -> set[str]:
    """The names of the variables that a query uses."""
    shape = outline(sparql)
    return {token.text[1:] for token in shape.body if token.kind == "var"} if shape else set()


def _insert(text: str, pieces: dict[int, str]) -> str:
    for at in sorted(pieces, reverse=True):
        text = f"{text[:at]} {pieces[at]}{text[at:]}"
    return text


def _rows(names: Iterable[str], values: Mapping[str, Term]) -> str:
    return "".join(f"VALUES ?{name} {{ {values[name]} }} " for name in names).rstrip()


def _places(shape: Outline, name: str) -> Iterator[int]:
    """The offsets where the variable has to be bound: at the end of the query where it has no pattern to stand in."""
    where = len(shape.head)
    short = shape.form == "CONSTRUCT" and [token.keyword for token in shape.head[-2:]] == ["CONSTRUCT", "WHERE"]
    if shape.where is None or short:
        yield shape.body[-1].end
        return
    begin = _begin(shape.where) if shape.where.head else None  # a subquery alone: nothing may stand beside it
    yield shape.body[where].end if begin is None else begin
    for element in shape.where.elements:
        yield from _inside(element, name)


def _inside(element: Element, name: str) -> Iterator[int]:
    if element.kind not in _INNER:
        return
    for group in element.groups:
        begin = _begin(group)
        if begin is not None and (_hidden(group, name) if group.head else _used(group, name)):
            yield begin
        for inner in group.elements:
            yield from _inside(inner, name)


def _begin(group: Group) -> int | None:
    """The offset of a group's first token: a place to write in front of."""
    starts = [start for element in group.elements for start in _starts(element)]
    return min(starts, default=None)


def _starts(element: Element) -> list[int]:
    inner = [start for group in element.groups for e in group.elements for start in _starts(e)]
    return [token.start for token in element.tokens[:1]] + inner


def _used(group: Group, name: str) -> bool:
    """Whether an expression in the group, not further in, uses the variable."""
    return any(_names(element.tokens, name) for element in group.elements if element.kind in _EXPRESSIONS)


def _hidden(group: Group, name: str) -> bool:
    """Whether a subquery uses the variable and does not give it out as it is."""
    grouped = any(token.keyword == "GROUP" for token in group.tail) or any(t.text == "(" for t in group.head)
    given = _names(group.head, name) or any(token.text == "*" for token in group.head[:3])
    return (grouped or not given) and any(_mentions(element, name) for element in group.elements)


def _mentions(element: Element, name: str) -> bool:
    deeper = (e for group in element.groups for e in group.elements)
    return _names(element.tokens, name) or any(_mentions(e, name) for e in deeper)


def _names(found: Iterable[Token], name: str) -> bool:
    return any(token.kind == "var" and token.text[1:] == name for token in found)
