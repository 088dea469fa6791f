"""Calls in threads, so many at a time: others wait for their turn, and where too many wait, one more is sent away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from defkg.engine import Problem
from defkg.mcp.asking import Asker

Result = TypeVar("Result")


class Lane:
    """Threads of its own, so that slow calls in one lane leave the calls in others alone.

    Args:
        threads: how many calls run at a time.
        queue: how many may wait.
    """

    def __init__(self, threads: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(threads)
        self._free = asyncio.Semaphore(threads)
        self._queue = queue
        self._waiting = 0
        self._closed = False

    async def run(self, asker: Asker, work: Callable[[], Result]) -> Result:
        """Work that asks; when it is no longer wanted, its query ends.

        Raises:
            Problem: it is closed, too many wait, or its turn did not come in half of its time: the other half is left
                to it.
        """
        await self._turn(asker.left / 2)
        try:
            if self._closed:
                raise _closing()
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except asyncio.CancelledError:
            asker.stop()
            raise
        finally:
            self._free.release()

    def close(self) -> None:
        """Lets the threads go, and sends away whoever waits."""
        self._closed = True
        self._threads.shutdown(wait=False)

    async def _turn(self, seconds: float) -> None:
        if self._free.locked() and self._waiting >= self._queue:
            raise _busy(f"{self._waiting:,} wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise _closing() if self._closed else _busy(f"none ended in {seconds:.2g} seconds") from None
        finally:
            self._waiting -= 1


def _busy(why: str) -> Problem:
    return Problem(503, "busy", "The server is busy", f"Other calls are at work, and {why}; ask again in a moment")


def _closing() -> Problem:
    return Problem(503, "shutting-down", "The server is shutting down", "Ask again in a moment")
