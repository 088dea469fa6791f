"""An answer as a table for people: labels in place of IRIs, and with each row the documents that it rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.answer import Answer
from defkg.terms import Term, compact
from defkg.views import beside
from defkg.web.links import link

_LONG, _SHORT = 32, 10
_DATE = re.compile(r"[0-9XT.,:/~?%+\[\]{}-]{1,24}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


class Cell(NamedTuple):
    """What stands in a column of a row.

    Attributes:
        text: what is read.
        href: where that leads; empty for nowhere.
        iri: what is spoken of; empty for a value.
    """

    text: str
    href: str = ""
    iri: str = ""

    @property
    def shape(self) -> str:
        """Long for a text that needs room, short for one that is better not broken, such as a date, else empty."""
        unbroken = len(self.text) <= _SHORT or _DATE.fullmatch(self.text)
        return "long" if len(self.text) > _LONG else "short" if unbroken else ""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        number: its number, from 1 on.
        cells: what stands in the columns.
        sources: the documents, each with a short title; None where they cannot be told.
        inferred: how many inferred triples it rests on.
    """

    number: int
    cells: list[Cell]
    sources: list[Cell] | None = None
    inferred: int = 0


@dataclass(frozen=True)
class View:
    """The table.

    Attributes:
        columns: what they are called.
        rows: the rows.
    """

    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def view(answer: Answer) -> View:
    """The table of an answer."""
    variables = answer.table.variables
    shown = [name for name in variables if beside.subject(name, variables) == name]
    rows = [
        Row(
            number + 1,
            [_cell(row, name, answer.labels) for name in shown],
            None if answer.sources is None else [document(iri, answer.labels) for iri in answer.sources[number]],
            len(answer.inferred[number]) if answer.inferred else 0,
        )
        for number, row in enumerate(answer.table.rows)
    ]
    return View([_CAMEL.sub(" ", name).casefold().strip() or name for name in shown], rows)


def document(iri: str, labels: Mapping[str, str]) -> Cell:
    """A document by its title."""
    return Cell(labels.get(iri, compact(iri)), link(iri), iri)


def thing(iri: str, labels: Mapping[str, str]) -> Cell:
    """A thing by its label."""
    return Cell(labels.get(iri, compact(iri)), link(iri), iri)


def _cell(row: Mapping[str, Term], name: str, labels: Mapping[str, str]) -> Cell:
    term, text = row.get(name), beside.text(row, name, labels)
    return Cell(text, link(term.value), term.value) if isinstance(term, NamedNode) else Cell(text)
