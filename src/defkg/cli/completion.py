"""What a shell completes: names of questions, and for their options labels and choices.

A shell asks at each press of a key, so labels are kept in the user's cache folder: one file for each project, which
counts as long as the project is as it was. A file that cannot be read or written is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from defkg.cli.data import closed, project_for
from defkg.content import Fault
from defkg.project import Project, ProjectError
from defkg.question import Parameter, Question, QuestionError
from defkg.terms import SHAPES_GRAPH

_LONGEST = 60  # a longer title would be wrapped, and fish would take its second line for another completion
_BASH = "complete_bash"
_SPECIAL = frozenset(" \t\"'\\$`!&;|<>()[]{}*?~#=")


class Word(str):
    """A completion as its shell has to insert it, which begins with what a person typed of it."""

    plain: str

    def __new__(cls, plain: str) -> Word:
        """A word; bash, which inserts it as it is, gets what is special in it escaped."""
        word = super().__new__(cls, _escaped(plain) if _in_bash() else plain)
        word.plain = plain
        return word

    def startswith(self, prefix: Any, *bounds: Any) -> bool:
        """Whether the plain text begins so; case does not count."""
        return self.plain.casefold().startswith(str(prefix).casefold(), *bounds)


def questions(folder: Path | str | None, incomplete: str) -> list[tuple[str, str]]:
    """The names of questions that begin so, with their titles."""
    from defkg.cli.shelf import Shelf

    with suppress(ProjectError):
        shelf = Shelf(_project(folder))
        return [(name, _title(shelf, name)) for name in shelf.names if name.startswith(incomplete)]
    return []


def values(folder: Path | str | None, parameter: Parameter, incomplete: str) -> list[str]:
    """What may be given for a parameter and begins so: labels, or choices."""
    known = list(parameter.choices)
    if parameter.type == "thing":
        with suppress(ProjectError, QuestionError):
            known = labels(_project(folder)).get(parameter.kind, [])
    words = [Word(text) for text in known if text.isprintable()]
    return [word for word in words if word.startswith(incomplete)]


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


def _title(shelf: Any, name: str) -> str:
    """The title where the shell shows it; bash shows none, so that no file is read for it."""
    if _in_bash():
        return ""
    with suppress(ProjectError):
        question: Question = shelf.take(name)
        title = "".join(c for c in question.title if c.isprintable())
        return title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…"
    return ""


def _read(project: Project) -> dict[str, list[str]]:
    from defkg.naming import Names
    from defkg.question import library

    kinds = {p.kind for question in library(project).values() for p in question.parameters if p.kind}
    names = Names.read(closed(project).select, kinds)
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
    with suppress(RuntimeError):  # nobody's home
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "defkg"
        name = hashlib.sha256(os.fsencode(project.root.resolve())).hexdigest()[:32]
        return folder / f"labels-{name}.json"
    return None


def _load(file: Path | None, digest: str) -> dict[str, list[str]] | None:
    if file is None:
        return None
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        found = kept["labels"] if kept["digest"] == digest else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return found if _is_labels(found) else None


def _is_labels(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in found.values()
    )


def _save(file: Path | None, kept: object) -> None:
    if file is None:
        return
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".labels-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(kept, out, ensure_ascii=False)
        Path(name).replace(file)


def _in_bash() -> bool:
    return os.environ.get("_DEFKG_COMPLETE") == _BASH


def _escaped(text: str) -> str:
    """Text as bash inserts it: within an open quote as it is, else with a backslash before what is special."""
    if _quote():
        return text
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in text)


def _quote() -> str:
    """The quote that the word at the cursor begins with."""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    return words[-1][:1] if words[-1][:1] in ("'", '"') else ""
