"""An address that nothing is known at, and the things that may have been meant."""

from __future__ import annotations

import difflib
from typing import NamedTuple
from urllib.parse import unquote

from pyoxigraph import NamedNode

from defkg.engine import Problem
from defkg.naming import labels
from defkg.terms import ID
from defkg.web.asker import Asker
from defkg.web.links import path

_COMPARED = 2_000  # things that an unknown one is compared with
_NEAR = 5
_CUTOFF = 0.5
_QUICK = 2.0  # seconds


class Near(NamedTuple):
    """A thing that may have been meant."""

    iri: str
    label: str


def near(asker: Asker, iri: str) -> list[Near]:
    """Things of the kind that an unknown IRI names, whose keys or labels are like its own; the likeliest first."""
    kind, slash, key = iri.removeprefix(ID).partition("/")
    found = asker.site.kinds.get(kind) if iri.startswith(ID) and slash else None
    if found is None:
        return []
    part = asker.part(0.5, _QUICK)
    try:
        rows = part.select(f"SELECT ?x WHERE {{ {found.pattern()} }} LIMIT {_COMPARED}")
        things = sorted(x.value for row in rows if isinstance(x := row["x"], NamedNode))
        return _likest(key, things, labels(part.select, things))
    except Problem as problem:
        if problem.status in (429, 503):
            raise
        return []
    finally:
        asker.seconds += part.seconds


def problem(iri: str, found: list[Near]) -> Problem:
    """Why there is no document."""
    shown = path(iri) or iri
    detail = f"Nothing is known of {shown[:300]} here"
    if found:
        detail += f"; did you mean {' or '.join(path(one.iri) or one.iri for one in found)}?"
    more: dict[str, object] = {"near": [one.iri for one in found]} if found else {}
    return Problem(404, "not-found", "There is no such page", f"{detail}{'' if found else '; begin at /'}", more)


def _likest(key: str, things: list[str], called: dict[str, str]) -> list[Near]:
    sought = _plain(key)
    names: dict[str, str] = {}
    for thing in things:
        names.setdefault(_plain(thing.removeprefix(ID).partition("/")[2]), thing)
        names.setdefault(_plain(called.get(thing, thing)), thing)
    keys = difflib.get_close_matches(sought[:100], names, n=2 * _NEAR, cutoff=_CUTOFF)
    found = dict.fromkeys(names[key] for key in keys)
    return [Near(thing, called.get(thing, thing)) for thing in found][:_NEAR]


def _plain(text: str) -> str:
    return " ".join(unquote(text).casefold().replace("-", " ").split())
