"""Problems as documents: why there is no answer, for programs and for people.

Source: RFC 9457, section 3.
"""

from __future__ import annotations

import json
import re

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Problem
from defkg.engine.formats import GRAPHS, ROWS
from defkg.web.negotiation import choose
from defkg.web.pages import Pages

HTML = "text/html"
JSON = "application/problem+json"
TEXT = "text/plain"
_JSON = [JSON, *(name for name in ("application/json", *ROWS, *GRAPHS) if name.endswith("json"))]
_SAID = ("title", "detail", "status")
_DATA = re.compile(r"\.(csv|json|jsonld|nt|rdf|svg|tsv|ttl|txt|xml)\Z")


def problem_response(http: HttpRequest, problem: Problem, pages: Pages | None = None) -> Response:
    """The response for a problem: JSON, or a page or plain text for a client that would rather have these.

    The request's id, where the request has one, is the member ``request_id``.

    Args:
        http: the request.
        problem: why there is no answer.
        pages: what renders the page; None where nothing may be rendered any more.
    """
    members = problem.document()
    if name := getattr(http.state, "request_id", None):
        members["request_id"] = str(name)
    shown = pages is not None and not _DATA.search(http.scope["path"])  # the address of data asks for no page
    offers = [*_JSON, TEXT, HTML] if shown else [*_JSON, TEXT]
    chosen = choose(http.headers.get("accept"), offers)
    headers = {"Vary": "Accept", "Cache-Control": "no-store", **problem.headers}
    if pages and chosen == HTML:
        further = {name: _line(value) for name, value in members.items() if name not in (*_SAID, "type")}
        page = pages.render("problem.html", {"problem": problem, "further": further})
        return Response(page, problem.status, headers, HTML)
    body = _text(members) if chosen == TEXT else json.dumps(members, ensure_ascii=False)
    return Response(body, problem.status, headers, TEXT if chosen == TEXT else JSON)


def _text(members: dict[str, object]) -> str:
    further = {name: value for name, value in members.items() if name not in _SAID}
    lines = [f"{members['title']} ({members['status']})", str(members["detail"]), ""]
    return "\n".join([*lines, *(f"{name}: {_line(value)}" for name, value in further.items()), ""])


def _line(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
