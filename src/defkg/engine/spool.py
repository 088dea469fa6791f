"""Where a worker writes an answer: memory first, a file without a name when it grows; never more than the limits."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from typing import Any, BinaryIO

from defkg.engine import Problem
from defkg.engine.limits import Limits
from defkg.engine.rows import Counter

INLINE = 1 << 20
_CHUNK = 1 << 18


class Spool(RawIOBase):
    """A writable that counts bytes and rows.

    Attributes:
        rows: the rows counted so far; None where nothing counts them.
        length: the bytes written so far.
        file: the file that holds them all, once they are more than `INLINE`.
    """

    def __init__(self, limits: Limits, count: Counter | None = None, file: BinaryIO | None = None) -> None:
        super().__init__()
        self._limits = limits
        self._count = count
        self._spare = file
        self._pending = bytearray()
        self._inline = bytearray()
        self.rows: int | None = None
        self.length = 0
        self.file: BinaryIO | None = None
        self.problem: Problem | None = None

    def write(self, data: Any) -> int:
        """Takes the next bytes.

        Raises:
            Problem: the answer has outgrown a limit.
        """
        self._pending += data
        if len(self._pending) >= _CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Counts and stores what is pending."""
        if not self._pending:
            return
        data, self._pending = bytes(self._pending), bytearray()
        self.length += len(data)
        if self._count:
            self.rows = self._count(data)
        self.check()
        self._store(data)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Flushes what a block has written; where the block fails, nothing stays in a file, and its space is free."""
        try:
            yield
            self.flush()
        except BaseException:
            self._discard()
            raise

    def body(self) -> bytes:
        """The whole answer, where it is small enough to have stayed in memory."""
        return bytes(self._inline)

    def check(self) -> None:
        """Raises the problem of an answer that has outgrown a limit, and remembers it."""
        if self.rows is not None and self.rows > self._limits.rows:
            detail = (
                f"The answer has more than {self._limits.rows:,} rows; ask for fewer with LIMIT, or page with OFFSET"
            )
            self.problem = Problem(413, "rows", "Too many rows", detail, {"limit": self._limits.rows})
        elif self.length > self._limits.answer << 20:
            detail = f"The answer is larger than {self._limits.answer} MB; ask for fewer columns or rows"
            self.problem = Problem(
                413, "answer-too-large", "The answer is too large", detail, {"limit": self._limits.answer}
            )
        if self.problem:
            raise self.problem

    def _discard(self) -> None:
        file, self.file = self.file, None
        with suppress(OSError):
            if file is not None and file is self._spare:
                file.seek(0)
                file.truncate()
            elif file is not None:
                file.close()

    def _store(self, data: bytes) -> None:
        if self.file is None and len(self._inline) + len(data) > INLINE:
            self.file = self._spare or tempfile.TemporaryFile(prefix="defkg-")  # noqa: SIM115 - the taker closes it
            self.file.write(self._inline)
            self._inline.clear()
        if self.file is None:
            self._inline += data
        else:
            self.file.write(data)
