"""A request that has a right answer: the ways to ask it, and what is wrong with an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from benchmarks.answers import read
from benchmarks.soak.exchange import Request, Response

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
_GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Ask:
    """A request with its right answer.

    Attributes:
        kind: what such requests are counted under.
        request: what is sent.
        right: the answer.
        ordered: whether the order of the answer's lines is a part of it.
        open_end: whether the request ends with a query, to which a comment can be added.
    """

    kind: str
    request: Request
    right: Response
    ordered: bool = True
    open_end: bool = False


def variant(ask: Ask, chance: Random, number: int) -> Ask:
    """The same asked in one of the other ways: as a new query, with the tag of its answer, by HEAD, packed."""
    ways = [ask, _packed(ask)]
    if ask.open_end:
        ways += [_new(ask, number)] * 3
    if ask.request.method == "GET":
        ways.append(_head(ask))
        if "etag" in ask.right.headers:
            ways.append(_conditional(ask))
    return chance.choice(ways)


def _new(ask: Ask, number: int) -> Ask:
    request = ask.request
    if request.method == "POST":
        added = f"%0A%23{number}" if request.headers["Content-Type"] == FORM["Content-Type"] else f"\n#{number}"
        return replace(ask, kind=f"{ask.kind}, new", request=replace(request, body=request.body + added.encode()))
    return replace(ask, kind=f"{ask.kind}, new", request=replace(request, target=f"{request.target}%0A%23{number}"))


def _packed(ask: Ask) -> Ask:
    return replace(ask, request=replace(ask.request, headers={**ask.request.headers, **_GZIP}))


def _head(ask: Ask) -> Ask:
    return replace(ask, kind="HEAD", request=replace(ask.request, method="HEAD"), right=replace(ask.right, body=b""))


def _conditional(ask: Ask) -> Ask:
    headers = {**ask.request.headers, "If-None-Match": ask.right.headers["etag"]}
    right = Response(304, {}, b"")
    return replace(ask, kind="conditional", request=replace(ask.request, headers=headers), right=right)


def difference(ask: Ask, found: Response) -> str:
    """What is wrong with an answer, in words; empty where it is right."""
    right = ask.right
    if found.status != right.status:
        return f"{found.status} instead of {right.status}: {found.body[:300].decode(errors='replace')}"
    kinds = [one.headers.get("content-type", "") for one in (right, found)]
    if right.status != 304 and kinds[0] != kinds[1]:
        return f"{kinds[1]} instead of {kinds[0]}"
    if ask.request.method == "HEAD" and "content-encoding" not in found.headers:
        lengths = [one.headers.get("content-length") for one in (right, found)]
        return "" if lengths[0] == lengths[1] else f"a length of {lengths[1]} instead of {lengths[0]}"
    if found.body == right.body or right.status >= 400:  # a problem names its request
        return ""
    if not ask.ordered and _bag(found) == _bag(right):
        return ""
    return f"another body: {_first_difference(right.body, found.body)}"


def _bag(response: Response) -> Any:
    """An answer as what does not depend on the order of its rows."""
    if response.headers["content-type"].startswith("application/sparql-results+json"):
        return read(json.loads(response.body))
    return sorted(response.body.replace(b"<result>", b"\n<result>").splitlines())


def _first_difference(right: bytes, found: bytes) -> str:
    same = next((at for at, (one, other) in enumerate(zip(right, found, strict=False)) if one != other), 0)
    start = max(0, same - 40)
    return f"{found[start : same + 80]!r} instead of {right[start : same + 80]!r}"
