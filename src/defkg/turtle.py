"""A Turtle file as triples that know their file, line and column.

The triples come from pyoxigraph, the places from `places`, in the same order. Each pair must have the same predicate
and object, so a place is never that of another term.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph
from pyoxigraph import Triple

from defkg.content import Fault, decode
from defkg.finding import Finding
from defkg.places import Reading, Walk, term_key
from defkg.syntax import syntax_finding
from defkg.tokens import Position


class Places:
    """Where the triples of a text stand; the text is read again only when somebody asks."""

    def __init__(self, text: str, triples: list[Triple]) -> None:
        self._text = text
        self._triples = triples

    @cached_property
    def readings(self) -> list[Reading]:
        """The places in the order of the triples."""
        keys = [(triple.predicate.value, term_key(triple.object)) for triple in self._triples]
        found = _readings(self._text)
        return found if keys == [reading.key for reading in found] else list(_pair(keys, found))


class Placed:
    """A triple, its number in the file, and where its three terms begin."""

    __slots__ = ("_places", "index", "triple")

    def __init__(self, triple: Triple, places: Places, index: int) -> None:
        self.triple = triple
        self._places = places
        self.index = index

    @property
    def subject_at(self) -> Position:
        """Where the subject begins."""
        return self._places.readings[self.index].subject_at

    @property
    def predicate_at(self) -> Position:
        """Where the predicate begins."""
        return self._places.readings[self.index].predicate_at

    @property
    def object_at(self) -> Position:
        """Where the object begins."""
        return self._places.readings[self.index].object_at


@dataclass
class TurtleFile:
    """What a Turtle file says.

    Attributes:
        path: the file's name as findings show it.
        text: its content, empty where it could not be read.
        placed: its triples in the order of the file, with places.
        findings: the fault that stopped the reading, if there is one.
        flaws: what is wrong with the file although it could be read.
    """

    path: str
    text: str = ""
    placed: list[Placed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    flaws: list[Finding] = field(default_factory=list)


def read_turtle(path: str, content: bytes) -> TurtleFile:
    """Reads the bytes of a Turtle file.

    A file that is not UTF-8 or not Turtle gives no triples and one finding with its place.
    """
    try:
        text, flaws = decode(path, content)
    except Fault as fault:
        return TurtleFile(path, findings=[fault.finding])
    try:
        triples = [quad.triple for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)]
    except SyntaxError as error:
        return TurtleFile(path, text, findings=[syntax_finding(path, text, error)])
    places = Places(text, triples)
    return TurtleFile(path, text, [Placed(triple, places, index) for index, triple in enumerate(triples)], [], flaws)


def _pair(keys: Sequence[object], found: list[Reading]) -> Iterator[Reading]:
    """The places by predicate and object, where the order does not tell."""
    waiting: dict[object, deque[Reading]] = defaultdict(deque)
    for reading in found:
        waiting[reading.key].append(reading)
    start = Position(1, 1)
    for key in keys:
        yield waiting[key].popleft() if waiting[key] else Reading(key, start, start, start)


def _readings(text: str) -> list[Reading]:
    try:
        return Walk(text).readings()
    except RecursionError:  # brackets nested hundreds deep: the triples still count, at line 1
        return []
