"""Content codings: which one a client's Accept-Encoding header asks for, and compressing by it.

Source: RFC 9110, section 12.5.3; RFC 1952 (gzip); RFC 8878 (zstd).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

import zstandard

CODINGS = ("zstd", "gzip")
_IDENTITY = "identity"
_REMEMBERED = 256  # headers
_LONG = 512  # characters of one that is not remembered


def choose(header: str | None) -> str:
    """The coding that the header prefers; "" where that is none of ours. Ties go to our order.

    Args:
        header: the header; None or empty asks for no coding.
    """
    if not header:
        return ""
    return _choice(header) if len(header) < _LONG else _choose(header)


def _choose(header: str | None) -> str:
    return next(iter(acceptable(header)), "")


_choice = lru_cache(_REMEMBERED)(_choose)


def acceptable(header: str | None) -> list[str]:
    """The codings of ours that the header accepts at least as gladly as an answer as it is, best first."""
    wanted = _wanted(header or "")
    floor = wanted.get(_IDENTITY, 0.0)
    scored = [(wanted.get(coding, wanted.get("*", 0.0)), coding) for coding in CODINGS]
    fitting = [pair for pair in scored if pair[0] > 0 and pair[0] >= floor]
    return [coding for _, coding in sorted(fitting, key=lambda pair: -pair[0])]


def compress(coding: str, body: bytes) -> bytes:
    """The body in a coding of `CODINGS`; the same bytes for the same body, whenever it is asked."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=3).compress(body)
    return gzip.compress(body, compresslevel=6, mtime=0)


def _wanted(header: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            found["gzip" if name == "x-gzip" else name] = _quality(parameters)
    return found


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
