"""``/sparql``: the query operation of the SPARQL 1.1 Protocol.

Source: SPARQL 1.1 Protocol (W3C), section 2.1; of SPARQL 1.2 the parameter ``version``, which changes nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache, partial
from typing import Any, TypeVar

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Problem, Request
from defkg.engine.formats import GRAPH_ALIASES, GRAPH_NAMES, GRAPHS, NAMES, ROW_ALIASES, ROW_NAMES, ROWS
from defkg.engine.limits import Limits
from defkg.web.answers import made, respond, send
from defkg.web.description import description_document
from defkg.web.editor import editor_page, editor_router, results_page
from defkg.web.examples import endpoint_of
from defkg.web.hints import add_hints, hints_router
from defkg.web.methods import close_methods
from defkg.web.negotiation import choose
from defkg.web.operations import asking, posting
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering
from defkg.web.service import Service

HTML = "text/html"
_ALLOW = "GET, HEAD, POST, OPTIONS"
_WHY = "A query is asked, and nothing is changed, here"
_REMEMBERED = 256  # Accept headers
_LONG = 512  # characters of one that is not remembered
T = TypeVar("T")


def sparql_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of ``/sparql``."""
    router = APIRouter()

    async def sparql(http: HttpRequest) -> Response:
        parameters = await read_parameters(http, service.site.engine.limits)
        if http.method != "POST" and not parameters.names() & {"query", "format"} and _wants_page(http, parameters):
            return editor_page(http, service.site, parameters)
        if http.method != "POST" and parameters.names() <= {"format"}:
            return _described(http, service, parameters)
        return await _answered(http, service, rendering, parameters)

    for path, listed in (("/sparql", True), ("/sparql/", False)):
        _add(router, path, sparql, listed)
        close_methods(router, path, _ALLOW, _WHY)
    router.include_router(hints_router(service, request_of))
    router.include_router(editor_router(service, rendering))
    return router


def _add(router: APIRouter, path: str, endpoint: Callable[..., Any], listed: bool) -> None:
    add = partial(router.add_api_route, path, endpoint, response_class=Response)
    add(methods=["GET"], summary="Ask a SPARQL query", openapi_extra=asking(), include_in_schema=listed)
    add(
        methods=["POST"],
        summary="Ask a SPARQL query by form or as the body",
        openapi_extra=posting(),
        operation_id="sparql_post",
        include_in_schema=listed,
    )
    add(methods=["HEAD"], include_in_schema=False)


async def _answered(http: HttpRequest, service: Service, rendering: Rendering, parameters: Parameters) -> Response:
    rows = None
    if _wants_page(http, parameters):
        response = await results_page(http, service, rendering, parameters, request_of)
    elif parameters.one("explain") == "empty":
        answer = await service.answer(http, request_of(http, parameters, service.site.engine.limits))
        response, rows = respond(http, answer), answer.rows
    else:
        response = await service.respond(http, request_of(http, parameters, service.site.engine.limits))
    add_hints(http, response, parameters, empty=rows == 0)
    return response


def _described(http: HttpRequest, service: Service, parameters: Parameters) -> Response:
    engine, name = service.site.engine, parameters.one("format")
    offers = list(GRAPHS) if name else [*GRAPHS, HTML]
    media_type = GRAPH_NAMES.get(name) if name else choose(http.headers.get("accept"), offers, GRAPH_ALIASES)
    if media_type == HTML:
        return editor_page(http, service.site, parameters)
    if media_type is None:
        detail = f"The service description comes as {', '.join(offers)}; name one of them in Accept, or give a query="
        raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": offers})
    try:
        body = description_document(engine, endpoint_of(http), media_type, service.site.examples)
    except ValueError as error:
        raise Problem(400, "host", "The Host header names no host", str(error)) from error
    return send(http, made(media_type, body))


def request_of(http: HttpRequest, parameters: Parameters, limits: Limits) -> Request:
    """What a request asks of the engine.

    Raises:
        Problem: a parameter is missing, doubled, or no value of its kind; 406 where `format` is none of ours.
    """
    return asked(http.method, http.headers.get("accept"), parameters, limits)


