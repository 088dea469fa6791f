"""An answer in Python: rows of plain values, and beside them terms, labels and sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, overload

from defkg.answer import Answer
from defkg.question import Question, QuestionError
from defkg.reading import asked, cell, columns, counted, document
from defkg.table import truth
from defkg.terms import Term
from defkg.values import value

if TYPE_CHECKING:
    import pandas
    import polars

Row = dict[str, Any]
_TEXT, _HTML = 10, 50  # rows that are shown


class Result(Sequence[Row]):
    """The rows of an answer; each is a dictionary of the columns' values, None where there is none.

    A thing is its IRI as text; numbers, dates and truth values are Python's; all else is text. A true ASK has one row
    without values, which has its sources like any other, and a false one has none: so either is as true as its query.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        names = answer.table.variables
        self._rows = [{name: value(row.get(name)) for name in names} for row in answer.table.rows]

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        return self._rows[at]

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in their order."""
        return list(self._answer.table.variables)

    @property
    def terms(self) -> list[dict[str, Term]]:
        """The rows as RDF terms (of pyoxigraph); a column without a value is left out."""
        return [dict(row) for row in self._answer.table.rows]

    @property
    def labels(self) -> dict[str, str]:
        """What the things in the rows, the documents and the values asked with are called, by their IRIs."""
        return dict(self._answer.labels)

    @property
    def sources(self) -> list[list[str]]:
        """For each row, the IRIs of the documents that it rests on.

        Raises:
            QuestionError: they were not asked for, or cannot be told; the text says why.
        """
        if self._answer.sources is None:
            raise QuestionError(f"the sources cannot be told: {self._answer.untold}")
        return [list(row) for row in self._answer.sources]

    @property
    def documents(self) -> list[str]:
        """The IRIs of all documents behind the answer, sorted."""
        return self._answer.documents

    @property
    def sparql(self) -> str:
        """The query that gave it, its parameters bound."""
        return self._answer.sparql

    @property
    def question(self) -> Question | None:
        """The question that was asked; None for a query of one's own."""
        return self._answer.question

    @property
    def boolean(self) -> bool | None:
        """The answer of an ASK; None for a query that has rows."""
        return self._answer.boolean

    @property
    def digest(self) -> str:
        """SHA-256 of columns and rows, whatever their order: what a citation of the answer says."""
        return self._answer.table.digest()

    def csv(self, sources: bool = False) -> str:
        """The rows as SPARQL's CSV; what an ASK says, unless its `sources` are wanted.

        Raises:
            QuestionError: `sources` are wanted, and cannot be told.
            Unwritable: a blank node is among the values.
        """
        return self._written("csv", sources)

    def json(self, sources: bool = False) -> str:
        """The rows as SPARQL's JSON; raises as `csv` does."""
        return self._written("json", sources)

    def to_pandas(self, sources: bool = False) -> pandas.DataFrame:
        """The rows as a data frame of pandas: whole numbers with gaps are Int64, dates datetime64.

        Args:
            sources: whether a last column has each row's documents, as a list.

        Raises:
            ImportError: pandas is not installed.
            QuestionError: `sources` are wanted, and cannot be told.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas needs pandas: pip install pandas") from error
        frame = {name: pandas.Series(found, dtype=_dtype(found)) for name, found in self._columns(sources).items()}
        return pandas.DataFrame(frame, index=range(len(self)))

    def to_polars(self, sources: bool = False) -> polars.DataFrame:
        """The rows as a data frame of polars; raises as `to_pandas` does."""
        try:
            import polars
        except ImportError as error:
            raise ImportError("to_polars needs polars: pip install polars") from error
        return polars.DataFrame(self._columns(sources), strict=False)

    def __repr__(self) -> str:
        names = columns(self._answer)
        rows = [[cell(self._answer, row, name) for name in names] for row in self._answer.table.rows[:_TEXT]]
        lines = [f"  {' | '.join(cells)}" for cells in ([names, *rows] if rows and names else [])]
        more = [f"  … {len(self) - _TEXT:,} more"] if len(self) > _TEXT else []
        return "\n".join([self._title(), *lines, *more])

    def _repr_html_(self) -> str:
        """The rows as a notebook shows them: labels, and the documents of each row."""
        answer = self._answer
        names = columns(answer)
        heads = [*names, *(["sources"] if answer.sources is not None else [])]
        rows = [self._html(number, names) for number in range(min(len(self), _HTML))]
        more = f"<p>… {len(self) - _HTML:,} more</p>" if len(self) > _HTML else ""
        head = "".join(f"<th>{escape(name)}</th>" for name in heads)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows and heads else ""
        return f"<p>{escape(self._title())}</p>{table}{more}"

    def _html(self, number: int, names: Iterable[str]) -> str:
        answer = self._answer
        row = answer.table.rows[number]
        cells = [f"<td>{escape(cell(answer, row, name))}</td>" for name in names]
        if answer.sources is not None:
            cells.append(f"<td>{'<br>'.join(escape(document(iri)) for iri in answer.sources[number])}</td>")
        return f"<tr>{''.join(cells)}</tr>"

    def _title(self) -> str:
        words = asked(self._answer)
        return f"{words}: {counted(self._answer)}" if words else counted(self._answer)

    def _written(self, form: str, sources: bool) -> str:
        answer = self._answer
        if answer.boolean is not None and not sources:
            return truth(answer.boolean, form).decode("utf-8")
        return (answer.with_sources() if sources else answer.table).write(form).decode("utf-8")

    def _columns(self, sources: bool) -> dict[str, list[Any]]:
        found = {name: [row[name] for row in self._rows] for name in self.columns}
        if sources:
            found[self._answer.with_sources().variables[-1]] = self.sources
        return found


def _dtype(found: Sequence[Any]) -> Any:
    """The pandas dtype of a column; None lets pandas find it."""
    kinds = {type(one) for one in found if one is not None}
    if kinds == {int}:
        small = all(abs(one) < 2**63 for one in found if one is not None)
        return ("Int64" if None in found else "int64") if small else object
    if kinds == {date}:
        return "datetime64[s]"
    if kinds == {bool}:
        return "boolean" if None in found else "bool"
    return None if len(kinds) == 1 else object
