"""Pages for people: the home page, and an answer as a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.responses import HTMLResponse

from defkg.engine import Engine, Problem, Request
from defkg.question import Question
from defkg.terms import compact

Graphs = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Asked:
    """A question of the library as a link: its title, what it is about, and the address of its answer."""

    title: str
    group: str
    href: str


class Pages:
    """Renders templates; knows what every page must say."""

    def __init__(self, counts: dict[str, int], questions: list[Question], notice: str = "") -> None:
        loader = jinja2.FileSystemLoader(str(files("defkg.web") / "templates"))
        self._env = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._env.filters["compact"] = compact
        self._env.globals["notice"] = notice
        self._counts = counts
        self._questions = [
            Asked(q.title, q.group, "/sparql?" + urlencode({"query": q.bind(q.defaults())})) for q in questions
        ]

    def home(self) -> HTMLResponse:
        """The first page."""
        groups: dict[str, list[Asked]] = {}
        for asked in self._questions:
            groups.setdefault(asked.group, []).append(asked)
        return self._page("home.html", counts=self._counts, groups=groups)

    async def results(self, engine: Engine, query: str, dataset: Graphs) -> HTMLResponse:
        """An answer as a table, or as Turtle where it is a graph; a problem with its words and the query."""
        page: dict[str, Any] = {
            "query": query,
            "columns": [],
            "rows": [],
            "graph": "",
            "boolean": None,
            "problem": None,
        }
        page["links"] = {
            name: "/sparql?" + urlencode({"query": query, "format": name}) for name in ("csv", "json", "xml", "tsv")
        }
        status = 200
        try:
            answer = await engine.answer(Request(query, *dataset))
            page |= _graph(answer.body) if answer.media_type == "text/turtle" else _rows(answer.body)
        except Problem as problem:
            page["problem"], status = problem, problem.status
        return self._page("results.html", status, **page)

    def _page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._env.get_template(template).render(values), status)


def _graph(body: bytes) -> dict[str, Any]:
    names = ("turtle", "nt", "jsonld", "rdf")
    return {"graph": body.decode(), "formats": names}


def _rows(body: bytes) -> dict[str, Any]:
    results = json.loads(body)
    return {
        "boolean": results.get("boolean"),
        "columns": results["head"].get("vars", []),
        "rows": results.get("results", {}).get("bindings", []),
    }
