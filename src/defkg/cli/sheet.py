"""An answer as a table in a terminal: labels instead of IRIs, and the documents behind each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from defkg.cli.output import plain
from defkg.reading import asked, cell, columns, counted, document
from defkg.terms import XSD

if TYPE_CHECKING:
    from rich.table import Table

    from defkg.answer import Answer


def show(answer: Answer, sources: bool) -> None:
    """Prints an answer to standard output.

    Args:
        answer: what to print.
        sources: whether to print a column with the documents of each row.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console()
    if answer.table.rows and answer.boolean is None:
        console.print(_table(answer, sources))
    elif answer.question and not answer.table.rows:
        console.print(Text(plain(asked(answer))))
    console.print(Text(counted(answer)))
    if answer.boolean and sources:
        for iri in answer.documents:
            console.print(Text(f"source: {plain(document(iri))}"))
    if answer.table.rows and sources and answer.sources is None:
        console.print(Text(plain(f"the sources cannot be told: {answer.untold}")))


def _table(answer: Answer, sources: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    names = columns(answer)
    for name in names:
        table.add_column(Text(name), justify="right" if _is_number(answer, name) else "left")
    behind = answer.sources if sources else None
    if behind is not None:
        table.add_column("sources", overflow="fold")
    for number, row in enumerate(answer.table.rows):
        cells = [plain(cell(answer, row, name)) for name in names]
        cells += ["\n".join(plain(document(iri)) for iri in behind[number])] if behind is not None else []
        table.add_row(*map(Text, cells))
    return table


def _is_number(answer: Answer, name: str) -> bool:
    terms = [row[name] for row in answer.table.rows if name in row]
    return bool(terms) and all(isinstance(t, Literal) and t.datatype.value == XSD + "integer" for t in terms)
