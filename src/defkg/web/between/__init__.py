"""``/between/``: which countries have what between them, and what there is between two.

Source: RFC 9110, sections 12.5.1 (Accept) and 15.4 (redirection).
"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.between import matrix, page
from defkg.web.between.countries import every, find, near
from defkg.web.methods import close_methods
from defkg.web.negotiation import choose
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site

_HTML, _CSV = "text/html", "text/csv"
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "What is between countries is only read"
_LONGEST = 20


def between_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of ``/between/``."""
    router = APIRouter()

    async def move(http: HttpRequest) -> Response:
        query = http.url.query
        return RedirectResponse(f"/between/{'?' if query else ''}{query}", 308)

    async def whole(http: HttpRequest) -> Response:
        return await on_site(service, lambda site: answered(http, site, matrix.answer))

    async def pair(http: HttpRequest, one: str, other: str) -> Response:
        return await on_site(service, lambda site: answered(http, site, partial(_pair, one, other)))

    async def answered(http: HttpRequest, site: Site, make: matrix.Make) -> Response:
        form = _form(http)
        parameters = await read_parameters(http, site.engine.limits)
        return await rendering.page(http, site, lambda asker: make(asker, parameters, form), form)

    routes = (("/between", move), ("/between/", whole), ("/between.csv", whole), ("/between/{one}/{other}", pair))
    for path, endpoint in routes:
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


def _form(http: HttpRequest) -> str:
    """The media type of the answer: by the suffix of the address, else by Accept.

    Raises:
        Problem: 406, the client accepts none.
    """
    if http.url.path.endswith(".csv"):
        return _CSV
    form = choose(http.headers.get("accept"), [_HTML, _CSV])
    if form is None:
        detail = f"This comes as {_HTML} and {_CSV}; name one of them in Accept, or end the address in .csv"
        raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": [_HTML, _CSV]})
    return form


def _pair(one: str, other: str, asker: Asker, parameters: Parameters, form: str) -> Answer | Response:
    other, suffix = other.removesuffix(".csv"), ".csv" if other.endswith(".csv") else ""
    if form == _CSV:
        _refuse(parameters)
    if moved := _upper(one, other):
        return RedirectResponse(moved + suffix, 308)
    try:
        found = find(asker.select, one, other)
        if found[0].iri == found[1].iri:
            raise Problem(404, "same-country", "These are not two countries", f"{one} is named twice; name two")
    except Problem as problem:
        if problem.status != 404 or form == _CSV:
            raise
        return _unknown(asker, (one, other), problem)
    first, second = sorted(found, key=lambda country: country.code)
    if form == _CSV:
        return made(_CSV, page.table(asker, first, second).write("csv"), asker.seconds)
    values = page.page_values(asker, first, second)
    return made(_HTML, asker.site.pages.render("pair.html", values), asker.seconds)


def _refuse(parameters: Parameters) -> None:
    """Lets nobody think that a parameter narrowed the table; pages pass over what links add."""
    for name in sorted(parameters.names()):
        detail = f"This address takes no parameters, and not {name[:100]!r}"
        raise Problem(400, "parameter-unknown", "There is no such parameter", detail)


def _upper(one: str, other: str) -> str:
    """Where codes lead that are not in capitals; empty where they are."""
    written = [quote(code.upper(), "") for code in (one, other) if len(code) <= _LONGEST]
    if len(written) < 2 or (one, other) == (one.upper(), other.upper()):
        return ""
    return f"/between/{written[0]}/{written[1]}"


def _unknown(asker: Asker, codes: tuple[str, str], problem: Problem) -> Response:
    countries = every(asker.select)
    known = {country.code: country for country in countries}
    close = {code: near(countries, code) for code in codes if code not in known}
    values = {"problem": problem, "codes": codes, "known": known, "close": close}
    body = asker.site.pages.render("pair_unknown.html", values)
    return asker.site.pages.respond(body, problem.status)
