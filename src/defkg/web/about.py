"""``/about`` and ``/quality``: what the data is and is not, how it may be used and cited, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer
from defkg.engine.limits import Limits
from defkg.selfdescription.citing import address_of, bibtex, csl, line
from defkg.terms import INFERRED_GRAPH
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import HTML
from defkg.web.methods import close_methods
from defkg.web.quality import view
from defkg.web.rendering import Make, Rendering, on_site
from defkg.web.service import Service
from defkg.web.wellknown import host

_UNLIMITED = ("client_seconds",)  # where 0 is no limit


class Limit(NamedTuple):
    """A limit of the service in words."""

    name: str
    value: str
    words: str


def about_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of the pages that tell of the data and of the service."""
    router = APIRouter()

    async def about(http: HttpRequest) -> Response:
        return await respond(http, partial(_about, http, service.started))

    async def quality(http: HttpRequest) -> Response:
        return await respond(http, _quality)

    async def respond(http: HttpRequest, make: Make) -> Response:
        return await on_site(service, lambda site: rendering.page(http, site, make))

    for path, endpoint in (("/about", about), ("/quality", quality)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, "GET, HEAD, OPTIONS", "A page is only read")
    return router


def limits(set_to: Limits) -> Sequence[Limit]:
    """The limits of the service, each with its number and unit."""
    told = ((field.name, field.metadata["unit"], field.metadata["words"]) for field in fields(Limits))
    return [Limit(name, _value(name, getattr(set_to, name), unit), words) for name, unit, words in told]


def _about(http: HttpRequest, started: datetime, asker: Asker) -> Answer:
    site, address = asker.site, host(http)
    description, day = site.description, datetime.now(UTC).date()
    cited = (description, address_of(description, address), day)
    values = {
        "told": description,
        "digest": site.engine.digest,
        "numbers": description.statistics,
        "documents": next((kind.count for kind in site.kinds.values() if kind.name == "source"), 0),
        "graphs": sum(1 for name in site.engine.graphs if name),
        "started": started.strftime("%Y-%m-%d %H:%M UTC"),
        "limits": limits(site.engine.limits),
        "inferred": site.engine.graphs.get(INFERRED_GRAPH.value),
        "cite": {"text": line(*cited), "BibTeX": bibtex(*cited), "CSL-JSON": csl(*cited)},
    }
    return made(HTML, site.pages.render("about.html", values))


def _quality(asker: Asker) -> Answer:
    return made(HTML, asker.site.pages.render("quality.html", view(asker.site.quality, alone=False)))


def _value(name: str, value: float, unit: str) -> str:
    if not value and name in _UNLIMITED:
        return "no limit"
    return f"{value:,} {unit}" if isinstance(value, int) else f"{value:,g} {unit}"
