"""Where an export is put: a folder or a zip that is there whole or not at all, and replaces only an earlier export."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from defkg.artefact.workshop import workshop
from defkg.export.files import GZIP, SUMS, File
from defkg.project import ProjectError

ZIP = ".zip"
_DAY = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3
_MOST = 16 << 20


def put(files: Iterable[File], target: Path, force: bool = False) -> tuple[int, int]:
    """Writes files into a new folder, or into a zip where the name ends so.

    They are written beside it and moved there when all are on the disk: what was there stays if that fails.

    Args:
        files: what to write.
        target: the folder or zip.
        force: whether an earlier export there may be replaced.

    Returns:
        How many files that were, and their size in bytes.

    Raises:
        ProjectError: it is there already, holds what no export wrote, or cannot be written.
    """
    target = target.absolute()
    look(target, force)
    counted = _Counted(files)
    with _reported(target):
        if target.suffix == ZIP:
            _put_zip(counted, target, force)
        else:
            _put_folder(counted, target)
    return counted.number, counted.size


def look(target: Path, force: bool = False) -> None:
    """Looks whether an export may be put somewhere, before the work is done; the arguments are those of `put`.

    Raises:
        ProjectError: it is there already, or holds what no export wrote.
    """
    if not target.exists() and not target.is_symlink():
        return
    if not force:
        raise ProjectError(f"{target} is there already; name another with --output, or give --force to replace it")
    other = _other(target)
    if other:
        raise ProjectError(f"{target} {other}, so it is not replaced; name another with --output")


class _Counted:
    def __init__(self, files: Iterable[File]) -> None:
        self._files = files
        self.number = self.size = 0

    def __iter__(self) -> Iterator[File]:
        for file in self._files:
            self.number, self.size = self.number + 1, self.size + len(file.body)
            yield file


@contextmanager
def _reported(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectError(f"{target} could not be written: {reason}; what was there before is there still") from error


def _put_folder(files: Iterable[File], target: Path) -> None:
    if not target.exists():
        _fill(files, target)
        return
    fresh, old = (target.with_name(f".{target.name}.{word}") for word in ("fresh", "old"))
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    _fill(files, fresh)
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _fill(files: Iterable[File], target: Path) -> None:
    with workshop(target) as folder:
        for file in files:
            path = folder.joinpath(*PurePosixPath(file.name).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)


def _put_zip(files: Iterable[File], target: Path, force: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("wb") as out:
            with zipfile.ZipFile(out, "w") as packed:
                for file in files:
                    packed.writestr(_entry(file), file.body)
            out.flush()
            os.fsync(out.fileno())
        if force:
            beside.replace(target)
        else:
            os.link(beside, target)  # which fails where somebody else has made it meanwhile
    finally:
        beside.unlink(missing_ok=True)


def _entry(file: File) -> zipfile.ZipInfo:
    """How a file stands in a zip: always with the same day, mode and system."""
    info = zipfile.ZipInfo(file.name, _DAY)
    info.external_attr, info.create_system = _MODE, _UNIX
    info.compress_type = zipfile.ZIP_STORED if file.name.endswith(GZIP) else zipfile.ZIP_DEFLATED
    return info


def _other(target: Path) -> str:
    """What is there that no export wrote, in words; empty where there is nothing else."""
    if target.is_symlink():
        return "is a link"
    try:
        if target.is_dir():
            return "is a folder" if target.suffix == ZIP else _foreign(target)
        with zipfile.ZipFile(target) as packed:
            ours = target.suffix == ZIP and SUMS in packed.namelist()
            return "" if ours else "is no export"
    except (OSError, ValueError, zipfile.BadZipFile):
        return "is no export"


def _foreign(folder: Path) -> str:
    sums = folder / SUMS
    if not sums.is_file():
        return f"has no {SUMS}: it is no export" if any(folder.iterdir()) else ""
    with sums.open("rb") as file:
        known = {line.partition("  ")[2] for line in file.read(_MOST).decode().splitlines()} | {SUMS}
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    other = min((name for name in found if name not in known), default="")
    return f"holds {other}, which no export wrote" if other else ""
