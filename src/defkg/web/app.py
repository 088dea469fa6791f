"""The application: routes, what the operator asks for, and problems as documents."""

from __future__ import annotations

from importlib.resources import files
from os import PathLike, stat_result

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from defkg.engine import Problem
from defkg.web import metrics
from defkg.web.examples import examples_router
from defkg.web.frame import Frame
from defkg.web.graphstore import graph_store_router
from defkg.web.problems import problem_response
from defkg.web.questions import questions_router
from defkg.web.rendering import Rendering
from defkg.web.service import Service
from defkg.web.sparql import sparql_router
from defkg.web.surface import surface_router

_NOW = {"Cache-Control": "no-store"}
_STATIC = "public, max-age=3600"


def create_app(service: Service) -> FastAPI:
    """The server's application over a service."""
    app = FastAPI(title="defkg", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Frame, service=service)
    _add_problems(app, service)
    app.include_router(sparql_router(service))
    app.include_router(graph_store_router(service))
    app.include_router(examples_router(service))
    rendering = Rendering(service)
    app.include_router(questions_router(service, rendering))
    _add_pages(app, service)
    _add_operation(app, service)
    app.include_router(surface_router(app, service))
    return app


def _add_problems(app: FastAPI, service: Service) -> None:
    async def on_problem(http: HttpRequest, problem: Exception) -> Response:
        assert isinstance(problem, Problem)
        if not getattr(http.state, "recorded", False):
            service.record(http, problem.status, problem.kind)
        return problem_response(http, problem)

    async def on_refusal(http: HttpRequest, refusal: Exception) -> Response:
        assert isinstance(refusal, HTTPException)
        return problem_response(http, _refusal(http, refusal))

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


def _add_pages(app: FastAPI, service: Service) -> None:
    async def home() -> Response:
        return service.site.pages.home()

    async def quality() -> Response:
        return service.site.pages.quality()

    for path, page in (("/", home), ("/quality", quality)):
        app.add_api_route(path, page, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
    app.mount("/static", _Static(directory=str(files("defkg.web") / "static")))


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


class _Static(StaticFiles):
    """Static files, which whoever keeps them may use for an hour before asking again."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _STATIC
        return response
