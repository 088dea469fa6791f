"""``defkg ask``: a question of the library, from the shell."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from defkg.dataset import Dataset
    from defkg.question import Question
    from defkg.terms import Term


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    turtle = "turtle"


def ask(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(metavar="[QUESTION]", help="The question's name; without it, the library is listed.")
    ] = None,
    format: Annotated[Format | None, typer.Option(help="Default: a table on a terminal, CSV in a pipe.")] = None,
    project: Annotated[
        Path | None, typer.Option(help="A project folder; default: the one here, or the bundled.")
    ] = None,
) -> None:
    """Asks a question of the library; each of its parameters is an option that takes a label, an alias or an IRI.

    Example: defkg ask jwgs-co-chaired-by --official "Amitabh Prasad"
    """
    from defkg.cli.data import closed, project_for
    from defkg.project import ProjectError
    from defkg.question import QuestionError, library

    try:
        opened, _ = project_for([project] if project else [])
        questions = library(opened)
        if question is None:
            _list(questions)
            return
        asked = questions.get(question) or _unknown(question, questions)
        dataset = closed(opened)
        sparql = asked.bind({**asked.defaults(), **_values(dataset, asked, context.args)})
    except QuestionError as error:
        raise ProjectError(str(error)) from error
    _answer(dataset, sparql, format)


def _list(questions: dict[str, Question]) -> None:
    for question in sorted(questions.values(), key=lambda q: (q.group, q.name)):
        print(f"{question.group}: {question.name}: {question.title}")


def _unknown(name: str, questions: dict[str, Question]) -> Question:
    import difflib

    from defkg.project import ProjectError

    near = difflib.get_close_matches(name, questions, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "`defkg ask` lists them"
    raise ProjectError(f"there is no question {name!r}; {hint}")


def _values(dataset: Dataset, question: Question, args: list[str]) -> dict[str, Term]:
    from defkg.picking import pick

    parameters = {p.name: p for p in question.parameters}
    return {name: pick(dataset, parameters[name], text) for name, text in _options(args, list(parameters))}


def _options(args: list[str], names: list[str]) -> list[tuple[str, str]]:
    from defkg.project import ProjectError

    found, rest = [], list(args)
    while rest:
        word = rest.pop(0)
        name, equals, text = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name not in names:
            raise ProjectError(
                f"{word!r} is no option of this question; it takes {', '.join('--' + n for n in names) or 'none'}"
            )
        if not equals and not rest:
            raise ProjectError(f"--{name} needs a value")
        found.append((name, text if equals else rest.pop(0)))
    return found


def _answer(dataset: Dataset, sparql: str, format: Format | None) -> None:
    from defkg.cli.output import write_answer

    write_answer(dataset.store, sparql, format.value if format else None)
