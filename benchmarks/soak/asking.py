"""What the soak asks that has a right answer, and that answer, taken before there was any load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode, urlsplit

import httpx
from pyoxigraph import NamedNode
from tests.kinds import BROWSER, PAGES

from benchmarks.asking import questions
from benchmarks.soak.ask import DIRECT, FORM, Ask
from benchmarks.soak.exchange import Request, Response
from defkg.question import Question
from defkg.terms import ID, Term

_ROWS = ("application/sparql-results+json", "text/csv", "application/sparql-results+xml", "text/tab-separated-values")
_DOCUMENTS = ("ttl", "nt", "jsonld", "rdf", "csv", "html")
_ANSWERS = ("csv", "json", "ttl", "rq", "")
_THINGS = "SELECT ?thing WHERE {{ ?thing a <{kind}> }} ORDER BY ?thing LIMIT {many}"
_MADE_LATER = {"dumps", "in numbers"}  # the second tells how large the first are once somebody has asked for them


def asks(address: str, things: int) -> tuple[list[Ask], list[str]]:
    """All that is asked, with the answers of now; and what was left out, each with the status that it got.

    Args:
        address: of the server.
        things: to how many of each class the questions are bound, and how many are looked at.
    """
    found, left_out = [], []
    with httpx.Client(base_url=address, timeout=120, headers={"Accept-Encoding": "identity"}) as client:
        for kind, request, ordered, open_end in _requests(client, things):
            got = client.request(request.method, request.target, headers=request.headers, content=request.body)
            if got.status_code in (200, 400, 404):
                right = Response(got.status_code, {n.lower(): v for n, v in got.headers.items()}, got.content)
                found.append(Ask(kind, request, right, ordered, open_end))
            else:
                left_out.append(f"{got.status_code} {request.method} {request.target[:200]}")
    return found, left_out


def _requests(client: httpx.Client, many: int) -> Iterator[tuple[str, Request, bool, bool]]:
    things = _Things(client, many)
    for number, (_, question) in enumerate(sorted(questions().items())):
        for values in _values(question, things):
            yield from _question(question, values, number)
    for kind in things.known:
        for thing in things[kind]:
            if thing.startswith(ID):
                yield from (
                    ("thing", Request("GET", f"{urlsplit(thing).path.removeprefix('/defkg')}.{end}"), True, False)
                    for end in _DOCUMENTS
                )
    targets = (target for name, target in PAGES.items() if name not in _MADE_LATER)
    yield from (("page", Request("GET", target, BROWSER), True, False) for target in targets)


class _Things:
    """Some things of each class."""

    def __init__(self, client: httpx.Client, many: int) -> None:
        self._client = client
        self._many = many
        self.known: dict[str, list[str]] = {}

    def __getitem__(self, kind: str) -> list[str]:
        if kind not in self.known:
            query = _THINGS.format(kind=kind, many=self._many)
            got = self._client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
            self.known[kind] = got.raise_for_status().text.split("\r\n")[1:-1]
        return self.known[kind]


def _values(question: Question, things: _Things) -> Iterator[Mapping[str, Term]]:
    """The defaults, and each parameter that is a thing bound to others of its class in turn."""
    defaults = question.defaults()
    yield defaults
    for parameter in question.parameters:
        if parameter.kind and parameter.name in defaults:
            yield from ({**defaults, parameter.name: NamedNode(thing)} for thing in things[parameter.kind])


def _question(question: Question, values: Mapping[str, Term], number: int) -> Iterator[tuple[str, Request, bool, bool]]:
    query = question.bind(values)
    ordered = "order by" in query.lower()
    accept = {"Accept": _ROWS[number % len(_ROWS)]}
    encoded = quote(query, safe="")
    yield "query", Request("GET", f"/sparql?query={encoded}", accept), ordered, True
    if number % 4 == 0:
        yield "POST", Request("POST", "/sparql", {**accept, **FORM}, f"query={encoded}".encode()), ordered, True
    if number % 4 == 1:
        yield "POST", Request("POST", "/sparql", {**accept, **DIRECT}, query.encode()), ordered, True
    given = urlencode({name: getattr(term, "value", str(term)) for name, term in values.items()})
    end = _ANSWERS[number % len(_ANSWERS)]
    target = f"/questions/{question.name}{'.' * bool(end)}{end}{'?' * bool(given)}{given}"
    yield "question", Request("GET", target, {} if end else BROWSER), ordered or end in ("ttl", "rq", ""), False
