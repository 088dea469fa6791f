"""The problems of a service behind ours, each as a document that names no address and no secret."""

from __future__ import annotations

from defkg.engine import Problem
from defkg.engine.limits import Limits

_RETRY = {"Retry-After": "1"}
_LATER = {"Retry-After": "5"}


def slow(seconds: float) -> Problem:
    """The query took longer than it may."""
    detail = f"The query took longer than {seconds:g} seconds; narrow it, or ask for part of the answer with LIMIT"
    return Problem(504, "timeout", "The query took too long", detail, {"limit": seconds})


def busy(why: str) -> Problem:
    """There is no place for the query now."""
    detail = f"All connections to the store are in use and {why}; ask again in a moment"
    return Problem(503, "busy", "The server is busy", detail, headers=dict(_RETRY))


def ending() -> Problem:
    """The server goes down."""
    return Problem(503, "shutting-down", "The server is shutting down", "Ask again in a moment", headers=dict(_RETRY))


def down(how: str) -> Problem:
    """The store cannot be reached, or hangs up before it answers."""
    detail = f"The store behind this server {how}; ask again in a moment"
    return Problem(503, "store-down", "The store does not answer", detail, headers=dict(_LATER))


def broken(how: str) -> Problem:
    """What the store sent is not a whole answer, or not what it says it is."""
    detail = f"The store behind this server {how}; nothing of it is passed on. Ask again, or tell the operator"
    return Problem(502, "store-broken", "The store's answer cannot be used", detail)


def refused(status: int, words: str) -> Problem:
    """The store answered with an error of its own.

    Args:
        status: its HTTP status.
        words: the first line of what it said; empty where that is not for readers.
    """
    if status in (429, 503):
        return down(f"is busy (it answers {status})")
    said = f": {words}" if words else ""
    detail = f"The store behind this server answers {status}{said}. Write the query otherwise, or tell the operator"
    return Problem(502, "store-refused", "The store refuses the query", detail, {"store_status": status})


def cut(rows: int) -> Problem:
    """The store leaves out rows beyond a number of its own."""
    detail = (
        f"The store behind this server gives {rows:,} rows at most, and the answer may have more; ask for fewer with "
        "LIMIT. The operator can raise the store's own limit (Virtuoso: ResultSetMaxRows)"
    )
    return Problem(413, "store-rows", "The store gives no more rows", detail, {"limit": rows})


def changing() -> Problem:
    """The store's data is being replaced."""
    detail = "The data is being replaced just now, and a mixture of old and new is not given out; ask again in a moment"
    return Problem(503, "store-changing", "The data is being replaced", detail, headers=dict(_LATER))


def flooded(limits: Limits, factor: int) -> Problem:
    """The store sends more bytes than an answer may have."""
    detail = f"The store's answer is larger than {limits.answer * factor} MB; ask for fewer columns or rows"
    return Problem(413, "answer-too-large", "The answer is too large", detail, {"limit": limits.answer})


def too_many_rows(limits: Limits) -> Problem:
    """The answer has more rows than it may have."""
    detail = f"The answer has more than {limits.rows:,} rows; ask for fewer with LIMIT, or page with OFFSET"
    return Problem(413, "rows", "Too many rows", detail, {"limit": limits.rows})


def unfit(why: str) -> Problem:
    """The query has a part that the store answers wrongly, and cannot be answered without it."""
    detail = (
        "The store behind this server is known to answer a part of this query wrongly, and from its triples alone the "
        f"query cannot be answered: {why}. Write it without paths of no steps (?, *), EXISTS, MINUS or BIND"
    )
    return Problem(501, "store-unfit", "The store cannot answer this query", detail)
