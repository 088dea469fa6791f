"""The seam between those who ask and what answers: a query goes in, complete bytes or a problem come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

BASE = "https://w3id.org/defkg/problem/"


@dataclass(frozen=True)
class Request:
    """A query as the SPARQL 1.1 Protocol carries it.

    Attributes:
        query: the text.
        default_graphs: IRIs of the graphs to merge into the default graph; with `named_graphs` empty too, the
            whole dataset is asked.
        named_graphs: IRIs of the graphs that ``GRAPH`` may name.
        rows_type: media type for SELECT and ASK; None where the client accepts none.
        graph_type: media type for CONSTRUCT and DESCRIBE; None where the client accepts none.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    rows_type: str | None = "application/sparql-results+json"
    graph_type: str | None = "text/turtle"


@dataclass(frozen=True)
class Answer:
    """A complete answer: its bytes, and the media type they are in."""

    body: bytes
    media_type: str


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
    """

    status: int
    kind: str
    title: str
    detail: str
    more: dict[str, object] = field(default_factory=dict)

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
    """What answers queries."""

    async def answer(self, request: Request) -> Answer:
        """The complete answer.

        Raises:
            Problem: there is none; never half of one.
        """
        ...
