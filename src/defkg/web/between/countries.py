"""Countries by their codes, as addresses name them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.engine import Problem
from defkg.holding import Select
from defkg.naming import labels, plain
from defkg.terms import ID
from defkg.web.records import value

MOST = 1_000
_NEAR = 5
_LONGEST = 100
_COUNTRIES = f"""SELECT ?country ?code WHERE {{
  ?country a defkg:Country .
  OPTIONAL {{ ?country skos:notation ?code }}
}} ORDER BY ?country LIMIT {MOST}"""
_CODED = """SELECT ?code ?country WHERE {{
  {{ VALUES ?code {{ {codes} }} ?country skos:notation ?code }}
  UNION {{ VALUES (?code ?country) {{ {keys} }} }}
  ?country a defkg:Country .
}}"""


class Country(NamedTuple):
    """A country: its code, its IRI and what it is called."""

    code: str
    iri: str
    label: str


def every(select: Select) -> list[Country]:
    """The countries of a graph, up to `MOST`, by what they are called."""
    codes: dict[str, str] = {}
    for row in select(_COUNTRIES):
        iri = value(row["country"])
        codes[iri] = codes.get(iri) or value(row.get("code")) or iri.rpartition("/")[2]
    names = labels(select, codes)
    found = (Country(code, iri, names.get(iri, code)) for iri, code in codes.items())
    return sorted(found, key=lambda country: (country.label.casefold(), country.iri))


def find(select: Select, *codes: str) -> list[Country]:
    """The countries with some codes, in their order.

    Raises:
        Problem: 404, there is none of a code; ``near`` has the codes of those that it may have meant.
    """
    written = " ".join(str(Literal(code)) for code in codes)
    keys = " ".join(f"({Literal(code)} {key})" for code in codes if (key := _key(code)))
    known = {value(row["code"]): value(row["country"]) for row in select(_CODED.format(codes=written, keys=keys))}
    if missing := [code for code in codes if code not in known]:
        raise _unknown(select, missing[0])
    names = labels(select, known.values())
    return [Country(code, known[code], names.get(known[code], code)) for code in codes]


def _unknown(select: Select, code: str) -> Problem:
    close = near(every(select), code)
    words = f"; did you mean {', '.join(f'{c.code} ({c.label})' for c in close)}?" if close else ""
    detail = f"No country of this graph has the code {code[:_LONGEST]!r}{words}"
    return Problem(404, "unknown-country", "There is no such country here", detail, {"near": [c.code for c in close]})


def near(countries: Sequence[Country], text: str) -> list[Country]:
    """The countries whose codes or names are near to a text."""
    wanted = plain(text[:_LONGEST])
    by_name = {plain(name): country for country in countries for name in (country.code, country.label)}
    close = difflib.get_close_matches(wanted, list(by_name), n=_NEAR, cutoff=0.5)
    return list(dict.fromkeys(by_name[name] for name in close))


def _key(code: str) -> str:
    """The IRI that a country with a code has by our rule; empty for what no IRI can end in."""
    try:
        return str(NamedNode(f"{ID}country/{code}"))
    except ValueError:
        return ""
