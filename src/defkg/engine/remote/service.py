"""A SPARQL service over HTTP: a query goes out, and what comes back lies in a file, whole, or there is a problem.

Sources: SPARQL 1.1 Protocol (W3C), section 2.1; RFC 9110, section 9.2.2 (when a request may be repeated); RFC 9112,
section 8 (incomplete messages).
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import httpx

from defkg.engine import Problem
from defkg.engine.evaluation import unreadable_problem
from defkg.engine.limits import Limits
from defkg.engine.remote import departures, troubles
from defkg.engine.rows import Counter, counter

FACTOR = 4  # the store's format may take so many times the bytes of the client's
_ROWS = "application/sparql-results+json"
_GRAPH = "application/n-triples"
_TYPES = {
    "rows": (_ROWS, "application/json"),
    "graph": (_GRAPH, "text/plain", "text/ntriples", "application/ntriples"),
}
_BLANKS = b" \t\r\n"
_PAUSES = (0.05, 0.25)  # before each further try
_NOTHING = "urn:x-defkg:nothing"
_TOLD = 200


@dataclass(frozen=True)
class Query:
    """What a service is asked.

    Attributes:
        text: the query, without dataset clauses.
        default_graphs: the graphs whose union is the default graph; None together with `named_graphs`: the service's
            own dataset.
        named_graphs: what ``GRAPH`` may name.
        graph: whether a graph comes back, not rows.
    """

    text: str
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    graph: bool = False

    def form(self) -> dict[str, str | list[str]]:
        """The form to send; a part of the dataset that is empty is said to be so, as a graph that nobody has."""
        said: dict[str, str | list[str]] = {"query": self.text}
        if self.default_graphs is not None or self.named_graphs is not None:
            said["default-graph-uri"] = list(self.default_graphs or [_NOTHING])
            said["named-graph-uri"] = list(self.named_graphs or [_NOTHING])
        return said


class Service:
    """A service, and the connections to it.

    Args:
        address: where it takes queries.
        auth: who we are; None for nobody.
        connections: how many are open at most.

    Attributes:
        is_virtuoso: whether an answer came from Virtuoso.
    """

    def __init__(self, address: str, auth: httpx.Auth | None, connections: int) -> None:
        self.is_virtuoso = False
        self._address = address
        self._client = httpx.AsyncClient(
            auth=auth,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=5),
            timeout=None,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "defkg", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def fetch(self, query: Query, limits: Limits) -> BinaryIO:
        """The whole answer, in SPARQL's JSON or in N-Triples, in a file without a name; whoever takes it closes it.

        Args:
            query: what is asked.
            limits: for rows and bytes; the caller holds the time by cancelling.

        Raises:
            Problem: there is none.
        """
        request = self._client.build_request(
            "POST", self._address, data=query.form(), headers={"Accept": _GRAPH if query.graph else _ROWS}
        )
        response = await self._send(request)
        try:
            await _refuse_unsuitable(response, "graph" if query.graph else "rows")
            file, rows = await _store(response, limits, None if query.graph else counter(_ROWS))
        except OSError as error:
            raise unreadable_problem(error) from error
        except httpx.HTTPError as error:
            raise troubles.broken(f"breaks off in its answer ({type(error).__name__})") from None
        finally:
            await response.aclose()
        self.is_virtuoso = self.is_virtuoso or departures.is_virtuoso(response.headers)
        try:
            departures.refuse_part(response.headers, rows)
        except Problem:
            file.close()
            raise
        return file

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """The response's head: asked for again where a connection failed before it, since a query only reads."""
        for pause in (*_PAUSES, None):
            try:
                return await self._client.send(request, stream=True)
            except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL):
                raise troubles.down("cannot be asked at its address") from None
            except httpx.RemoteProtocolError as error:
                problem = troubles.broken("does not speak HTTP as it should")
                if "disconnected" in str(error):
                    problem = troubles.down("hangs up before it answers")
                elif pause is not None:
                    raise problem from None
            except httpx.HTTPError as error:
                problem = troubles.down("cannot be reached" if isinstance(error, httpx.ConnectError) else "hangs up")
            if pause is None:
                raise problem
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")


async def _refuse_unsuitable(response: httpx.Response, kind: str) -> None:
    """Raises the problem of a response that cannot be what was asked for, as far as its head tells."""
    headers = response.headers
    if response.status_code != 200:
        raise await _error(response)
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise troubles.broken("compresses its answer though that was not asked for")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _TYPES[kind]:
        raise troubles.broken(f"answers in {media_type[:60] or 'no stated format'}, which was not asked for")
    if "content-length" not in headers and headers.get("transfer-encoding", "").lower() != "chunked":
        raise troubles.broken("does not say how long its answer is")


async def _error(response: httpx.Response) -> Problem:
    status = response.status_code
    if 300 <= status < 400:
        return troubles.broken("points to another address")
    if status in (401, 403, 407):
        return troubles.refused(status, "it does not accept this server's credentials")
    return troubles.refused(status, await _words(response))


async def _words(response: httpx.Response) -> str:
    """The first line of an error in plain text, which may say what is wrong with the query."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/plain" or "content-encoding" in response.headers:
        return ""
    said = b""
    async for chunk in response.aiter_raw():
        said += chunk
        if len(said) > 4 * _TOLD:
            break
    first = said.decode("utf-8", "replace").strip().partition("\n")[0]
    return "".join(c if c.isprintable() else " " for c in first)[:_TOLD].strip()


async def _store(response: httpx.Response, limits: Limits, count: Counter | None) -> tuple[BinaryIO, int]:
    """The body in a file, and how many rows it has; the bytes must be as many as the head says."""
    file = tempfile.TemporaryFile(prefix="defkg-")  # noqa: SIM115 - the taker closes it
    rows = size = 0
    try:
        async for chunk in response.aiter_raw():
            size += len(chunk)
            rows = count(chunk.translate(None, _BLANKS)) if count else rows + chunk.count(b"\n")
            if size > limits.answer * FACTOR << 20:
                raise troubles.flooded(limits, FACTOR)
            if rows > limits.rows:
                raise troubles.too_many_rows(limits)
            file.write(chunk)
        file.seek(0)  # flushes; a worker that gets the descriptor shares the place in it
        return file, rows
    except BaseException:
        file.close()
        raise
