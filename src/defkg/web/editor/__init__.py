"""The editor at ``/sparql`` for people, what it completes with, and the page of an answer.

It works without JavaScript: the text is a form's field, and the answer is made here. A query goes to this server and
nowhere else: no parameter of a page, and nothing that a browser has kept, names another endpoint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem, Request
from defkg.engine.limits import Limits
from defkg.web.answers import made, send
from defkg.web.asker import Asker
from defkg.web.editor.guide import editor_values, question_of
from defkg.web.editor.results import HTML, answer_page, problem_page
from defkg.web.editor.terms import completions
from defkg.web.frame import SCRIPTED
from defkg.web.methods import close_methods
from defkg.web.parameters import Parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site

RequestOf = Callable[[HttpRequest, Parameters, Limits], Request]
_TERMS = "/sparql/terms.json"


def editor_router(service: Service, rendering: Rendering) -> APIRouter:
    """The route of what the editor completes with."""
    router = APIRouter()

    def make(asker: Asker) -> Answer:
        return made("application/json", completions(asker.select), asker.seconds)

    async def terms(http: HttpRequest) -> Response:
        return await on_site(service, lambda site: rendering.page(http, site, make))

    router.add_api_route(_TERMS, terms, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
    close_methods(router, _TERMS, "GET, HEAD, OPTIONS", "What the editor completes with is only read")
    return router


def editor_page(http: HttpRequest, site: Site, parameters: Parameters) -> Response:
    """The editor, empty but for a query to begin with, or with that of the question that is named."""
    name = parameters.one("question")
    try:
        values = editor_values(site, question=question_of(site, name) if name else None)
    except Problem as problem:
        body = site.pages.render("editor.html", editor_values(site) | {"problem": problem})
        return _scripted(site.pages.respond(body, problem.status))
    return _scripted(send(http, made(HTML, site.pages.render("editor.html", values))))


async def results_page(
    http: HttpRequest, service: Service, rendering: Rendering, parameters: Parameters, request_of: RequestOf
) -> Response:
    """The page of an answer, or of the problem that there is instead.

    Raises:
        ClientDisconnect: nobody waits for it any more.
    """
    try:
        return _scripted(await _results(http, service, rendering, parameters, request_of))
    except Problem as problem:
        if not getattr(http.state, "recorded", False):
            service.record(http, problem.status, problem.kind)
        return _scripted(problem_page(service.site, parameters, problem))


async def _results(
    http: HttpRequest, service: Service, rendering: Rendering, parameters: Parameters, request_of: RequestOf
) -> Response:
    request = request_of(http, parameters, service.site.engine.limits)
    asked = replace(request, rows_type=Request.rows_type, graph_type=Request.graph_type)
    posted = repr(parameters.pairs) if http.method == "POST" else ""
    variant = hashlib.sha256(posted.encode("utf-8", "backslashreplace")).hexdigest()

    async def respond(site: Site) -> Response:
        outcome = await service.answer(http, asked, site)  # not in a thread: those are few, and a query may take long
        with outcome.spool or nullcontext():
            make = partial(answer_page, http=http, parameters=parameters, request=request, outcome=outcome)
            return await rendering.page(http, site, make, variant)

    return await on_site(service, respond)


def _scripted(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SCRIPTED
    return response
