"""Rows of terms, as an answer has them: written in SPARQL's formats, and known again by a digest.

Sources: SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats (W3C).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pyoxigraph import BlankNode, QueryBoolean, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from defkg.terms import Term

FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "tsv": QueryResultsFormat.TSV,
}


class Unwritable(ValueError):
    """Rows that cannot be written; the text says why."""


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    Attributes:
        variables: the columns' names in their order.
        rows: for each row, the terms that it binds.
    """

    variables: Sequence[str]
    rows: Sequence[Mapping[str, Term]]

    @staticmethod
    def parse(body: bytes) -> Table:
        """The table in an answer in SPARQL's JSON; a true ASK has one row without values, a false one none."""
        results = parse_query_results(body, format=QueryResultsFormat.JSON)
        if isinstance(results, QueryBoolean):
            return Table([], [{}] if results else [])
        names = [variable.value for variable in results.variables]
        return Table(names, [{n: s[n] for n in names if s[n] is not None} for s in results])

    def write(self, form: str) -> bytes:
        """The table in one of `FORMATS`.

        Raises:
            Unwritable: a blank node is in it, which cannot be written as a value.
        """
        # The engine's own serialisers take nothing but a query's results: so the rows become a query's.
        names = " ".join(f"?{name}" for name in self.variables)
        head = names or "*"
        rows = "\n".join(f"({' '.join(self._cell(row, name) for name in self.variables)})" for row in self.rows)
        results = cast(QuerySolutions, Store().query(f"SELECT {head} WHERE {{ VALUES ({names}) {{\n{rows}\n}} }}"))
        return cast(bytes, results.serialize(format=FORMATS[form]))

    def digest(self) -> str:
        """SHA-256 over names and rows, lower-case hex; rows count as often as they are there, in whatever order."""
        rows = sorted("\t".join(str(row.get(name, "")) for name in self.variables) for row in self.rows)
        return hashlib.sha256("\n".join(["\t".join(self.variables), *rows]).encode("utf-8")).hexdigest()

    @staticmethod
    def _cell(row: Mapping[str, Term], name: str) -> str:
        term = row.get(name)
        if isinstance(term, BlankNode):
            raise Unwritable("a blank node is among the values; ask for what identifies it instead")
        return "UNDEF" if term is None else str(term)


def truth(true: bool, form: str) -> bytes:
    """The answer of an ASK in one of `FORMATS`."""
    results = cast(QueryBoolean, Store().query("ASK {}" if true else "ASK { FILTER (false) }"))
    return cast(bytes, results.serialize(format=FORMATS[form]))
