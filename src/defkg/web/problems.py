"""Problems as documents: why there is no answer, for programs and for people.

Source: RFC 9457, section 3.
"""

from __future__ import annotations

import json

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Problem
from defkg.engine.formats import GRAPHS, ROWS
from defkg.web.negotiation import choose

JSON = "application/problem+json"
TEXT = "text/plain"
_JSON = [JSON, *(name for name in ("application/json", *ROWS, *GRAPHS) if name.endswith("json"))]


def problem_response(http: HttpRequest, problem: Problem) -> Response:
    """The response for a problem: JSON, or plain text for a client that asks for text and not for JSON.

    The request's id, where the request has one, is the member ``request_id``.
    """
    members = problem.document()
    if name := getattr(http.state, "request_id", None):
        members["request_id"] = str(name)
    media_type = TEXT if choose(http.headers.get("accept"), [*_JSON, TEXT]) == TEXT else JSON
    body = _text(members) if media_type == TEXT else json.dumps(members, ensure_ascii=False)
    headers = {"Vary": "Accept", "Cache-Control": "no-store", **problem.headers}
    return Response(body, status_code=problem.status, media_type=media_type, headers=headers)


def _text(members: dict[str, object]) -> str:
    further = {name: value for name, value in members.items() if name not in ("title", "detail", "status")}
    lines = [f"{members['title']} ({members['status']})", str(members["detail"]), ""]
    return "\n".join([*lines, *(f"{name}: {_line(value)}" for name, value in further.items()), ""])


def _line(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
