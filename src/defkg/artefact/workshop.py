"""A folder that is made whole or not at all: written beside its place, and moved there when all is on the disk."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from defkg.project import ProjectError


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """An empty folder beside the target; it becomes the target when the block ends without an error.

    What a build that was killed has left is removed by the next one for the same target.

    Raises:
        ProjectError: the target is there already, another build is making it, or its parent cannot be written to.
    """
    if target.exists() or target.is_symlink():
        raise ProjectError(f"{target} is there already; name another folder with --output, or remove it")
    folder = target.parent / f".{target.name}.building"
    with _lock(folder, target) as held:
        try:
            _empty(folder)
            yield folder
            _settle(folder, held, target)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


@contextmanager
def _lock(folder: Path, target: Path) -> Iterator[int]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be made: {error.strerror}; name another folder with --output") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield held
    except BlockingIOError as error:
        raise ProjectError(f"another build is making {target}; wait for it, or name another with --output") from error
    finally:
        os.close(held)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _settle(folder: Path, held: int, target: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    os.fsync(held)
    if target.exists():
        raise ProjectError(f"{target} was made by somebody else in the meantime; this build is thrown away")
    folder.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():  # some file systems cannot for folders
            raise
    finally:
        os.close(descriptor)
