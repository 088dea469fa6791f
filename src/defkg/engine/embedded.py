"""The embedded engine: every query in a worker process."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import BinaryIO

from defkg.engine import Answer, Problem, Request
from defkg.engine.limits import Limits
from defkg.engine.pool import Pool


class EmbeddedEngine:
    """See `defkg.engine.Engine`.

    Args:
        data: an open file of N-Quads; the engine keeps it, to load it again when a process dies.
        digest: the dataset's SHA-256.
        graphs: IRIs of named graphs that are served even where they are empty.
        limits: what a query may use.
    """

    def __init__(self, data: BinaryIO, digest: str, graphs: list[str], limits: Limits) -> None:
        self.digest = digest
        self.limits = limits
        self.pool = Pool(data, graphs, limits)
        self._data = data

    @property
    def graphs(self) -> Mapping[str, int]:
        """The served graphs and their triples; "" is the default graph."""
        return self.pool.graphs

    async def start(self) -> None:
        """Loads the graph and starts the workers.

        Raises:
            ZygoteFailed: the graph could not be loaded.
        """
        await self.pool.start()

    async def close(self, grace: float = 0) -> None:
        """Ends every process, running queries after `grace` seconds at the latest."""
        await self.pool.close(grace)
        self._data.close()

    def tag(self, request: Request) -> str:
        """Identifies dataset, query and formats, whatever the query is; an answer that changes has no tag."""
        graphs = (request.default_graphs, request.named_graphs)
        parts = (self.digest, request.query, *graphs, request.rows_type, request.graph_type)
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    async def answer(self, request: Request) -> Answer:
        """The complete answer.

        Raises:
            Problem: there is none.
        """
        if len(request.query.encode("utf-8", "surrogatepass")) > self.limits.query << 10:
            raise _too_long(self.limits)
        question = {name: value for name, value in asdict(request).items() if name != "timeout"}
        frame = await self.pool.run(question, min(self.limits.timeout, request.timeout or self.limits.timeout))
        told = frame.members
        if "problem" in told:
            raise Problem(**told["problem"])
        return Answer(
            told["media_type"],
            frame.body,
            os.fdopen(frame.fd, "rb") if frame.fd is not None else None,
            told["length"],
            told["rows"],
            told["seconds"],
            None if told["volatile"] else self.tag(request),
        )


def _too_long(limits: Limits) -> Problem:
    detail = f"The query is longer than {limits.query} KB; shorten it, or ask for less in each of several queries"
    return Problem(413, "query-too-long", "The query is too long", detail, {"limit": limits.query})
