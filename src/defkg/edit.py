"""Changes to files: shown before they are made, made all or none, each file replaced in one step."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PREFIX = ".defkg-"
_STALE = 3600
_ENDINGS = {signal.SIGTERM, signal.SIGHUP} if hasattr(signal, "SIGHUP") else {signal.SIGTERM}


class EditError(Exception):
    """A file that cannot be written, or has changed meanwhile; the text says which and what to do."""


@dataclass(frozen=True)
class Edit:
    """A new content for a file.

    Attributes:
        path: the file.
        name: the file as people see it.
        old: its content now; None where there must be no such file.
        new: its content afterwards.
    """

    path: Path
    name: str
    old: str | None
    new: str

    def unified(self) -> str:
        """The change as a unified diff."""
        old, new = (re.findall(r"[^\n]*\n|[^\n]+", text or "") for text in (self.old, self.new))
        before = "/dev/null" if self.old is None else f"a/{self.name}"
        return "".join(_ended(difflib.unified_diff(old, new, before, f"b/{self.name}")))


def apply(edits: Sequence[Edit]) -> None:
    """Writes all edits or, where one cannot be written, none.

    Every new content is on the disk beside its file before the first file is replaced.

    Raises:
        EditError: a file has other content than its edit begins from, exists already, or cannot be written.
    """
    with _ended_by_exceptions(), contextlib.ExitStack() as stack:
        staged = [_stage(edit, stack) for edit in edits]
        done: list[Edit] = []
        try:
            for edit, temporary in zip(edits, staged, strict=True):
                done.append(edit)
                _put(edit, temporary)
        except BaseException:
            with _undisturbed():
                _undo(done)
            raise


def _stage(edit: Edit, stack: contextlib.ExitStack) -> Path:
    _expect(edit, edit.old)
    try:
        edit.path.parent.mkdir(parents=True, exist_ok=True)
        return _beside(edit.path, edit.new, 0o644 if edit.old is None else edit.path.stat().st_mode & 0o777, stack)
    except OSError as error:
        raise EditError(f"{edit.name} cannot be written: {error.strerror}") from error


def _beside(path: Path, text: str, mode: int, stack: contextlib.ExitStack) -> Path:
    folder = path.resolve().parent
    _sweep(folder)
    with _undisturbed():
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=folder)
        stack.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(mode)
    return Path(name)


def _expect(edit: Edit, content: str | None) -> None:
    try:
        found = edit.path.read_bytes().decode() if edit.path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise EditError(f"{edit.name} cannot be read: {error}") from error
    if found == content:
        return
    if content is None:
        raise EditError(f"{edit.name} is there already; nothing is overwritten")
    raise EditError(f"{edit.name} has changed meanwhile; look at it, and try again")


def _put(edit: Edit, temporary: Path) -> None:
    if edit.old is not None:
        _expect(edit, edit.old)
    try:
        if edit.old is None:
            os.link(temporary, edit.path)  # unlike a rename, never replaces what somebody made meanwhile
        else:
            temporary.replace(edit.path.resolve())
    except FileExistsError as error:
        raise EditError(f"{edit.name} is there already; nothing is overwritten") from error
    except OSError as error:
        raise EditError(f"{edit.name} cannot be written: {error.strerror}") from error


def _undo(done: Sequence[Edit]) -> None:
    for edit in done:
        with contextlib.suppress(EditError, OSError), contextlib.ExitStack() as stack:
            _expect(edit, edit.new)
            if edit.old is None:
                edit.path.unlink()
            else:
                _beside(edit.path, edit.old, edit.path.stat().st_mode & 0o777, stack).replace(edit.path.resolve())


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """What would end the program waits until this is done."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *_ENDINGS})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _ended_by_exceptions() -> Iterator[None]:
    """A signal that would end the program at once ends it by an exception, as Ctrl-C does, so that it cleans up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {ending: signal.signal(ending, _leave) for ending in _ENDINGS}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)


def _leave(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _sweep(folder: Path) -> None:
    """Removes what a run that was killed has left here, an hour ago or more."""
    for path in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink()


def _ended(lines: Iterable[str]) -> Iterable[str]:
    return (line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
