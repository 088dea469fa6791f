"""What every engine says alike: which query is too long, what identifies an answer, and the answer in a frame."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from typing import Any

from defkg.engine import Answer, Problem, Request
from defkg.engine.frames import Frame
from defkg.engine.limits import Limits

_REMEMBERED = 256


def refuse_long(request: Request, limits: Limits) -> None:
    """Lets a query pass that is not too long.

    Raises:
        Problem: 413, it is.
    """
    long = len(request.query) > limits.query << 8  # a character has four bytes at most
    if long and len(request.query.encode("utf-8", "surrogatepass")) > limits.query << 10:
        detail = f"The query is longer than {limits.query} KB; shorten it, or ask for less in each of several queries"
        raise Problem(413, "query-too-long", "The query is too long", detail, {"limit": limits.query})


def tag(digest: str, request: Request) -> str:
    """Identifies dataset, query and formats: 32 lower-case hex digits."""
    begun = _begun(digest, request.default_graphs, request.named_graphs, request.rows_type, request.graph_type).copy()
    begun.update(request.query.encode("utf-8", "surrogatepass"))
    return begun.hexdigest()[:32]


@lru_cache(_REMEMBERED)
def _begun(*parts: object) -> hashlib._Hash:
    """What all queries of one dataset in one format have in common."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass"))


def told(frame: Frame) -> dict[str, Any]:
    """What a worker said.

    Raises:
        Problem: that there is no answer.
    """
    if "problem" in frame.members:
        raise Problem(**frame.members["problem"])
    return frame.members


def answer(frame: Frame, seconds: float, tagged: str | None) -> Answer:
    """The answer that a worker sent.

    Args:
        frame: its message, where `told` found no problem.
        seconds: what it took.
        tagged: the answer's tag; None where it has none.
    """
    members = frame.members
    spool = os.fdopen(frame.fd, "rb") if frame.fd is not None else None
    return Answer(members["media_type"], frame.body, spool, members["length"], members["rows"], seconds, tagged)
