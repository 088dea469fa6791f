"""The answer to a query of the asker's own as a page: labels, the documents behind each row, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem, Request
from defkg.linter import Explanation, lint, why_empty
from defkg.naming import labels
from defkg.provenance import SourcedRow, Untold
from defkg.provenance import answer as trace
from defkg.terms import Term
from defkg.web.answers import made, once
from defkg.web.asker import Asker
from defkg.web.editor.cells import Row, document, row
from defkg.web.editor.reading import Beginning, read
from defkg.web.parameters import Parameters
from defkg.web.questions.paging import cut
from defkg.web.service import Site

HTML = "text/html"
_LINTED = 16 * 1024
_LINKED = 8 * 1024
_QUICK = 1.0  # seconds of a query whose sources are told without being asked for
_SHARE, _SECONDS = 0.5, 3.0  # of the time that is left
_KEPT = ("default-graph-uri", "named-graph-uri", "timeout")


@dataclass
class _Told:
    """What is known besides the answer; `missing` says what is not."""

    rows: Sequence[Mapping[str, Term]]
    sources: Sequence[SourcedRow] | None = None
    untold: str = ""
    later: bool = False
    reasons: Sequence[Explanation] | None = None
    missing: list[str] = field(default_factory=list)


def answer_page(
    asker: Asker, http: HttpRequest, parameters: Parameters, request: Request, outcome: Answer
) -> Answer | Response:
    """The page for an answer; an `Answer` where the same query will have the same page again.

    Args:
        asker: asks for what the page needs besides.
        http: the request.
        parameters: what it carries.
        request: what it asks of the engine.
        outcome: the engine's answer, whose file is closed here.

    Raises:
        Problem: the graph is being replaced.
        ClientDisconnect: nobody waits for it any more.
    """
    found = read(outcome)
    left = asker.part(1.0, max(asker.site.engine.limits.timeout - outcome.seconds, _SECONDS))
    told = _told(left, parameters, request, outcome, found)
    values = _common(asker.site, parameters) | _found(left, parameters, found, told)
    page = made(HTML, asker.site.pages.render("results.html", values), outcome.seconds + left.seconds)
    return page if outcome.tag and not told.missing else once(http, page)


def problem_page(site: Site, parameters: Parameters, problem: Problem) -> Response:
    """The page that says why there is no answer, with the query to be changed."""
    values = _common(site, parameters) | {"problem": problem, "documents": []}
    return site.pages.respond(site.pages.render("results.html", values), problem.status, problem.headers)


def _common(site: Site, parameters: Parameters) -> dict[str, object]:
    query = dict(parameters.pairs).get("query", "")
    kept = [pair for pair in parameters.pairs if pair[0] in _KEPT]
    link = "/sparql?" + urlencode([("query", query), *kept])
    return {
        "query": query,
        "beginning": False,
        "kept": kept,
        "problem": None,
        "link": link if len(link) <= _LINKED else "",
        "warnings": lint(query, site.terms) if len(query) <= _LINTED else [],
        "post": len(link) > _LINKED,
    }


def _told(asker: Asker, parameters: Parameters, request: Request, outcome: Answer, found: Beginning) -> _Told:
    told = _Told(found.rows)
    if found.rows or found.boolean:
        _trace(asker, parameters, request, outcome, found, told)
    elif _is_empty(found) and parameters.one("explain") == "empty" and not _has_dataset(request):
        _explain(asker, request, told)
    return told


def _trace(
    asker: Asker, parameters: Parameters, request: Request, outcome: Answer, found: Beginning, told: _Told
) -> None:
    """Finds the documents behind each row, where that can be told and is asked for, or costs little."""
    wanted = parameters.one("sources")
    told.untold = _untraceable(request, outcome)
    told.later = not told.untold and (wanted == "false" or (wanted is None and outcome.seconds > _QUICK))
    if told.untold or told.later:
        return
    part = asker.part(1.0, asker.site.engine.limits.timeout) if wanted else asker.part(_SHARE, _SECONDS)
    try:
        sourced = trace(part.select, asker.site.rules, _shown(request.query, found)).rows
    except Untold as reason:
        told.untold = str(reason)
    except Problem as problem:
        _pass_on(problem)
        told.missing.append(f"The sources of the rows cannot be told: {problem.detail}.")
    else:
        told.sources, told.rows = sourced, [one.values for one in sourced]
    finally:
        asker.seconds += part.seconds


def _untraceable(request: Request, outcome: Answer) -> str:
    if _has_dataset(request):
        return "the graphs that were asked are chosen by the request, and not by the query"
    return "" if outcome.tag else "the answer is another one each time"


def _has_dataset(request: Request) -> bool:
    return request.default_graphs is not None or request.named_graphs is not None


def _is_empty(found: Beginning) -> bool:
    return found.graph is None and found.boolean is None and not found.total


def _shown(query: str, found: Beginning) -> str:
    """The query for the rows that are shown alone."""
    return query if found.boolean or found.total <= len(found.rows) else cut(query, len(found.rows), 0)


def _explain(asker: Asker, request: Request, told: _Told) -> None:
    try:
        told.reasons = why_empty(request.query, lambda query: bool(asker.select(query)))
    except Problem as problem:
        _pass_on(problem)
        told.missing.append(f"Why the answer is empty cannot be told: {problem.detail}.")


def _pass_on(problem: Problem) -> None:
    if problem.kind == "shutting-down":
        raise problem


def _found(asker: Asker, parameters: Parameters, found: Beginning, told: _Told) -> dict[str, object]:
    known = _labels(asker, told)
    sources = [one.sources for one in told.sources] if told.sources is not None else None
    inferred = [len(one.inferred) for one in told.sources] if told.sources is not None else []
    rows = [_row(number, one, known, sources, inferred) for number, one in enumerate(told.rows)]
    asked = [pair for pair in parameters.pairs if pair[0] in ("query", *_KEPT)]
    documents = sorted({iri for one in sources or () for iri in one})
    return {
        "found": found,
        "rows": rows,
        "sourced": sources is not None,
        "documents": [document(iri, known) for iri in documents],
        "untold": told.untold,
        "missing": told.missing,
        "reasons": told.reasons,
        "later": _address([*asked, ("sources", "true")]) if told.later else "",
        "explain": _explaining(asked) if _is_empty(found) and told.reasons is None else "",
        "formats": _formats(asked, found.formats),
    }


def _row(
    number: int,
    terms: Mapping[str, Term],
    known: Mapping[str, str],
    sources: Sequence[tuple[str, ...]] | None,
    inferred: Sequence[int],
) -> Row:
    if sources is None:
        return row(terms, known)
    return row(terms, known, [document(iri, known) for iri in sources[number]], inferred[number])


def _labels(asker: Asker, told: _Told) -> dict[str, str]:
    """What the things in the rows and the documents are called."""
    iris = {term.value for one in told.rows for term in one.values() if isinstance(term, NamedNode)}
    iris |= {iri for one in told.sources or () for iri in one.sources}
    try:
        return labels(asker.select, [iri for iri in iris if _is_iri(iri)])
    except Problem as problem:
        _pass_on(problem)
        told.missing.append(f"What the things are called cannot be told: {problem.detail}.")
        return {}


def _is_iri(text: str) -> bool:
    with suppress(ValueError):
        return bool(NamedNode(text))
    return False


def _explaining(asked: Sequence[tuple[str, str]]) -> str:
    own = any(name in ("default-graph-uri", "named-graph-uri") for name, _ in asked)
    return _address(asked, "/sparql/explain") if own else _address([*asked, ("explain", "empty")])


def _formats(asked: Sequence[tuple[str, str]], names: Iterable[str]) -> dict[str, str]:
    addresses = {name: _address([*asked, ("format", name)]) for name in names}
    return {name: address for name, address in addresses.items() if address}


def _address(pairs: Sequence[tuple[str, str]], path: str = "/sparql") -> str:
    """An address of the same query; empty where it is too long for one."""
    address = f"{path}?{urlencode(pairs)}"
    return address if len(address) <= _LINKED else ""
