"""What a shell completes: names of questions, and for their options labels and choices.

A shell asks at each press of a key, so labels are kept in the user's cache folder: one file for each project, which
counts as long as the project is as it was. A file that cannot be read or written, that somebody else may write, or that
is too long is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from defkg.cli.data import closed, project_for
from defkg.cli.words import title, titled, words
from defkg.content import Fault
from defkg.project import Project, ProjectError
from defkg.question import Parameter, QuestionError
from defkg.terms import SHAPES_GRAPH

if TYPE_CHECKING:
    from defkg.cli.shelf import Shelf

_MOST = 1 << 20


def questions(folder: Path | str | None, incomplete: str) -> list[tuple[str, str]]:
    """The names of questions that begin so, with their titles."""
    from defkg.cli.shelf import Shelf

    with suppress(ProjectError):
        shelf = Shelf(_project(folder))
        return [(word, _title(shelf, word.plain)) for word in words(shelf.names, incomplete)]
    return []


def values(folder: Path | str | None, parameter: Parameter, incomplete: str) -> list[str]:
    """What may be given for a parameter and begins so: labels, or choices."""
    known = list(parameter.choices)
    if parameter.type == "thing":
        with suppress(ProjectError, QuestionError):
            known = labels(_project(folder)).get(parameter.kind, [])
    return list(words(known, incomplete))


def labels(project: Project) -> dict[str, list[str]]:
    """The labels of the things that the project's questions can be about, by the IRI of their class; from the cache.

    Raises:
        ProjectError: the project cannot be read.
        QuestionError: a question cannot be.
    """
    digest = _digest(project)
    file = _file(project)
    kept = _load(file, digest)
    if kept is not None:
        return kept
    found = _read(project)
    _save(file, {"digest": digest, "labels": found})
    return found


def _project(folder: Path | str | None) -> Project:
    return project_for([Path(folder)] if folder else [])[0]


def _title(shelf: Shelf, name: str) -> str:
    """The title where the shell shows it; else no file is read for it."""
    if titled():
        with suppress(ProjectError):
            return title(shelf.take(name).title)
    return ""


def _read(project: Project) -> dict[str, list[str]]:
    from defkg.naming import Names
    from defkg.question import library

    questions = library(project).values()
    kinds = {p.kind for question in questions for p in question.parameters if p.kind}
    names = Names.of_questions(closed(project).select, questions)
    return {kind: sorted({named.label for named in names.of(kind)}) for kind in sorted(kinds)}


def _digest(project: Project) -> str:
    """What identifies the files that labels come from: their names and contents."""
    digest = hashlib.sha256()
    data = [path for path, graph in project.turtle_files() if graph != SHAPES_GRAPH]
    for path in [*data, *project.query_files()]:
        with suppress(Fault):
            content = hashlib.sha256(project.content(path)).hexdigest()
            digest.update(os.fsencode(f"{project.name(path)}\0{content}\n"))
    return digest.hexdigest()


def _file(project: Project) -> Path | None:
    """Where the labels are kept; nowhere without a folder that is the user's own, wherever the shell is."""
    if sys.platform == "win32":  # it does not tell whose a file is
        return None
    with suppress(RuntimeError):  # nobody's home
        given = Path(os.environ.get("XDG_CACHE_HOME", ""))
        folder = given if given.is_absolute() else Path.home() / ".cache"
        name = hashlib.sha256(os.fsencode(project.root.resolve())).hexdigest()[:32]
        return folder / "defkg" / f"labels-{name}.json" if folder.is_absolute() else None
    return None


def _load(file: Path | None, digest: str) -> dict[str, list[str]] | None:
    if file is None:
        return None
    try:
        kept = json.loads(_content(file))
        found = kept["labels"] if kept["digest"] == digest else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return found if _is_labels(found) else None


def _content(file: Path) -> bytes:
    """What a file of the user's own holds.

    Raises:
        OSError: it cannot be opened, or is a link, somebody else's, or too long.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
        state = os.fstat(opened.fileno())
        if not _is_own(state) or state.st_size > _MOST:
            raise OSError(f"{file} is not to be trusted")
        return opened.read(_MOST)


def _is_own(state: os.stat_result) -> bool:
    """Whether the user alone may write there."""
    return state.st_uid == os.geteuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_labels(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in found.values()
    )


def _save(file: Path | None, kept: object) -> None:
    content = json.dumps(kept).encode()
    if file is None or len(content) > _MOST:
        return
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_own(file.parent.lstat()):
            _put(file, content)


def _put(file: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".labels-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink()
        raise
