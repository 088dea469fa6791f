"""``/timeline``: everything that is dated, with filters, as a page and as CSV.

Source: RFC 9110, section 12.5.1 (Accept).
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.methods import close_methods
from defkg.web.negotiation import choose
from defkg.web.parameters import read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.timeline.filters import Asked, read_asked
from defkg.web.timeline.page import page_values, table

_HTML, _CSV = "text/html", "text/csv"
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "The timeline is only read"


def timeline_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of ``/timeline``."""
    router = APIRouter()

    async def timeline(http: HttpRequest) -> Response:
        return await on_site(service, lambda site: answered(http, site))

    async def move(http: HttpRequest) -> Response:
        query = http.url.query
        return RedirectResponse(f"/timeline{'?' if query else ''}{query}", 308)

    async def answered(http: HttpRequest, site: Site) -> Response:
        form = _CSV if http.url.path.endswith(".csv") else choose(http.headers.get("accept"), [_HTML, _CSV])
        if form is None:
            detail = f"The timeline comes as {_HTML} and {_CSV}; name one of them in Accept, or ask for /timeline.csv"
            raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": [_HTML, _CSV]})
        asked = read_asked(await read_parameters(http, site.engine.limits), strict=form == _CSV)
        return await rendering.page(http, site, lambda asker: _make(asker, asked, form), form)

    for path, endpoint in (("/timeline", timeline), ("/timeline/", move), ("/timeline.csv", timeline)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


def _make(asker: Asker, asked: Asked, form: str) -> Answer | Response:
    if form == _CSV:
        return made(_CSV, table(asker, asked).write("csv"), asker.seconds)
    return made(_HTML, asker.site.pages.render("timeline.html", page_values(asker, asked)), asker.seconds)
