"""One call's queries: asked from a thread, answered by the engine's worker processes, all within one time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from defkg.engine import Answer, Engine, Problem, Request
from defkg.table import Table
from defkg.terms import Term

MOST = 2_000
"""Rows of an answer that is taken whole, at most."""

_BYTES = 16 << 20
NTRIPLES = "application/n-triples"


class Asker:
    """Asks an engine from another thread than the one that its loop runs in.

    Args:
        engine: what answers.
        loop: where it runs.
        timeout: seconds that all queries together may take; it only lowers the engine's limit.
    """

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop, timeout: float | None = None) -> None:
        self._engine = engine
        self._loop = loop
        self._seconds = min(timeout or engine.limits.timeout, engine.limits.timeout)
        self._end = time.monotonic() + self._seconds
        self._stopped = False
        self._asking = Lock()
        self._asked: Future[Answer] | None = None

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._end - time.monotonic()

    def answer(self, query: str) -> Answer:
        """The engine's answer: SPARQL's JSON for rows and truth, N-Triples for graphs. Who takes it closes its file.

        Raises:
            Problem: there is none.
        """
        asked = self._ask(query)
        try:
            return asked.result()
        finally:  # a problem holds the frames that it came through: held here, it would be in a circle
            del asked
            self._asked = None

    def _ask(self, query: str) -> Future[Answer]:
        with self._asking:  # a query that `stop` does not see would be waited for when the loop is gone
            left = self.left
            if self._stopped or left <= 0:
                detail = f"What was asked took longer than {self._seconds:g} seconds; narrow it, or ask for less"
                raise Problem(504, "timeout", "It took too long", detail, {"limit": self._seconds})
            request = Request(query, graph_type=NTRIPLES, timeout=left)
            self._asked = asyncio.run_coroutine_threadsafe(self._engine.answer(request), self._loop)
            return self._asked

    def table(self, query: str) -> Table:
        """The rows of a SELECT; for an ASK one row without values where it is true, and none where it is not.

        Raises:
            Problem: there is no answer, or it has more than `MOST` rows.
        """
        with content(self.answer(query)) as (answer, data):
            if not is_small(answer):
                detail = f"It has {answer.rows or 0:,} rows; {MOST:,} of them and {_BYTES >> 20} MB are looked at"
                raise Problem(413, "rows", "The answer is too large", detail, {"limit": MOST})
            return Table.parse(data.read())

    def select(self, query: str) -> list[dict[str, Term]]:
        """The same as `defkg.naming.Select` has it."""
        return [dict(row) for row in self.table(query).rows]

    def stop(self) -> None:
        """Ends what is running; nothing more is asked."""
        with self._asking:
            self._stopped = True
            asked = self._asked
        if asked:
            asked.cancel()


@contextmanager
def content(answer: Answer) -> Iterator[tuple[Answer, BinaryIO]]:
    """An answer, and its bytes to be read; they are gone afterwards."""
    with answer.spool or BytesIO(answer.body) as data:
        data.seek(0)
        yield answer, data


def is_small(answer: Answer) -> bool:
    """Whether an answer can be taken whole."""
    return (answer.rows or 0) <= MOST and answer.length <= _BYTES
