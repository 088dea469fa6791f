"""A question's answer as data: rows, with their sources where wanted; the triples behind them; the picture; the query.

Source: RFC 9110, section 8.8.3, for the entity tags; RFC 8288 for the links of pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from anyio import to_thread
from pyoxigraph import RdfFormat, parse
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.answer import ask, grounds
from defkg.engine import Problem, Request
from defkg.provenance import Untold
from defkg.question import Question, QuestionError
from defkg.table import Table, Unwritable
from defkg.web.answers import made, send
from defkg.web.asker import LARGEST, Asker
from defkg.web.parameters import Parameters
from defkg.web.questions.answer import picture
from defkg.web.questions.formats import FORMATS, GRAPHS, TRIPLES
from defkg.web.questions.paging import cut, links
from defkg.web.questions.request import Asked, heed, read_asked
from defkg.web.service import Service, Site
from defkg.web.triples import written
from defkg.web.working import Threads

ROWS = ("csv", "json", "xml", "tsv")
MOST_SOURCED = 10_000


class Data:
    """Answers as data.

    Args:
        service: through which all queries go.
        threads: where questions wait for their queries.
    """

    def __init__(self, service: Service, threads: Threads) -> None:
        self._service = service
        self._threads = threads

    async def respond(
        self, http: HttpRequest, site: Site, question: Question, parameters: Parameters, form: str
    ) -> Response:
        """The answer in one of `FORMATS`.

        Raises:
            Problem: there is none.
        """
        asked = await to_thread.run_sync(read_asked, question, site.names, parameters)
        if asked.faults:
            raise asked.problem()
        heed(asked, form)
        limit = asked.limit or question.page
        if form in ROWS and not (limit or asked.offset or asked.sources):
            return await self._service.respond(http, _request(asked, form), site)
        if form in TRIPLES and asked.form in GRAPHS:
            return await self._service.respond(http, _request(asked, form), site)
        asker = Asker(self._service, http, site, asked.timeout)
        work: Callable[[], tuple[bytes, bool]] = partial(_WRITERS.get(form, _rows), asker, asked, limit, form)
        body, more = await self._threads.run(http, site, work)
        response = send(http, made(FORMATS[form], body, asker.seconds))
        if form in ROWS and limit:
            response.headers["Link"] = links(http.url.path, parameters.pairs, limit, asked.offset, more)
        return response


def _request(asked: Asked, form: str) -> Request:
    rows, graph = (FORMATS[form], None) if form in ROWS else (None, FORMATS[form])
    return Request(asked.question.bind(asked.values), rows_type=rows, graph_type=graph, timeout=asked.timeout)


def _rows(asker: Asker, asked: Asked, limit: int, form: str) -> tuple[bytes, bool]:
    """The rows of a page, and whether there are more after them."""
    question = asked.question
    if limit or asked.offset:
        question = replace(question, sparql=cut(question.sparql, limit + 1 if limit else None, asked.offset))
    table = asker.table(question.bind(asked.values))
    more = bool(limit) and len(table.rows) > limit
    if asked.sources:
        table = _sourced(asker, asked, question, table)
    try:
        return Table(table.variables, table.rows[: limit or None]).write(form), more
    except Unwritable as error:
        raise Problem(422, "unwritable", "The rows cannot be written", str(error)) from error


def _sourced(asker: Asker, asked: Asked, question: Question, table: Table) -> Table:
    if len(table.rows) > MOST_SOURCED + 1:
        detail = f"Sources are told of {MOST_SOURCED:,} rows at most, and there are more; take pages, with limit="
        raise Problem(413, "rows", "Too many rows", detail, {"limit": MOST_SOURCED})
    try:
        found = ask(asker.select, asker.site.rules, question, asked.values)
        return replace(found, table=Table(table.variables, found.table.rows)).with_sources()
    except QuestionError as error:
        raise Problem(422, "sources", "The sources cannot be told", str(error)) from error
    except Problem as problem:
        raise _unsourced(problem, len(table.rows)) from problem


def _unsourced(problem: Problem, rows: int) -> Problem:
    """Why the sources of some rows cannot be told, as it concerns who asked for them."""
    if problem.kind == "answer-too-large":
        fewer = max(rows // 4, 1)
        detail = f"The sources of these {rows:,} rows take a query of more than {LARGEST >> 20} MB; take smaller pages"
        return replace(problem, detail=f"{detail}, such as limit={fewer}")
    if problem.status == 400:
        return Problem(422, "sources", "The sources cannot be told", problem.detail)
    return problem


def _triples(asker: Asker, asked: Asked, _limit: int, form: str) -> tuple[bytes, bool]:
    """The triples that the rows rest on, as they matched."""
    try:
        found = grounds(asker.select, asked.question.bind(asked.values))
        if form == "ttl":
            return found, False
        triples = [quad.triple for quad in parse(found, format=RdfFormat.TURTLE)]
        return written(triples, form, asker.site.context), False
    except Untold as untold:
        raise Problem(422, "sources", "The triples behind the rows cannot be told", str(untold)) from untold


def _picture(asker: Asker, asked: Asked, _limit: int, _form: str) -> tuple[bytes, bool]:
    drawn = ""
    if asked.form == "SELECT":
        drawn = picture(asked, ask(asker.select, asker.site.rules, asked.question, asked.values))
    if not drawn:
        detail = f"The question is shown as {asked.question.view.kind}, and there is no picture of this answer"
        raise Problem(404, "no-picture", "There is no picture", detail)
    return drawn.encode(), False


def _query(_asker: Asker, asked: Asked, _limit: int, _form: str) -> tuple[bytes, bool]:
    return asked.question.bind(asked.values).encode(), False


_WRITERS = {**dict.fromkeys(TRIPLES, _triples), "svg": _picture, "rq": _query}
