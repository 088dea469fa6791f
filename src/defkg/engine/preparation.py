"""From a request to what the engine is asked: the dataset found, and what is closed refused.

It runs in the worker, under the query's own deadline: reading a long query takes time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.engine import Problem, Request
from defkg.engine.glance import plain
from defkg.engine.limits import Limits
from defkg.engine.scan import scan


class Prepared(NamedTuple):
    """A request that may run: without dataset clauses, with its dataset; and whether its answer changes by nature."""

    request: Request
    volatile: bool


def prepare(request: Request, graphs: Collection[str], limits: Limits) -> Prepared:
    """Reads a query before it runs.

    Args:
        request: as it came; a dataset it names replaces the query's own, and what it does not name is empty.
        graphs: IRIs of the graphs that are served.
        limits: for the nesting.

    Raises:
        Problem: it is nested too deeply, asks for what is refused, or names a graph that is not served.
    """
    default, named = request.default_graphs, request.named_graphs
    if default is None and named is None and plain(request.query, limits.depth):
        return Prepared(request, volatile=False)
    scanned = scan(request.query)
    if scanned.depth > limits.depth:
        detail = f"The query nests {scanned.depth} levels deep, and {limits.depth} are allowed; write it flatter"
        raise Problem(400, "too-deep", "The query is nested too deeply", detail, {"limit": limits.depth})
    if default is None and named is None:
        default, named = scanned.default_graphs, scanned.named_graphs
    if default is not None or named is not None:
        default, named = default or (), named or ()
        for iri in (*default, *named):
            _refuse_unknown(iri, graphs)
    prepared = replace(request, query=scanned.query, default_graphs=default, named_graphs=named)
    return Prepared(prepared, scanned.volatile)


def _refuse_unknown(iri: str, graphs: Collection[str]) -> None:
    try:
        NamedNode(iri)
    except ValueError as error:
        detail = f"{iri!r} is no absolute IRI; name a graph by its IRI"
        raise Problem(400, "dataset", "A graph is not named by an IRI", detail) from error
    if iri not in graphs:
        detail = f"<{iri}> is not served here, and nothing is fetched; the service description lists what is"
        some = sorted(graphs)[:20]
        raise Problem(400, "unknown-graph", "There is no such graph", detail, {"graphs": some})
