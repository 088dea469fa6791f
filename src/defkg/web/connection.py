"""A client that may hang up: what is done for it ends when it does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

T = TypeVar("T")


async def while_connected(http: HttpRequest, work: Awaitable[T], discard: Callable[[T], None] = lambda _: None) -> T:
    """What some work gives; it is cancelled as soon as the client hangs up, and `gone` knows of it.

    Args:
        http: the request.
        work: what is done for it.
        discard: for a result that nobody waits for any more.

    Raises:
        ClientDisconnect: the client has hung up.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_hang_up(http))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        hung_up = not working.done()
        http.state.gone = hung_up
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.wait({working, watching})
    if hung_up:
        if not working.cancelled() and not working.exception():
            discard(working.result())
        raise ClientDisconnect
    return working.result()


def gone(http: HttpRequest) -> bool:
    """Whether the client is known to have hung up."""
    return bool(getattr(http.state, "gone", False))


async def _hang_up(http: HttpRequest) -> None:
    while (await http.receive())["type"] != "http.disconnect":
        pass
