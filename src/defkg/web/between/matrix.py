"""The matrix of countries: how much there is between each two, and what one country has with its partners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem
from defkg.naming import labels
from defkg.table import Table
from defkg.terms import XSD, Term
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.between.countries import Country, every, find
from defkg.web.between.counts import WAYS, Ends, Item, counts, hubs, items, label
from defkg.web.parameters import Parameters
from defkg.web.relations import relations

Make = Callable[[Asker, Parameters, str], Answer | Response]
SIDE, LISTED, ROWS, COLUMNS = 16, 40, 60, 16
_CSV = "text/csv"
_NAMES = ("by", "country", "with", "page")
_SHARE, _SECONDS = 0.6, 6.0
_INTEGER = NamedNode(XSD + "integer")
_ANCHORS = {"topic": "topics", "meeting": "event"}


class Pair(NamedTuple):
    """Two countries and how many things of each kind there are between them; None where that was not counted."""

    one: Country
    other: Country
    counts: Mapping[str, int] | None

    @property
    def total(self) -> int:
        """All that was counted, topics left out: they are no things between the two."""
        return sum(count for way, count in (self.counts or {}).items() if way != "topic")

    def anchor(self, way: str) -> str:
        """The part of the pair's page that tells of one kind."""
        return _ANCHORS.get(way, way)


@dataclass(frozen=True)
class Asked:
    """What a request asks of the matrix: which kind of things, which country, and which page."""

    by: str
    country: Country | None
    page: int

    def address(self, **other: object) -> str:
        """The address of the same with something else."""
        given: dict[str, object] = {"country": self.country.code if self.country else "", "by": self.by}
        kept = {name: text for name, text in {**given, **other}.items() if text}
        return f"/between/{'?' if kept else ''}{urlencode(kept)}"


def answer(asker: Asker, parameters: Parameters, form: str) -> Answer | Response:
    """The matrix as a page, which passes over unknown parameters, or as CSV; with two countries, the way to their page.

    Raises:
        Problem: 400, a parameter is not accepted; 404, there is no such country.
    """
    asked = _read(asker, parameters, form)
    partner = parameters.one("with") or ""
    if partner and asked.country:
        other = find(asker.select, partner.upper())[0]
        return RedirectResponse(f"/between/{asked.country.code}/{other.code}", 303)
    if form == _CSV:
        return made(_CSV, _table(asker, asked).write("csv"), asker.seconds)
    page = asker.site.pages.render("between.html", _values(asker, asked))
    return made("text/html", page, asker.seconds)


def _read(asker: Asker, parameters: Parameters, form: str) -> Asked:
    for name in sorted(parameters.names() - {*_NAMES}) if form == _CSV else ():
        raise _refused(f"There is no parameter {name[:100]!r}; there are {', '.join(_NAMES)}")
    by, code, page = (parameters.one(name) or "" for name in ("by", "country", "page"))
    if by and by not in WAYS:
        raise _refused(f"by= is one of {', '.join(WAYS)}, not {by[:100]!r}")
    if page and not (page.isascii() and page.isdigit() and int(page[:7]) > 0 and len(page) < 7):
        raise _refused(f"page= is a number from 1 on, not {page[:100]!r}")
    return Asked(by, find(asker.select, code.upper())[0] if code else None, int(page or 1))


def _refused(detail: str) -> Problem:
    return Problem(400, "parameter", "A value is not accepted", detail)


def _pairs(asker: Asker, countries: Sequence[Country]) -> tuple[list[Pair], str]:
    """All pairs that have something, those with most first, and why nothing was counted, in words."""
    known = {country.iri: country for country in countries}
    part = asker.part(_SHARE, _SECONDS)
    found: Mapping[Ends, Mapping[str, int] | None]
    try:
        found, why = counts(part.select, relations(asker.site)), ""
    except Problem as problem:
        if problem.status != 504:
            raise
        found = dict.fromkeys(hubs(asker.select))
        why = (
            "This graph is too large to count what there is between all countries; the counts are on the pairs’ pages."
        )
    finally:
        asker.seconds += part.seconds
    pairs = [Pair(known[one], known[other], n) for (one, other), n in found.items() if {one, other} <= known.keys()]
    return sorted(pairs, key=lambda pair: (-pair.total, pair.one.label, pair.other.label)), why


