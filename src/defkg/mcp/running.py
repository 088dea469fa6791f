"""The server on standard input and output, and its end: no process is left, however it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path

from defkg.engine.limits import Limits
from defkg.mcp.desk import Desk
from defkg.mcp.server import serve

_PATIENCE = 5
_LOOK = 0.5


def run(project: Path, limits: Limits) -> None:
    """Serves a project until the client hangs up or a signal ends it.

    Raises:
        ProjectError: the project cannot be used.
        ZygoteFailed: its graph could not be held.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="defkg: %(message)s")
    asyncio.run(_run(Desk(project, limits)))


async def _run(desk: Desk) -> None:
    leaving: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, lambda: leaving.append(asyncio.ensure_future(_leave(desk))))
    listening = asyncio.ensure_future(_watch(desk, os.dup(1)))  # the SDK points 1 itself at standard error
    try:
        await desk.open()
        await serve(desk).run_stdio_async()
    finally:
        listening.cancel()
        await desk.close()


async def _watch(desk: Desk, output: int) -> None:
    """Leaves when nobody reads the output any more, even if the input stays open."""
    poll = select.poll()
    poll.register(output, 0)
    while not poll.poll(0):
        await asyncio.sleep(_LOOK)
    await _leave(desk)


async def _leave(desk: Desk) -> None:
    """Ends at once: a thread that waits for standard input cannot be called back."""
    with suppress(Exception):
        await asyncio.wait_for(desk.close(), _PATIENCE)
    os._exit(0)
