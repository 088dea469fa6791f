"""A value as a reader reads it: a thing by its name, a date as precise as it is stated, a length of time in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from defkg.terms import BASE, ONTOLOGY, XSD, Term, compact
from defkg.views.days import several, spoken
from defkg.web.links import link

_DURATION = re.compile(
    r"(?P<minus>-?)P(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<day>\d+)D)?"
    r"(?:T(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>[\d.]+)S)?)?"
)
_DIGEST = re.compile(r"[0-9a-f]{32,128}")
_DATE = ONTOLOGY + "date"
_PRECISIONS = {4: "the year is known, the day is not", 7: "the month is known, the day is not"}
LONGEST = 2_000


class Value(NamedTuple):
    """What stands for a value.

    Attributes:
        text: what is read.
        href: where it leads; empty for nowhere.
        iri: the thing that is meant; empty for a literal.
        host: of an address elsewhere, whose it is.
        note: what must be known to read it right.
        code: whether it is for machines: a digest.
        language: of a text that is not English.
    """

    text: str
    href: str = ""
    iri: str = ""
    host: str = ""
    note: str = ""
    code: bool = False
    language: str = ""


def value(term: Term, names: Mapping[str, str], prop: str = "") -> Value:
    """A value in words.

    Args:
        term: the value.
        names: what things are called.
        prop: the property whose value it is.
    """
    if isinstance(term, NamedNode):
        return thing(term.value, names)
    if isinstance(term, Literal):
        return _literal(term, prop)
    return Value(str(term), note="a node without an address")


def thing(iri: str, names: Mapping[str, str]) -> Value:
    """A thing by its name; an address elsewhere with its host."""
    host = "" if iri.startswith(BASE) else _host(iri)
    return Value(names.get(iri) or compact(iri), link(iri), iri, host)


def duration(text: str) -> str:
    """An ``xsd:duration`` in words, such as ``2 days``; the text itself where it is none."""
    found = _DURATION.fullmatch(text)
    parts = found.groupdict() if found else {}
    words = [f"{n} {unit}{'' if n == '1' else 's'}" for unit, n in parts.items() if n and unit != "minus"]
    return f"{'minus ' if parts.get('minus') else ''}{', '.join(words)}" if words else text


def _literal(term: Literal, prop: str) -> Value:
    text, kind = term.value, term.datatype.value.removeprefix(XSD)
    if kind == "boolean":
        return Value({"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(text, text))
    if kind == "duration":
        return Value(duration(text))
    if prop == _DATE or kind in ("gYear", "gYearMonth"):
        words = spoken(term) or several(term)
        if words:
            return Value(words, note=_PRECISIONS.get(len(text), ""))
    if len(text) > LONGEST:
        return Value(text[:LONGEST] + " …", note=f"the first {LONGEST:,} of {len(text):,} characters")
    language = term.language or ""
    return Value(text, code=bool(_DIGEST.fullmatch(text)), language="" if language[:2] == "en" else language)


def _host(iri: str) -> str:
    try:
        return urlsplit(iri).netloc.rpartition("@")[2].removeprefix("www.")
    except ValueError:
        return ""
