"""Why a query has no answer of a worker: too much is asked, it took too long, or the worker died of it."""

from __future__ import annotations

from defkg.engine import Problem
from defkg.engine.evaluation import death_problem, memory_problem
from defkg.engine.limits import Limits

RETRY = {"Retry-After": "1"}
CAUSES = {-6: "memory", -11: "stack", -7: "stack", -9: "killed", 70: "panic"}
"""What a worker died of, by its exit status (negative: a signal)."""


def died(cause: str, limits: Limits) -> Problem:
    """The problem of a query whose worker died by this cause."""
    if cause == "memory":
        return memory_problem(limits)
    if cause == "stack":
        detail = "The query is nested too deeply for the engine; write it flatter"
        return Problem(400, "stack", "The query is nested too deeply", detail)
    return death_problem(cause)


def ending() -> Problem:
    """The problem of a query that comes while the pool closes."""
    return Problem(503, "shutting-down", "The server is shutting down", "Ask again in a moment", headers=RETRY)


def too_slow(seconds: float) -> Problem:
    """The problem of a query that took longer than these seconds."""
    detail = f"The query took longer than {seconds:g} seconds; narrow it, or ask for part of the answer with LIMIT"
    return Problem(504, "timeout", "The query took too long", detail, {"limit": seconds})


def busy(why: str) -> Problem:
    """The problem of a query for which no worker is free, and why."""
    return Problem(
        503, "busy", "The server is busy", f"All workers are at work and {why}; ask again in a moment", headers=RETRY
    )
