"""A query read before a service gets it: whether it may run, what it asks, and what is needed to answer it.

Source: SPARQL 1.1 Query Language (W3C), sections 4.1 and 16.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from defkg.engine import Problem, Request
from defkg.engine.evaluation import syntax_problem
from defkg.engine.formats import GRAPHS, ROWS
from defkg.engine.limits import Limits
from defkg.engine.preparation import prepare
from defkg.engine.remote import departures, troubles
from defkg.engine.remote.needs import Need, Unanswerable, needs
from defkg.engine.spool import Spool
from defkg.prologue import Names
from defkg.sparql import Token, place, tokens
from defkg.terms import BASE, PREFIXES


class Done(NamedTuple):
    """What a worker tells, and the answer where there is one."""

    told: dict[str, Any]
    spool: Spool | None = None


def read_query(request: Request, graphs: Collection[str], limits: Limits, wary: bool = False) -> Done:
    """Reads a query before a service gets it.

    Args:
        request: what is asked.
        graphs: IRIs of the graphs that are served.
        limits: for the nesting.
        wary: whether the service answers some queries wrongly.

    Tells ``query`` (every name in it declared, no dataset clauses), ``default_graphs`` and ``named_graphs`` (None: the
    whole dataset), ``form`` (``select``, ``ask`` or ``graph``), ``variables``, ``media_type``, ``volatile``,
    ``distinct`` (whether rows are to be there once), and ``needs``: the triples that our own engine needs to answer it,
    None where the service is to answer.

    Raises:
        Problem: it is not SPARQL, asks for what is refused, names a graph that is not there, or its answer comes in
            none of the formats that the client takes.
    """
    prepared, volatile = prepare(request, graphs, limits)
    found = tokens(prepared.query)
    names = Names.read(found)
    _refuse_functions(prepared.query, found, names)
    form, variables = _form(prepared.query)
    return Done(
        {
            "query": _declared(prepared.query, found, names),
            "default_graphs": prepared.default_graphs,
            "named_graphs": prepared.named_graphs,
            "form": form,
            "variables": variables,
            "media_type": _media_type(request, form),
            "volatile": volatile,
            "distinct": any(token.keyword == "DISTINCT" and not token.depth for token in found),
            "needs": _needs(prepared, found, wary),
        }
    )


def _needs(request: Request, found: list[Token], wary: bool) -> list[Need] | None:
    merged = len(set(request.default_graphs or ())) > 1
    if not merged and not (wary and not departures.trusted(found)):
        return None
    try:
        return needs(request.query)
    except Unanswerable as error:
        raise troubles.unfit(str(error)) from None


def _form(query: str) -> tuple[str, list[str]]:
    try:
        results = Store().query(query, base_iri=BASE, prefixes=PREFIXES)
    except SyntaxError as error:
        raise syntax_problem(error) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise Problem(400, "evaluation", "The query could not be evaluated", str(error)) from error
    if isinstance(results, QuerySolutions):
        return "select", [variable.value for variable in results.variables]
    return ("ask" if isinstance(results, QueryBoolean) else "graph"), []


def _media_type(request: Request, form: str) -> str:
    wanted, offered, words = (
        (request.graph_type, list(GRAPHS), "CONSTRUCT or DESCRIBE")
        if form == "graph"
        else (request.rows_type, list(ROWS), "SELECT or ASK")
    )
    if wanted is None:
        detail = f"The answer of a {words} query comes as {', '.join(offered)}; name one of them in Accept, or format="
        raise Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": offered})
    return wanted


def _refuse_functions(text: str, found: list[Token], names: Names) -> None:
    """A store's own functions can read its files or call other hosts."""
    for token in found:
        if token.kind in ("iri", "name") and departures.is_own_function(names.resolve(token) or ""):
            line, column = place(text, token.start)
            detail = (
                f"At line {line}, column {column}: {token.text} is a function of the store's own, and none of SPARQL"
            )
            raise Problem(403, "function-refused", "The function is refused", detail, {"line": line, "column": column})


def _declared(text: str, found: list[Token], names: Names) -> str:
    """The query with all declared that it uses, before its first line, so that lines stay."""
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    missing = sorted(name for name in used - set(names.prefixes) if name in PREFIXES)
    base = "" if names.base else f"BASE <{BASE}> "
    return base + "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + text
