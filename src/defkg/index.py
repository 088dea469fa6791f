"""What all things of a graph are called, and the things that a text may mean."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple, overload

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.naming import FIRST, FURTHER
from defkg.spelling import Words, folded
from defkg.terms import ID, OWL, RDFS, Term

HOW = ("label", "title", "label", "another name", "code", "misspelling in a document")
FITS = ("same", "begins", "contains", "near")
MOST = 500_000  # names that are held
_WORDS = 12  # of a text that are looked up
_NAMES = f"""SELECT ?thing ?name ?rank WHERE {{
  VALUES (?property ?rank) {{ {FIRST} {FURTHER} }}
  ?thing ?property ?name .
}}"""
_KINDS = f"""SELECT ?thing ?kind WHERE {{{{
  VALUES ?thing {{{{ {{things}} }}}}
  ?thing a ?kind .
  ?kind a <{OWL}Class> .
  FILTER NOT EXISTS {{{{ ?thing a ?narrower . ?narrower <{RDFS}subClassOf> ?kind . FILTER (?narrower != ?kind) }}}}
}}}} ORDER BY ?thing ?kind"""


class Name(NamedTuple):
    """A name of a thing: as written, and its place in `HOW`."""

    rank: int
    name: str
    iri: str


class Found(NamedTuple):
    """A thing that a text may mean: by which of its names, what kind of name that is, and how well it fits."""

    iri: str
    name: str
    how: str
    fit: str


class Hits(Sequence[Found]):
    """What was found, the likeliest first; each thing once."""

    def __init__(self, names: Sequence[Name], fitting: Sequence[tuple[int, str]]) -> None:
        self._names = names
        self._fitting = fitting

    def __len__(self) -> int:
        return len(self._fitting)

    @overload
    def __getitem__(self, at: int) -> Found: ...
    @overload
    def __getitem__(self, at: slice) -> Hits: ...
    def __getitem__(self, at: int | slice) -> Found | Hits:
        if isinstance(at, slice):
            return Hits(self._names, self._fitting[at])
        number, fit = self._fitting[at]
        rank, name, iri = self._names[number]
        return Found(iri, name, HOW[rank], fit)

    def kinds(self) -> Counter[str]:
        """How many are of which kind, as their IRIs tell; empty for what is not under ``id/``."""
        return Counter(kind_of(self._names[number].iri) for number, _ in self._fitting)

    def of(self, kind: str) -> Hits:
        """Those of one kind."""
        return Hits(self._names, [one for one in self._fitting if kind_of(self._names[one[0]].iri) == kind])


@dataclass
class Index:
    """The names of a graph's things.

    Attributes:
        names: the names, the best first: labels before aliases, and short ones before long ones.
        cut: whether there are more than `MOST`, and some of them are not here.
    """

    names: list[Name] = field(default_factory=list)
    cut: bool = False
    _plain: list[str] = field(default_factory=list)
    _words: Words = field(default_factory=Words)
    _things: array[int] = field(default_factory=lambda: array("I"))
    _called: dict[str, int] = field(default_factory=dict)
    _found: set[Name] = field(default_factory=set)
    _offset: int = 0
    _ready: bool = False
    _reading: Lock = field(default_factory=Lock)

    def read(self, select: Select, batch: int, hidden: Collection[str] = (), patience: float = -1) -> bool:
        """Reads the names, the first time; what an error ended is gone on with the next time.

        Args:
            select: what asks the graph, which gives the rows of the same query in the same order each time.
            batch: how many rows to ask for at a time.
            hidden: the IRIs of things to leave out.
            patience: seconds to wait for another thread that reads them; below 0, until it has.

        Returns:
            Whether the names are there.
        """
        if self._ready or not self._reading.acquire(timeout=patience):
            return self._ready
        try:
            while not self._ready and (rows := select(f"{_NAMES} LIMIT {batch} OFFSET {self._offset}")):
                self._found.update(one for one in map(_name, rows) if one and one.iri not in hidden)
                self._offset += batch
                self.cut = self._offset >= MOST
                if self.cut:
                    break
            if not self._ready:
                self._hold(sorted(self._found, key=lambda one: (one.rank > 3, one.rank > 2, len(one.name), one)))
                self._found = set()
                self._ready = True
        finally:
            self._reading.release()
        return True

    def label(self, iri: str) -> str:
        """The first name of a thing; empty for what is not here."""
        return self.names[self._called[iri]].name if iri in self._called else ""

    def exact(self, text: str) -> list[str]:
        """The IRIs of the things that go by a name."""
        return list(dict.fromkeys(self.names[number].iri for number in self._same(folded(text))))

    def find(self, text: str) -> Hits:
        """The things that a text may mean."""
        sought = folded(text)
        within = self._having(sought.split()[:_WORDS])
        begins = [number for number in within if self._plain[number].startswith(sought)]
        near = [] if within else self._near(sought.split()[:_WORDS])
        found: dict[int, tuple[int, str]] = {}
        for fit, numbers in zip(FITS, (self._same(sought), begins, within, near), strict=True):
            for number in numbers:
                found.setdefault(self._things[number], (number, fit))
        return Hits(self.names, list(found.values()))

    def like(self, text: str) -> str:
        """A text that is nearly the same and has words that are known; empty where there is none."""
        words = folded(text).split()[:_WORDS]
        known = [word if self._words.beginning(word) else next(iter(self._words.like(word)), "") for word in words]
        kept = [word for word in known if word]
        return " ".join(kept) if kept != words and 2 * len(kept) >= len(words) else ""

    def _hold(self, names: list[Name]) -> None:
        words = Words()
        plain = [folded(one.name) for one in names]
        for number, text in enumerate(plain):
            for word in set(text.split()):
                words.add(word, number)
        words.close()
        called: dict[str, int] = {}
        self._things = array("I", (called.setdefault(one.iri, number) for number, one in enumerate(names)))
        self.names, self._plain, self._words, self._called = names, plain, words, called

    def _same(self, sought: str) -> list[int]:
        rarest = min((self._words.postings.get(word, array("I")) for word in sought.split()), key=len, default=())
        return [number for number in rarest if self._plain[number] == sought]

    def _having(self, words: Sequence[str]) -> list[int]:
        """The numbers of the names that have words that begin so, or hold it where none does."""
        return self._all(self._words.beginning(word) or self._words.holding(word) for word in words)

    def _near(self, words: Sequence[str]) -> list[int]:
        return self._all([*self._words.beginning(word), *self._words.like(word)] for word in words)

    def _all(self, words: Iterable[Iterable[str]]) -> list[int]:
        """The numbers of the names that have one of each of some words."""
        found: set[int] | None = None
        for some in words:
            numbers = set().union(*(self._words.postings[word] for word in some))
            found = numbers if found is None else found & numbers
            if not found:
                return []
        return sorted(found or ())


def kinds_of(select: Select, iris: Sequence[str]) -> dict[str, list[str]]:
    """The narrowest classes of each thing."""
    found: dict[str, list[str]] = {}
    things = " ".join(str(NamedNode(iri)) for iri in iris)
    for row in select(_KINDS.format(things=things)) if iris else ():
        thing, kind = row["thing"], row["kind"]
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
            found.setdefault(thing.value, []).append(kind.value)
    return found


def _name(row: Mapping[str, Term]) -> Name | None:
    thing, name, rank = row["thing"], row["name"], row["rank"]
    if isinstance(thing, NamedNode) and isinstance(name, Literal) and isinstance(rank, Literal):
        return Name(int(rank.value), name.value, thing.value)
    return None


def kind_of(iri: str) -> str:
    """The kind of a thing as its IRI tells; empty for what is not under ``id/``."""
    return iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""
