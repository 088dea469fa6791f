"""What the address of a thing's page asks for besides the thing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_plus

from pyoxigraph import NamedNode
from starlette.requests import Request as HttpRequest

from defkg.engine import Problem
from defkg.terms import expand

PARAMETERS = {"why", "property", "from", "rests", "page", "neighbours"}
_LAST = 100_000


class Asked(NamedTuple):
    """What a request for a page asks besides the thing.

    Attributes:
        why: the number of the fact whose reason is wanted.
        prop: the property of which more values are wanted.
        from_: the property by which things refer to it that are wanted.
        rests: the kind of the things wanted that rest on a document.
        page: which page of these.
        neighbours: whether what is around the thing is wanted.
    """

    why: int | None = None
    prop: str = ""
    from_: str = ""
    rests: str = ""
    page: int = 1
    neighbours: bool = False

    @staticmethod
    def read(http: HttpRequest) -> Asked:
        """Reads the parameters; those that are unknown, as other sites add them to links, are left aside.

        Raises:
            Problem: 400, one is doubled or wrong.
        """
        given: dict[str, str] = {}
        for name, text in http.query_params.multi_items():
            if name in given:
                raise _wrong(name, f"{name}= is there twice; give it once")
            if name in PARAMETERS:
                given[name] = text
        why = _number(given, "why", 0) if "why" in given else None
        prop, from_ = (_iri(given, name) for name in ("property", "from"))
        if given.get("neighbours", "1") != "1":
            raise _wrong("neighbours", "neighbours= takes 1")
        if sum(map(bool, (prop, from_, given.get("rests"), given.get("neighbours")))) > 1:
            raise _wrong("page", "Ask for one thing at a time: property=, from=, rests= or neighbours=")
        return Asked(why, prop, from_, given.get("rests", ""), _number(given, "page", 1), bool(given.get("neighbours")))


def heeded(query: str) -> str:
    """The query of an address without the parameters that have no meaning for a thing."""
    return "&".join(pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) in PARAMETERS)


def _iri(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        return ""
    try:
        return NamedNode(expand(given[name])).value
    except (KeyError, ValueError) as error:
        raise _wrong(name, f"{name}= takes a property: its IRI, or prefix:name") from error


def _number(given: Mapping[str, str], name: str, least: int) -> int:
    text = given.get(name, str(least))
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= _LAST:
        raise _wrong(name, f"{name}= takes a whole number from {least} to {_LAST:,}")
    return int(text)


def _wrong(name: str, detail: str) -> Problem:
    return Problem(400, "parameter", "A parameter is wrong", detail, {"parameter": name[:100]})
