"""``/graph-store``: the reading half of the Graph Store HTTP Protocol.

Source: SPARQL 1.1 Graph Store HTTP Protocol (W3C), sections 4.2 and 5.2.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Engine, Problem, Request
from defkg.engine.formats import GRAPHS
from defkg.web.methods import close_methods
from defkg.web.operations import reading
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.service import Service
from defkg.web.sparql import acceptable, check_iri

_PATH = "/graph-store"
_SHOWN = 20


def graph_store_router(service: Service) -> APIRouter:
    """The routes of ``/graph-store``."""
    router = APIRouter()

    async def graph_store(http: HttpRequest) -> Response:
        engine = service.site.engine
        parameters = await read_parameters(http, engine.limits)
        query = _query(parameters, engine)
        return await service.respond(http, Request(query, rows_type=None, graph_type=_media_type(http, parameters)))

    router.add_api_route(
        _PATH, graph_store, methods=["GET"], summary="Read one graph", response_class=Response, openapi_extra=reading()
    )
    router.add_api_route(_PATH, graph_store, methods=["HEAD"], include_in_schema=False)
    close_methods(router, _PATH, "GET, HEAD, OPTIONS", "The graphs are only read")
    return router


def _query(parameters: Parameters, engine: Engine) -> str:
    iris, default = parameters.every("graph"), parameters.every("default")
    if len(iris) + len(default) != 1 or any(default):
        detail = "Give graph= with the IRI of a graph, or default without a value: one of them, once"
        raise Problem(400, "graph-missing", "It is not said which graph", detail)
    if default:
        return "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    check_iri("graph", iris[0])
    if iris[0] not in engine.graphs:
        raise _unknown(iris[0], engine)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iris[0]}> {{ ?s ?p ?o }} }}"


def _unknown(iri: str, engine: Engine) -> Problem:
    served = sorted(name for name in engine.graphs if name)[:_SHOWN]
    detail = f"<{iri}> is not served here; the service description at /sparql lists the graphs"
    return Problem(404, "unknown-graph", "There is no such graph", detail, {"graphs": served})


def _media_type(http: HttpRequest, parameters: Parameters) -> str:
    _, media_type = acceptable(http, parameters)
    if media_type:
        return media_type
    detail = f"A graph comes as {', '.join(GRAPHS)}; name one of them in Accept, or format="
    raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": list(GRAPHS)})
