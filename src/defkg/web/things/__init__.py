"""``/id/<kind>/<key>``: every IRI of ours leads to what is said of it, in the format that is asked for.

Source: RFC 9110, sections 8.7, 12.5.1, 15.4.2 and 15.5.11; "Cool URIs for the Semantic Web" (W3C).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer
from defkg.terms import ID
from defkg.web.asker import Asker
from defkg.web.documents import FORMATS, links, negotiated, not_acceptable, refuse, told
from defkg.web.links import link
from defkg.web.methods import close_methods
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.things import unknown
from defkg.web.things.address import Sought, formats_of, readings, resolve
from defkg.web.things.asked import PARAMETERS, heeded
from defkg.web.things.data import body, thing_data
from defkg.web.things.gone import tombstone
from defkg.web.things.page import thing_page

_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "What is said of a thing is only read"
Respond = Callable[[HttpRequest], Awaitable[Response]]


def things_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of ``/id/<kind>/<key>``, and of ``/id/<kind>``, which leads to the list."""
    router = APIRouter()
    thing = described(service, rendering)

    async def kind(http: HttpRequest, kind: str) -> Response:
        if kind not in service.site.kinds:
            return await thing(http)
        query = http.url.query
        return RedirectResponse(f"{http.scope['raw_path'].decode('ascii')}/{'?' if query else ''}{query}", 308)

    for path, endpoint in (("/id/{kind}", kind), ("/id/{kind}/{key:path}", thing)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


def described(service: Service, rendering: Rendering) -> Respond:
    """What responds with the description of whatever an address stands for, wherever it is."""

    async def describe(http: HttpRequest) -> Response:
        return await on_site(service, partial(_respond, rendering, http))

    return describe


async def _respond(rendering: Rendering, http: HttpRequest, site: Site) -> Response:
    raw = http.scope["raw_path"]
    found = readings(raw)
    parameters = await read_parameters(http, site.engine.limits)
    wanted = negotiated(http)
    make = partial(_document, http=http, found=found, wanted=wanted, parameters=parameters)
    return await rendering.page(http, site, make, f"{raw!r} {wanted} {site.context.tag}")


def _document(
    asker: Asker, http: HttpRequest, found: list[Sought], wanted: str | None, parameters: Parameters
) -> Answer | Response:
    sought = resolve(asker.select, found)
    if sought is None:
        return _unknown(asker, found, wanted)
    if sought.standing == "withdrawn":
        return _gone(asker, sought, wanted)
    suffix = sought.suffix or wanted
    if suffix is None:
        raise not_acceptable()
    if suffix != "html":
        refuse(Parameters(pair for pair in parameters.pairs if pair[0] in PARAMETERS), suffix)
    document = thing_page(asker, http, sought.iri) if suffix == "html" else thing_data(asker, sought.iri, suffix)
    formats = formats_of(asker.select, sought.iri)
    chosen = suffix if suffix in formats and not sought.suffix else ""
    return told(document, links(link(sought.iri), sought.iri, formats, chosen, heeded(http.url.query)))


def _unknown(asker: Asker, found: list[Sought], wanted: str | None) -> Response:
    iri = found[-1].iri if found else ID
    near = unknown.near(asker, iri)
    problem = unknown.problem(iri, near)
    if wanted != "html" and not any(sought.suffix == "html" for sought in found):
        raise problem
    pages = asker.site.pages
    body = pages.render("thing_unknown.html", {"iri": iri, "near": near, "detail": problem.detail})
    return pages.respond(body, problem.status)


def _gone(asker: Asker, sought: Sought, wanted: str | None) -> Response:
    left = tombstone(asker.select, sought.iri)
    suffix = sought.suffix or wanted
    if left.merged and not sought.suffix:
        return RedirectResponse(link(left.merged), 301, {"Vary": "Accept", "Cache-Control": "no-cache"})
    if suffix is None:
        raise not_acceptable()
    if suffix == "html":
        page = asker.site.pages.render("thing_gone.html", {"left": left})
        return asker.site.pages.respond(page, 410, left.headers())
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", **left.headers()}
    return Response(body(asker, sought.iri, left.facts, suffix), 410, headers, FORMATS[suffix])
