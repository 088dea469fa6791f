"""HTTP connections: they do not wait for ever, and a plain query that comes in one piece is answered by the short way.

uvicorn ends a kept-alive connection that is silent, but not one that sends a request's head drop by drop.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple

import h11
from starlette.datastructures import Address
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol

from defkg.web.express import Errand, Express, Question
from defkg.web.service import Handed

HEAD_SECONDS = 5.0
_BEGINS = b"GET /sparql?"
_END = b"\r\n\r\n"
_TARGET = re.compile(rb"[\x21-\x7e]+")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*)?)[ \t]*")
_FURTHER = frozenset(  # fields that ask for more than an answer
    [b"content-length", b"expect", b"if-none-match", b"te", b"transfer-encoding", b"upgrade"]
)
_OK = f"HTTP/1.1 200 {HTTPStatus.OK.phrase}\r\n".encode()
_LARGEST = 16_384  # bytes of a request that goes the short way
_REMEMBERED = 256


class _Head(NamedTuple):
    fields: list[tuple[bytes, bytes]]
    accept: str | None
    coding: str | None


@lru_cache(_REMEMBERED)
def _head(fields: bytes) -> _Head | None:
    """What the fields of a head say; None where they ask for more than an answer, or cannot be read at sight."""
    given: dict[bytes, bytes] = {}
    every = []
    for line in fields.split(b"\r\n"):
        found = _FIELD.fullmatch(line)
        name = found[1].lower() if found else b""
        if not found or name in _FURTHER or (name == b"host" and name in given):
            return None
        if name == b"connection" and found[2].lower() != b"keep-alive":
            return None
        given.setdefault(name, found[2])
        every.append((name, found[2]))
    if b"host" not in given:
        return None
    accept, coding = (given.get(name) for name in (b"accept", b"accept-encoding"))
    return _Head(every, None if accept is None else accept.decode(), None if coding is None else coding.decode())


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """An application that does nothing: what is before it has changed the scope."""


class _Exchange:
    """A request on the short way."""

    def __init__(
        self, connection: PatientProtocol, express: Express, question: Question, client: Address | None, data: bytes
    ) -> None:
        self.keep_alive = True
        self._data = data
        self._connection = connection
        self._express = express
        self._errand = Errand(question, client, self._send, self._hand)

    def begin(self) -> None:
        self._express.start(self._errand)

    def give_up(self) -> None:
        if self._errand.give_up:
            self._errand.give_up()

    def _send(self, fields: bytes, body: bytes) -> None:
        self._connection.answered(self, fields, body)

    def _hand(self, handed: Handed) -> None:
        state = {"request_id": self._errand.state.request_id, "handed": handed}
        self._connection.handed(self, self._data, state)


class PatientProtocol(H11Protocol):
    """Looks every `HEAD_SECONDS` whether a request has begun, and closes the connection where none has.

    The application's state may have an `Express` by that name, which then answers what it can.
    """

    _watch: asyncio.TimerHandle | None = None
    _seen: object = None
    _exchange: _Exchange | None = None
    _turns = 0
    _later = b""

    def __init__(self, *args: Any, **further: Any) -> None:
        super().__init__(*args, **further)
        found = getattr(getattr(self.config.app, "state", None), "express", None)
        plain = not self.root_path and self.config.limit_concurrency is None
        self._express: Express | None = found if plain else None
        self._behind = None
        if self.config.proxy_headers:
            self._behind = ProxyHeadersMiddleware(_nothing, self.config.forwarded_allow_ips or "")

    def connection_made(self, transport: Any) -> None:
        """Begins to watch."""
        super().connection_made(transport)
        self._watch = self.loop.call_later(HEAD_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the watch, and what was being done for the client."""
        if self._watch:
            self._watch.cancel()
        if self._exchange:
            self._exchange.give_up()
            self._exchange = None
        self._later = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Chooses the way of what has come."""
        if self._exchange or self._later:
            self._later += data
            if len(self._later) > _LARGEST:
                self.flow.pause_reading()
            return
        exchange = self._plain(data) if self._express and data.startswith(_BEGINS) else None
        if exchange is None:
            super().data_received(data)
            return
        self._unset_keepalive_if_required()
        self._turns += 1
        self._exchange = exchange
        exchange.begin()

    def answered(self, exchange: _Exchange, fields: bytes, body: bytes) -> None:
        """Sends the answer of a request on the short way."""
        date = b"".join(b"%b: %b\r\n" % pair for pair in self.server_state.default_headers)
        end = b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(b"".join((_OK, date, fields, end, body)))
        self.server_state.total_requests += 1
        self._exchange = None
        if not exchange.keep_alive:
            self.transport.close()
        elif self._later:
            self.loop.call_soon(self._go_on)

    def handed(self, exchange: _Exchange, data: bytes, state: dict[str, Any]) -> None:
        """Has the application answer a request that was on the short way."""
        self._exchange = None
        usual = self.app_state
        self.app_state = {**usual, **state}
        try:
            super().data_received(data)
        finally:
            self.app_state = usual
        if not exchange.keep_alive and self.cycle is not None:
            self.cycle.keep_alive = False
        if self._later:
            self.loop.call_soon(self._go_on)

    def shutdown(self) -> None:
        """Closes the connection, after the request that is being answered."""
        if self._exchange:
            self._exchange.keep_alive = False
        else:
            super().shutdown()

    def _plain(self, data: bytes) -> _Exchange | None:
        """The exchange for a whole request that goes the short way."""
        line, _, fields = data[:-4].partition(b" HTTP/1.1\r\n")
        if len(data) > _LARGEST or data.find(_END) != len(data) - 4 or self._is_busy():
            return None
        head = _head(fields)
        if head is None or not _TARGET.fullmatch(line, 4) or not self._express:
            return None
        question = self._express.question(line[len(_BEGINS) :], head.accept, head.coding)
        return _Exchange(self, self._express, question, self._asker(head), data) if question else None

    def _asker(self, head: _Head) -> Address | None:
        """The client's address, by what a proxy says that is believed."""
        client = self.client
        if self._behind is not None:
            scope: Any = {"type": "http", "client": client, "headers": head.fields}
            with suppress(StopIteration):
                self._behind(scope, None, None).send(None)  # type: ignore[arg-type]  # it waits for nothing
            client = scope["client"]
        return Address(*client) if client else None

    def _is_busy(self) -> bool:
        conn = self.conn
        idle = conn.our_state is h11.IDLE and conn.their_state is h11.IDLE and not conn.trailing_data[0]
        return not idle or self.flow.write_paused or self.transport.is_closing()

    def _go_on(self) -> None:
        data, self._later = self._later, b""
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(data)

    def _look(self) -> None:
        begun = (self.cycle, self._turns)
        busy = self._exchange is not None or (self.cycle is not None and not self.cycle.response_complete)
        if not busy and begun == self._seen:
            self.transport.close()
            return
        self._seen = begun
        self._watch = self.loop.call_later(HEAD_SECONDS, self._look)
