"""``/id/`` and ``/id/<kind>/``: the kinds of things, and the things of a kind, as pages and as data.

Source: RFC 9110, sections 8.7 (Content-Location) and 12.5.1 (Accept); RFC 8288 for the alternates.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem
from defkg.kinds import Kind
from defkg.web.answers import made, send
from defkg.web.asker import Asker
from defkg.web.documents import GRAPHS, HTML, negotiated, not_acceptable, refuse, told
from defkg.web.lists.choices import Choices, read_choices
from defkg.web.lists.counts import length
from defkg.web.lists.data import CSV, overview, request
from defkg.web.lists.listing import SORTED
from defkg.web.lists.page import fault_values, list_values, overview_values
from defkg.web.methods import close_methods
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site

_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "A list is only read"
_KINDS = {"html": HTML, "csv": CSV}
_THINGS = {**_KINDS, **GRAPHS}
Respond = Callable[[HttpRequest], Awaitable[Response]]


def lists_router(service: Service, rendering: Rendering, elsewhere: Respond) -> APIRouter:
    """The routes of lists; they come before those of things, whose keys their suffixes would else be.

    Args:
        service: what is served.
        rendering: what makes pages.
        elsewhere: what responds where an address is that of no list.
    """
    router = APIRouter()

    async def kinds(http: HttpRequest, suffix: str = "") -> Response:
        if suffix and suffix not in _KINDS:
            return await elsewhere(http)
        parameters = await read_parameters(http, service.site.engine.limits)
        form = _form(http, parameters, suffix, _KINDS)
        refuse(Parameters(pair for pair in parameters.pairs if pair[0] != "format"), form)
        return _overview(http, service.site, form)

    async def things(http: HttpRequest, kind: str, suffix: str = "") -> Response:
        if suffix and (suffix not in _THINGS or kind not in service.site.kinds):
            return await elsewhere(http)
        return await on_site(service, lambda site: listed(http, site, kind, suffix))

    async def listed(http: HttpRequest, site: Site, name: str, suffix: str) -> Response:
        parameters = await read_parameters(http, site.engine.limits)
        form = _form(http, parameters, suffix, _THINGS)
        try:
            choices = read_choices(_kind(site, name), parameters, paged=form == "html")
        except Problem as problem:
            if form == "html":
                return _fault(site, problem)
            raise
        if form == "html":
            return await rendering.page(http, site, partial(_page, service, site, choices))
        select = Asker(service, http, site).select
        total = await rendering.threads.run(http, site, partial(length, select, choices))
        response = await service.respond(http, request(choices, _THINGS[form], long=total > SORTED), site)
        response.headers.update({} if suffix else {"Content-Location": choices.address(f".{form}")})
        return response

    routes: dict[str, Callable[..., Awaitable[Response]]] = {"/id": _move, "/id/": kinds, "/id/.{suffix}": kinds}
    routes |= dict.fromkeys(("/id/{kind}/", "/id/{kind}/.{suffix}", "/id/{kind}.{suffix}"), things)
    for path, endpoint in routes.items():
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


async def _move(http: HttpRequest) -> Response:
    query = http.url.query
    return RedirectResponse(f"/id/{'?' if query else ''}{query}", 308)


def _overview(http: HttpRequest, site: Site, form: str) -> Response:
    if form == "csv":
        return send(http, made(CSV, overview(site.kinds.values())))
    return send(http, made(HTML, site.pages.render("kinds.html", overview_values(site.kinds.values()))))


def _page(service: Service, site: Site, choices: Choices, asker: Asker) -> Answer | Response:
    try:
        values = list_values(service, asker, choices)
    except Problem as problem:
        if problem.status != 404:
            raise
        return _fault(site, problem)
    others = (f'<{choices.address("." + suffix)}>; rel="alternate"; type="{_THINGS[suffix]}"' for suffix in _THINGS)
    headers = {"Link": ", ".join(others), "Content-Location": choices.address(".html", choices.page)}
    body = site.pages.render("list.html", values)
    return told(made(HTML, body, asker.seconds) if values["lasting"] else site.pages.respond(body), headers)


def _fault(site: Site, problem: Problem) -> Response:
    body = site.pages.render("kinds.html", fault_values(site.kinds.values(), problem))
    return site.pages.respond(body, problem.status)


def _kind(site: Site, name: str) -> Kind:
    if name in site.kinds:
        return site.kinds[name]
    near = difflib.get_close_matches(name[:100], list(site.kinds), n=3)
    words = f"; did you mean {', '.join(near)}?" if near else "."
    detail = f"There is no kind of things called {name[:100]!r} here{words} /id/ lists the kinds"
    raise Problem(404, "unknown-kind", "There is no such list", detail, {"near": near})


def _form(http: HttpRequest, parameters: Parameters, suffix: str, formats: Mapping[str, str]) -> str:
    """The format that is asked for: by the suffix of the address, by ``format=``, or by Accept.

    Raises:
        Problem: 400 or 406, there is no such.
    """
    named = parameters.one("format")
    if named is not None and (suffix or named not in formats):
        detail = f"format= is one of {', '.join(formats)}, and stands where the address has no suffix"
        raise Problem(400, "format", "There is no such format", detail, {"parameter": "format"})
    form = suffix or named or negotiated(http, formats)
    if form is None:
        raise not_acceptable(formats)
    return form
