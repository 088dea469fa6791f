"""The short way of a plain query: asked by GET at ``/sparql``, answered at once, from the cache or by a worker.

What is anything else, and each answer that is not a small one, goes the way of all requests; a test holds that nobody
can tell which way an answer came. What a request asks is read once for all requests that ask it in the same words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from time import perf_counter
from typing import Any

from starlette.datastructures import Address
from starlette.responses import Response

from defkg.engine import Answer, Engine, Problem, Request
from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.formats import GRAPHS, ROWS
from defkg.engine.limits import Limits
from defkg.web import answers, encoding, frame, hints
from defkg.web.parameters import read_address
from defkg.web.service import Handed, Service, discard
from defkg.web.sparql import asked, wants_page

_TAKEN = frozenset(["query", "default-graph-uri", "named-graph-uri", "format", "timeout"])
_SHORT, _MANY = 2048, 4096  # bytes of a common address, and how many of them are remembered
_LONGEST, _FEW = 8192, 256  # bytes of an address that goes this way, and how many of the longer ones are remembered
_HELD = 1 << 13  # bytes of a body that is held with its question
_HUNG_UP = 499
Outcome = Answer | Exception


def _fields(headers: dict[str, str]) -> bytes:
    return "".join([f"{name.lower()}: {value}\r\n" for name, value in headers.items()]).encode("latin-1")


_FRAME = _fields(frame.HEADERS) + b"x-request-id: "
_TYPES = {name: _fields({"content-type": Response(media_type=name).headers["content-type"]}) for name in ROWS | GRAPHS}


class Question:
    """What a request asks, read from its address and its headers.

    Attributes:
        request: what the engine is asked.
        coding: the content coding that the client would like; "" for none.
        links: the header fields of the hints.
        made: the last answer that was kept, with its header fields and its body as they were sent.
    """

    __slots__ = ("coding", "links", "made", "request", "tagged")

    def __init__(self, request: Request, coding: str, links: bytes) -> None:
        self.request = request
        self.coding = coding
        self.links = links
        self.tagged: tuple[Engine, str, str | None] | None = None
        self.made: tuple[Answer, bytes, bytes] | None = None

    def tag(self, engine: Engine) -> str | None:
        """What the engine tags its answer with."""
        digest = engine.digest
        if self.tagged is None or self.tagged[0] is not engine or self.tagged[1] != digest:
            self.tagged = (engine, digest, engine.tag(self.request))
        return self.tagged[2]


class State:
    """What a request is known by; see `defkg.web.service.Asked`."""

    __slots__ = ("recorded", "request_id")

    def __init__(self) -> None:
        self.request_id = frame.new_id()
        self.recorded = False


class Errand:
    """One request on the short way.

    Args:
        question: what it asks.
        client: the address it came from.
        send: called with the header fields and the body of the answer, of status 200.
        hand: called with what came of it where that has to go the way of all requests.
    """

    method = "GET"
    __slots__ = ("begun", "client", "give_up", "hand", "question", "send", "state")

    def __init__(
        self,
        question: Question,
        client: Address | None,
        send: Callable[[bytes, bytes], None],
        hand: Callable[[Handed], None],
    ) -> None:
        self.question = question
        self.client = client
        self.send = send
        self.hand = hand
        self.state: Any = State()
        self.begun = perf_counter()
        self.give_up: Callable[[], None] | None = None


class Express:
    """The short way of one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._short = lru_cache(_MANY)(self._read)
        self._long = lru_cache(_FEW)(self._read)

    def question(self, query_string: bytes, accept: str | None, accept_encoding: str | None) -> Question | None:
        """What a GET at ``/sparql`` asks; None where it does not go this way."""
        length = len(query_string) + len(accept or "") + len(accept_encoding or "")
        if length > _LONGEST:
            return None
        read = self._short if length <= _SHORT else self._long
        return read(query_string, accept, accept_encoding)

    def _read(self, query_string: bytes, accept: str | None, accept_encoding: str | None) -> Question | None:
        limits: Limits = self._service.site.engine.limits
        with suppress(Problem):  # the way of all requests meets it again, and tells it
            parameters = read_address(query_string)
            if parameters.names() <= _TAKEN and not wants_page(accept, parameters):
                request = asked("GET", accept, parameters, limits)
                links = "".join(f"link: {link}\r\n" for link in hints.links(parameters, given=query_string)).encode(
                    "latin-1"
                )
                return Question(request, encoding.choose(accept_encoding), links)
        return None

    def start(self, errand: Errand) -> None:
        """Begins to answer; the errand is told, now or later, with its `send` or its `hand`, once."""
        try:
            self._start(errand, self._service.site.engine)
        except Exception as error:
            errand.hand(Handed(errand.begun, error))

    def _start(self, errand: Errand, engine: Engine) -> None:
        tag = errand.question.tag(engine)
        if tag and (kept := self._service.kept(tag)):
            self._tell(errand, kept)
            return
        self._service.clients.admit(errand, engine.limits.client_seconds)
        asked_at = perf_counter()

        def done(outcome: Outcome) -> None:
            errand.give_up = None
            self._service.metrics.ended()
            self._service.charge(errand, engine, asked_at, outcome)
            if tag and isinstance(outcome, Answer):
                self._service.keep(tag, outcome)
            self._tell(errand, outcome)

        cancel = _begin(engine, errand.question.request, tag, done)
        self._service.metrics.began()

        def give_up() -> None:
            cancel()
            errand.give_up = None
            self._service.metrics.ended()
            self._service.charge(errand, engine, asked_at, None)
            self._service.record(errand, _HUNG_UP, "hung-up", errand.begun, query=errand.question.request.query)

        errand.give_up = give_up

    def _tell(self, errand: Errand, outcome: Outcome) -> None:
        try:
            made = self._made(errand.question, outcome)
        except Exception as error:
            made, outcome = None, error
        if made is None or not isinstance(outcome, Answer):
            errand.hand(Handed(errand.begun, outcome))
            return
        self._service.record(
            errand, 200, "cached" if outcome.cached else "ok", errand.begun, outcome, errand.question.request.query
        )
        notice = _fields(frame.warning(self._service.site.notice)) if self._service.site.notice else b""
        errand.send(b"%b%b\r\n%b" % (made[0], errand.state.request_id.encode(), notice), made[1])

    def _made(self, question: Question, outcome: Outcome) -> tuple[bytes, bytes] | None:
        """The header fields, up to the request's id, and the body of what this way can send."""
        if not isinstance(outcome, Answer):
            return None
        if question.made and question.made[0] is outcome:
            return question.made[1:]
        media_type = _TYPES.get(outcome.media_type)
        if media_type is None or outcome.spool is not None or len(outcome.body) > answers.QUICK or outcome.headers:
            return None
        coding = question.coding if len(outcome.body) > answers.SMALL else ""
        body = encoding.compress(coding, outcome.body) if coding else outcome.body
        fields = {**answers.head(outcome, coding), "Content-Length": str(len(body))}
        made = _fields(fields) + media_type + question.links + _FRAME
        if outcome.cached and len(body) <= _HELD:
            question.made = (outcome, made, body)
        return made, body


def _begin(engine: Engine, request: Request, tag: str | None, done: Callable[[Outcome], None]) -> Callable[[], None]:
    if tag and isinstance(engine, EmbeddedEngine):
        return engine.begin(request, tag, done)
    task = asyncio.ensure_future(engine.answer(request))
    wanted = True

    def on_end(ended: asyncio.Future[Answer]) -> None:
        error = asyncio.CancelledError() if ended.cancelled() else ended.exception()
        if wanted:
            done(error if isinstance(error, Exception) else RuntimeError("cancelled") if error else ended.result())
        elif error is None:
            discard(ended.result())

    def cancel() -> None:
        nonlocal wanted
        wanted = False
        task.cancel()

    task.add_done_callback(on_end)
    return cancel
