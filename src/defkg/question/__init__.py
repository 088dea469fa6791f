"""A question of the library: a ``.rq`` file whose ``#+`` head says what it asks, and its parameters bound as terms.

What a head may say is told in docs/questions.md; the names that grlc gave to the same things are understood as well.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from defkg.content import Fault, decode, read
from defkg.project import Project
from defkg.question.binding import bind, form, variables
from defkg.question.declaring import declared
from defkg.question.head import Head, QuestionError, read_head, shorten, split_head
from defkg.question.parameter import TYPES, Parameter
from defkg.terms import PREFIXES, Term
from defkg.views import roles

__all__ = [
    "KEYS",
    "TYPES",
    "VIEWS",
    "Parameter",
    "Question",
    "QuestionError",
    "View",
    "check_syntax",
    "library",
    "read_query",
    "split_head",
    "unknown",
]

VIEWS = ("table", "timeline", "matrix", "bar", "graph", "map")
KEYS = dict.fromkeys(
    "title summary description tags parameters defaults enumerate pagination view expected cases".split()
)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SERVICE = re.compile("(?<=servi)c(?=e)", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """How an answer is best looked at: one of `VIEWS`, and which column plays which role in it."""

    kind: str = "table"
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One file of the library.

    Attributes:
        name: the file's name without ``.rq``, unique in the library.
        group: its folder.
        title: the question in words.
        sparql: the query, with its parameters unbound.
        description: what there is to know about its answer.
        tags: keywords.
        view: how the answer is best looked at.
        parameters: what the asker gives.
        page: how many rows a page of the API has; 0 for all at once.
        expected: the rows on the bundled data for the defaults: variable to value.
        cases: further parameter values with their rows.
    """

    name: str
    group: str
    title: str
    sparql: str
    description: str = ""
    tags: tuple[str, ...] = ()
    view: View = field(default_factory=View)
    parameters: tuple[Parameter, ...] = ()
    page: int = 0
    expected: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)

    @staticmethod
    def read(path: Path) -> Question:
        """Reads one ``.rq`` file.

        Raises:
            QuestionError: the file is not UTF-8, or its head cannot be used; ``line`` and ``column`` say where.
        """
        return Question.parse(path, read_query(path))

    @staticmethod
    def parse(path: Path, text: str) -> Question:
        """The question in a text that was read from a file.

        Raises:
            QuestionError: as for `read`, but that it is UTF-8.
        """
        return _parsed(path.stem, path.parent.name, text)

    def bind(self, values: Mapping[str, Term]) -> str:
        """The query with each parameter's variable bound to a term."""
        return bind(self.sparql, values)

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
            raise QuestionError(f"{project.name(path)}:{error.line}:{error.column} {error}") from error
        if question.name in found:
            raise QuestionError(f"{project.name(path)}:1:1 there are two questions named {question.name}; rename one")
        found[question.name] = question
    return found


def unknown(name: str, names: Iterable[str], otherwise: str) -> str:
    """That there is no question of a name, and which names are near; else what lists them, as ``otherwise`` says."""
    near = difflib.get_close_matches(name[:100], names, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else otherwise
    return f"there is no question {shorten(name)}; {hint}"


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


@lru_cache(maxsize=4096)
def check_syntax(text: str) -> None:
    """Makes sure that a text is SPARQL; the project's prefixes are known.

    The parser runs what it reads, over an empty store. So that it calls no other server, it reads the text with another
    letter in each SERVICE: a name that holds the word stays a name, and the keyword is none any more.

    Raises:
        QuestionError: it is not, or calls another server; ``line`` and ``column`` say where.
    """
    try:
        Store().query(_SERVICE.sub("x", text), prefixes=PREFIXES)
    except SyntaxError as error:
        place = re.match(r"error at (\d+):(\d+): ", error.msg)
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        message = error.msg[place.end() :] if place else error.msg
        refused = "; SERVICE, which calls another server, is refused" if _SERVICE.search(text) else ""
        raise QuestionError(f"not valid SPARQL: {message}{refused}", line, column) from error


@lru_cache(maxsize=4096)
def _parsed(name: str, group: str, text: str) -> Question:
    if not _NAME.fullmatch(name):
        raise QuestionError(f"{name!r} is no name for a question: use small letters, digits and hyphens")
    head, sparql = read_head(text)
    head.check_keys(KEYS)
    names = variables(sparql)
    parameters = declared(head, sparql, names)
    question = Question(
        name,
        group,
        _title(head),
        sparql,
        (head.get(str, "description") or "").strip(),
        _tags(head),
        _view(head, names),
        parameters,
        _page(head, sparql),
        _rows(head, "expected"),
        _cases(head),
    )
    _check_cases(head, question)
    return question


def _title(head: Head) -> str:
    title = str(head.get(str, "title", "summary") or "").strip()
    if not title:
        raise head.error("the head has no title; add a line `#+ title: ...`", "title", "summary")
    return " ".join(title.split())


def _tags(head: Head) -> tuple[str, ...]:
    tags = head.get(list, "tags") or []
    if not all(isinstance(tag, str) for tag in tags):
        raise head.error("each tag must be text", "tags")
    return tuple(tags)


def _page(head: Head, sparql: str) -> int:
    page: int = head.get(int, "pagination") or 0
    if page < 0:
        raise head.error("pagination is how many rows a page has; it cannot be below zero", "pagination")
    if page and form(sparql) != "SELECT":
        raise head.error("only the rows of a SELECT come in pages; leave pagination out", "pagination")
    return page


def _view(head: Head, variables: set[str]) -> View:
    said = head.values.get("view") or "table"
    written = {str(k): v for k, v in said.items()} if isinstance(said, dict) else {"type": said}
    kind = written.pop("type", None)
    if kind not in VIEWS or not all(isinstance(name, str) for name in written.values()):
        raise head.error(f"view is one of {', '.join(VIEWS)}, or such as {{type: bar, label: x, number: n}}", "view")
    columns = {role: name.lstrip("?") for role, name in written.items()}
    known = () if kind == "table" else roles(kind)
    for role, name in columns.items():
        if role not in known:
            raise head.error(
                f"the view {kind} has no {role!r}; it has {', '.join(known) or 'no columns to name'}", "view"
            )
        if name not in variables:
            raise head.error(f"the query has no variable ?{name} for the view's {role}", "view")
    return View(kind, columns)


def _rows(head: Head, key: str) -> list[dict[str, Any]]:
    rows = head.get(list, key) or []
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise head.error(f"each entry of {key} must be a mapping", f"{key}/{number}", key)
    return list(rows)


def _cases(head: Head) -> list[dict[str, Any]]:
    cases = _rows(head, "cases")
    for number, case in enumerate(cases):
        given = head.texts["cases"][number].get("parameters") or {}
        if not isinstance(given, dict) or not isinstance(case.get("expected") or [], list):
            raise head.error("a case has a mapping of parameters, and a list of expected rows", f"cases/{number}")
        case["parameters"] = given
    return cases


def _check_cases(head: Head, question: Question) -> None:
    known = {parameter.name: parameter for parameter in question.parameters}
    for number, case in enumerate(question.cases):
        for name, value in case["parameters"].items():
            if name not in known:
                raise head.error(f"the question has no parameter {name!r}", f"cases/{number}")
            known[name].term(value or "")
