"""``/questions/``: the library, and each of its questions as a page and as data.

Source: RFC 9110, sections 8.7 (Content-Location) and 12.5.1 (Accept).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem
from defkg.engine.formats import ROW_ALIASES
from defkg.question import Question
from defkg.terms import QUESTIONS_GRAPH
from defkg.web.answers import made, once, send
from defkg.web.asker import Asker
from defkg.web.documents import negotiated
from defkg.web.methods import close_methods
from defkg.web.negotiation import choose
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.questions.answer import Found, find
from defkg.web.questions.data import Data
from defkg.web.questions.formats import FORMATS, TRIPLES, offered
from defkg.web.questions.page import library_values, page_values, unknown_values
from defkg.web.questions.request import Asked, read_asked, resolve
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.vocabulary.graph import graph_document

_HTML = "text/html"
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "A question is only asked"
_SUFFIXES = {media_type: suffix for suffix, media_type in FORMATS.items()}


def questions_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of ``/questions/``."""
    router = APIRouter()
    data = Data(service, rendering.threads)

    async def library(http: HttpRequest) -> Response:
        site = service.site
        parameters = await read_parameters(http, site.engine.limits)
        form = negotiated(http, {"html": _HTML, **TRIPLES}) or ""
        if form != "html":
            make = partial(graph_document, QUESTIONS_GRAPH.value, "", form, parameters)
            return await on_site(service, lambda site: rendering.page(http, site, make, form))
        values = library_values(list(site.questions.values()), parameters.one("tag"))
        return send(http, made(_HTML, site.pages.render("questions.html", values)))

    async def move(http: HttpRequest) -> Response:
        query = http.url.query
        return RedirectResponse(f"/questions/{'?' if query else ''}{query}", 308)

    async def question(http: HttpRequest, segment: str) -> Response:
        return await on_site(service, lambda site: answered(http, site, segment))

    async def answered(http: HttpRequest, site: Site, segment: str) -> Response:
        try:
            found, suffix = resolve(site.questions, segment)
        except Problem as problem:
            if _negotiated(http) != "html":
                raise
            body = site.pages.render("question_unknown.html", unknown_values(site.questions, problem))
            return site.pages.respond(body, problem.status)
        parameters = await read_parameters(http, site.engine.limits)
        form = suffix or _negotiated(http, offered(found))
        if form == "html":
            work = partial(_page, service, http, site, found, parameters)
            return await rendering.page(http, site, lambda _: work())
        response = await data.respond(http, site, found, parameters, form)
        if not suffix:
            response.headers["Content-Location"] = _fixed(found, form, parameters)
        return response

    for path, endpoint in (("/questions", move), ("/questions/", library), ("/questions/{segment}", question)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


def _page(
    service: Service, http: HttpRequest, site: Site, question: Question, parameters: Parameters
) -> Answer | Response:
    base = str(http.base_url).rstrip("/")
    asked = Asked(question, {}, {})
    asker = Asker(service, http, site)
    outcome: Found | Problem | None
    try:
        asked = read_asked(question, site.names, parameters)
        asker = Asker(service, http, site, asked.timeout)
        outcome = None if asked.faults else find(asker, asked)
    except Problem as problem:
        if problem.kind == "shutting-down":
            raise
        outcome = problem
    body = site.pages.render("question.html", page_values(asked, site.names, base, outcome))
    if isinstance(outcome, Problem):
        return site.pages.respond(body, outcome.status, outcome.headers)
    if outcome is None and not asked.missing:
        return site.pages.respond(body, 400)
    page = made(_HTML, body, asker.seconds)
    return page if outcome is None or outcome.whole else once(http, page)


def _fixed(question: Question, form: str, parameters: Parameters) -> str:
    query = urlencode(parameters.pairs)
    return f"/questions/{question.name}.{form}{'?' if query else ''}{query}"


def _negotiated(http: HttpRequest, formats: Mapping[str, str] = FORMATS) -> str:
    """The format that a client asks for by Accept: a suffix of those that there are, or html.

    Raises:
        Problem: 406, it accepts none.
    """
    offers = [*formats.values(), _HTML]
    media_type = choose(http.headers.get("accept"), offers, ROW_ALIASES)
    if media_type is None:
        detail = f"The answer comes as {', '.join(offers)}; name one of them in Accept, or its suffix in the address"
        raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": offers})
    return _SUFFIXES.get(media_type, "html")
