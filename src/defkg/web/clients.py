"""Clients: what each may use of the workers in a minute, and what it has used.

Nothing is known of a query's cost before it has run: a client that has anything left may ask, and is charged
afterwards.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import Address

from defkg.engine import Problem
from defkg.engine.limits import Limits

_UNIT = 1_000_000  # counted in microseconds: the limiter takes whole numbers
_NETWORK = 64  # bits of an IPv6 address that one client is commonly given
_REMEMBERED = 4096  # addresses


class Caller(Protocol):
    """Who asks: a request, or what is known of it."""

    @property
    def client(self) -> Address | None:
        """Its address."""
        ...


class Clients:
    """The budgets of all clients.

    Args:
        trusted_loopback: whether clients on this machine have no budget.
    """

    def __init__(self, trusted_loopback: bool = True) -> None:
        self._trusted = trusted_loopback
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._waiting: Counter[str] = Counter()

    def admit(self, http: Caller, budget: float) -> None:
        """Lets a query pass, if its client has anything left.

        Args:
            http: the request, for the client's address.
            budget: worker-seconds a minute; 0 is no limit.

        Raises:
            Problem: the client has used its budget up.
        """
        if self._exempt(http, budget) or self._limiter.test(_item(budget), name(http)):
            return
        reset = self._limiter.get_window_stats(_item(budget), name(http)).reset_time
        raise _used_up(budget, max(1, math.ceil(reset - time.time())))

    def charge(self, http: Caller, budget: float, seconds: float) -> None:
        """Puts the seconds that a worker has spent on the client's account."""
        cost = round(seconds * _UNIT)
        if cost > 0 and not self._exempt(http, budget):
            self._limiter.hit(_item(budget), name(http), cost=cost)

    @contextmanager
    def place(self, http: Caller, limits: Limits) -> Iterator[None]:
        """Counts a request that waits; one client may have no more of them than leaves room for others.

        Raises:
            Problem: 429, the client has as many waiting already.
        """
        client, most = name(http), max(2, limits.queue // 4)
        if self._waiting[client] >= most and not self._trusts(http):
            detail = f"{most} of your requests are being answered already; ask again when one of them is"
            raise Problem(429, "client-busy", "The client asks too much at once", detail, headers={"Retry-After": "1"})
        self._waiting[client] += 1
        try:
            yield
        finally:
            self._waiting[client] -= 1
            if not self._waiting[client]:
                del self._waiting[client]

    def _exempt(self, http: Caller, budget: float) -> bool:
        return budget <= 0 or self._trusts(http)

    def _trusts(self, http: Caller) -> bool:
        return self._trusted and _is_local(_host(http))


def name(http: Caller) -> str:
    """What a client is counted under: its IPv4 address, its IPv6 network, or what the server calls it."""
    return _counted(_host(http))


def _host(http: Caller) -> str:
    return http.client.host if http.client else "unknown"


@lru_cache(_REMEMBERED)
def _counted(host: str) -> str:
    address = _address(host)
    if isinstance(address, IPv6Address) and not _loopback(address):
        return str(IPv6Network((int(address), _NETWORK), strict=False))
    return str(address)


@lru_cache(_REMEMBERED)
def _is_local(host: str) -> bool:
    return _loopback(_address(host))


def _address(host: str) -> IPv4Address | IPv6Address | str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _loopback(address: IPv4Address | IPv6Address | str) -> bool:
    return not isinstance(address, str) and address.is_loopback


def _item(budget: float) -> RateLimitItem:
    return RateLimitItemPerMinute(max(1, round(budget * _UNIT)))


def _used_up(budget: float, wait: int) -> Problem:
    detail = (
        f"Queries from your address have used their {budget:g} worker-seconds of this minute; "
        f"ask again in {wait} seconds, or ask for less at a time"
    )
    headers = {"Retry-After": str(wait)}
    more: dict[str, object] = {"limit": budget, "retry_after": wait}
    return Problem(429, "client-budget", "The client has used up its budget", detail, more, headers)
