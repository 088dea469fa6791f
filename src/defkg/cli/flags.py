"""The command of one question: each of its parameters is an option."""

from __future__ import annotations

import inspect
import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from defkg.project import Project, ProjectError
from defkg.question import Parameter, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from defkg.naming import Names

_TAKEN = ("format", "help", "param", "project", "sources")
_METAVAR = {"thing": "NAME|IRI", "date": "DAY", "year": "YEAR", "number": "NUMBER", "text": "TEXT", "choice": "CHOICE"}


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    xml = "xml"
    tsv = "tsv"
    turtle = "turtle"


_COMMON: dict[str, Any] = {
    "format": Annotated[
        Format | None,
        typer.Option(help="How it is written: a table on a terminal, else CSV. Turtle: what it rests on."),
    ],
    "sources": Annotated[
        bool | None,
        typer.Option(
            "--sources/--no-sources",
            show_default=False,
            help="Whether a last column names each row's documents: in a table.",
        ),
    ],
    "param": Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="Any parameter by its name; repeatable."),
    ],
    "project": Annotated[Path | None, typer.Option(help="A project folder; default: the one here, or the bundled.")],
}


def command(question: Question, project: Project, helped: bool = False) -> Any:
    """The command that asks a question.

    Args:
        question: what it asks.
        project: where it asks.
        helped: whether its help is wanted, which names things as the graph does.
    """
    flags = options(question.parameters)
    names = _read(project, question) if helped else None

    def run(**given: Any) -> None:
        from defkg.cli.answering import reply

        common = {name: given.pop(name) for name in _COMMON}
        values = _given(question, {flags[name]: texts for name, texts in given.items()}, common["param"] or [])
        reply(project, question, values, common["format"], common["sources"])

    annotations = {name: _option(parameter, names, helped) for name, parameter in flags.items()} | _COMMON
    run.__annotations__ = annotations
    kind = inspect.Parameter.KEYWORD_ONLY
    given = [inspect.Parameter(name, kind, default=None, annotation=note) for name, note in annotations.items()]
    run.__signature__ = inspect.Signature(given)  # type: ignore[attr-defined]
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"token_normalize_func": lambda word: word.replace("_", "-")}
    app.command(name=question.name, help=_help(question, names), context_settings=settings)(run)
    return get_command(app)


def options(parameters: tuple[Parameter, ...]) -> dict[str, Parameter]:
    """The parameters that have an option of their own, each under a name that Python takes.

    One whose name is that of a common option, or differs from another's in underscores only, is given by ``--param``.
    """
    found: dict[str, Parameter] = {}
    for parameter in parameters:
        if flag(parameter) not in {*_TAKEN, *map(flag, found.values())}:
            found[f"value_{len(found)}"] = parameter
    return found


def flag(parameter: Parameter) -> str:
    """What a parameter's option is called, without its hyphens."""
    return parameter.name.strip("_").replace("_", "-") or "_"


def written(question: Question, parameter: Parameter, text: str) -> str:
    """An option with a value, as a shell takes it."""
    if parameter in options(question.parameters).values():
        return f"--{flag(parameter)} {_quoted(text)}"
    return f"--param {_quoted(f'{parameter.name}={text}')}"


def _quoted(text: str) -> str:
    plain = text and not set(text) & set('"$`\\!\n')
    return f'"{text}"' if plain and shlex.quote(text) != text else shlex.quote(text)


def _option(parameter: Parameter, names: Names | None, helped: bool) -> Any:
    from defkg.cli.completion import values
    from defkg.cli.words import title

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        return values(ctx.params.get("project"), parameter, incomplete)

    return Annotated[
        list[str] | None,
        typer.Option(
            f"--{flag(parameter)}",
            metavar="IRI" if parameter.type == "thing" and not parameter.kind else _METAVAR[parameter.type],
            help=_words(parameter, names) if helped else title(parameter.label),
            show_default=False,
            autocompletion=complete,
        ),
    ]


def _words(parameter: Parameter, names: Names | None) -> str:
    words = f"{parameter.label}: {parameter.accepts}."
    if parameter.default is not None:
        words += f" Default: {_shown(parameter, names)}."
    if parameter.optional:
        words += f' May be left out: --{flag(parameter)}="".' if parameter.default else " May be left out."
    return words


def _shown(parameter: Parameter, names: Names | None) -> str:
    """The default as a person would type it."""
    text = parameter.default or ""
    term = parameter.term(text) if text and parameter.type == "thing" and names else None
    return text if term is None or not names else names.label(parameter.kind, str(getattr(term, "value", "")))


def _read(project: Project, question: Question) -> Names | None:
    from defkg.cli.data import closed
    from defkg.naming import Names

    try:
        return Names.of_questions(closed(project).select, [question])
    except ProjectError:  # the help says what the file says
        return None


def _help(question: Question, names: Names | None) -> str:
    parts = [question.title, question.description]
    hidden = [p for p in question.parameters if p not in options(question.parameters).values()]
    parts += [f"By --param {parameter.name}=…: {_words(parameter, names)}" for parameter in hidden]
    return "\n\n".join([part for part in parts if part] + [f"\b\nExample: {example(question, names)}"])


def example(question: Question, names: Names | None = None) -> str:
    """A line for the shell that asks a question."""
    given = [(p, _shown(p, names) or _some(p, names)) for p in question.parameters if p.default or not p.optional]
    return " ".join(["defkg ask", question.name, *(written(question, p, text) for p, text in given)])


def _some(parameter: Parameter, names: Names | None) -> str:
    known = names.of(parameter.kind) if names and parameter.kind else []
    if known:
        return known[0].label
    samples = {"date": "2024-12-12", "year": "2024", "number": "17"}
    return parameter.choices[0] if parameter.choices else samples.get(parameter.type, "…")


def _given(question: Question, texts: Mapping[Any, list[str] | None], pairs: list[str]) -> dict[str, str]:
    """What is given for each parameter, by its option or by ``--param``.

    Raises:
        ProjectError: one is given twice, or not as NAME=VALUE.
    """
    found: dict[str, str] = {}
    given = [(p.name, text) for p, several in texts.items() for text in several or ()]
    for name, text in [*given, *(_pair(question, pair) for pair in pairs)]:
        if name in found:
            raise ProjectError(f"{name} is given twice; a question takes one value for each parameter")
        found[name] = text
    return found


def _pair(question: Question, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ProjectError(f"--param takes NAME=VALUE, such as {_sample(question)}, not {text[:100]!r}")
    return name, value


def _sample(question: Question) -> str:
    return next((f"{p.name}={p.default or '…'}" for p in question.parameters), "name=value")