def asked(method: str, accept: str | None, parameters: Parameters, limits: Limits) -> Request:
    """What a request of this method asks of the engine, by its Accept header and its parameters.

    Raises:
        Problem: as `request_of`.
    """
    query = _query(method, parameters, limits)
    default, named = (_graphs(parameters, f"{kind}-graph-uri") for kind in ("default", "named"))
    given = default or named
    rows, graph = _acceptable(accept, parameters)
    return Request(
        query, default if given else None, named if given else None, rows, graph, _timeout(parameters.one("timeout"))
    )


def _query(method: str, parameters: Parameters, limits: Limits) -> str:
    values = parameters.every("query")
    if len(values) != 1:
        how = f"{len(values)} queries" if values else "no query"
        kind = "query-doubled" if values else "query-missing"
        raise Problem(400, kind, f"There is {how}", "Give exactly one, as query= or as the body")
    if len(values[0].encode()) > limits.query << 10:
        detail = f"The query is longer than {limits.query} KB; shorten it"
        status = 413 if method == "POST" else 414
        raise Problem(status, "query-too-long", "The query is too long", detail, {"limit": limits.query})
    return values[0]


def _graphs(parameters: Parameters, name: str) -> tuple[str, ...]:
    iris = parameters.every(name)
    for iri in iris:
        check_iri(name, iri)
    return iris


def check_iri(name: str, iri: str) -> None:
    """Whether a parameter names a graph.

    Raises:
        Problem: 400, it is no absolute IRI.
    """
    try:
        NamedNode(iri)
    except ValueError as error:
        detail = f"{name}={iri!r} is no absolute IRI; name a graph by its IRI"
        raise Problem(400, "dataset", "A graph is not named by an IRI", detail) from error


def acceptable(http: HttpRequest, parameters: Parameters) -> tuple[str | None, str | None]:
    """The media types for rows and for graphs that the client asks for, by ``format=`` or else by Accept.

    Raises:
        Problem: 406, `format` is none of ours.
    """
    return _acceptable(http.headers.get("accept"), parameters)


def _acceptable(accept: str | None, parameters: Parameters) -> tuple[str | None, str | None]:
    name = parameters.one("format")
    if name is None:
        return _remembered(_accepted, accept)
    rows = name if name in ROWS else ROW_NAMES.get(name)
    graph = name if name in GRAPHS else GRAPH_NAMES.get(name)
    if rows or graph:
        return rows, graph
    detail = f"format= is one of {', '.join(NAMES)}, not {name!r}"
    raise Problem(406, "not-acceptable", "No such format", detail, {"offered": [*ROWS, *GRAPHS]})


@lru_cache(_REMEMBERED)
def _accepted(accept: str | None) -> tuple[str | None, str | None]:
    return choose(accept, list(ROWS), ROW_ALIASES), choose(accept, list(GRAPHS), GRAPH_ALIASES)


def _timeout(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isfinite(seconds) and seconds > 0:
        return seconds
    raise Problem(400, "parameter", "The timeout is no time", f"timeout= is a number of seconds above 0, not {text!r}")


def _wants_page(http: HttpRequest, parameters: Parameters) -> bool:
    return wants_page(http.headers.get("accept"), parameters)


def wants_page(accept: str | None, parameters: Parameters) -> bool:
    """Whether a client would rather have a page to look at."""
    return "format" not in parameters.names() and _remembered(_prefers_page, accept)


def _remembered(choice: _lru_cache_wrapper[T], accept: str | None) -> T:
    return choice(accept) if accept is None or len(accept) < _LONG else choice.__wrapped__(accept)


@lru_cache(_REMEMBERED)
def _prefers_page(accept: str | None) -> bool:
    offers, aliases = [*ROWS, *GRAPHS, HTML], GRAPH_ALIASES | ROW_ALIASES
    return choose(accept, offers, aliases) == HTML
