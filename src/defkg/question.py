"""A question of the library: a ``.rq`` file whose ``#+`` head says what it asks, and its parameters bound as terms."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Store

from defkg.content import Fault, decode, read
from defkg.dates import bounds, precision
from defkg.project import Project
from defkg.terms import PREFIXES, XSD, Term, expand

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TYPES = ("thing", "date", "year", "number", "text", "choice")
_SKIP = re.compile(
    r"""<[^<>"{}|^`\\\s]*>|\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*""", re.DOTALL
)


class QuestionError(Exception):
    """A query file that cannot be used, or a value that is not of its parameter's type."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Parameter:
    """A variable of a question that the asker gives.

    Attributes:
        name: the variable's name, without its question mark.
        type: one of `TYPES`.
        label: what a form calls it.
        kind: for a thing, the IRI of its class.
        default: the value as written in the head; None where there is none.
        choices: for a choice, what may be given.
    """

    name: str
    type: str = "text"
    label: str = ""
    kind: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()

    def term(self, text: str) -> Term:
        """The value as a term.

        Raises:
            QuestionError: the text is not of this parameter's type.
        """
        if self.type == "thing":
            return NamedNode(_iri(text))
        if self.type == "choice" and text not in self.choices:
            raise QuestionError(f"{self.name} must be one of {', '.join(self.choices)}, not {text!r}")
        fits, datatype = _LEXICAL.get(self.type, (lambda _: True, "string"))
        if not fits(text):
            raise QuestionError(f"{self.name} must be a {self.type}, such as {_EXAMPLES[self.type]}, not {text!r}")
        return Literal(text, datatype=NamedNode(XSD + datatype)) if datatype != "string" else Literal(text)


def _is_day(text: str) -> bool:
    try:
        return precision(text) == "day" and bool(bounds(text))
    except ValueError:
        return False


_LEXICAL: dict[str, tuple[Callable[[str], object], str]] = {
    "date": (_is_day, "date"),
    "year": (re.compile(r"\d{4}").fullmatch, "integer"),
    "number": (re.compile(r"[+-]?\d+").fullmatch, "integer"),
}
_EXAMPLES = {"date": "2024-12-12", "year": "2024", "number": "17"}


@dataclass(frozen=True)
class Question:
    """One file of the library.

    Attributes:
        name: the file's name without ``.rq``, unique in the library.
        group: its folder.
        title: the question in words.
        sparql: the query, with its parameters unbound.
        parameters: what the asker gives.
        expected: the rows on the bundled data for the defaults: variable to value.
        cases: further parameter values with their rows.
    """

    name: str
    group: str
    title: str
    sparql: str
    description: str = ""
    tags: tuple[str, ...] = ()
    view: str = "table"
    parameters: tuple[Parameter, ...] = ()
    expected: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)

    @staticmethod
    def read(path: Path) -> Question:
        """Reads one ``.rq`` file.

        Raises:
            QuestionError: the file is not UTF-8, or its head is missing, is not YAML, or lacks a title.
        """
        text = read_query(path)
        head, sparql = split_head(text)
        if not isinstance(head.get("title"), str):
            raise QuestionError("the head has no title; add a line `#+ title: ...`")
        parameters = tuple(_parameter(entry) for entry in head.get("parameters") or ())
        return Question(
            path.stem,
            path.parent.name,
            head["title"],
            sparql,
            str(head.get("description", "")).strip(),
            tuple(head.get("tags") or ()),
            head.get("view", "table"),
            parameters,
            head.get("expected") or [],
            head.get("cases") or [],
        )

    def bind(self, values: dict[str, Term]) -> str:
        """The query with each parameter's variable bound to a term, written in front of its pattern."""
        rows = "".join(f"VALUES ?{name} {{ {term} }} " for name, term in values.items())
        at = _first_brace(self.sparql)
        return f"{self.sparql[:at]} {rows}{self.sparql[at:]}"

    def defaults(self) -> dict[str, Term]:
        """The parameters' default values as terms."""
        return {p.name: p.term(p.default) for p in self.parameters if p.default is not None}


def library(project: Project) -> dict[str, Question]:
    """All questions of a project by name.

    Raises:
        QuestionError: a head cannot be used; the message begins with the file's name.
    """
    found: dict[str, Question] = {}
    for path in project.query_files():
        try:
            question = Question.read(path)
        except QuestionError as error:
            raise QuestionError(f"{project.name(path)}:{error.line}:1 {error}") from error
        if question.name in found:
            raise QuestionError(f"{project.name(path)}:1:1 there are two questions named {question.name}; rename one")
        found[question.name] = question
    return found


def read_query(path: Path) -> str:
    """The text of a query file.

    Raises:
        QuestionError: it cannot be opened, or is no text.
    """
    try:
        text = decode(path.name, read(path, path.name)).text
    except OSError as error:
        raise QuestionError(f"this file cannot be read: {error.strerror}") from error
    except Fault as fault:
        found = fault.finding
        raise QuestionError(f"{found.message}; {found.hint}", found.place.line, found.place.column) from fault
    return text.replace("\r\n", "\n")


def check_syntax(text: str) -> None:
    """Makes sure that a text is SPARQL; the project's prefixes are known.

    Raises:
        QuestionError: it is not; ``line`` and ``column`` say where.
    """
    try:
        Store().query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        place = re.match(r"error at (\d+):(\d+): ", error.msg)
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        message = error.msg[place.end() :] if place else error.msg
        raise QuestionError(f"not valid SPARQL: {message}", line, column) from error


def split_head(text: str) -> tuple[dict[str, Any], str]:
    """The YAML in the ``#+`` lines that lead a query, and the query after them.

    Raises:
        QuestionError: there is no head, or it is not YAML, or no mapping; its ``line`` says where.
    """
    lines = list(itertools.takewhile(lambda line: line.startswith("#+"), text.splitlines(keepends=True)))
    try:
        head = yaml.load("".join(line[2:].removeprefix(" ") for line in lines), Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"the head is not YAML: {getattr(error, 'problem', error)}"
        raise QuestionError(message, min(mark.line + 1, len(lines)) if mark else 1) from error
    if not isinstance(head, dict):
        raise QuestionError("the file has no head; begin it with lines such as `#+ title: ...`")
    return head, text[sum(map(len, lines)) :]


def _parameter(entry: Any) -> Parameter:
    if not isinstance(entry, dict) or "name" not in entry or entry.get("type", "text") not in TYPES:
        raise QuestionError(f"a parameter needs a name and a type out of {', '.join(TYPES)}: {entry!r}")
    default = entry.get("default")
    return Parameter(
        str(entry["name"]),
        str(entry.get("type", "text")),
        str(entry.get("label", entry["name"])),
        expand(entry["class"]) if "class" in entry else "",
        None if default is None else str(default),
        tuple(map(str, entry.get("choices") or ())),
    )


def _iri(text: str) -> str:
    try:
        iri = expand(text)
        NamedNode(iri)
    except (KeyError, ValueError) as error:
        raise QuestionError(
            f"{text!r} is no IRI; write it in full, or with a known prefix such as id:country/IND"
        ) from error
    return iri


def _first_brace(sparql: str) -> int:
    blank = _SKIP.sub(lambda match: " " * len(match.group()), sparql)
    brace = re.search(r"\{", blank)
    if brace is None:
        raise QuestionError("the query has no pattern in braces")
    return brace.end()
