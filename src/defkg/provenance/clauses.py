"""What stands around a SELECT's pattern: what it projects, and how it groups, cuts and joins.

Source: SPARQL 1.1 Query Language (W3C), section 19.8, rules 7 to 28.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from defkg.linter.patterns import Element, Group, outline
from defkg.provenance.reading import Cursor, unread
from defkg.provenance.untold import Untold
from defkg.sparql import Token

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_CUTS = ("ORDER", "LIMIT", "OFFSET")
_CLAUSES = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


@dataclass(frozen=True)
class Item:
    """A column of a SELECT, or a key of its GROUP BY.

    Attributes:
        name: its variable's name; empty for a key without one.
        expression: what computes it; empty for a plain variable.
    """

    name: str
    expression: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Selection:
    """A SELECT without its pattern.

    Attributes:
        distinct: whether equal rows count once.
        star: whether it asks for all variables.
        items: its columns; none for ``*``.
        head: its tokens up to the last column.
        keys: what it groups by.
        grouped: whether it groups, or aggregates.
        limited: whether it cuts rows off.
        values: the VALUES behind it.
        rest: the tokens behind its GROUP BY.
    """

    distinct: bool
    star: bool
    items: tuple[Item, ...]
    head: tuple[Token, ...]
    keys: tuple[Item, ...]
    grouped: bool
    limited: bool
    values: tuple[Token, ...]
    rest: tuple[Token, ...]

    def uncut(self) -> Selection:
        """The same, giving all of its rows, with those that are equal."""
        end = next((i for i, t in enumerate(self.rest) if t.keyword in _CUTS and t.depth == self.rest[0].depth), None)
        head = tuple(token for index, token in enumerate(self.head) if index != 1)
        rest = self.rest if end is None else (*self.rest[:end], *self.values)
        return replace(self, head=head, distinct=False, rest=rest, limited=False)


def selection(query: Group) -> Selection:
    """The clauses of a query or subquery.

    Raises:
        Untold: they have a part whose sources cannot be told.
    """
    head = Cursor(query.head)
    head.take("SELECT")
    distinct = head.keyword in ("DISTINCT", "REDUCED") and bool(head.take())
    items = tuple(_items(head))
    star = head.text == "*" and bool(head.take())
    columns = tuple(head.since(0))
    if head.keyword == "FROM":
        raise Untold("the query names a dataset of its own with FROM")
    tail = Cursor(query.tail)
    keys = tuple(_keys(tail))
    rest = query.tail[tail.at :]
    clauses = _clauses(rest)
    values = rest[clauses["VALUES"] :] if "VALUES" in clauses else []
    modifiers = rest[: len(rest) - len(values)]
    grouped = bool(keys) or _aggregates([*query.head, *modifiers])
    if grouped and any(t.keyword.endswith("EXISTS") for t in [*query.head, *modifiers]):
        raise Untold("EXISTS stands beside an aggregate")
    limited = "LIMIT" in clauses or "OFFSET" in clauses
    return Selection(distinct, star, items, columns, keys, grouped, limited, tuple(values), tuple(rest))


def _clauses(found: list[Token]) -> dict[str, int]:
    """Where each clause begins."""
    own = [(index, token.keyword) for index, token in enumerate(found) if token.depth == found[0].depth]
    return {word: index for index, word in reversed(own) if word in _CLAUSES}


def _items(cursor: Cursor) -> list[Item]:
    items = []
    while cursor.kind == "var" or cursor.text == "(":
        items.append(Item(cursor.take().text[1:]) if cursor.kind == "var" else _named(cursor.bracketed()))
    return items


def _named(found: list[Token]) -> Item:
    if len(found) < 5 or found[-2].kind != "var" or found[-3].keyword != "AS":
        raise unread(found)
    return Item(found[-2].text[1:], tuple(found[1:-3]))


def _keys(cursor: Cursor) -> list[Item]:
    if cursor.keyword != "GROUP":
        return []
    cursor.take("GROUP")
    cursor.take("BY")
    keys = []
    while cursor.kind and cursor.keyword not in _CLAUSES:
        keys.append(Item(cursor.take().text[1:]) if cursor.kind == "var" else _key(cursor))
    return keys


def _key(cursor: Cursor) -> Item:
    start = cursor.at
    if cursor.text == "(":
        found = cursor.bracketed()
        is_named = len(found) > 4 and found[-3].keyword == "AS" and found[-3].depth == found[0].depth + 1
        return _named(found) if is_named else Item("", tuple(found))
    cursor.take()
    cursor.bracketed()
    return Item("", tuple(cursor.since(start)))


def _aggregates(found: list[Token]) -> bool:
    """Whether an aggregate is computed; those of subqueries, in braces, do not count."""
    braces = 0
    for token, following in pairwise(found):
        braces += (token.text == "{") - (token.text == "}")
        if not braces and token.keyword in _AGGREGATES and following.text == "(":
            return True
    return False


def as_bind(item: Item) -> Element | None:
    """A computed column as the BIND that it is, with the groups of its EXISTS; None where it has none."""
    if not any(token.keyword.endswith("EXISTS") for token in item.expression):
        return None
    shape = outline("ASK { BIND(" + " ".join(token.text for token in item.expression) + f" AS ?{item.name}) }}")
    if shape is None or shape.where is None:
        raise unread(item.expression)
    return shape.where.elements[0]
