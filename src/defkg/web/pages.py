"""Pages for people: the home page, and an answer as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

import jinja2
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolution, parse_query_results
from starlette.responses import HTMLResponse

from defkg.engine import Answer, Problem
from defkg.naming import Names
from defkg.question import Question
from defkg.terms import compact
from defkg.web.links import link
from defkg.web.quality import Quality, view

Asking = Sequence[tuple[str, str]]
SHOWN_ROWS = 1_000
SHOWN_BYTES = 2 << 20


@dataclass(frozen=True)
class Cell:
    """What a column of a row holds, and whether it is an IRI."""

    value: str
    uri: bool


class Pages:
    """Renders templates; knows what every page must say."""

    def __init__(
        self,
        counts: dict[str, int],
        questions: list[Question],
        notice: str = "",
        quality: Quality | None = None,
        names: Names | None = None,
    ) -> None:
        loader = jinja2.FileSystemLoader(str(files("defkg.web") / "templates"))
        self._env = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._env.filters |= {"compact": compact, "link": link}
        self._env.globals |= {"notice": notice, "style": ""}
        self._quality = quality or Quality()
        self._counts = counts
        self._names = names or Names()
        self._questions = questions

    def home(self) -> HTMLResponse:
        """The first page."""
        return self.respond(self._home_page)

    def render(self, template: str, values: Mapping[str, object]) -> bytes:
        """A template filled in."""
        return self._env.get_template(template).render(values).encode()

    def respond(self, page: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
        """A page as a response."""
        return HTMLResponse(page, status, {"Vary": "Accept", "Cache-Control": "no-cache", **(headers or {})})

    def quality(self) -> HTMLResponse:
        """What the graph covers, and what it does not."""
        return self.respond(self._quality_page)

    def quality_file(self) -> str:
        """The same as one file that needs nothing else."""
        style = (files("defkg.web") / "static" / "defkg.css").read_text(encoding="utf-8")
        return self._env.get_template("quality.html").render(view(self._quality, alone=True), style=style)

    @cached_property
    def _home_page(self) -> str:
        groups: dict[str, list[tuple[Question, str]]] = {}
        for question in self._questions:
            groups.setdefault(question.group, []).append((question, _about(question, self._names)))
        return self._env.get_template("home.html").render(counts=self._counts, groups=groups)

    @cached_property
    def _quality_page(self) -> str:
        return self._env.get_template("quality.html").render(view(self._quality, alone=False))

    def results(self, asked: Asking, outcome: Answer | Problem, warnings: Sequence[str] = ()) -> HTMLResponse:
        """An answer as a table, or as Turtle where it is a graph; a problem with its words and the query.

        Args:
            asked: the parameters of the request, for the links to other formats.
            outcome: the answer in JSON or Turtle, which is closed here, or why there is none.
            warnings: what the query may disappoint by.
        """
        page: dict[str, Any] = {"query": dict(asked).get("query", ""), "rows": [], "graph": "", "cut": False}
        page |= {"columns": [], "total": 0, "boolean": None, "problem": None, "links": {}, "warnings": warnings}
        if isinstance(outcome, Problem):
            return self._page("results.html", outcome.status, outcome.headers, **page | {"problem": outcome})
        with outcome.spool or BytesIO(outcome.body) as body:
            body.seek(0)
            graph = outcome.media_type == "text/turtle"
            page |= _graph(body) if graph else _rows(body, outcome.rows)
        page["links"] = _links(asked, ("turtle", "nt", "jsonld", "rdf") if graph else ("csv", "json", "xml", "tsv"))
        return self._page("results.html", **page)

    def _page(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        return self.respond(self._env.get_template(template).render(values), status, headers)


def _links(asked: Asking, formats: Iterable[str]) -> dict[str, str]:
    return {name: "/sparql?" + urlencode([*asked, ("format", name)]) for name in formats}


def _graph(body: BinaryIO) -> dict[str, Any]:
    text = body.read(SHOWN_BYTES + 1)
    if len(text) <= SHOWN_BYTES:
        return {"graph": text.decode()}
    end = max(text.rfind(b"\n", 0, SHOWN_BYTES), 0) or SHOWN_BYTES
    return {"graph": text[:end].decode(errors="ignore"), "cut": True}


def _rows(body: BinaryIO, total: int | None) -> dict[str, Any]:
    results = parse_query_results(cast(BinaryIO, _Start(body)), format=QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return {"boolean": bool(results)}
    columns = [variable.value for variable in results.variables]
    rows: list[dict[str, Cell]] = []
    with suppress(_Enough):
        rows += (_row(columns, solution) for solution in islice(results, SHOWN_ROWS))
    return {"columns": columns, "rows": rows, "total": len(rows) if total is None else total}


class _Enough(OSError):
    pass


class _Start:
    """The first bytes of a file: a page must not cost more than people can read."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._left = SHOWN_BYTES

    def read(self, size: int = -1) -> bytes:
        if self._left <= 0:
            raise _Enough
        text = self._body.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(text)
        return text


def _row(columns: list[str], solution: QuerySolution) -> dict[str, Cell]:
    terms = {column: solution[column] for column in columns}
    return {column: _cell(term) for column, term in terms.items() if term is not None}


def _cell(term: object) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(term.value, uri=True)
    return Cell(term.value if isinstance(term, Literal) else str(term), uri=False)


def _about(question: Question, names: Names) -> str:
    """The things that a question is about where nothing else is given, by their labels."""
    defaults = question.defaults()
    things = [(p.kind, defaults[p.name]) for p in question.parameters if p.type == "thing" and p.name in defaults]
    return ", ".join(names.label(kind, term.value) for kind, term in things if isinstance(term, NamedNode))