def _values(asker: Asker, asked: Asked) -> dict[str, object]:
    countries = every(asker.select)
    common = {"asked": asked, "ways": WAYS, "countries": countries}
    pairs, why = _pairs(asker, countries)
    joined = {country for pair in pairs for country in (pair.one, pair.other)}
    common |= {"uncounted": why, "alone": [country for country in countries if country not in joined]}
    if asked.country:
        pairs = [pair for pair in pairs if asked.country in (pair.one, pair.other)]
    begin = (asked.page - 1) * LISTED
    paged = {"pairs": pairs[begin : begin + LISTED], "total": len(pairs), "pages": -(-len(pairs) // LISTED)}
    grid = _partners(asker, asked) if asked.country and asked.by else None
    square = None if asked.country or why else _square(pairs, asked.by)
    return {**common, **paged, "grid": grid, "square": square}


def _square(pairs: Sequence[Pair], by: str) -> dict[str, object]:
    """Countries by countries, those with the most; sorted by their names."""
    weight: Counter[Country] = Counter()
    for pair in pairs:
        for country in (pair.one, pair.other):
            weight[country] += _number(pair, by)
    shown = [country for country, _ in weight.most_common(SIDE)]
    shown.sort(key=lambda country: country.label.casefold())
    cells = {ends: pair for pair in pairs for ends in ((pair.one, pair.other), (pair.other, pair.one))}
    rows = [(row, [(column, cells.get((row, column))) for column in shown]) for row in shown]
    return {"countries": shown, "rows": rows, "of": len(weight), "number": _number}


def _number(pair: Pair, by: str) -> int:
    return (pair.counts or {}).get(by, 0) if by else pair.total


def _partners(asker: Asker, asked: Asked) -> dict[str, object]:
    """What a country has, by partner: items as rows, those that most partners share first."""
    assert asked.country
    found = items(asker.select, relations(asker.site), asked.country.iri, asked.by)
    names = labels(asker.select, {iri for item in found for iri in (item.iri, item.partner) if iri})
    weight = Counter[str]()
    for item in found:
        weight[item.partner] += item.number
    partners = [iri for iri, _ in weight.most_common(COLUMNS)]
    rows = sorted({item.iri for item in found}, key=lambda iri: (-_shared(found, iri), label(iri, names).casefold()))
    codes = {country.iri: country for country in every(asker.select)}
    return {
        "partners": [(codes[iri], label(iri, names)) for iri in partners if iri in codes],
        "rows": [(iri, label(iri, names)) for iri in rows[:ROWS]],
        "cells": {(item.iri, item.partner): item.number for item in found},
        "of": len(weight),
        "all": len(rows),
    }


def _shared(found: Sequence[Item], iri: str) -> int:
    return sum(1 for item in found if item.iri == iri)


def _table(asker: Asker, asked: Asked) -> Table:
    countries = every(asker.select)
    if asked.country and asked.by:
        found = items(asker.select, relations(asker.site), asked.country.iri, asked.by)
        names = labels(asker.select, {item.iri for item in found if item.iri})
        codes = {country.iri: country.code for country in countries}
        rows: list[dict[str, Term]] = [
            {
                "country": Literal(asked.country.code),
                "partner": Literal(codes.get(item.partner, item.partner)),
                **({"item": NamedNode(item.iri)} if item.iri else {}),
                "label": Literal(label(item.iri, names)),
                "count": _integer(item.number),
            }
            for item in found
        ]
        return Table(("country", "partner", "item", "label", "count"), rows)
    pairs, why = _pairs(asker, countries)
    if why:
        raise Problem(504, "timeout", "Time is up", f"{why} Ask for one country, as country=")
    mine = [pair for pair in pairs if not asked.country or asked.country in (pair.one, pair.other)]
    ways = [asked.by] if asked.by else list(WAYS)
    return Table(
        ("one", "other", "kind", "count"),
        [
            {"one": Literal(p.one.code), "other": Literal(p.other.code), "kind": Literal(w), "count": _integer(n)}
            for p in mine
            for w in ways
            if (n := (p.counts or {}).get(w, 0))
        ],
    )


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=_INTEGER)
