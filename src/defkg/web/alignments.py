"""``/ontology/alignments``: which terms of other vocabularies ours match, as a page, as SSSOM tables and as Turtle.

The address of an alignment, which is its IRI too, leads to the form that is asked for. Source: SSSOM
(https://w3id.org/sssom).
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.alignments import TABLE, TURTLE, Alignment, AlignmentError, read_alignment
from defkg.engine import Answer
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import HTML, negotiated, not_acceptable, refuse
from defkg.web.methods import close_methods
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.things import Respond

PAGE = "/ontology/alignments"
FORMATS = {"ttl": "text/turtle", "sssom.tsv": "text/tab-separated-values; charset=utf-8"}
_OFFERED = {"html": HTML, "ttl": "text/turtle", "sssom.tsv": "text/tab-separated-values"}
_VARY = {"Vary": "Accept"}


def alignments_router(service: Service, rendering: Rendering, elsewhere: Respond) -> APIRouter:
    """The routes of the alignments; what there is none of is looked for elsewhere."""
    router = APIRouter()

    async def page(http: HttpRequest) -> Response:
        return await on_site(service, partial(_page, rendering, elsewhere, http))

    async def alignment(http: HttpRequest, name: str) -> Response:
        return await on_site(service, partial(_alignment, rendering, elsewhere, http, name))

    for path, endpoint in ((PAGE, page), (PAGE + "/{name}", alignment)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, "GET, HEAD, OPTIONS", "An alignment is only read")
    return router


async def _page(rendering: Rendering, elsewhere: Respond, http: HttpRequest, site: Site) -> Response:
    if not site.alignments:
        return await elsewhere(http)
    parameters = await read_parameters(http, site.engine.limits)
    return await rendering.page(http, site, partial(_listed, parameters), _variant(site))


async def _alignment(rendering: Rendering, elsewhere: Respond, http: HttpRequest, name: str, site: Site) -> Response:
    if name in site.alignments:
        parameters = await read_parameters(http, site.engine.limits)
        return await rendering.page(http, site, partial(_file, name, parameters), _variant(site))
    if name + TABLE not in site.alignments:
        return await elsewhere(http)
    chosen = negotiated(http, _OFFERED)
    if chosen is None:
        raise not_acceptable(_OFFERED)
    place = f"{PAGE}#{name}" if chosen == "html" else f"{PAGE}/{name}.{chosen}"
    return RedirectResponse(place, 303, _VARY)


def _variant(site: Site) -> str:
    """What tells these documents from others at their addresses: the graph does not."""
    return str(hash(tuple(sorted(site.alignments.items()))))


def _file(name: str, parameters: Parameters, asker: Asker) -> Answer:
    suffix = TABLE[1:] if name.endswith(TABLE) else TURTLE[1:]
    refuse(parameters, suffix)
    return made(FORMATS[suffix], asker.site.alignments[name].encode())


def _listed(parameters: Parameters, asker: Asker) -> Answer:
    refuse(parameters, "html")
    files = asker.site.alignments
    names = [name.removesuffix(TABLE) for name in files if name.endswith(TABLE)]
    tables = [(name, _read(files[name + TABLE]), name + TURTLE in files) for name in sorted(names)]
    return made(HTML, asker.site.pages.render("alignments.html", {"tables": tables}), asker.seconds)


def _read(text: str) -> Alignment | None:
    try:
        return read_alignment(text)
    except AlignmentError:
        return None
