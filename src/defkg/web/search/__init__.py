"""``/search``: things by their names, and questions of the library; as a page, as JSON and as CSV.

Source: OpenSearch 1.1, draft 6, for the description that browsers read.
"""

from __future__ import annotations

from functools import partial
from xml.sax.saxutils import quoteattr

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem
from defkg.web.answers import made, send
from defkg.web.asker import Asker
from defkg.web.documents import HTML, negotiated, not_acceptable
from defkg.web.methods import close_methods
from defkg.web.parameters import read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.search.finding import find, fitting
from defkg.web.search.sought import Sought, read_sought
from defkg.web.search.writing import CSV, JSON, page_values, rows, tree
from defkg.web.service import Service, Site

_FORMATS = {"html": HTML, "json": JSON, "csv": CSV}
_OPEN = "application/opensearchdescription+xml"
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "The search only looks things up"
_DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>defkg</ShortName>
<Description>Officials, mechanisms, meetings, agreements and exercises of defence relationships</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template={template}/>
</OpenSearchDescription>
"""


def search_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of the search."""
    router = APIRouter()

    async def search(http: HttpRequest) -> Response:
        suffix = http.scope["path"].removeprefix("/search").removeprefix(".")
        form = suffix or negotiated(http, _FORMATS)
        if form is None:
            raise not_acceptable(_FORMATS)
        return await on_site(service, lambda site: found(http, site, form))

    async def found(http: HttpRequest, site: Site, form: str) -> Response:
        parameters = await read_parameters(http, site.engine.limits)
        try:
            sought = read_sought(parameters, paged=form != "csv")
        except Problem as problem:
            if form == "html":
                return _page(site, page_values(site, Sought(), problem), problem)
            raise
        return await rendering.page(http, site, partial(_MAKERS[form], sought), form)

    async def describe(http: HttpRequest) -> Response:
        body = _DESCRIPTION.format(template=quoteattr(f"{http.base_url}search?q={{searchTerms}}"))
        return send(http, made(_OPEN, body.encode()))

    paths = dict.fromkeys(("/search", "/search.json", "/search.csv"), search)
    for path, endpoint in {**paths, "/opensearch.xml": describe}.items():
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


def _html(sought: Sought, asker: Asker) -> Answer | Response:
    try:
        values = page_values(asker.site, sought, find(asker, sought))
    except Problem as problem:
        if problem.kind not in ("no-page", "reading", "unknown-kind"):
            raise
        return _page(asker.site, page_values(asker.site, sought, problem), problem)
    return made(HTML, asker.site.pages.render("search.html", values), asker.seconds)


def _page(site: Site, values: dict[str, object], problem: Problem) -> Response:
    return site.pages.respond(site.pages.render("search.html", values), problem.status, problem.headers)


def _json(sought: Sought, asker: Asker) -> Answer:
    return made(JSON, tree(find(asker, sought)), asker.seconds)


def _csv(sought: Sought, asker: Asker) -> Answer:
    found, _ = fitting(asker, sought)
    return made(CSV, rows(asker.site.index, found), asker.seconds)


_MAKERS = {"html": _html, "json": _json, "csv": _csv}
