"""Property paths as the triples that they go along.

Source: SPARQL 1.1 Query Language (W3C), section 18.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from defkg.provenance.paths import Inverse, Other, Path, Repeated, Several, Step


@dataclass(frozen=True)
class Place:
    """Where in the rewritten query a pattern stands.

    Attributes:
        marker: the variable that has a value where the pattern matched; empty where it always does.
        graph: the graph around it, a term or a variable; empty for the default graph.
        names: variables of the query that have another name here.
    """

    marker: str = ""
    graph: str = ""
    names: dict[str, str] = field(default_factory=dict)


class Witness(NamedTuple):
    """A triple pattern of the rewritten query: each solution that has its marker has its triple."""

    subject: str
    predicate: str
    object: str
    place: Place


class Walk(NamedTuple):
    """A path as patterns: those that must match, and the optional ones that stand at the end of the group."""

    here: str
    late: str = ""


class Walker:
    """Writes paths as patterns, and remembers each triple pattern as a witness.

    Args:
        fresh: a new variable.
    """

    def __init__(self, fresh: Callable[[], str]) -> None:
        self._fresh = fresh
        self.witnesses: list[Witness] = []

    def walk(self, subject: str, path: Path, obj: str, place: Place) -> Walk:
        """The patterns for a path between two terms."""
        match path:
            case Step():
                self.witnesses.append(Witness(subject, path.text, obj, place))
                return Walk(f"{subject} {path.text} {obj} .")
            case Inverse():
                return self.walk(obj, path.path, subject, place)
            case Several(mark="/"):
                return self._sequence(subject, path, obj, place)
            case Several():
                return self._any(subject, path.parts, obj, place)
            case Other():
                return self._other(subject, path, obj, place)
            case Repeated():
                return self._repeated(subject, path, obj, place)

    def _sequence(self, subject: str, path: Several, obj: str, place: Place) -> Walk:
        stops = [subject, *(self._fresh() for _ in path.parts[1:]), obj]
        steps = [self.walk(a, part, b, place) for a, part, b in zip(stops, path.parts, stops[1:], strict=False)]
        return Walk(" ".join(step.here for step in steps), " ".join(step.late for step in steps))

    def _any(self, subject: str, parts: tuple[Path, ...], obj: str, place: Place) -> Walk:
        return Walk(" UNION ".join(f"{{ {self._marked(subject, part, obj, place)} }}" for part in parts))

    def _marked(self, subject: str, path: Path, obj: str, place: Place) -> str:
        marker = self._fresh()
        here, late = self.walk(subject, path, obj, replace(place, marker=marker))
        return f"{here} {late} BIND(1 AS {marker})"

    def _other(self, subject: str, path: Other, obj: str, place: Place) -> Walk:
        if path.forward and path.backward:
            return self._any(subject, (Other(path.forward, ()), Other((), path.backward)), obj, place)
        start, end = (obj, subject) if path.backward else (subject, obj)
        predicate = self._fresh()
        step = self.walk(start, Step(predicate), end, place).here
        return Walk(f"{step} FILTER({predicate} NOT IN ({', '.join(path.forward or path.backward)}))")

    def _repeated(self, subject: str, path: Repeated, obj: str, place: Place) -> Walk:
        if path.mark == "+":
            return self._along(subject, path.path, obj, place)
        marker = self._fresh()
        inside = replace(place, marker=marker)
        way = self._along if path.mark == "*" else self._once
        here, late = way(subject, path.path, obj, inside)
        walked = f"OPTIONAL {{ {here} {late} BIND(1 AS {marker}) }}"
        return Walk(f"{subject} {path.text} {obj} .", walked)

    def _once(self, subject: str, path: Path, obj: str, place: Place) -> Walk:
        return self.walk(subject, path, obj, place)

    def _along(self, subject: str, path: Path, obj: str, place: Place) -> Walk:
        """Each step on each way of one step or more."""
        start, end = self._fresh(), self._fresh()
        here, late = self.walk(start, path, end, place)
        return Walk(f"{subject} ({path.text})* {start} . {here} {end} ({path.text})* {obj} .", late)
