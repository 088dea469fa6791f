"""Parameters bound in a query: as terms in VALUES, never as text.

A variable bound in front of a query's pattern reaches what is joined with it. It does not reach what SPARQL evaluates
by itself: subqueries, and in an inner group all that is not joined (filters, OPTIONAL, MINUS). Where the variable is
used there, it is bound there too. Beside an aggregate nothing but GROUP BY can give it.

Source: SPARQL 1.1 Query Language (W3C), sections 10.2, 11.4, 12 and 18.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import dropwhile, pairwise, takewhile

from defkg.linter.patterns import LONGEST, Element, Group, Outline, outline
from defkg.question.head import QuestionError
from defkg.sparql import Token
from defkg.terms import Term

_EXPRESSIONS = ("filter", "bind")
_JOINED = ("triples", "values", "group", "union", "graph")
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_GROUPING = re.compile(rf"\b(?:GROUP|{'|'.join(sorted(_AGGREGATES))})\b", re.IGNORECASE)
_AFTER_GROUP = frozenset(["HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"])


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


def form(sparql: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE, or whatever stands there."""
    shape = outline(sparql)
    return shape.form if shape else ""


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


def unreached(sparql: str, name: str) -> bool:
    """Whether a query uses a variable beside an aggregate where no value can reach it: it is not in its GROUP BY."""
    shape = outline(sparql) if _GROUPING.search(sparql) else None
    if shape is None:
        return False
    groups = [group for element in (shape.where.elements if shape.where else ()) for group in _all_groups(element)]
    clauses = [(shape.head, shape.tail), *((group.head, group.tail) for group in groups)]
    return any(_beside_aggregate(head, tail, name) for head, tail in clauses)


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
    for group in element.groups:
        begin = _begin(group)
        if begin is not None and (_in_subquery(group, name) if group.head else _apart(element, group, name)):
            yield begin
        for inner in group.elements:
            yield from _inside(inner, name)


def _begin(group: Group) -> int | None:
    """The offset of a group's first token: a place to write in front of."""
    return min((start for element in group.elements for start in _starts(element)), default=None)


def _starts(element: Element) -> list[int]:
    inner = [start for group in element.groups for e in group.elements for start in _starts(e)]
    return [token.start for token in element.tokens[:1]] + inner


def _apart(element: Element, group: Group, name: str) -> bool:
    """Whether a group uses the variable in a part that is not joined; what EXISTS has gets it by substitution."""
    apart = (part for part in group.elements if part.kind not in _JOINED)
    return element.kind not in _EXPRESSIONS and any(_mentions(part, name) for part in apart)


def _in_subquery(group: Group, name: str) -> bool:
    return _names([*group.head, *group.tail], name) or any(_mentions(element, name) for element in group.elements)


def _mentions(element: Element, name: str) -> bool:
    deeper = (e for group in element.groups for e in group.elements)
    clauses = (token for group in element.groups for token in (*group.head, *group.tail))
    return _names(element.tokens, name) or _names(clauses, name) or any(_mentions(e, name) for e in deeper)


def _names(found: Iterable[Token], name: str) -> bool:
    return any(token.kind == "var" and token.text[1:] == name for token in found)


def _all_groups(element: Element) -> Iterator[Group]:
    for group in element.groups:
        yield group
        for inner in group.elements:
            yield from _all_groups(inner)


def _beside_aggregate(head: Sequence[Token], tail: Sequence[Token], name: str) -> bool:
    words = [token.keyword for token in tail]
    if not _names(_bare([*head, *tail]), name):
        return False
    grouped = "GROUP" in words or any(token.keyword in _AGGREGATES for token in (*head, *tail))
    return grouped and not _names(_keys(tail), name)


def _bare(found: Sequence[Token]) -> Iterator[Token]:
    """The tokens that stand in no aggregate."""
    depth: int | None = None
    for before, token in pairwise([*found[:1], *found]):
        if depth is None and token.text == "(" and before.keyword in _AGGREGATES:
            depth = token.depth
        if depth is None:
            yield token
        elif token.text == ")" and token.depth == depth:
            depth = None


def _keys(tail: Sequence[Token]) -> list[Token]:
    """The tokens of GROUP BY."""
    found = dropwhile(lambda token: token.keyword != "GROUP", tail)
    return list(takewhile(lambda token: token.keyword not in _AFTER_GROUP or token.depth > tail[0].depth, found))
