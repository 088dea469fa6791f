"""The application: routes, headers, and problems as documents."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from defkg.engine import Engine, Problem
from defkg.web.pages import Pages
from defkg.web.sparql import problem_response, sparql_router

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
}


def create_app(engine: Engine, pages: Pages, warning: str = "") -> FastAPI:
    """The server's application.

    Args:
        engine: what answers queries.
        pages: what renders pages.
        warning: one line that every response carries as ``Warning``, such as that the graph has not passed its checks.
    """
    app = FastAPI(title="defkg", docs_url=None, redoc_url=None)
    headers = {**_HEADERS, **({"Warning": f'199 defkg "{warning}"'} if warning else {})}

    async def add_headers(request: HttpRequest, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers.update(headers)
        return response

    async def on_problem(_: HttpRequest, problem: Exception) -> Response:
        assert isinstance(problem, Problem)
        return problem_response(problem)

    async def home() -> HTMLResponse:
        return pages.home()

    app.add_middleware(BaseHTTPMiddleware, dispatch=add_headers)
    app.add_exception_handler(Problem, on_problem)
    app.include_router(sparql_router(engine, pages))
    app.add_api_route("/", home, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=str(files("defkg.web") / "static")))
    return app
