"""A row of an answer for people: things by their labels and with a way to their pages, values as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.terms import XSD, Term, compact
from defkg.web.links import link

_SHORT = 24
_LONG = 48
_UNBROKEN = re.compile(r"[\w.,:+/~?%\[\]{}-]*")


class Cell(NamedTuple):
    """What stands in a column.

    Attributes:
        text: what is read.
        href: where that leads; empty for nowhere.
        iri: what is spoken of; empty for a value.
        lang: the language of a text; empty where it has none.
        type: what a value is, such as ``xsd:date``; empty for a text.
    """

    text: str
    href: str = ""
    iri: str = ""
    lang: str = ""
    type: str = ""

    @property
    def shape(self) -> str:
        """Long for a text that needs room, short for one that is better not broken, such as a date, else empty."""
        if len(self.text) <= _SHORT and _UNBROKEN.fullmatch(self.text):
            return "short"
        return "long" if len(self.text) > _LONG else ""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        cells: what stands in its columns, by their names.
        sources: the documents behind it; empty where there are none, or they are not told.
        inferred: how many inferred triples it rests on.
    """

    cells: Mapping[str, Cell]
    sources: Sequence[Cell] = field(default=())
    inferred: int = 0


def row(terms: Mapping[str, Term], labels: Mapping[str, str], sources: Sequence[Cell] = (), inferred: int = 0) -> Row:
    """A row, with what its things are called."""
    return Row({name: cell(term, labels) for name, term in terms.items()}, sources, inferred)


def document(iri: str, labels: Mapping[str, str]) -> Cell:
    """A document by its title."""
    return cell(NamedNode(iri), labels)


def cell(term: Term, labels: Mapping[str, str]) -> Cell:
    """A term as it is read: of a thing its label, of a value the value."""
    if isinstance(term, NamedNode):
        return Cell(labels.get(term.value) or compact(term.value), link(term.value), term.value)
    if not isinstance(term, Literal):
        return Cell(str(term))
    if term.language or term.datatype.value == XSD + "string":
        return Cell(term.value, lang=term.language or "")
    return Cell(term.value, type=compact(term.datatype.value))
