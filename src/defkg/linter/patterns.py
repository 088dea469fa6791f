"""The shape of a query: its clauses, groups and triple patterns, as tokens, so that each is found again in the text.

A query that does not parse has a shape too, of whatever is there.

Source: SPARQL 1.1 Query Language (W3C), section 19.8, rules 7 to 14, 53 to 69 and 75 to 81.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from defkg.prologue import Names
from defkg.sparql import Token, matching, tokens

LONGEST = 64 * 1024
DEEPEST = 100
_GROUPED = {"OPTIONAL": "optional", "MINUS": "minus", "LATERAL": "lateral", "GRAPH": "graph", "SERVICE": "service"}
_STARTS = frozenset([*_GROUPED, "FILTER", "BIND", "VALUES", "{"])


@dataclass(frozen=True)
class Element:
    """One part of a group.

    Attributes:
        kind: triples (one subject with all its properties), filter, bind, values, optional, minus, lateral, graph,
            service, group or union.
        tokens: all of its tokens.
        groups: the groups in it, those of EXISTS among them.
    """

    kind: str
    tokens: list[Token]
    groups: list[Group] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """What stands in a pair of braces.

    Attributes:
        elements: its parts in their order; for a subquery, those of its WHERE.
        head: a subquery's tokens before its WHERE; empty for a plain group.
        tail: a subquery's tokens after its WHERE.
    """

    elements: list[Element]
    head: list[Token] = field(default_factory=list)
    tail: list[Token] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    """A whole query.

    Attributes:
        names: its prologue.
        prologue: the prologue's tokens.
        form: SELECT, ASK, CONSTRUCT, DESCRIBE, or whatever stands there.
        head: the tokens from the form's word up to its WHERE, the dataset clauses among them.
        where: its pattern; None where it has none.
        tail: the tokens after the pattern.
        body: all tokens after the prologue.
    """

    names: Names
    prologue: list[Token]
    form: str
    head: list[Token]
    where: Group | None
    tail: list[Token]
    body: list[Token]


def outline(text: str) -> Outline | None:
    """The shape of a query; None where it is longer than `LONGEST` characters or nests deeper than `DEEPEST`."""
    if len(text) > LONGEST:
        return None
    found = tokens(text)
    if any(token.depth > DEEPEST for token in found):
        return None
    names = Names.read(found)
    prologue, rest = found[: names.end], found[names.end :]
    form = rest[0].keyword if rest else ""
    head, where, tail = _Shaper(rest).clauses(0, len(rest))
    return Outline(names, prologue, form, head, where, tail, rest)


class _Shaper:
    """Walks over the tokens of one query; an index is that of a token."""

    def __init__(self, found: list[Token]) -> None:
        self._found = found
        self._pairs = matching(found)

    def clauses(self, start: int, end: int) -> tuple[list[Token], Group | None, list[Token]]:
        """A query without its prologue as head, pattern and tail."""
        brace = self._brace(start, end)
        if brace < end and brace > start and self._found[brace - 1].keyword == "CONSTRUCT":
            brace = self._brace(self._close(brace, end) + 1, end)
        close = self._close(brace, end)
        where = self._group(brace + 1, close) if brace < end else None
        return self._found[start:brace], where, self._found[close + 1 : end]

    def _group(self, start: int, end: int) -> Group:
        if start < end and "SELECT" in self._found[start].keyword:
            head, where, tail = self.clauses(start, end)
            inner = where or Group([])
            return Group([Element("group", [], [inner])] if inner.head else inner.elements, head, tail)
        elements = []
        while start < end:
            if self._found[start].text == ".":
                start += 1
                continue
            stop, element = self._element(start, end)
            elements.append(element)
            start = stop
        return Group(elements)

    def _element(self, start: int, end: int) -> tuple[int, Element]:
        word = self._found[start].keyword
        if word in _GROUPED:
            stop, groups = self._braced(start, end)
            return stop, Element(_GROUPED[word], self._found[start:stop], groups)
        if word == "{":
            return self._union(start, end)
        if word == "VALUES":
            stop = min(self._close(self._brace(start, end), end) + 1, end)
            return stop, Element("values", self._found[start:stop])
        if word in ("FILTER", "BIND"):
            stop = min(self._close(self._first(start, end, "({"), end) + 1, end)
            return stop, Element(word.lower(), self._found[start:stop], list(self._exists(start, stop)))
        stop = self._first(start, end, ".", _STARTS, begin=1)
        return stop, Element("triples", self._found[start:stop])

    def _union(self, start: int, end: int) -> tuple[int, Element]:
        stop, groups = self._braced(start, end)
        while stop + 1 < end and self._found[stop].keyword == "UNION" and self._found[stop + 1].text == "{":
            stop, more = self._braced(stop + 1, end)
            groups += more
        return stop, Element("union" if len(groups) > 1 else "group", self._found[start:stop], groups)

    def _braced(self, start: int, end: int) -> tuple[int, list[Group]]:
        brace = self._brace(start, end)
        close = self._close(brace, end)
        return min(close + 1, end), [self._group(brace + 1, close)]

    def _exists(self, start: int, end: int) -> Iterator[Group]:
        at = start
        while at < end:
            if self._found[at].text == "{" and self._found[at - 1].keyword.endswith("EXISTS"):
                close = self._close(at, end)
                yield self._group(at + 1, close)
                at = close
            at += 1

    def _brace(self, start: int, end: int) -> int:
        return self._first(start, end, "{")

    def _first(self, start: int, end: int, marks: str, words: frozenset[str] = frozenset(), begin: int = 0) -> int:
        """The first of some marks or words that no bracket after `start` holds; else `end`."""
        for at in range(start + begin, end):
            token = self._found[at]
            if token.depth <= self._found[start].depth and (token.keyword in words or token.keyword in list(marks)):
                return at
        return end

    def _close(self, brace: int, end: int) -> int:
        return min(self._pairs.get(brace, end), end)
