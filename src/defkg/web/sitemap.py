"""``/sitemap.xml`` and ``/robots.txt``: every page that has an address of its own, for search engines.

Sources: https://www.sitemaps.org/protocol.html; RFC 9309 (robots.txt).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from urllib.parse import quote
from xml.sax.saxutils import escape

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from defkg.engine import Answer, Problem
from defkg.kinds import Kind
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.links import path
from defkg.web.methods import close_methods
from defkg.web.rendering import Make, Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.wellknown import host

LONGEST = 20_000
"""Addresses in one file; the protocol allows 50,000, which are more than one query may give."""

_XML = "application/xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FIXED = "/ /about /quality /void /ontology /ontology/uses /shapes /sparql /api/ /timeline /id/ /dumps/".split()
_PAIRS = """SELECT DISTINCT ?one ?other WHERE {{
  ?relationship a defkg:BilateralRelationship ; defkg:hasParty ?a, ?b .
  ?a skos:notation ?one .
  ?b skos:notation ?other .
  FILTER (STR(?one) < STR(?other))
}} ORDER BY ?one ?other LIMIT {limit}"""
_THINGS = "SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x LIMIT {limit} OFFSET {offset}"
_ROBOTS = """User-agent: *
Disallow: /*?
Disallow: /graph-store
Disallow: /metrics
Allow: /

Sitemap: {host}/sitemap.xml
"""


def sitemap_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of the sitemap, in parts, and of what robots are asked to leave alone."""
    router = APIRouter()

    async def index(http: HttpRequest) -> Response:
        return await respond(http, partial(_index, http))

    async def part(http: HttpRequest, name: str) -> Response:
        return await respond(http, partial(_part, http, name))

    async def respond(http: HttpRequest, make: Make) -> Response:
        return await on_site(service, lambda site: rendering.page(http, site, make))

    async def robots(http: HttpRequest) -> Response:
        return PlainTextResponse(_ROBOTS.format(host=host(http)), headers={"Cache-Control": "no-cache"})

    for address, endpoint in (("/sitemap.xml", index), ("/sitemap/{name}.xml", part), ("/robots.txt", robots)):
        router.add_api_route(
            address, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response
        )
        close_methods(router, address, "GET, HEAD, OPTIONS", "This is only read")
    return router


def _index(http: HttpRequest, asker: Asker) -> Answer:
    names = ["pages", *(["pairs"] if _pairs(asker, 1) else [])]
    for kind in asker.site.kinds.values():
        names += [f"{kind.name}-{number}" for number in range(1, -(-kind.count // LONGEST) + 1)]
    return _written("sitemapindex", "sitemap", http, (f"/sitemap/{quote(name, '')}.xml" for name in names))


def _part(http: HttpRequest, name: str, asker: Asker) -> Answer:
    if name == "pages":
        return _written("urlset", "url", http, _pages(asker.site))
    if name == "pairs":
        return _written("urlset", "url", http, _pairs(asker, LONGEST))
    kind, number = _chosen(asker.site, name)
    return _written("urlset", "url", http, _things(asker, kind, number))


def _chosen(site: Site, name: str) -> tuple[Kind, int]:
    kind, _, written = name.rpartition("-")
    known = site.kinds.get(kind)
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 0
    if known is None or not 0 < number <= -(-known.count // LONGEST):
        raise Problem(404, "not-found", "There is no such part of the sitemap", "/sitemap.xml lists its parts")
    return known, number


def _pages(site: Site) -> Iterable[str]:
    yield from _FIXED
    if site.alignments:
        yield "/ontology/alignments"
    if site.questions:
        yield "/questions/"
    yield from (f"/questions/{name}" for name in site.questions)
    yield from (found for kind in site.kinds.values() if (found := path(kind.prefix)))


def _pairs(asker: Asker, limit: int) -> list[str]:
    rows = asker.select(_PAIRS.format(limit=limit))
    pairs = ([quote(str(getattr(row[name], "value", "")), "") for name in ("one", "other")] for row in rows)
    return ["/between/", *(f"/between/{one}/{other}" for one, other in pairs)] if rows else []


def _things(asker: Asker, kind: Kind, number: int) -> list[str]:
    query = _THINGS.format(pattern=kind.pattern(), limit=LONGEST, offset=(number - 1) * LONGEST)
    things = (row["x"] for row in asker.select(query))
    return [found for thing in things if isinstance(thing, NamedNode) and (found := path(thing.value))]


def _written(root: str, entry: str, http: HttpRequest, addresses: Iterable[str]) -> Answer:
    base = host(http)
    lines = (f"<{entry}><loc>{escape(base + address)}</loc></{entry}>" for address in addresses)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">'
    return made(_XML, "\n".join([head, *lines, f"</{root}>\n"]).encode())
