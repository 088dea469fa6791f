"""Facets: by what the things of a kind can be chosen, as patterns of a query with ``?x`` a thing and ``?v`` a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from defkg.kinds import Kind
from defkg.terms import DCTERMS, ID, ONTOLOGY, compact, expand

_D = ONTOLOGY
_COUNTRY = "|".join(f"<{_D}{name}>" for name in ("involves", "hasParty", "onBehalfOf", "organisationOf"))
EVENT = f"?x (^<{_D}signingOf>|<{_D}signedAt>|<{_D}concludedAt>)? ?e ."
_EVENT = EVENT.replace("(", "").replace(")?", "")
_YEAR = f"<{_D}earliest> ?first ; <{_D}latest> ?last . FILTER (SUBSTR(STR(?first), 1, 4) = SUBSTR(STR(?last), 1, 4))"
BOUNDS = f"<{_D}earliest>|<{_D}latest>|<{_D}date>"
UNDATED = Literal("undated")
PRECISIONS = {
    "day": "to the day",
    "month": "to the month",
    "year": "to the year",
    "bounded": "on or before a day",
    "undated": "without a date",
}


class Unfit(ValueError):
    """A text that can be no value of a facet; the message says what is."""


@dataclass(frozen=True)
class Facet:
    """One way to choose.

    Attributes:
        name: the parameter.
        title: what it is called.
        several: whether a thing can have several values, so that choosing another one narrows further.
        base: how the IRIs of its values mostly begin, which may then be left out; empty where they are no IRIs.
        accepts: what its values are, in words.
    """

    name: str
    title: str
    several: bool
    base: str
    accepts: str

    @property
    def quick(self) -> bool:
        """Whether the things that have a value are found by it, without a look at all others."""
        return self.several

    def pattern(self, kind: Kind, value: str = "?v") -> str:
        """The things ``?x`` with their values.

        Args:
            kind: what the things are.
            value: the value, as a query has it; a variable for all values.
        """
        return {
            "class": f"?x a {value} .",
            "country": f"?x {_COUNTRY} {value} . FILTER EXISTS {{ {value} a <{_D}Country> }}",
            "topic": f"?x <{_D}concernsBroadly>|<{_D}concerns> {value} .",
            "year": f"{_dated(kind, _YEAR)} BIND (SUBSTR(STR(?first), 1, 4) AS ?year) FILTER (?year = {value})",
            "precision": _dated(kind, f"<{_D}datePrecision> {value} ."),
            "document": f"{{ GRAPH {value} {{ ?x ?says ?of }} }} UNION {{ GRAPH {value} {{ ?of ?says ?x }} }}",
            "publisher": f"?x <{DCTERMS}publisher> {value} .",
        }[self.name]

    def values(self, kind: Kind) -> str:
        """The things ``?x`` with all their values ``?v``."""
        if self.name == "year":
            return self.pattern(kind).replace("?year)", "?v)").replace(" FILTER (?year = ?v)", "")
        only = {"class": "FILTER (isIRI(?v))", "document": f'FILTER (STRSTARTS(STR(?v), "{ID}source/"))'}
        return f"{self.pattern(kind)} {only.get(self.name, '')}"

    def chosen(self, kind: Kind, value: NamedNode | Literal) -> str:
        """The things ``?x`` that have a value; perhaps more than once."""
        return self.pattern(kind, str(value))

    def condition(self, kind: Kind, value: NamedNode | Literal) -> str:
        """That ``?x``, bound by what stands before it, has a value."""
        if value == UNDATED:
            return f"FILTER NOT EXISTS {{ ?x {BOUNDS} ?date }}"
        return f"FILTER EXISTS {{ {self.chosen(kind, value)} }}"

    def term(self, text: str) -> NamedNode | Literal:
        """The value that a parameter's text stands for.

        Raises:
            Unfit: it can be none.
        """
        if self.name == "year":
            return self._matched(re.fullmatch(r"[0-9]{4}", text), text)
        if self.name == "precision":
            return self._matched(text in PRECISIONS, text)
        try:
            return NamedNode(expand(text) if ":" in text else self.base + text)
        except (KeyError, ValueError) as error:
            raise self._unfit(text) from error

    def text(self, value: str) -> str:
        """A value as its parameter has it, short."""
        tail = value.removeprefix(self.base) if self.base else value
        return tail if ":" not in tail else compact(value)

    def suits(self, kind: Kind) -> bool:
        """Whether things of a kind are chosen by it."""
        return not (self.name == "document" and kind.prefix == self.base)

    def _matched(self, fits: object, text: str) -> Literal:
        if not fits:
            raise self._unfit(text)
        return Literal(text)

    def _unfit(self, text: str) -> Unfit:
        return Unfit(f"{self.name}= is {self.accepts}, not {text[:100]!r}")


_LISTED = (
    Facet("class", "Class", False, ONTOLOGY, "a class, such as Meeting"),
    Facet("country", "Country", True, ID + "country/", "a country by its ISO code, such as IND"),
    Facet("topic", "Topic", True, ID + "focus-area/", "a topic, such as maritime-security"),
    Facet("year", "Year", False, "", "a year of four digits, such as 2018"),
    Facet("precision", "Date known", False, "", f"one of {', '.join(PRECISIONS)}"),
    Facet("publisher", "Publisher", True, ID + "organisation/", "who publishes, by an IRI"),
    Facet("document", "Document that speaks of it", True, ID + "source/", "a document, by its IRI"),
)
FACETS: Mapping[str, Facet] = {facet.name: facet for facet in _LISTED}


def _dated(kind: Kind, said: str) -> str:
    """What is said of the date of ``?x``, or of the event that dates it; for a path or none an engine looks at all."""
    return f"?x {said}" if kind.dated else f"{{ ?x {said} }} UNION {{ {_EVENT} ?e {said} }}"
