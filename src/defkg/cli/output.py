"""An answer on a terminal or in a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from pyoxigraph import NamedNode, QuerySolutions, Store

from defkg.engine import Problem, Request
from defkg.engine.evaluation import evaluate, syntax_problem
from defkg.engine.formats import GRAPHS, NAMES
from defkg.engine.limits import Limits
from defkg.engine.preparation import prepare
from defkg.project import ProjectError
from defkg.terms import PREFIXES, Term, show

_LINES = ("table", "csv", "tsv")  # a shell reads these by lines, and an ASK has one
_UNLIMITED = Limits(rows=sys.maxsize, answer=1 << 30)


def write_answer(store: Store, sparql: str, form: str | None) -> None:
    """Writes the answer of a query to standard output, in the form asked for.

    Raises:
        ProjectError: the query cannot be answered; the text says why.
    """
    form = form or ("table" if sys.stdout.isatty() else "csv")
    with refusals():
        if form != "table" or not _table(store, sparql):
            _bytes(store, sparql, form)


@contextmanager
def refusals() -> Iterator[None]:
    """Makes one line of a query that is not SPARQL, or that there is no answer to.

    Raises:
        ProjectError: there was such a query.
    """
    try:
        yield
    except SyntaxError as error:
        raise ProjectError(_words(syntax_problem(error))) from error
    except Problem as problem:
        raise ProjectError(_words(problem)) from problem


def check(store: Store, sparql: str) -> None:
    """Makes sure that a query may run, without running it.

    Raises:
        Problem: it asks for what is refused.
    """
    _prepared(store, Request(sparql))


def say(text: str, out: TextIO | None = None) -> None:
    """Writes text that may come from a file; on a terminal, without what a terminal obeys."""
    out = out or sys.stdout
    if out.isatty():
        from defkg.report.excerpt import printable

        text = "".join(c if c == "\n" else printable(c) for c in text)
    out.write(text)
    out.flush()


def plain(text: str) -> str:
    """Text on one line without what a terminal obeys."""
    from defkg.report.excerpt import printable

    return "".join(map(printable, text))


def write_bytes(body: bytes) -> None:
    """Writes an answer to standard output; on a terminal, without what a terminal obeys, and whole lines."""
    if sys.stdout.isatty():
        text = body.decode("utf-8", "replace").replace("\r\n", "\n")
        say(text if text.endswith("\n") else f"{text}\n")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    sys.stdout.flush()


def _words(problem: Problem) -> str:
    return f"{problem.title}. {problem.detail}"


def _prepared(store: Store, request: Request) -> Request:
    """The request with its dataset found, and SERVICE refused."""
    graphs = {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    return prepare(request, graphs, _UNLIMITED).request


def _bytes(store: Store, sparql: str, form: str) -> None:
    rows = NAMES.get(form, "text/csv")
    graph = NAMES.get(form, "text/turtle")
    request = Request(
        sparql, rows_type=rows if rows not in GRAPHS else None, graph_type=graph if graph in GRAPHS else "text/turtle"
    )
    spool = evaluate(store, _prepared(store, request), _UNLIMITED).spool
    if sys.stdout.isatty() or spool.file is None:
        body = spool.body() if spool.file is None else _whole(spool.file)
        write_bytes(body + b"\n" if form in _LINES and not body.endswith(b"\n") else body)
    else:
        sys.stdout.flush()
        spool.file.seek(0)
        shutil.copyfileobj(spool.file, sys.stdout.buffer)
        sys.stdout.flush()


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _table(store: Store, sparql: str) -> bool:
    _prepared(store, Request(sparql))
    results = store.query(sparql, prefixes=PREFIXES)
    if not isinstance(results, QuerySolutions):
        return False
    names = [variable.value for variable in results.variables]
    write_table(names, ([solution[name] for name in names] for solution in results))
    return True


def write_table(names: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> None:
    """Writes rows as a table for a person, and how many there are."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*(plain(name) for name in names), show_lines=False)
    for cells in rows:
        table.add_row(*(Text("" if cell is None else plain(show(cell).strip('"'))) for cell in cells))
    console, count = Console(), table.row_count
    console.print(table)
    console.print(f"{count:,} row{'s' if count > 1 else ''}" if count else "no row")
