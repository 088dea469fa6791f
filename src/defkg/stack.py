"""Room for queries that nest deeply: evaluating them takes a stack, and where there is none left the process ends."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import TypeVar

STACK = 256 << 20
"""Bytes; what a query of the greatest length that is accepted needs, with much to spare."""

T = TypeVar("T")
_lock = threading.Lock()


def roomy(work: Callable[[], T]) -> T:
    """What some work gives, done on a thread with a large stack; what it raises is raised.

    Args:
        work: what is to be done; what it gives must not depend on its thread.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # raised again where it was asked for
            traceback.clear_frames(error.__traceback__)  # results of queries must not outlive their thread
            failed.append(error)

    with _lock:
        before = threading.stack_size(STACK)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        threading.stack_size(before)
    thread.join()
    if failed:
        raise failed[0]
    return done[0]
