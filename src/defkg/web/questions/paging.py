"""Pages of an answer: a query cut to some of its rows, and links to the pages beside.

Source: SPARQL 1.1 Query Language (W3C), section 15; RFC 8288 for the links.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import urlencode

from defkg.engine import Problem
from defkg.linter.patterns import outline
from defkg.sparql import Token


def cut(sparql: str, limit: int | None, offset: int) -> str:
    """A query that gives only some rows of another one, whose own LIMIT and OFFSET still hold.

    Args:
        sparql: a SELECT query.
        limit: how many rows at most; None for all that there are.
        offset: how many to leave out before.

    Raises:
        Problem: 400, the query is too long or too deep to be cut.
    """
    shape = outline(sparql)
    if shape is None:
        raise Problem(400, "paging", "The answer has no pages", "The query is too long to be cut into pages")
    own = dict(_modifiers(shape.tail))
    skipped = own["OFFSET"][1] if "OFFSET" in own else 0
    if "LIMIT" in own:
        left = max(own["LIMIT"][1] - offset, 0)
        limit = left if limit is None else min(limit, left)
    for first, _, last in own.values():
        sparql = f"{sparql[: first.start]}{' ' * (last.end - first.start)}{sparql[last.end :]}"
    at = _end(shape.tail, shape.body[-1])
    wanted = "" if limit is None else f"LIMIT {limit} "
    return f"{sparql[:at]} {wanted}OFFSET {skipped + offset} {sparql[at:]}"


def links(path: str, pairs: Iterable[tuple[str, str]], limit: int, offset: int, more: bool) -> str:
    """The Link header of a page of rows.

    Args:
        path: the address without its query.
        pairs: the other parameters.
        limit: how many rows a page has.
        offset: how many come before this one.
        more: whether there are rows after it.
    """
    kept = [(name, value) for name, value in pairs if name not in ("limit", "offset")]
    pages = {"first": 0, **({"prev": max(offset - limit, 0)} if offset else {})}
    pages |= {"next": offset + limit} if more else {}
    address = {rel: urlencode([*kept, ("limit", limit), ("offset", at)]) for rel, at in pages.items()}
    return ", ".join(f'<{path}?{query}>; rel="{rel}"' for rel, query in address.items())


def _modifiers(tail: list[Token]) -> Iterable[tuple[str, tuple[Token, int, Token]]]:
    """The query's own LIMIT and OFFSET, each with its number."""
    for word, number in pairwise(tail):
        if word.keyword in ("LIMIT", "OFFSET") and word.depth == 0:
            yield word.keyword, (word, int(number.text), number)


def _end(tail: list[Token], last: Token) -> int:
    """The offset where LIMIT may stand: before a VALUES that ends the query."""
    values = next((token for token in tail if token.keyword == "VALUES" and token.depth == 0), None)
    return values.start if values else last.end
