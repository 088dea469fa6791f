"""What all things of a graph are called, and the things that a text may mean."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.naming import FIRST, FURTHER, plain
from defkg.terms import OWL, RDFS

HOW = ("label", "title", "label", "another name", "code", "misspelling in a document")
_COMPARED = 5_000  # names that a misspelt one is compared with
_NEAR = 0.6
_NAMES = f"""SELECT ?thing ?name ?rank WHERE {{
  VALUES (?property ?rank) {{ {FIRST} {FURTHER} }}
  ?thing ?property ?name .
}} ORDER BY ?rank ?name ?thing"""
_KINDS = f"""SELECT ?thing ?kind WHERE {{{{
  VALUES ?thing {{{{ {{things}} }}}}
  ?thing a ?kind .
  ?kind a <{OWL}Class> .
  FILTER NOT EXISTS {{{{ ?thing a ?narrower . ?narrower <{RDFS}subClassOf> ?kind . FILTER (?narrower != ?kind) }}}}
}}}} ORDER BY ?thing ?kind"""


class Found(NamedTuple):
    """A thing that a text may mean: by which of its names, what kind of name that is, and how well it fits."""

    iri: str
    name: str
    how: str
    fit: str


@dataclass
class Index:
    """The names of a graph's things.

    Attributes:
        names: a name in plain form with what goes by it: IRI, name as written, and its place in `HOW`.
    """

    names: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    _read: bool = False
    _reading: Lock = field(default_factory=Lock)

    def read(self, select: Select, batch: int, hidden: Collection[str] = ()) -> None:
        """Reads the names, the first time; `batch` at a time; without those of some things, by their IRIs."""
        with self._reading:
            if self._read:
                return
            names: dict[str, list[tuple[str, str, int]]] = {}
            for thing, name, rank in _rows(select, batch):
                if thing in hidden:
                    continue
                found = names.setdefault(plain(name), [])
                if thing not in (iri for iri, _, _ in found):
                    found.append((thing, name, rank))
            self.names, self._read = names, True

    def exact(self, text: str) -> list[str]:
        """The IRIs of the things that go by a name."""
        return [iri for iri, _, _ in self.names.get(plain(text), ())]

    def find(self, text: str) -> list[Found]:
        """The things that a text may mean, the likeliest first; each once."""
        found: dict[str, Found] = {}
        for fit, keys in (("same", self._same(text)), ("contains", self._containing(text)), ("near", self._near(text))):
            for key in keys:
                for iri, name, rank in self.names[key]:
                    found.setdefault(iri, Found(iri, name, HOW[rank], fit))
        return list(found.values())

    def _same(self, text: str) -> list[str]:
        return [key for key in [plain(text)] if key in self.names]

    def _containing(self, text: str) -> list[str]:
        words = plain(text).split()
        return [key for key in self.names if words and all(word in key for word in words)]

    def _near(self, text: str) -> list[str]:
        compared = list(islice(self.names, _COMPARED))
        return difflib.get_close_matches(plain(text)[:100], compared, n=10, cutoff=_NEAR)


def kinds_of(select: Select, iris: Sequence[str]) -> dict[str, list[str]]:
    """The narrowest classes of each thing."""
    found: dict[str, list[str]] = {}
    things = " ".join(str(NamedNode(iri)) for iri in iris)
    for row in select(_KINDS.format(things=things)) if iris else ():
        thing, kind = row["thing"], row["kind"]
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
            found.setdefault(thing.value, []).append(kind.value)
    return found


def _rows(select: Select, batch: int) -> Iterator[tuple[str, str, int]]:
    offset = 0
    while rows := select(f"{_NAMES} LIMIT {batch} OFFSET {offset}"):
        for row in rows:
            thing, name, rank = row["thing"], row["name"], row["rank"]
            if isinstance(thing, NamedNode) and isinstance(name, Literal) and isinstance(rank, Literal):
                yield thing.value, name.value, int(rank.value)
        offset += batch
