"""``/sparql``: the query operation of the SPARQL 1.1 Protocol.

Source: SPARQL 1.1 Protocol (W3C), section 2.1.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Engine, Problem, Request
from defkg.engine.formats import ALIASES, GRAPHS, NAMES, ROWS
from defkg.web.negotiation import choose
from defkg.web.pages import Graphs, Pages

HTML = "text/html"
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
Fields = list[tuple[str, str]]


def sparql_router(engine: Engine, pages: Pages) -> APIRouter:
    """The routes of ``/sparql`` over an engine."""
    router = APIRouter()

    async def sparql(http: HttpRequest) -> Response:
        fields = await _fields(http)
        query = _one(fields, "query")
        if _wants_page(http, fields):
            return await pages.results(engine, query, _graphs(fields))
        answer = await engine.answer(_request(http, fields, query))
        return Response(answer.body, media_type=answer.media_type, headers={"Vary": "Accept"})

    router.add_api_route("/sparql", sparql, methods=["GET"], summary="Ask a SPARQL query", response_class=Response)
    router.add_api_route(
        "/sparql",
        sparql,
        methods=["POST"],
        summary="Ask a SPARQL query by form or as the body",
        response_class=Response,
        operation_id="sparql_post",
    )
    return router


async def _fields(http: HttpRequest) -> Fields:
    fields = list(http.query_params.multi_items())
    if http.method != "POST":
        return fields
    media_type = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = _text(await http.body())
    if media_type == _FORM:
        return fields + parse_qsl(body, keep_blank_values=True)
    if media_type == _DIRECT:
        return [*fields, ("query", body)]
    detail = f"The body is {media_type or 'of no stated type'}; send a form ({_FORM}) or the query itself ({_DIRECT})"
    raise Problem(415, "media-type", "The body's media type is not one of SPARQL's", detail)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(
            400, "encoding", "The body is not UTF-8", f"Byte {error.start} is not UTF-8; encode the query as UTF-8"
        ) from error


def _one(fields: Fields, name: str) -> str:
    values = [value for key, value in fields if key == name]
    if len(values) != 1:
        how = "no query" if not values else f"{len(values)} queries"
        raise Problem(
            400, "query-missing" if not values else "query-doubled", f"There is {how}", "Give exactly one, as query="
        )
    return values[0]


def _graphs(fields: Fields) -> Graphs:
    default, named = (tuple(v for k, v in fields if k == f"{name}-graph-uri") for name in ("default", "named"))
    return default, named


def _request(http: HttpRequest, fields: Fields, query: str) -> Request:
    accept = _wanted(http, fields)
    rows, graph = choose(accept, list(ROWS), ALIASES), choose(accept, list(GRAPHS), ALIASES)
    return Request(query, *_graphs(fields), rows_type=rows, graph_type=graph)


def _wanted(http: HttpRequest, fields: Fields) -> str | None:
    name = dict(fields).get("format")
    if name is None:
        return http.headers.get("accept")
    if name not in NAMES:
        raise Problem(406, "not-acceptable", "No such format", f"format= is one of {', '.join(NAMES)}, not {name!r}")
    return NAMES[name]


def _wants_page(http: HttpRequest, fields: Fields) -> bool:
    offers = [*ROWS, *GRAPHS, HTML]
    return "format" not in dict(fields) and choose(http.headers.get("accept"), offers, ALIASES) == HTML


def problem_response(problem: Problem) -> Response:
    """A problem as RFC 9457 has it."""
    body = json.dumps(problem.document(), ensure_ascii=False)
    return Response(body, status_code=problem.status, media_type="application/problem+json")
