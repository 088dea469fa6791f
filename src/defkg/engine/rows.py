"""Counts the rows of an answer while it is written, in the format it is written in.

Sources: SPARQL 1.1 Query Results JSON, CSV and TSV, and XML Formats (W3C). A literal cannot forge a row: strings are
skipped by their quotes, and each format escapes what would end one.
"""

from __future__ import annotations

from collections.abc import Callable

Counter = Callable[[bytes], int]


def counter(media_type: str) -> Counter:
    """A function that takes the next bytes of an answer and gives the rows seen so far."""
    return _COUNTERS[media_type]()


class _Tsv:
    def __init__(self) -> None:
        self._lines = 0

    def __call__(self, data: bytes) -> int:
        self._lines += data.count(b"\n")
        return max(0, self._lines - 1)


class _Xml:
    def __init__(self) -> None:
        self._rows = 0
        self._tail = b""

    def __call__(self, data: bytes) -> int:
        data = self._tail + data
        self._rows += data.count(b"<result>")
        self._tail = data[-7:]
        return self._rows


class _Quoted:
    """Splits the text outside quoted strings from that inside."""

    def __init__(self) -> None:
        self._inside = False

    def outside(self, data: bytes) -> bytes:
        parts = data.split(b'"')
        kept = parts[1 if self._inside else 0 :: 2]
        self._inside ^= len(parts) % 2 == 0
        return b'"'.join(kept)


class _Csv(_Quoted):
    def __init__(self) -> None:
        super().__init__()
        self._lines = 0

    def __call__(self, data: bytes) -> int:
        self._lines += self.outside(data).count(b"\n")
        return max(0, self._lines - 1)


class _Json(_Quoted):
    def __init__(self) -> None:
        super().__init__()
        self._rows = 0
        self._carry = b""
        self._last = b""

    def __call__(self, data: bytes) -> int:
        data = self._carry + data
        cut = len(data) - (len(data) - len(data.rstrip(b"\\"))) % 2
        data, self._carry = data[:cut], data[cut:]
        text = self._last + self.outside(data.replace(b"\\\\", b"").replace(b'\\"', b""))
        self._rows += text.count(b",{") + text.count(b"[{")
        self._last = b"" if self._inside else text[-1:]
        return self._rows


_COUNTERS: dict[str, Callable[[], Counter]] = {
    "application/sparql-results+json": _Json,
    "application/sparql-results+xml": _Xml,
    "text/csv": _Csv,
    "text/tab-separated-values": _Tsv,
}
