"""The beginning of an answer, as far as a page shows it: a page must not cost more than people can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import BinaryIO, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolution, parse_query_results

from defkg.engine import Answer
from defkg.terms import Term

SHOWN_ROWS = 1_000
SHOWN_BYTES = 2 << 20
_TURTLE = "text/turtle"


@dataclass(frozen=True)
class Beginning:
    """What a page shows of an answer.

    Attributes:
        columns: the columns of its rows.
        rows: the first rows.
        total: how many rows there are.
        boolean: the answer of an ASK; None for others.
        graph: the beginning of a graph in Turtle; None for others.
        cut: whether the graph goes on.
    """

    columns: Sequence[str] = ()
    rows: Sequence[Mapping[str, Term]] = ()
    total: int = 0
    boolean: bool | None = None
    graph: str | None = None
    cut: bool = False
    formats: Sequence[str] = field(default=("csv", "json", "xml", "tsv"))


def read(answer: Answer) -> Beginning:
    """The beginning of an answer in SPARQL's JSON or in Turtle, whose file is closed here."""
    with answer.spool or BytesIO(answer.body) as body:
        body.seek(0)
        return _graph(body, answer.rows) if answer.media_type == _TURTLE else _rows(body, answer.rows)


def _graph(body: BinaryIO, total: int | None) -> Beginning:
    text = body.read(SHOWN_BYTES + 1)
    cut = len(text) > SHOWN_BYTES
    end = (max(text.rfind(b"\n", 0, SHOWN_BYTES), 0) or SHOWN_BYTES) if cut else len(text)
    shown = text[:end].decode(errors="ignore")
    return Beginning(total=total or 0, graph=shown, cut=cut, formats=("turtle", "nt", "jsonld", "rdf"))


def _rows(body: BinaryIO, total: int | None) -> Beginning:
    results = parse_query_results(cast(BinaryIO, _Start(body)), format=QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return Beginning(boolean=bool(results), formats=("json", "xml", "csv", "tsv"))
    columns = [variable.value for variable in results.variables]
    rows: list[Mapping[str, Term]] = []
    with suppress(_Enough):
        rows += (_row(columns, solution) for solution in islice(results, SHOWN_ROWS))
    return Beginning(columns, rows, len(rows) if total is None else total)


def _row(columns: Sequence[str], solution: QuerySolution) -> dict[str, Term]:
    terms = {column: solution[column] for column in columns}
    return {column: term for column, term in terms.items() if term is not None}


class _Enough(OSError):
    pass


class _Start:
    """The first bytes of a file."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._left = SHOWN_BYTES

    def read(self, size: int = -1) -> bytes:
        if self._left <= 0:
            raise _Enough
        text = self._body.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(text)
        return text
