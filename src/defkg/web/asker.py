"""Asking the engine several queries for one request, from a thread: each under what is left of the request's time."""

from __future__ import annotations

import time
from contextlib import closing
from io import BytesIO

from anyio import from_thread
from pyoxigraph import RdfFormat, parse
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem, Request
from defkg.table import Table
from defkg.terms import Term
from defkg.web.connection import gone
from defkg.web.service import Service, Site

LARGEST = 8 << 20
_TURTLE = "text/turtle"
_PARTS = ("subject", "predicate", "object")


class Asker:
    """Asks the engine of one site on behalf of one request.

    Args:
        service: through which all queries go.
        http: the request.
        site: what is asked.
        timeout: seconds that the asker allows, where that is less than the limit.

    Attributes:
        seconds: what the queries have cost so far.
    """

    def __init__(self, service: Service, http: HttpRequest, site: Site, timeout: float | None = None) -> None:
        self.site = site
        self.seconds = 0.0
        self._service = service
        self._http = http
        self._limit = min(timeout or site.engine.limits.timeout, site.engine.limits.timeout)
        self._ends = time.monotonic() + self._limit

    def over(self, site: Site) -> Asker:
        """The same for another site, in the time that is left."""
        return Asker(self._service, self._http, site, max(self._ends - time.monotonic(), 0.001))

    def part(self, share: float, most: float) -> Asker:
        """The same in a share of the time that is left, and in so many seconds at most."""
        left = max(self._ends - time.monotonic(), 0.001)
        return Asker(self._service, self._http, self.site, min(left * share, most))

    def select(self, sparql: str) -> list[dict[str, Term]]:
        """The rows of a SELECT; for an ASK one row without values, or none; of a graph, the triples as rows.

        Raises:
            Problem: there is no answer, or one too large to be taken apart.
        """
        return list(map(dict, self.table(sparql).rows))

    def table(self, sparql: str) -> Table:
        """The same with its columns."""
        return self._table(self._answer(sparql))

    def counted(self, sparql: str) -> tuple[Table | None, int]:
        """The same with the number of rows; without the table where that is too large to be taken apart."""
        answer = self._answer(sparql)
        if answer.length <= LARGEST:
            table = self._table(answer)
            return table, len(table.rows)
        if answer.spool:
            answer.spool.close()
        return None, answer.rows or 0

    def stream(self, sparql: str, media_type: str) -> Response:
        """The response with the graph of a CONSTRUCT, whatever its size."""
        return from_thread.run(self._service.respond, self._http, Request(sparql, graph_type=media_type), self.site)

    def _answer(self, sparql: str) -> Answer:
        return from_thread.run(self._put, sparql)

    @staticmethod
    def _table(answer: Answer) -> Table:
        body = _body(answer)
        if answer.media_type == _TURTLE:
            return _statements(body)
        return Table.parse(body)

    async def _put(self, sparql: str) -> Answer:
        if gone(self._http):
            raise ClientDisconnect
        left = self._ends - time.monotonic()
        if left <= 0:
            detail = f"The queries behind this answer took more than {self._limit:g} seconds; ask for less"
            raise Problem(504, "timeout", "Time is up", detail, {"limit": self._limit})
        answer = await self._service.answer(self._http, Request(sparql, graph_type=_TURTLE, timeout=left), self.site)
        self.seconds += answer.seconds
        return answer


def _statements(turtle: bytes) -> Table:
    """The triples as rows, each once, in an order that they alone decide."""
    triples = {statement.triple for statement in parse(turtle, format=RdfFormat.TURTLE)}
    return Table(_PARTS, [dict(zip(_PARTS, triple, strict=True)) for triple in sorted(triples, key=str)])


def _body(answer: Answer) -> bytes:
    with closing(answer.spool or BytesIO(answer.body)) as body:
        if answer.length > LARGEST:
            most = LARGEST >> 20
            detail = f"A query that this needs gives more than {most} MB; ask for less, or without sources"
            raise Problem(413, "answer-too-large", "The answer is too large for this", detail, {"limit": most})
        body.seek(0)
        return body.read()
