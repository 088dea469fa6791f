"""Literals: a value must be of its datatype, and a date's bounds those of its EDTF text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset, Row
from defkg.dates import bounds, precision
from defkg.finding import Finding, Place, Severity
from defkg.terms import CHECKS, ONTOLOGY, XSD, Term, compact

_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_DATE = NamedNode(ONTOLOGY + "date")
_EDGES = {"earliest": NamedNode(ONTOLOGY + "earliest"), "latest": NamedNode(ONTOLOGY + "latest")}
_PRECISION = NamedNode(ONTOLOGY + "datePrecision")


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


_LEXICAL: dict[str, Callable[[str], object]] = {
    XSD + "date": _is_date,
    XSD + "integer": re.compile(r"[+-]?\d+").fullmatch,
    XSD + "boolean": re.compile(r"true|false|0|1").fullmatch,
    XSD + "duration": _DURATION.fullmatch,
    XSD + "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)").fullmatch,
    XSD + "gYear": re.compile(r"-?\d{4,}").fullmatch,
}


def ill_typed(dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Literals whose text is not one of their datatype, such as ``"2025-02-30"^^xsd:date``."""
    for rows in dataset.subjects.values():
        for file, placed, _ in rows:
            term = placed.triple.object
            lexical = _LEXICAL.get(term.datatype.value) if isinstance(term, Literal) else None
            if lexical and isinstance(term, Literal) and not lexical(term.value):
                message = f'"{term.value}" is no {compact(term.datatype.value)}'
                place = Place(file.path, *placed.object_at)
                yield (
                    placed.triple.subject,
                    Finding(place, Severity.ERROR, CHECKS + "ill-typed", message, "correct the value"),
                )


def edtf_bounds(dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Dates that are not EDTF, and bounds or a precision that disagree with them; compared within each graph."""
    for subject, rows in dataset.subjects.items():
        for row in rows:
            if row[1].triple.predicate == _DATE:
                found = _disagreement(row, [r for r in rows if r[2] == row[2]])
                if found:
                    yield subject, found


def _disagreement(date: Row, rows: list[Row]) -> Finding | None:
    text = _value(date)
    try:
        edges = bounds(text)
    except ValueError as error:
        return _finding(date, str(error), "write the date as the source has it")
    for name, wanted in zip(_EDGES, edges, strict=True):
        for row in rows:
            if row[1].triple.predicate == _EDGES[name] and _value(row) != str(wanted):
                return _finding(
                    row, f"defkg:{name} {_value(row)} disagrees with the date {text}", f"it is {wanted or 'open'}"
                )
        if wanted and not any(row[1].triple.predicate == _EDGES[name] for row in rows):
            return _finding(date, f"the date {text} has no defkg:{name}", f'add defkg:{name} "{wanted}"^^xsd:date')
    for row in rows:
        if row[1].triple.predicate == _PRECISION and _value(row) != (precision(text) or _value(row)):
            return _finding(row, f"the date {text} is not of precision {_value(row)}", f"it is {precision(text)}")
    return None


def _value(row: Row) -> str:
    term = row[1].triple.object
    return term.value if isinstance(term, Literal) else str(term)


def _finding(row: Row, message: str, hint: str) -> Finding:
    place = Place(row[0].path, *row[1].object_at)
    return Finding(place, Severity.ERROR, CHECKS + "edtf-bounds", message, hint)
