"""The service: what is served, and the way of each query through budget, cache, engine, metrics and log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from time import perf_counter
from typing import Any, Protocol

from pyoxigraph import Triple
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.coverage.unstated import Unstated
from defkg.engine import Answer, Engine, Problem, Request
from defkg.executable import executables
from defkg.export.files import Made
from defkg.index import Index
from defkg.inference import Rule
from defkg.jsonld import Context
from defkg.kinds import Kind
from defkg.naming import Names
from defkg.presentation import Presentation
from defkg.question import Question
from defkg.rulebook import Rule as Check
from defkg.selfdescription import Description
from defkg.web import answers, log
from defkg.web.cache import AnswerCache
from defkg.web.clients import Caller, Clients, name
from defkg.web.connection import while_connected
from defkg.web.metrics import Metrics
from defkg.web.pages import Pages
from defkg.web.quality import Quality

_FREE = ("busy", "shutting-down")  # problems of the server's own, that no client pays for
_HUNG_UP = 499


@dataclass(frozen=True)
class Site:
    """What is served at one moment; swapped as a whole.

    Attributes:
        engine: what answers queries.
        pages: what renders pages.
        terms: IRIs of the ontology's terms.
        notice: one line that every response and page carries, such as that the graph has not passed its checks.
        questions: the library.
        names: what the things are called that its questions can be about.
        rules: by which triples were inferred.
        kinds: the kinds of things, by their names.
        index: the names of all things, for the search; read when it is first asked for.
        description: what is said of the dataset as a whole.
        quality: what its documents cover, and what the checks found.
        context: the names that JSON-LD uses.
        releases: the Turtle of earlier releases of the ontology, by their versions.
        alignments: the text of the alignments to other vocabularies, by the names of their files.
        checks: the rules that are no shapes.
        dumped: its dumps by their names, once they have been made.
        presentation: the order and the names of what is told of a thing.
        unstated: by thing, what no document states of it; None where that was not worked out.
        earlier: what was served at other times and can still be asked for the rows of then, by its digest.
    """

    engine: Engine
    pages: Pages
    terms: frozenset[str] = frozenset()
    notice: str = ""
    questions: Mapping[str, Question] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    rules: Sequence[Rule] = ()
    earlier: Mapping[str, Site] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    index: Index = field(default_factory=Index)
    description: Description = field(default_factory=Description)
    quality: Quality = field(default_factory=Quality)
    context: Context = field(default_factory=Context)
    releases: Mapping[str, str] = field(default_factory=dict)
    alignments: Mapping[str, str] = field(default_factory=dict)
    checks: Sequence[Check] = ()
    dumped: dict[str, Made] = field(default_factory=dict)
    presentation: Presentation = field(default_factory=Presentation)
    unstated: Mapping[str, Sequence[Unstated]] | None = None

    @cached_property
    def examples(self) -> list[Triple]:
        """The questions as executable queries; empty where there is no library."""
        return list(executables(self.questions.values())) if self.questions else []


class Asked(Caller, Protocol):
    """A request, or what is known of it."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        ...

    @property
    def state(self) -> Any:
        """Its `request_id`; and `recorded`, once it is."""
        ...


