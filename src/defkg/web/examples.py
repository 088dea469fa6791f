"""``/.well-known/sparql-examples``: the questions as executable queries, for editors elsewhere that list them.

Source: https://github.com/sib-swiss/sparql-examples for the address and the vocabulary.
"""

from __future__ import annotations

from fastapi import APIRouter
from pyoxigraph import serialize
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Problem
from defkg.engine.formats import GRAPH_ALIASES, GRAPH_NAMES, GRAPHS
from defkg.executable import at_endpoint
from defkg.terms import PREFIXES
from defkg.web.answers import made, send
from defkg.web.methods import close_methods
from defkg.web.negotiation import choose
from defkg.web.service import Service, Site

_PATH = "/.well-known/sparql-examples"


def examples_router(service: Service) -> APIRouter:
    """The routes of ``/.well-known/sparql-examples``."""
    router = APIRouter()

    async def examples(http: HttpRequest, format: str | None = None) -> Response:
        body = _document(service.site, http, media_type := _media_type(http, format))
        return send(http, made(media_type, body))

    router.add_api_route(_PATH, examples, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
    close_methods(router, _PATH, "GET, HEAD, OPTIONS", "The examples are only read")
    return router


def endpoint_of(http: HttpRequest) -> str:
    """The address of the endpoint at the host that was asked."""
    return str(http.base_url).rstrip("/") + "/sparql"


def _document(site: Site, http: HttpRequest, media_type: str) -> bytes:
    if not site.examples:
        detail = "What is served here is no project folder with a library of questions"
        raise Problem(404, "not-found", "There are no example queries", detail)
    try:
        triples = at_endpoint(site.examples, endpoint_of(http))
    except ValueError as error:
        raise Problem(400, "host", "The Host header names no host", str(error)) from error
    return serialize(triples, format=GRAPHS[media_type], prefixes=PREFIXES) or b""


def _media_type(http: HttpRequest, name: str | None) -> str:
    accept = http.headers.get("accept")
    known = {**GRAPH_NAMES, **{form: form for form in GRAPHS}}
    found = choose(accept, list(GRAPHS), GRAPH_ALIASES) if name is None else known.get(name)
    if found:
        return found
    detail = f"The examples come as {', '.join(GRAPHS)}; name one of them in Accept, or format="
    raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": list(GRAPHS)})
