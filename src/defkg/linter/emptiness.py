"""Why a query has no answer: which pattern matches nothing, or nothing beside those before it.

Source: SPARQL 1.1 Query Language (W3C), section 18.2.2, for how a group is put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from defkg.linter.patterns import Element, Outline, outline
from defkg.linter.triples import triples
from defkg.sparql import Token, place

_MOST = 50
_NOT_ALONE = frozenset(["optional", "bind", "filter", "minus", "values", "lateral"])
_JOINED = frozenset(["triples", "group", "graph"])
_WORDS = {
    "no-match": "Nothing matches this pattern, even on its own",
    "no-match-together": "This pattern has matches, but none that goes with what stands before it",
    "filter": "The patterns have matches, but this takes all of them away",
    "modifiers": "The patterns have matches; what follows them, such as HAVING, LIMIT or OFFSET, leaves none",
}
Ask = Callable[[str], bool]


@dataclass(frozen=True)
class Explanation:
    """One reason why there is no answer.

    Attributes:
        line: the line of the pattern in the query.
        column: its column.
        kind: no-match (it has none on its own), no-match-together (none beside what stands before it), filter, or
            modifiers (what follows the patterns leaves none).
        pattern: the pattern as written, on one line.
        message: the reason in words.
    """

    line: int
    column: int
    kind: str
    pattern: str
    message: str


@dataclass(frozen=True)
class _Piece:
    kind: str
    start: int
    text: str


def why_empty(query: str, ask: Ask) -> list[Explanation]:
    """The patterns without a match; where each has one, the first that goes with nothing before it.

    Args:
        query: a query without an answer.
        ask: answers an ASK query over the same dataset; what it raises is passed on.
    """
    shape = outline(query)
    if shape is None or shape.where is None:
        return []
    pieces = [*_pieces(query, shape.where.elements), *_values(query, shape.tail)]
    pieces.sort(key=lambda piece: piece.kind == "filter")  # a filter sees the whole group
    asked = _asker(query, shape, ask)
    alone = [piece for piece in pieces if piece.kind not in _NOT_ALONE][:_MOST]
    missing = [piece for piece in alone if not asked([piece])]
    return [_told(query, piece, "no-match") for piece in missing] or _together(query, pieces, shape, asked)


def _together(
    query: str, pieces: list[_Piece], shape: Outline, asked: Callable[[list[_Piece]], bool]
) -> list[Explanation]:
    if not pieces or asked(pieces):
        after = shape.tail or (shape.where.tail if shape.where else [])
        left = _Piece("modifiers", after[0].start, _text(query, after)) if after else None
        return [_told(query, left, "modifiers")] if left else []
    low, high = 0, len(pieces)  # the first low pieces have a match, the first high have none
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if asked(pieces[:middle]) else (low, middle)
    kind = "filter" if pieces[low].kind in ("filter", "minus") else "no-match-together"
    return [_told(query, pieces[low], kind)]


def _told(query: str, piece: _Piece, kind: str) -> Explanation:
    line, column = place(query, piece.start)
    return Explanation(line, column, kind, " ".join(piece.text.split()).removesuffix(" ."), _WORDS[kind])


def _asker(query: str, shape: Outline, ask: Ask) -> Callable[[list[_Piece]], bool]:
    prologue = _text(query, shape.prologue)
    dataset = " ".join(_dataset(query, shape.head))
    return lambda pieces: ask(f"{prologue} ASK {dataset} {{ {' '.join(piece.text for piece in pieces)} }}")


def _dataset(query: str, head: list[Token]) -> Iterator[str]:
    for index, token in enumerate(head):
        if token.keyword == "FROM" and token.depth == 0:
            named = any(after.keyword == "NAMED" for after in head[index + 1 : index + 2])
            yield _text(query, head[index : index + 2 + named])


def _pieces(query: str, elements: list[Element], before: str = "", after: str = "") -> Iterator[_Piece]:
    for element in elements:
        start, inner = element.tokens[0].start, element.groups
        if element.kind == "triples":
            yield from _patterns(query, element, before, after)
        elif _is_plain(element):
            brace = next(token for token in element.tokens if token.text == "{")
            graph = query[start : brace.end] + " " if element.kind == "graph" else ""
            yield from _pieces(query, inner[0].elements, before + graph, (" }" if graph else "") + after)
        else:
            yield _Piece(element.kind, start, before + _text(query, element.tokens) + after)


def _is_plain(element: Element) -> bool:
    """Whether an element is the join of the patterns in it, so that each can stand in a group of its own."""
    if element.kind not in ("group", "graph") or any(token.kind == "bnode" for token in element.tokens):
        return False
    if not any(token.text == "{" for token in element.tokens):
        return False
    return not element.groups[0].head and all(part.kind in _JOINED for part in element.groups[0].elements)


def _patterns(query: str, element: Element, before: str, after: str) -> Iterator[_Piece]:
    found = triples(element)
    if not found:
        yield _Piece("triples", element.tokens[0].start, f"{before}{_text(query, element.tokens)} .{after}")
    for index, parts in enumerate(found):
        own = next(part for number, part in enumerate(parts) if not index or part is not found[index - 1][number])
        yield _Piece("triples", own[0].start, f"{before}{' '.join(_text(query, part) for part in parts)} .{after}")


def _values(query: str, tail: list[Token]) -> Iterator[_Piece]:
    begin = next((index for index, token in enumerate(tail) if token.keyword == "VALUES"), None)
    if begin is not None:
        yield _Piece("values", tail[begin].start, _text(query, tail[begin:]))


def _text(query: str, found: list[Token]) -> str:
    return query[found[0].start : found[-1].end] if found else ""
