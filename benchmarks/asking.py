"""What the engines are asked: questions of the library, bound to things of the graph that have much to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from pyoxigraph import NamedNode

from benchmarks.engines import JSON, Endpoint
from defkg.project import Project
from defkg.question import Question, library
from defkg.terms import Term

_OFFICIALS = "SELECT ?official WHERE {{ ?official a <https://w3id.org/defkg/ontology#Official> }} LIMIT {many}"
_BUSIEST = (
    "SELECT ?thing (COUNT(*) AS ?mentions) WHERE {{ ?thing a <{kind}> . ?subject ?predicate ?thing }} "
    "GROUP BY ?thing ORDER BY DESC(?mentions) ?thing LIMIT 4"
)
_LOOKUP = "jwgs-co-chaired-by"
LONGEST = 120.0  # seconds that a question may take, unless told


@dataclass(frozen=True)
class Asked:
    """A question as it is put to the engines.

    Attributes:
        name: its name in the library.
        query: with its parameters bound.
        about: what they are bound to, in words.
    """

    name: str
    query: str
    about: str


def ask(endpoint: Endpoint, query: str, client: httpx.Client, seconds: float = 900) -> httpx.Response:
    """The answer of an engine, as SPARQL results in JSON.

    Raises:
        HTTPError: it does not answer in time, or not with 200.
    """
    response = client.get(endpoint.address(query), headers={"Accept": JSON}, timeout=seconds)
    return response.raise_for_status()


def column(endpoint: Endpoint, query: str, client: httpx.Client) -> list[str]:
    """The first column of an answer.

    Raises:
        HTTPError: as for `ask`.
    """
    results = ask(endpoint, query, client).json()
    name = results["head"]["vars"][0]
    return [row[name]["value"] for row in results["results"]["bindings"]]


def lookups(endpoint: Endpoint, client: httpx.Client, many: int = 5000) -> list[str]:
    """The question for the working groups of an official, for many officials of the graph."""
    question = questions()[_LOOKUP]
    officials = sorted(column(endpoint, _OFFICIALS.format(many=many), client))
    return [question.bind({"official": NamedNode(official)}) for official in officials]


def analytic(
    endpoint: Endpoint, client: httpx.Client, longest: float = LONGEST, kept: Path | None = None
) -> list[Asked]:
    """Every question of the library, bound to the things of each class that are spoken of most.

    Two parameters of one class get different things: two countries are those with the most dealings. A parameter that
    is no thing keeps its default, and so do all of a question that has nothing to tell of those things together.

    Args:
        endpoint: where to look.
        client: asks.
        longest: seconds after which a question has something to tell.
        kept: a file in which the things stay, since finding them takes minutes in a large graph.
    """
    busy = _Busiest(endpoint, client, kept)
    return [_telling(question, busy, endpoint, client, longest) for _, question in sorted(questions().items())]


def questions() -> Mapping[str, Question]:
    """The library of this repository."""
    return library(Project.bundled())


class _Busiest:
    """The things of each class that most triples have as their object."""

    def __init__(self, endpoint: Endpoint, client: httpx.Client, kept: Path | None) -> None:
        self._endpoint = endpoint
        self._client = client
        self._kept = kept
        self._known: dict[str, list[str]] = json.loads(kept.read_text()) if kept and kept.exists() else {}

    def __getitem__(self, kind: str) -> list[str]:
        if kind not in self._known:
            self._known[kind] = column(self._endpoint, _BUSIEST.format(kind=kind), self._client)
            if self._kept:
                self._kept.write_text(json.dumps(self._known, indent=1))
        return self._known[kind]


def _telling(question: Question, busy: _Busiest, endpoint: Endpoint, client: httpx.Client, longest: float) -> Asked:
    asked = _asked(question, _busy(question, busy))
    try:
        answer = ask(endpoint, asked.query, client, longest).json()
    except httpx.TimeoutException:
        return asked
    return asked if answer.get("results", {}).get("bindings") else _asked(question, question.defaults())


def _busy(question: Question, busy: _Busiest) -> dict[str, Term]:
    values: dict[str, Term] = question.defaults()
    used: dict[str, int] = {}
    for parameter in question.parameters:
        kind = parameter.kind if parameter.name in values else ""
        at = used.get(kind, 0)
        if kind and at < len(busy[kind]):
            values[parameter.name] = NamedNode(busy[kind][at])
            used[kind] = at + 1
    return values


def _asked(question: Question, values: Mapping[str, Term]) -> Asked:
    about = ", ".join(f"{name} {_short(str(value))}" for name, value in values.items())
    return Asked(question.name, question.bind(values), about)


def _short(term: str) -> str:
    return term.rstrip(">").rpartition("/id/")[2] or term
