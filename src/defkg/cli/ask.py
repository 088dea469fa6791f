"""``defkg ask``: a question of the library, from the shell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from defkg.cli.shelf import Shelf
    from defkg.question import Question

_VALUED = ("--format", "--param", "--project", "--tag")


def _names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from defkg.cli.completion import questions

    return questions(ctx.params.get("project"), incomplete)


class AskCommand(TyperCommand):
    """A command that, where its arguments name a question, gives way to the command of that question."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the question's own command, or of the list."""
        from defkg.cli.flags import command
        from defkg.project import ProjectError

        completing = extra.get("resilient_parsing", False)
        try:
            asked = _asked(args)
            question = asked.shelf.take(asked.name) if asked else None
        except ProjectError:
            if not completing:  # there nothing is said
                raise
            asked = question = None
        if asked is None or question is None:
            return super().make_context(info_name, args, parent=parent, **extra)
        own = command(question, asked.shelf.project, helped="--help" in asked.rest and not completing)
        try:
            return own.make_context(f"{info_name} {question.name}", asked.rest, parent=parent, **extra)
        except TyperException as error:
            raise ProjectError(_refusal(error, question)) from error


def _refusal(error: TyperException, question: Question) -> str:
    from defkg.cli.flags import flag, options

    words = " ".join(error.format_message().replace("Value error, ", "").split()).rstrip(".")
    takes = ", ".join(f"--{flag(p)}" for p in options(question.parameters).values()) or "no option of its own"
    return f"{words}; it takes {takes} (`defkg ask {question.name} --help` tells more)"


class _Asked(NamedTuple):
    shelf: Shelf
    name: str
    rest: list[str]


def ask(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="[QUESTION]", help="The question's name; without it, the library is listed.", autocompletion=_names
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(metavar="table|csv|json|…", help="Default: a table on a terminal, CSV in a pipe."),
    ] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Lists only what is tagged or grouped so.")] = None,
    project: Annotated[
        Path | None, typer.Option(help="A project folder; default: the one here, or the bundled.")
    ] = None,
) -> None:
    """Asks a question of the library; each of its parameters is an option that takes a label, an alias or an IRI.

    `defkg ask QUESTION --help` tells of one question and its options.

    Example: defkg ask jwgs-co-chaired-by --official "Amitabh Prasad"
    """
    from defkg.cli.data import project_for
    from defkg.project import ProjectError
    from defkg.question import QuestionError, library, unknown

    opened, _ = project_for([project] if project else [])
    try:
        questions = library(opened)
    except QuestionError as error:
        raise ProjectError(str(error)) from error
    if question is not None:
        raise ProjectError(unknown(question, questions, "`defkg ask` lists them"))
    _list(_tagged(questions.values(), tag) if tag else list(questions.values()))


def _asked(args: list[str]) -> _Asked | None:
    """The question that the arguments name, and the arguments without its name."""
    from defkg.cli.data import project_for
    from defkg.cli.shelf import Shelf

    places, folder = _words(args)
    if not places:
        return None
    shelf = Shelf(project_for([Path(folder)] if folder else [])[0])
    names: Collection[str] = set(shelf.names)
    at = next((at for at in places if args[at] in names), None)
    return None if at is None else _Asked(shelf, args[at], [*args[:at], *args[at + 1 :]])


def _words(args: list[str]) -> tuple[list[int], str]:
    """Where words stand that are no options and no values of the command's own, and which project is named."""
    places, folder, value = [], "", ""
    for at, word in enumerate(args):
        if value:
            folder = word if value == "--project" else folder
            value = ""
        elif word in _VALUED:
            value = word
        elif word.startswith("--project="):
            folder = word.partition("=")[2]
        elif not word.startswith("-"):
            places.append(at)
    return places, folder


def _tagged(questions: Iterable[Question], tag: str) -> list[Question]:
    import difflib

    from defkg.project import ProjectError

    questions = list(questions)
    found = [q for q in questions if tag.casefold() in (t.casefold() for t in (*q.tags, q.group))]
    if not found:
        known = {t for q in questions for t in (*q.tags, q.group)}
        near = difflib.get_close_matches(tag, sorted(known), n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else f"groups are {_groups(questions)}"
        raise ProjectError(f"no question is tagged {tag[:100]!r}; {hint}")
    return found


def _groups(questions: Iterable[Question]) -> str:
    return ", ".join(sorted({question.group for question in questions}))


def _list(questions: list[Question]) -> None:
    """On a terminal, by topic; in a pipe, a line of three columns with tabs between them for each question."""
    import sys
    from itertools import groupby

    from defkg.cli.output import say

    questions.sort(key=lambda q: (q.group, q.name))
    if not sys.stdout.isatty():
        say("".join(f"{q.group}\t{q.name}\t{q.title}\n" for q in questions))
        return
    width = max((len(q.name) for q in questions), default=0)
    for group, members in groupby(questions, key=lambda q: q.group):
        say(f"{group}\n" + "".join(f"  {q.name:{width}}  {q.title}\n" for q in members) + "\n")
    say('`defkg ask QUESTION --help` tells of one. Example: defkg ask jwgs-co-chaired-by --official "Amitabh Prasad"\n')
