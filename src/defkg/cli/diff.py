"""``defkg diff``: what a change means."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from defkg.difference import Difference, State


class Format(StrEnum):
    """How a difference is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    turtle = "turtle"


def diff(
    old: Annotated[
        str, typer.Argument(metavar="[OLD]", help="A git revision, a project folder or an RDF file.")
    ] = "HEAD",
    new: Annotated[
        str | None, typer.Argument(metavar="[NEW]", help="The same; default: the project as it is in the folder now.")
    ] = None,
    format: Annotated[
        Format, typer.Option(help="markdown is for a pull request, turtle the change as RDF.")
    ] = Format.text,
    project: Annotated[
        Path | None, typer.Option(help="The project that revisions are of; default: the one around the working folder.")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Every change, not the first twenty of each kind.")] = False,
) -> None:
    """Tells what a change means.

    Things and facts added, removed, renamed or changed; what follows from them now, and no more; questions of the
    library that answer differently; shapes and checks that newly fail. Passages are counted by document. What is
    both a path and a revision is taken for the path. Exit status: 0 no difference in meaning, 1 differences, 2 for
    what cannot be opened.

    Example: defkg diff main
    """
    from defkg.cli.data import progress
    from defkg.difference import compare

    with progress("comparing") as step, ExitStack() as stack:
        step("reading")
        before, after = (_state(side, project, stack) for side in (old, new))
        notes = _lend_questions(before, after, project)
        found = compare(before, after, step)
        found.notes += notes
    sys.stdout.write(_written(found, format, all))
    raise typer.Exit(1 if found else 0)


def _state(side: str | None, project: Path | None, stack: ExitStack) -> State:
    """A side as a state; a revision's folder lives as long as the stack."""
    from defkg.difference import of_file, of_project
    from defkg.project import Project, ProjectError, is_project
    from defkg.revision import RevisionError, at

    path = Path(side) if side is not None else _root(project)
    if side is None or is_project(path):
        return of_project(Project.open(path.resolve()), side or "the working folder")
    if path.is_file():
        return of_file(path, side)
    try:
        return of_project(stack.enter_context(at(_root(project), side)), side)
    except RevisionError as error:
        raise ProjectError(f"{side} is no project folder and no RDF file, and as a revision: {error}") from error


def _lend_questions(before: State, after: State, project: Path | None) -> list[str]:
    """Gives two files the library of the project around, else the bundled one; says which."""
    from defkg.cli.data import project_here
    from defkg.project import Project, ProjectError
    from defkg.question import QuestionError, library

    if before.project or after.project:
        return []
    try:
        lender = Project.open(project.resolve()) if project else project_here()
        before.questions = after.questions = library(lender)
    except QuestionError as error:
        raise ProjectError(str(error)) from error
    return [f"neither side has a library: the questions are those of {lender.root}"]


def _root(project: Path | None) -> Path:
    """The project folder that was named, or the nearest one around the working folder."""
    from defkg.project import ProjectError, enclosing

    root = enclosing(Path.cwd()) if project is None else project.resolve()
    if root is None:
        raise ProjectError(f"{Path.cwd()} is in no project folder; go to one, or name it with --project")
    return root


def _written(found: Difference, format: Format, everything: bool) -> str:
    from defkg.difference import machine, prose

    if format is Format.text:
        return prose.text(found, everything)
    if format is Format.markdown:
        return prose.markdown(found, everything)
    return machine.as_json(found) if format is Format.json else machine.as_turtle(found)
