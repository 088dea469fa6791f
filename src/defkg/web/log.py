"""The log: one line of JSON for each query, short on a terminal, and one for each fault of the server's own."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _text
from typing import NamedTuple, TextIO

LONGEST = 2000
BEGINS = 100
_FAULTS = logging.getLogger("defkg.fault")
_stream: TextIO | None = None


class Entry(NamedTuple):
    """What is written of one query.

    Attributes:
        id: the request's id, as in ``X-Request-Id``.
        client: what the client is counted under.
        method: the HTTP method.
        status: the HTTP status.
        outcome: ok, cached, not-modified, hung-up, or the problem's kind.
        seconds: what the worker needed; of a query that has no answer, the time until that was known.
        elapsed: seconds from the query's arrival, waiting included.
        rows: rows or triples of the answer.
        bytes: the answer's size.
        cached: whether it was kept from before.
        query: the query's text.
    """

    id: str
    client: str
    method: str
    status: int
    outcome: str
    seconds: float
    elapsed: float
    rows: int | None = None
    bytes: int = 0
    cached: bool = False
    query: str = ""

    def line(self) -> str:
        """The entry as one line of printable ASCII; nothing in a query can end it."""
        rows = "null" if self.rows is None else self.rows
        said = (
            f'{{"time": "{_now()}", "id": {_text(self.id)}, "client": {_text(self.client)}, '
            f'"method": {_text(self.method)}, "status": {self.status}, "outcome": {_text(self.outcome)}, '
            f'"seconds": {round(self.seconds, 6)!r}, "elapsed": {round(self.elapsed, 6)!r}, "rows": {rows}, '
            f'"bytes": {self.bytes}, "cached": {"true" if self.cached else "false"}, '
            f'"query": {_text(self.query[:LONGEST])}, "form": "{form(self.query)}"}}'
        )
        return said.replace("\x7f", "\\u007f")

    def short(self) -> str:
        """The entry for who looks on: time, status, outcome, milliseconds, and how the query begins, in ASCII."""
        begins = _text(" ".join(self.query[:LONGEST].split())[:BEGINS]).replace("\x7f", "\\u007f")
        return f"{_now()[11:19]} {self.status} {self.outcome} {self.elapsed * 1000:.0f} ms {begins}"


def form(query: str) -> str:
    """Twelve hex digits that are the same for the same query."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def write(entry: Entry) -> None:
    """Logs a query; a log that cannot be written stops no answer."""
    if _stream is not None:
        with suppress(OSError, ValueError):
            _stream.write(f"{entry.short() if _stream.isatty() else entry.line()}\n")
            _stream.flush()


def fault(request_id: str, error: BaseException) -> None:
    """Logs an error that nobody expected, with its traceback, as one line."""
    trace = "".join(traceback.format_exception(error))
    _FAULTS.error("%s", _line({"time": _now(), "id": request_id, "error": type(error).__name__, "traceback": trace}))


def start(stream: TextIO | None = None) -> None:
    """Has the lines written to `stream`, standard error by default; a second call replaces the first."""
    global _stream
    _stream = stream or sys.stderr
    handler = logging.StreamHandler(_stream)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _FAULTS.handlers = [handler]
    _FAULTS.setLevel(logging.INFO)
    _FAULTS.propagate = False


def _line(members: dict[str, object]) -> str:
    return json.dumps(members).replace("\x7f", "\\u007f")


def _now() -> str:
    seconds, parts = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{parts:03d}Z"


@lru_cache(1)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
