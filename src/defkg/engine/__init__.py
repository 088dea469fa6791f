"""The seam between those who ask and what answers: a query goes in, complete bytes or a problem come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from defkg.engine.limits import Limits

BASE = "https://w3id.org/defkg/problem/"


@dataclass(frozen=True)
class Request:
    """A query as the SPARQL 1.1 Protocol carries it.

    Attributes:
        query: the text.
        default_graphs: IRIs of the graphs to merge into the default graph; None where the protocol names no
            dataset: then the query's own, else the whole dataset, is asked.
        named_graphs: IRIs of the graphs that ``GRAPH`` may name; None as above. Where only one of the two is
            given, the other is empty.
        rows_type: media type for SELECT and ASK; None where the client accepts none.
        graph_type: media type for CONSTRUCT and DESCRIBE; None where the client accepts none.
        timeout: seconds that the client asks for; it only ever lowers the limit.
    """

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    rows_type: str | None = "application/sparql-results+json"
    graph_type: str | None = "text/turtle"
    timeout: float | None = None


@dataclass(frozen=True)
class Answer:
    """A complete answer.

    Attributes:
        media_type: the format it is in.
        body: its bytes, where `spool` is None.
        spool: an open file without a name that holds it, for a large one; whoever takes the answer closes it.
        length: its size in bytes.
        rows: its rows or triples; None for ASK.
        seconds: what the worker needed.
        tag: identifies dataset, query and format, for an entity tag; None where the answer changes by nature.
        cached: whether it was kept from before.
        headers: what else is said with it over HTTP.
    """

    media_type: str
    body: bytes = b""
    spool: BinaryIO | None = None
    length: int = 0
    rows: int | None = None
    seconds: float = 0.0
    tag: str | None = None
    cached: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Problem(Exception):
    """Why there is no answer, as a problem document says it.

    Source: RFC 9457, section 3.1.

    Attributes:
        status: the HTTP status.
        kind: the last part of the problem type's IRI.
        title: what kind of problem, in words.
        detail: what is wrong here and what to change.
        more: further members, such as line and column.
        headers: HTTP headers that go with it, such as Retry-After.
    """

    status: int
    kind: str
    title: str
    detail: str
    more: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """The members of the problem document."""
        return {
            "type": BASE + self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }


class Engine(Protocol):
    """What answers queries.

    Attributes:
        limits: what a query may use.
    """

    limits: Limits

    @property
    def digest(self) -> str:
        """The dataset's SHA-256, lower-case hex."""
        ...

    @property
    def graphs(self) -> Mapping[str, int]:
        """The IRIs of the named graphs that are served, each with its number of triples; "" is the default graph."""
        ...

    async def answer(self, request: Request) -> Answer:
        """The complete answer.

        Raises:
            Problem: there is none; never half of one.
        """
        ...

    def tag(self, request: Request) -> str | None:
        """What the answer's `tag` is, if it gets one, without running the query; None where that is known not to be."""
        ...
