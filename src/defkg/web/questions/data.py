"""A question's answer as data: rows, with their sources where wanted; the triples behind them; the picture; the query.

Source: RFC 9110, section 8.8.3, for the entity tags; RFC 8288 for the links of pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from anyio import to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.answer import ask, grounds
from defkg.engine import Answer, Problem, Request
from defkg.linter.patterns import outline
from defkg.provenance import Untold
from defkg.question import Question, QuestionError
from defkg.table import Table, Unwritable
from defkg.web.answers import respond, unchanged
from defkg.web.parameters import Parameters
from defkg.web.questions.answer import picture
from defkg.web.questions.asker import Asker, Threads
from defkg.web.questions.paging import cut, links
from defkg.web.questions.request import FORMATS, Asked, read_asked
from defkg.web.service import Service, Site

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
        _check(asked, form)
        limit = asked.limit or question.page
        if form in ROWS and not (limit or asked.offset or asked.sources):
            return await self._service.respond(http, _request(asked, form), site)
        if form == "ttl" and _is_graph(question):
            return await self._service.respond(http, _request(asked, form), site)
        asker = Asker(self._service, http, site, asked.timeout)
        work: Callable[[], tuple[bytes, bool]] = partial(_WRITERS.get(form, _rows), asker, asked, limit, form)
        body, more = await self._threads.run(work, site.engine.limits.queue)
        response = sent(http, FORMATS[form], body, asker.seconds)
        if form in ROWS and limit:
            response.headers["Link"] = links(http.url.path, parameters.pairs, limit, asked.offset, more)
        return response


def sent(http: HttpRequest, media_type: str, body: bytes, seconds: float = 0.0) -> Response:
    """A response that carries what was made here, or says that the client has it."""
    tag = hashlib.sha256(media_type.encode() + body).hexdigest()[:32]
    answer = Answer(media_type, body, length=len(body), seconds=seconds, tag=tag)
    return unchanged(http, tag, exists=True) or respond(http, answer)


def _check(asked: Asked, form: str) -> None:
    """Refuses what cannot be asked, and what would not be heeded: who gives it must not believe that it was.

    Raises:
        Problem: 400, which of them.
    """
    if asked.faults:
        raise asked.problem()
    rows = form in ROWS
    given = {"why": asked.why, "dataset": asked.citation}
    given |= {} if rows else {"sources": asked.sources, "limit": asked.limit, "offset": asked.offset}
    for name in (name for name, value in given.items() if value):
        detail = f"{name}= has no meaning for .{form}; leave it out"
        raise Problem(400, "parameter", "A parameter has no meaning here", detail, {"parameter": name})


def _request(asked: Asked, form: str) -> Request:
    rows, graph = (FORMATS[form], None) if form in ROWS else (None, FORMATS[form])
    return Request(asked.question.bind(asked.values), rows_type=rows, graph_type=graph, timeout=asked.timeout)


def _is_graph(question: Question) -> bool:
    shape = outline(question.sparql)
    return shape is not None and shape.form in ("CONSTRUCT", "DESCRIBE")


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
    found = ask(asker.select, asker.site.rules, question, asked.values)
    try:
        return replace(found, table=Table(table.variables, found.table.rows)).with_sources()
    except QuestionError as error:
        raise Problem(422, "sources", "The sources cannot be told", str(error)) from error


def _triples(asker: Asker, asked: Asked, _limit: int, _form: str) -> tuple[bytes, bool]:
    """The triples that the rows rest on, as they matched."""
    try:
        return grounds(asker.select, asked.question.bind(asked.values)), False
    except Untold as untold:
        raise Problem(422, "sources", "The triples behind the rows cannot be told", str(untold)) from untold


def _picture(asker: Asker, asked: Asked, _limit: int, _form: str) -> tuple[bytes, bool]:
    answer = ask(asker.select, asker.site.rules, asked.question, asked.values)
    drawn = picture(asked, answer)
    if not drawn:
        detail = f"The question is shown as {asked.question.view.kind}, and there is no picture of this answer"
        raise Problem(404, "no-picture", "There is no picture", detail)
    return drawn.encode(), False


def _query(_asker: Asker, asked: Asked, _limit: int, _form: str) -> tuple[bytes, bool]:
    return asked.question.bind(asked.values).encode(), False


_WRITERS = {"ttl": _triples, "svg": _picture, "rq": _query}
