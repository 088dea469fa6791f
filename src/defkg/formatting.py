"""Turtle files to lay out: which there are, and the edit of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from defkg.content import Fault, decode, read
from defkg.edit import Edit
from defkg.finding import Finding
from defkg.layout import LayoutError, NotTurtle, format_turtle
from defkg.project import Project, ProjectError, below, enclosing, is_project
from defkg.turtle import read_turtle

_PARTS = ("ontology", "shapes", "data")


class Sheet(NamedTuple):
    """A Turtle file, its name for people, and the folder that it may not lead out of by a link."""

    path: Path
    name: str
    root: Path


@dataclass(frozen=True)
class Outcome:
    """What laying out would do.

    Attributes:
        edits: the files that change.
        findings: the files that cannot be read, or are not Turtle.
        count: how many files there are.
    """

    edits: list[Edit]
    findings: list[Finding]
    count: int

    def summary(self, written: bool) -> str:
        """One line that counts the files."""
        unread = f", {len(self.findings)} not read" if self.findings else ""
        changed = f"{len(self.edits)} {'laid out' if written else 'to lay out'}"
        return f"{self.count} file{'' if self.count == 1 else 's'}, {changed}{unread}"


def sheets(paths: list[Path], project: Project) -> Iterator[Sheet]:
    """The files below some paths, each once, in order.

    Args:
        paths: project folders, of which ontology, shapes and data are taken; other folders; files.
        project: what to take where no path is given.

    Raises:
        ProjectError: a path is not there.
    """
    seen = set[str]()
    for path in paths or [project.root]:
        if not path.exists() and not path.is_symlink():
            raise ProjectError(f"{path} is not there; name a folder or a Turtle file")
        for file in _below(path):
            if (real := os.path.realpath(file)) not in seen:  # Path.resolve raises where links run in a circle
                seen.add(real)
                yield Sheet(file, _name(file), path if path.is_dir() else _root(path))


def _below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    elif is_project(path):
        yield from (file for part in _PARTS for file in _turtle(path / part))
    else:
        yield from _turtle(path)


def _turtle(folder: Path) -> list[Path]:
    return sorted(file for file in below(folder) if file.suffix == ".ttl")


def _root(file: Path) -> Path:
    folder = file.absolute().parent
    return enclosing(folder) or folder


def _name(file: Path) -> str:
    here = Path.cwd()
    return (file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file).as_posix()


def outcome(files: Iterator[Sheet], step: Callable[[str], None] = lambda _: None) -> Outcome:
    """The edits and findings of some files; ``step`` is told the name of each.

    Raises:
        ProjectError: a file cannot be opened, or cannot be laid out without changing what it means.
    """
    edits, findings, count = [], [], 0
    for sheet in files:
        count += 1
        step(sheet.name)
        try:
            edit = laid_out(sheet.path, sheet.name, _content(sheet))
        except Fault as fault:
            findings.append(fault.finding)
        else:
            edits += [edit] if edit.old != edit.new else []
    return Outcome(edits, findings, count)


def _content(sheet: Sheet) -> bytes:
    try:
        return read(sheet.path, sheet.name, sheet.root)
    except OSError as error:
        raise ProjectError(f"{sheet.name} cannot be read: {error.strerror}; check its permissions") from error


def laid_out(path: Path, name: str, content: bytes) -> Edit:
    """The edit that lays out a file; it may change nothing.

    Raises:
        Fault: the file is not UTF-8, or not Turtle.
        ProjectError: it cannot be laid out.
    """
    text = decode(name, content).text
    try:
        return Edit(path, name, content.decode(), format_turtle(text))
    except NotTurtle as error:
        raise Fault(read_turtle(name, content).findings[0]) from error
    except LayoutError as error:
        raise ProjectError(f"{name}:{error.line}:{error.column}: {error}; nothing is written") from error
