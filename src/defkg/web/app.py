"""The application: routes, what the operator asks for, and problems as documents."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from defkg.engine import Problem
from defkg.web import metrics
from defkg.web.about import about_router
from defkg.web.alignments import alignments_router
from defkg.web.api_page import api_router
from defkg.web.between import between_router
from defkg.web.dumps import dumps_router
from defkg.web.examples import examples_router
from defkg.web.express import Express
from defkg.web.frame import Frame
from defkg.web.graphstore import graph_store_router
from defkg.web.home import home_router
from defkg.web.lists import lists_router
from defkg.web.problem_types import problem_types_router
from defkg.web.problems import problem_response
from defkg.web.questions import questions_router
from defkg.web.rendering import Rendering
from defkg.web.search import search_router
from defkg.web.service import Service
from defkg.web.sitemap import sitemap_router
from defkg.web.sparql import sparql_router
from defkg.web.surface import surface_router
from defkg.web.things import Respond, described, things_router
from defkg.web.timeline import timeline_router
from defkg.web.vendored import Static
from defkg.web.vocabulary import vocabulary_router
from defkg.web.wellknown import wellknown_router

_NOW = {"Cache-Control": "no-store"}


def create_app(service: Service) -> FastAPI:
    """The server's application over a service."""
    app = FastAPI(title="defkg", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Frame, service=service)
    app.state.express = Express(service)
    rendering = Rendering(service)
    elsewhere = described(service, rendering)
    _add_problems(app, service, elsewhere)
    app.include_router(sparql_router(service, rendering))
    app.include_router(graph_store_router(service))
    app.include_router(examples_router(service))
    app.include_router(questions_router(service, rendering))
    app.include_router(between_router(service, rendering))
    app.include_router(timeline_router(service, rendering))
    app.include_router(wellknown_router(service, rendering))
    app.include_router(dumps_router(service))
    app.include_router(home_router(service, rendering))
    app.include_router(about_router(service, rendering))
    app.include_router(sitemap_router(service, rendering))
    app.include_router(problem_types_router(service, rendering))
    app.include_router(search_router(service, rendering))
    app.include_router(lists_router(service, rendering, elsewhere))
    app.include_router(things_router(service, rendering))
    app.include_router(alignments_router(service, rendering, elsewhere))
    app.include_router(vocabulary_router(service, rendering, elsewhere))
    app.mount("/static", Static(directory=str(files("defkg.web") / "static")))
    _add_operation(app, service)
    app.include_router(surface_router(app, service))
    app.include_router(api_router(app, service, rendering))
    return app


def _add_problems(app: FastAPI, service: Service, described: Respond) -> None:
    async def on_problem(http: HttpRequest, problem: Exception) -> Response:
        assert isinstance(problem, Problem)
        if not getattr(http.state, "recorded", False):
            service.record(http, problem.status, problem.kind)
        return problem_response(http, problem, service.site.pages)

    async def on_refusal(http: HttpRequest, refusal: Exception) -> Response:
        assert isinstance(refusal, HTTPException)
        if refusal.status_code == 404 and http.method in ("GET", "HEAD"):
            try:
                return await described(http)  # the data may name something at any address of ours
            except Problem as problem:
                return await on_problem(http, problem)
        return problem_response(http, _refusal(http, refusal), service.site.pages)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_refusal)


def _refusal(http: HttpRequest, refusal: HTTPException) -> Problem:
    path, headers = http.scope["path"], dict(refusal.headers or {})
    if refusal.status_code == 404:
        return Problem(404, "not-found", "There is no such page", f"Nothing is at {path}; begin at /", {}, headers)
    if refusal.status_code == 405:
        detail = f"{path} takes {headers.get('Allow', 'other methods')}, not {http.method}"
        return Problem(405, "method", "The method is not allowed here", detail, {}, headers)
    return Problem(refusal.status_code, "http", "The request cannot be answered", str(refusal.detail), {}, headers)


def _add_operation(app: FastAPI, service: Service) -> None:
    async def healthz() -> Response:
        return PlainTextResponse("ok", headers=_NOW)

    async def readyz() -> Response:
        started = service.started.isoformat(timespec="seconds").replace("+00:00", "Z")
        told = {"ready": True, "digest": service.site.engine.digest, "started": started, **service.ready}
        return JSONResponse(told, 200 if told["ready"] else 503, _NOW)

    async def read_metrics() -> Response:
        return Response(service.metrics.text(), headers=_NOW, media_type=metrics.MEDIA_TYPE)

    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", read_metrics)):
        app.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
