"""The event loop that the server runs on: uvloop where it is installed, which it is but for systems without wheels."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_GARBAGE = 10_000  # objects: a query leaves some tens
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs some work to its end, in a loop of its own."""
    gc.freeze()  # what was loaded stays, and need not be looked through again and again
    gc.set_threshold(_GARBAGE, 10, 10)
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(work)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
