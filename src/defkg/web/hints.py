"""Hints beside an answer: what a query will disappoint by, and why its answer is empty. They never change the answer.

Source: RFC 8288 for the links.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from string import ascii_letters, digits
from typing import Any
from urllib.parse import urlencode

from anyio import CapacityLimiter, from_thread, to_thread
from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Problem, Request
from defkg.engine.limits import Limits
from defkg.web.methods import close_methods
from defkg.web.operations import hinting
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.service import Service

_LINKED = 2 * 1024
_ALLOW = "GET, HEAD, OPTIONS"
_DATASET = ("query", "default-graph-uri", "named-graph-uri")
_THREADS = 4
_KEPT = (ascii_letters + digits + "_.-~").encode()
_AS_WRITTEN = _KEPT + b"%+"
_PLAIN = _KEPT + b" "
_BARE = [(bytes([octet]), b"%%%02X" % octet) for octet in b"/:?@!*'(),;$="]  # what many leave as it is
_LOWER = re.compile(rb"%(?:[a-f]|[0-9A-F][a-f])")
RequestOf = Callable[[HttpRequest, Parameters, Limits], Request]


def hints_router(service: Service, request_of: RequestOf) -> APIRouter:
    """``/sparql/lint`` and ``/sparql/explain``, each with the query as ``query=``."""
    router = APIRouter()
    threads = CapacityLimiter(_THREADS)  # its own: a hint waits for answers, and must not take their threads

    async def lint(http: HttpRequest) -> Response:
        from defkg.linter import lint as warnings

        request = await _request(http, service, request_of)
        found = await to_thread.run_sync(warnings, request.query, service.site.terms, limiter=threads)
        return _json({"query": request.query, "warnings": found})

    async def explain(http: HttpRequest) -> Response:
        from defkg.linter import why_empty

        request = await _request(http, service, request_of)
        ask = _asker(http, service, request)
        found = await to_thread.run_sync(why_empty, request.query, ask, limiter=threads)
        return _json({"query": request.query, "explanation": found})

    _add(router, "/sparql/lint", lint, "What a query will disappoint by")
    _add(router, "/sparql/explain", explain, "Why a query's answer is empty")
    return router


def add_hints(http: HttpRequest, response: Response, parameters: Parameters, empty: bool) -> None:
    """Links an answer to its hints; a long query has none, for a header has little room.

    Args:
        http: the request that was answered.
        response: the answer.
        parameters: what was asked.
        empty: whether to link to why it is empty.
    """
    for link in links(parameters, http.scope.get("root_path", ""), empty=empty):
        response.headers.append("Link", link)


def links(parameters: Parameters, root: str = "", *, empty: bool = False, given: bytes = b"") -> list[str]:
    """The values of the headers that link an answer to its hints.

    Args:
        parameters: what was asked.
        root: what the addresses begin with.
        empty: whether to link to why the answer is empty.
        given: the address's query string, where that is all that was asked.
    """
    asked = _usual(given, parameters) or urlencode([pair for pair in parameters.pairs if pair[0] in _DATASET])
    if len(asked) > _LINKED:
        return []
    found = [f'<{root}/sparql/lint?{asked}>; rel="describedby"; type="application/json"']
    if empty:
        found.append(f'<{root}/sparql/explain?{asked}>; rel="help"; type="application/json"')
    return found


def _usual(given: bytes, parameters: Parameters) -> str:
    """A query as `urlencode` would write it, made of how it stands in an address; nothing where that takes reading.

    Each octet that must be escaped is, none else is, and no other is there: so much is seen without reading them.
    """
    if len(parameters.pairs) != 1 or not given.startswith(b"query="):
        return ""
    text = given[6:].replace(b"%20", b"+")
    for bare, escaped in _BARE if text.translate(None, _AS_WRITTEN) else ():
        text = text.replace(bare, escaped)
    needed = len(parameters.pairs[0][1].encode("utf-8").translate(None, _PLAIN))
    if text.translate(None, _AS_WRITTEN) or text.count(b"%") != needed or _LOWER.search(text):
        return ""
    return f"query={text.decode('ascii')}"


def _add(router: APIRouter, path: str, endpoint: Callable[..., Any], summary: str) -> None:
    router.add_api_route(
        path, endpoint, methods=["GET"], summary=summary, response_class=Response, openapi_extra=hinting()
    )
    router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    close_methods(router, path, _ALLOW, "A hint is only read")


async def _request(http: HttpRequest, service: Service, request_of: RequestOf) -> Request:
    limits = service.site.engine.limits
    return request_of(http, await read_parameters(http, limits), limits)


def _asker(http: HttpRequest, service: Service, request: Request) -> Callable[[str], bool]:
    seconds = service.site.engine.limits.timeout
    ends = time.monotonic() + min(request.timeout or seconds, seconds)

    async def put(query: str, left: float) -> bool:
        asked = Request(query, request.default_graphs, request.named_graphs, timeout=left)
        answer = await service.answer(http, asked)
        if answer.spool:
            answer.spool.close()
        return bool(json.loads(answer.body)["boolean"])

    def ask(query: str) -> bool:
        left = ends - time.monotonic()
        if left <= 0:
            detail = f"The explanation took more than {seconds:g} seconds; make the query smaller"
            raise Problem(504, "timeout", "Time is up", detail, {"limit": seconds})
        return from_thread.run(put, query, left)

    return ask


def _json(members: dict[str, object]) -> Response:
    body = json.dumps(members, default=_plain, ensure_ascii=False)
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
