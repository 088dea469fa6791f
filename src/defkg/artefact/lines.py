"""Lines sorted by their bytes, each once, in a compressed file: more of them than memory holds."""

from __future__ import annotations

import hashlib
import heapq
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

_CHUNK = 128 << 20
_PIECE = 1 << 20
_LEVEL = 6
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # no name, time zero, no system


class SortedLines:
    """Takes text in pieces as a file does, and gives its lines in their order.

    Args:
        folder: where it may put temporary files; what is in them has no name.
        chunk: bytes that are held and sorted at a time.
    """

    def __init__(self, folder: Path, chunk: int = _CHUNK) -> None:
        self._folder = folder
        self._chunk = chunk
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[BinaryIO] = []

    def write(self, piece: bytes) -> int:
        """Takes more of the text; gives how many bytes that were."""
        self._held.append(bytes(piece))
        self._size += len(piece)
        if self._size >= self._chunk:
            self._spill()
        return len(piece)

    def flush(self) -> None:
        """Does nothing: files have it."""

    def __iter__(self) -> Iterator[bytes]:
        """The lines in their order, each once."""
        runs = [iter(run) for run in self._runs]
        return (line for line, _ in groupby(heapq.merge(*runs, _sorted(b"".join(self._held)))))

    def close(self) -> None:
        """Lets go of the temporary files."""
        for run in self._runs:
            run.close()

    def _spill(self) -> None:
        run = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by `close`
        self._runs.append(run)
        text = b"".join(self._held)
        end = text.rfind(b"\n") + 1
        self._held, self._size = [text[end:]], len(text) - end
        run.writelines(_sorted(text[:end]))
        run.seek(0)


def _sorted(text: bytes) -> list[bytes]:
    lines = text.splitlines(keepends=True)
    lines.sort()
    return lines


def compress(lines: Iterable[bytes], file: BinaryIO) -> tuple[int, str]:
    """Writes lines as gzip that tells neither name nor time; gives how many, and the SHA-256 of the text.

    Source: RFC 1952, section 2.3.
    """
    packer, text, checksum = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS), hashlib.sha256(), 0
    count = size = 0
    file.write(_HEADER)
    for piece, number in _pieces(lines):
        text.update(piece)
        checksum = zlib.crc32(piece, checksum)
        count, size = count + number, size + len(piece)
        file.write(packer.compress(piece))
    file.write(packer.flush() + checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little"))
    return count, text.hexdigest()


def _pieces(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _PIECE:
            yield b"".join(held), len(held)
            held, size = [], 0
    yield b"".join(held), len(held)
