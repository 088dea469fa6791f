"""The content of a file: its bytes, and its text, or the one fault that keeps it from being read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from defkg.finding import Finding, Place, Severity
from defkg.terms import CHECKS

LIMIT = 16 << 20
"""Bytes of the largest file that is read; a graph of 100,000 triples has about half of it."""

NOT_UTF8 = CHECKS + "not-utf8"
LINK = CHECKS + "symlink"
NOT_A_FILE = CHECKS + "not-a-file"
TOO_LARGE = CHECKS + "file-too-large"
CONFLICT = CHECKS + "conflict-marker"
CARRIAGE_RETURN = CHECKS + "carriage-return"
BYTE_ORDER_MARK = CHECKS + "byte-order-mark"
INVISIBLE = CHECKS + "invisible-character"

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: [^\n]*)?\r?$", re.MULTILINE)
_WIDE = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class Fault(Exception):
    """What keeps a file from being read, as a finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class Text(NamedTuple):
    """A file's text without a byte-order mark, and what is wrong with it all the same."""

    text: str
    flaws: list[Finding]


def at(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, counted from 1; a byte-order mark has no column."""
    line_start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - line_start + 1


def fault(name: str, rule: str, message: str, hint: str, place: tuple[int, int] = (1, 1)) -> Finding:
    """A finding about a file as such; without a place, at its beginning."""
    return Finding(Place(name, *place), Severity.ERROR, rule, message, hint)


def read(path: Path, name: str, root: Path | None = None) -> bytes:
    """The bytes of a file.

    Args:
        path: the file.
        name: the file as findings show it.
        root: the folder that it may not lead out of by a link; None where it may be anywhere.

    Raises:
        Fault: it is a link that leads out of the folder or nowhere, no ordinary file, or larger than `LIMIT`.
        OSError: it cannot be opened.
    """
    if root is not None:
        _stay_inside(path, name, root)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        message = "this is no ordinary file and is not read"
        raise Fault(fault(name, NOT_A_FILE, message, "put a file here, or rename it"))
    content = b"" if status.st_size > LIMIT else path.read_bytes()
    if max(status.st_size, len(content)) > LIMIT:
        message = f"this file is larger than {LIMIT >> 20} MiB and is not read"
        raise Fault(fault(name, TOO_LARGE, message, "divide it: a document has a file of its own"))
    return content


def _stay_inside(path: Path, name: str, root: Path) -> None:
    try:
        leads_out = not Path(os.path.realpath(path, strict=True)).is_relative_to(os.path.realpath(root))
    except OSError as error:
        if not path.is_symlink():
            raise
        message = f"this link leads nowhere: {error.strerror}"
        raise Fault(fault(name, LINK, message, "put the file itself here, or remove the link")) from error
    if leads_out:
        message = "this link leads out of the project and is not followed"
        raise Fault(fault(name, LINK, message, "put the file itself here"))


def decode(name: str, content: bytes) -> Text:
    """The text of a file.

    Raises:
        Fault: it is not UTF-8, is damaged, or holds the marks of an unfinished merge.
    """
    wide = next((form for mark, form in _WIDE if content.startswith(mark)), "")
    if wide:
        raise Fault(fault(name, NOT_UTF8, f"this file is {wide}", "save it as UTF-8"))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        place = at(before, len(before))
        raise Fault(fault(name, NOT_UTF8, "this file is not UTF-8 here", "save it as UTF-8", place)) from error
    marked, text = text.startswith("\ufeff"), text.removeprefix("\ufeff")
    _whole(name, text)
    return Text(text, list(_flaws(name, text, marked)))


def _whole(name: str, text: str) -> None:
    if "\0" in text:
        message, hint = "NUL characters stand here", "get the file again, or save it as UTF-8: it is damaged, or UTF-16"
        raise Fault(fault(name, INVISIBLE, message, hint, at(text, text.index("\0"))))
    conflict = _CONFLICT.search(text)
    if conflict:
        raise Fault(unmerged(name, at(text, conflict.start())))


def unmerged(name: str, place: tuple[int, int]) -> Finding:
    """The finding for a mark that git left where two versions differ."""
    hint = "keep what is right, and remove the lines <<<<<<<, ======= and >>>>>>>"
    return fault(name, CONFLICT, "git could not merge two versions here", hint, place)


def _flaws(name: str, text: str, marked: bool) -> Iterator[Finding]:
    if marked:
        hint = "save it without, or run `defkg check --fix`"
        yield fault(name, BYTE_ORDER_MARK, "this file begins with a byte-order mark", hint)
    if "\r" in text:
        place = at(text, text.index("\r"))
        windows = text.startswith("\r\n", text.index("\r"))
        message = "this line ends as on Windows" if windows else "a carriage return stands here"
        hint = "end lines with a line feed alone, or run `defkg check --fix`"
        yield fault(name, CARRIAGE_RETURN, message, hint, place)