@dataclass(frozen=True)
class Handed:
    """What came of a query before its request got here, by the short way.

    Attributes:
        begun: `time.perf_counter()` when it arrived.
        outcome: the answer, or why there is none.
    """

    begun: float
    outcome: Answer | Exception

    def take(self) -> Answer:
        """The answer; raises what there is instead."""
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Service:
    """Answers for every site that is served while the process lives.

    Args:
        site: what is served first.
        trusted_loopback: whether clients on this machine have no budget.
        cache_bytes: how much is kept of answers; 0 keeps none.

    Attributes:
        site: what is served; a query that has begun keeps the one it began with.
        ready: what ``/readyz`` adds; ``{"ready": False}`` makes it a 503.
        metrics: what has been counted; its `deaths` and `watch` are for the engine.
        started: when the service began.
        clients: what each may use, and has used.
    """

    def __init__(self, site: Site, *, trusted_loopback: bool = True, cache_bytes: int = 64 << 20) -> None:
        self.site = site
        self.ready: dict[str, object] = {}
        self.metrics = Metrics()
        self.started = datetime.now(UTC)
        self.clients = Clients(trusted_loopback)
        self._cache = AnswerCache(cache_bytes)
        self.metrics.watch(cache=lambda: self._cache.size)

    async def respond(self, http: HttpRequest, request: Request, site: Site | None = None) -> Response:
        """The answer as a response; 304, without running anything, for a client that has it.

        Args:
            http: the request.
            request: what is asked.
            site: what is asked of, where that was chosen before; by default, what is served now.

        Raises:
            Problem: there is no answer.
        """
        begun = perf_counter()
        site = site or self.site
        tag = _tag(http, request, site)
        if tag and (response := answers.unchanged(http, tag)):
            self.record(http, 304, "not-modified", begun, query=request.query)
            return response
        answer = await self.answer(http, request, site)
        if answer.tag and (response := answers.unchanged(http, answer.tag, exists=True)):
            if answer.spool:
                answer.spool.close()
            return response
        return answers.respond(http, answer)

    async def answer(self, http: HttpRequest, request: Request, site: Site | None = None) -> Answer:
        """The complete answer, from the cache or the engine; counted, charged and logged.

        Args:
            http: the request.
            request: what is asked.
            site: what is asked of, where that was chosen before; by default, what is served now.

        Raises:
            Problem: there is none.
            ClientDisconnect: nobody waits for it any more.
        """
        handed = http.scope.get("state", {}).pop("handed", None)
        begun = handed.begun if handed else perf_counter()
        with self.metrics.in_flight():
            try:
                answer = handed.take() if handed else await self._answer(http, request, (site or self.site).engine)
            except Problem as problem:
                self.record(http, problem.status, problem.kind, begun, query=request.query)
                raise
            except ClientDisconnect:
                self.record(http, _HUNG_UP, "hung-up", begun, query=request.query)
                raise
            except Exception:  # counted here, told to the client and logged with its traceback by the frame
                self.record(http, 500, "unexpected", begun, query=request.query)
                raise
        self.record(http, 200, "cached" if answer.cached else "ok", begun, answer, request.query)
        return answer

    def kept(self, tag: str) -> Answer | None:
        """An answer that was made here and kept."""
        kept = self._cache.get(tag)
        self.metrics.lookup(kept is not None)
        return kept

    def keep(self, tag: str, answer: Answer) -> None:
        """Keeps an answer under a tag that covers all that it was made from."""
        self._cache.put(tag, answer)

    def record(
        self,
        http: Asked,
        status: int,
        outcome: str,
        begun: float | None = None,
        answer: Answer | None = None,
        query: str = "",
    ) -> None:
        """Counts and logs what became of a request.

        Args:
            http: the request.
            status: the HTTP status.
            outcome: ok, cached, not-modified, hung-up, or the problem's kind.
            begun: `time.perf_counter()` when it arrived; None where it went no further than its head.
            answer: the answer, where there is one.
            query: the query's text, as far as it is known.
        """
        http.state.recorded = True
        elapsed = 0.0 if begun is None else perf_counter() - begun
        self.metrics.outcome(outcome, elapsed)
        size = (answer.rows, answer.length, answer.cached) if answer else (None, 0, False)
        seconds = answer.seconds if answer else elapsed
        request_id = getattr(http.state, "request_id", "-")
        log.write(log.Entry(request_id, name(http), http.method, status, outcome, seconds, elapsed, *size, query))

    async def _answer(self, http: HttpRequest, request: Request, engine: Engine) -> Answer:
        tag = engine.tag(request)
        if tag and (kept := self.kept(tag)):
            return kept
        self.clients.admit(http, engine.limits.client_seconds)
        answer = await self._run(engine, http, request)
        if tag:
            self.keep(tag, answer)
        return answer

    async def _run(self, engine: Engine, http: HttpRequest, request: Request) -> Answer:
        begun = perf_counter()
        outcome: Answer | Problem | None = None
        try:
            outcome = await while_connected(http, engine.answer(request), discard)
            return outcome
        except Problem as problem:
            outcome = problem
            raise
        finally:
            self.charge(http, engine, begun, outcome)

    def charge(self, http: Caller, engine: Engine, begun: float, outcome: Answer | Exception | None) -> None:
        """Charges a client for what came of its query.

        Args:
            http: who asked.
            engine: what was asked.
            begun: `time.perf_counter()` when it was.
            outcome: the answer, or why there is none; None where nobody waited for it.
        """
        if isinstance(outcome, Answer):
            spent = outcome.seconds
        elif isinstance(outcome, Problem) and outcome.kind in _FREE:
            spent = 0.0
        else:
            spent = min(perf_counter() - begun, engine.limits.timeout)
        self.clients.charge(http, engine.limits.client_seconds, spent)


def _tag(http: HttpRequest, request: Request, site: Site) -> str | None:
    if "if-none-match" not in http.headers:
        return None
    try:
        return site.engine.tag(request)
    except Problem:
        return None  # `answer` raises it again, counted and logged


def discard(answer: Answer) -> None:
    """Closes the file of an answer that nobody reads."""
    if answer.spool:
        answer.spool.close()
