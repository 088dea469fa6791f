"""``defkg query``: any SPARQL query, over the bundled graph, a folder or a URL."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pyoxigraph import Store

    from defkg.project import Project


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    xml = "xml"
    tsv = "tsv"
    turtle = "turtle"
    nt = "nt"
    jsonld = "jsonld"
    rdf = "rdf"


def query(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="The file that holds the query; - reads standard input.")
    ],
    format: Annotated[Format | None, typer.Option(help="Default: a table on a terminal, CSV in a pipe.")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|URL", help="A project folder, or a SPARQL service; default: the one here, or the bundled."
        ),
    ] = None,
) -> None:
    """Asks a SPARQL query; the project's prefixes are known.

    Example: echo 'SELECT ?c WHERE { ?c a defkg:Country }' | defkg query -
    """
    from defkg.cli.data import closed, project_for
    from defkg.cli.output import write_answer
    from defkg.stack import roomy

    text = _read(file)
    if data and data.startswith(("http://", "https://")):
        _remote(data, text, format.value if format else "table" if sys.stdout.isatty() else "csv")
        return
    project, _ = project_for([Path(data)] if data else [])
    store = closed(project).store
    if "GRAPH" in text.upper():
        _add_questions(project, store)
    roomy(lambda: write_answer(store, text, format.value if format else None))


def _add_questions(project: Project, store: Store) -> None:
    from defkg.executable import add_questions
    from defkg.project import ProjectError
    from defkg.question import QuestionError, library

    try:
        add_questions(store, library(project).values())
    except QuestionError as error:
        raise ProjectError(str(error)) from error


def _read(file: str) -> str:
    from defkg.project import ProjectError

    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise ProjectError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProjectError(f"{file} is not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _remote(url: str, text: str, form: str) -> None:
    import httpx

    from defkg.cli.output import write_bytes
    from defkg.engine.formats import GRAPHS, NAMES, ROW_NAMES, ROWS
    from defkg.project import ProjectError
    from defkg.terms import PREFIXES

    wanted = NAMES.get(form, ROW_NAMES["json"])
    accept = wanted if wanted in GRAPHS else f"{wanted}, text/turtle;q=0.5"
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    try:
        response = httpx.post(url, data={"query": prologue + text}, headers={"Accept": accept}, timeout=60)
    except httpx.HTTPError as error:
        raise ProjectError(f"{url} does not answer: {error}") from error
    if not response.is_success:
        where = f" (it points to {response.headers['location']})" if "location" in response.headers else ""
        raise ProjectError(f"{url} answers {response.status_code}{where}: {response.text[:500]}")
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in (*ROWS, *GRAPHS):
        sent = given or "no stated type"
        raise ProjectError(f"{url} sends {sent}, which is no answer to a query; name the address of a SPARQL service")
    if form == "table" and given == ROW_NAMES["json"]:
        _write_table(response.content)
    else:
        write_bytes(response.content)


def _write_table(body: bytes) -> None:
    from defkg.cli.output import write_bytes, write_table
    from defkg.table import Table

    said = json.loads(body)
    if "boolean" in said:
        write_bytes(b"true\n" if said["boolean"] else b"false\n")
        return
    found = Table.parse(body)
    write_table(found.variables, ([row.get(name) for name in found.variables] for row in found.rows))
