"""The event loop that the server runs on: uvloop where it is installed, which it is but for systems without wheels."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

_GARBAGE = 10_000  # objects: a query leaves some tens
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE = 1 << 17  # bytes of a block that goes back to the system as soon as it is free
_HEAPS = 2  # which all threads share
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs some work to its end, in a loop of its own."""
    _bound_heaps()
    gc.freeze()  # what was loaded stays, and need not be looked through again and again
    gc.set_threshold(_GARBAGE, 10, 10)
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(work)


def _bound_heaps() -> None:
    """Has large blocks given back: glibc keeps up to 64 MB of free ones for each of up to eight threads a core.

    Source: mallopt(3). Another C library has none of this, and needs none of it.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, _HEAPS)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
