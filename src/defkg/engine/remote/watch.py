"""Which data a service holds: read at the start, looked at again after each answer and now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing

from defkg.engine import Problem
from defkg.engine.limits import Limits
from defkg.engine.remote import published, troubles
from defkg.engine.remote.published import Published
from defkg.engine.remote.service import Query, Service
from defkg.table import Table
from defkg.terms import Term

_MOST = Limits(rows=1_000_000, answer=64)
_AGAIN = 5.0  # seconds after which a change is told once more: whoever was told may have failed to open it


class Watch:
    """Watches one service.

    Args:
        service: whose data it is.
        on_change: called when another dataset is there, complete.

    Attributes:
        seen: what is there; None where nobody has published.
    """

    def __init__(self, service: Service, on_change: Callable[[], None]) -> None:
        self._service = service
        self._on_change = on_change
        self._lock = asyncio.Lock()
        self._looked = 0.0
        self._told = -_AGAIN
        self._mark = ""
        self.seen: Published | None = None

    async def start(self) -> None:
        """Reads what is there.

        Raises:
            Problem: the service does not answer, or its data is just being replaced.
        """
        self.seen = Published.read(await self.rows(published.READ))
        if self.seen and not self.seen.digest:
            raise troubles.changing()
        self._mark = self.seen.mark if self.seen else ""

    @property
    def steady(self) -> bool:
        """Whether it is known which data is there, and it is what was seen at the start."""
        return self.seen is not None and self.seen.mark == self._mark

    async def confirm(self, since: float) -> None:
        """Makes sure that the data is still what was seen at the start.

        Args:
            since: the loop's time when an answer had arrived: a look that began before tells nothing about it.

        Raises:
            Problem: it is not, or cannot be told.
        """
        if self.seen is None:
            return
        async with self._lock:
            if self._looked < since or not self.steady:
                await self._look()
        if not self.steady:
            raise troubles.changing()

    async def keep(self, seconds: float) -> None:
        """Looks every so many seconds, for ever."""
        while True:
            await asyncio.sleep(seconds)
            if self.seen is not None:
                try:
                    async with self._lock, asyncio.timeout(seconds + 5):
                        await self._look()
                except (Problem, TimeoutError):
                    continue  # `steady` is False until a look succeeds

    async def _look(self) -> None:
        assert self.seen is not None
        begun, self._mark = asyncio.get_running_loop().time(), ""
        rows = await self.rows(published.GLANCE)
        self._mark = " ".join(sorted(str(getattr(row["o"], "value", "")) for row in rows))
        self._looked = begun
        if self._mark not in ("", self.seen.mark) and begun - self._told >= _AGAIN and (await self._read()):
            self._told = begun
            self._on_change()

    async def _read(self) -> bool:
        now = Published.read(await self.rows(published.READ))
        return now is not None and bool(now.digest)

    async def rows(self, query: str) -> list[dict[str, Term]]:
        """The rows of a SELECT over what was written about the data.

        Raises:
            Problem: there are none.
        """
        with closing(await self._service.fetch(Query(query, [published.GRAPH], []), _MOST)) as file:
            try:
                return list(map(dict, Table.parse(file.read()).rows))
            except (SyntaxError, ValueError):
                raise troubles.broken("sends what is no whole answer") from None
