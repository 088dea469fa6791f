"""Seeing that files have been saved: the folders are looked at again and again.

A look takes a millisecond for a hundred files, works on every disk, and sees what an editor does: a rename over the
old file, a deletion, a new file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

Look = dict[Path, tuple[int, int, int]]

PAUSE = 0.05
"""Seconds between two looks."""

_SUFFIXES = (".ttl", ".rq", ".jsonld")
_PATIENCE = 20


def look(roots: Iterable[Path]) -> Look:
    """The files of the folders, and files named besides, each with its time of change, size and number on the disk."""
    found: Look = {}
    for path in (path for root in roots for path in _files(root)):
        try:
            status = path.stat()
        except OSError:  # gone since it was listed
            continue
        found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names if name.endswith(_SUFFIXES) and not name.startswith("."))


def changes(roots: Sequence[Path], pause: float = PAUSE) -> Iterator[set[Path]]:
    """The files that are new, changed or gone, each time that there are any; ends never.

    It begins at the call: what changes while nobody asks is told at the next turn. A file that is still being written
    is waited for.

    Args:
        roots: folders, of which Turtle files, queries and JSON-LD count, and single files.
        pause: seconds between two looks.
    """
    return _changes(roots, pause, look(roots))


def _changes(roots: Sequence[Path], pause: float, seen: Look) -> Iterator[set[Path]]:
    while True:
        now = look(roots)
        if now != seen:
            now = _settled(roots, pause, now)
            changed = {path for path, _ in seen.items() ^ now.items()}
            seen = now
            if changed:
                yield changed
        time.sleep(pause)


def _settled(roots: Sequence[Path], pause: float, now: Look) -> Look:
    """The first look that is like the one before it; of a file that is never still, the last that is waited for."""
    for _ in range(_PATIENCE):
        time.sleep(pause)
        before, now = now, look(roots)
        if now == before:
            break
    return now
