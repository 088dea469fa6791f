"""The embedded engine: every query in a worker process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from defkg.engine import Answer, Problem, Request, reply
from defkg.engine.frames import Frame, encode
from defkg.engine.limits import Limits
from defkg.engine.pool import Pool
from defkg.engine.stores import Data, Graphs


class EmbeddedEngine:
    """See `defkg.engine.Engine`.

    Args:
        data: an open file of N-Quads, or the open folder of a store; the engine keeps it, to load it again when a
            process dies.
        digest: the dataset's SHA-256.
        graphs: IRIs of named graphs that are served even where they are empty; those of a folder with their triples.
        limits: what a query may use.
    """

    def __init__(self, data: Data, digest: str, graphs: Graphs, limits: Limits) -> None:
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
        return reply.tag(self.digest, request)

    async def answer(self, request: Request) -> Answer:
        """The complete answer.

        Raises:
            Problem: there is none.
        """
        frame = await self.pool.run(self._question(request), self._seconds(request))
        return _answer(frame, self.tag(request))

    def begin(self, request: Request, tag: str, done: Callable[[Answer | Exception], None]) -> Callable[[], None]:
        """Has a query answered without a task that waits for it.

        Args:
            request: the query.
            tag: its `tag`.
            done: called once, later, with the answer or with what `answer` would have raised.

        Returns:
            What gives the query up: it does nothing where that is answered, and `done` is not called any more.

        Raises:
            Problem: it does not begin.
        """

        def on_frame(outcome: Frame | Problem) -> None:
            done(_outcome(outcome, tag) if isinstance(outcome, Frame) else outcome)

        data = encode(self._question(request))
        return partial(self.pool.cancel, self.pool.submit(data, self._seconds(request), on_frame))

    def _question(self, request: Request) -> dict[str, Any]:
        reply.refuse_long(request, self.limits)
        return {
            "query": request.query,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "rows_type": request.rows_type,
            "graph_type": request.graph_type,
        }

    def _seconds(self, request: Request) -> float:
        return min(self.limits.timeout, request.timeout or self.limits.timeout)


def _outcome(frame: Frame, tag: str) -> Answer | Exception:
    try:
        return _answer(frame, tag)
    except Exception as error:  # a problem, or a message that is none of ours
        return error


def _answer(frame: Frame, tag: str) -> Answer:
    told = reply.told(frame)
    return reply.answer(frame, told["seconds"], None if told["volatile"] else tag)
