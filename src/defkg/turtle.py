"""A Turtle file as triples that know their file, line and column.

The triples come from pyoxigraph, the places from `places`. The two are paired by predicate and object, so
a place is never that of another term.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import Triple

from defkg.finding import Finding, Place, Severity
from defkg.places import Reading, Walk, term_key
from defkg.terms import CHECKS
from defkg.tokens import Position

SYNTAX = CHECKS + "syntax"
NOT_UTF8 = CHECKS + "not-utf8"


class Placed(NamedTuple):
    """A triple and where its three terms begin."""

    triple: Triple
    subject_at: Position
    predicate_at: Position
    object_at: Position


@dataclass
class TurtleFile:
    """What a Turtle file says.

    Attributes:
        path: the file's name as findings show it.
        text: its content, empty where it could not be read.
        placed: its triples in the order of the file, with places.
        findings: the fault that stopped the reading, if there is one.
    """

    path: str
    text: str = ""
    placed: list[Placed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_turtle(path: str, content: bytes) -> TurtleFile:
    """Reads the bytes of a Turtle file.

    A file that is not UTF-8 or not Turtle gives no triples and one finding with its place.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return TurtleFile(path, findings=[_not_utf8(path, content, error)])
    try:
        triples = [quad.triple for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)]
    except SyntaxError as error:
        return TurtleFile(path, text, findings=[_syntax(path, text, error)])
    return TurtleFile(path, text, list(_place(triples, text)))


def _not_utf8(path: str, content: bytes, error: UnicodeDecodeError) -> Finding:
    before = content[: error.start].decode("utf-8")
    place = Place(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Finding(place, Severity.ERROR, NOT_UTF8, "this file is not UTF-8 here", "save it as UTF-8")


def _syntax(path: str, text: str, error: SyntaxError) -> Finding:
    last = text.count("\n") + 1
    place = Place(path, min(error.lineno or last, last), error.offset or 1)
    message = re.sub(r"^Parser error[^:]*: ", "", error.msg)
    return Finding(place, Severity.ERROR, SYNTAX, f"not valid Turtle: {message}", "mend the line, or the one before it")


def _place(triples: list[Triple], text: str) -> Iterator[Placed]:
    waiting: dict[object, deque[Reading]] = defaultdict(deque)
    for reading in _readings(text):
        waiting[reading.key].append(reading)
    start = Position(1, 1)
    for triple in triples:
        key = (triple.predicate.value, term_key(triple.object))
        queue = waiting.get(key)
        read = queue.popleft() if queue else Reading(key, start, start, start)
        yield Placed(triple, read.subject_at, read.predicate_at, read.object_at)


def _readings(text: str) -> list[Reading]:
    try:
        return Walk(text).readings()
    except RecursionError:  # brackets nested hundreds deep: the triples still count, at line 1
        return []
