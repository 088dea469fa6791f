"""The limits of the service: what each is, its default, and how it is set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


class LimitError(ValueError):
    """A setting that is no positive number; the text names it."""


def _limit(default: float, env: str, unit: str, words: str) -> Any:
    return field(default=default, metadata={"env": env, "unit": unit, "words": words})


@dataclass(frozen=True)
class Limits:
    """What one query, and one client, may use; each has a default that a public endpoint can live with."""

    timeout: float = _limit(30, "DEFKG_TIMEOUT", "seconds", "wall-clock time of a query; a client may ask for less")
    memory: int = _limit(512, "DEFKG_MEMORY", "MB", "memory of a query, beside the graph's own")
    rows: int = _limit(1_000_000, "DEFKG_ROWS", "rows", "rows or triples of an answer")
    answer: int = _limit(256, "DEFKG_ANSWER", "MB", "size of an answer")
    query: int = _limit(256, "DEFKG_QUERY", "KB", "length of a query")
    depth: int = _limit(100, "DEFKG_DEPTH", "levels", "nesting of braces, brackets and parentheses in a query")
    body: int = _limit(1024, "DEFKG_BODY", "KB", "size of a request's body")
    workers: int = _limit(os.cpu_count() or 2, "DEFKG_WORKERS", "processes", "queries that run at the same time")
    queue: int = _limit(64, "DEFKG_QUEUE", "queries", "queries that wait for a worker")
    client_seconds: float = _limit(
        120, "DEFKG_CLIENT_SECONDS", "worker-seconds a minute", "what one client address may use; 0 is no limit"
    )

    @staticmethod
    def read(environment: Mapping[str, str], **given: float | None) -> Limits:
        """The limits as set: what is given, else the environment, else the defaults.

        Raises:
            LimitError: a value is not a number, or not above zero where it must be.
        """
        found: dict[str, Any] = {}
        for limit in fields(Limits):
            env = limit.metadata["env"]
            text = environment.get(env) if given.get(limit.name) is None else str(given[limit.name])
            if text is not None:
                found[limit.name] = _number(env, limit.name, text)
        return replace(Limits(), **found)


def _number(env: str, name: str, text: str) -> float:
    kind = float if name in ("timeout", "client_seconds") else int
    try:
        value = kind(text)
    except ValueError as error:
        raise LimitError(f"{env} (--{name.replace('_', '-')}) must be a number, not {text!r}") from error
    if not 0 <= value < float("inf") or (value == 0 and name not in ("client_seconds", "queue")):
        raise LimitError(f"{env} (--{name.replace('_', '-')}) must be above zero, not {text}")
    return value
