"""Turtle as it is written: blocks of statements about one thing each, and how many triples they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from defkg.terms import PREFIXES

_USED = ("dcterms", "defkg", "id", "oa", "prov", "schema", "skos", "xsd")
_HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _USED)
_FULL = 50_000  # triples of a registry file: it must not grow beyond the size that is read

Said = tuple[str, str | Iterable[str]]


def name(kind: str, key: str) -> str:
    """The prefixed name of a thing."""
    return f"id:{kind}\\/{key}"


def text(words: str) -> str:
    """An English literal."""
    return f'"{words}"@en'


class Sheet:
    """What one file says.

    Attributes:
        triples: how many it has by now.
    """

    def __init__(self) -> None:
        self.triples = 0
        self._parts: list[str] = []

    def add(self, subject: str, *said_of: Said | None) -> None:
        """Adds a block: predicates with one object or several; None is left out."""
        lines = []
        for statement in said_of:
            if statement is not None:
                predicate, objects = statement
                each = [objects] if isinstance(objects, str) else list(objects)
                if each:
                    self.triples += len(each)
                    lines.append(f"{predicate} {', '.join(each)}")
        if lines:
            said = " ;\n    ".join(lines)
            self._parts.append(f"{subject} {said} .\n")

    def take(self) -> str:
        """All blocks so far, which are forgotten."""
        parts, self._parts = self._parts, []
        return "\n".join(parts)

    def write(self, path: Path) -> None:
        """Writes a file with them."""
        path.write_text(f"{_HEAD}\n{self.take()}", encoding="utf-8")


class Registry:
    """The registry's files, one for each kind, written as the world grows; each thing is written once.

    Args:
        folder: where they go.

    Attributes:
        triples: how many they have by now.
    """

    def __init__(self, folder: Path) -> None:
        self.triples = 0
        self._folder = folder
        self._known: set[tuple[str, str]] = set()
        self._sheets: defaultdict[str, Sheet] = defaultdict(Sheet)
        self._files: Counter[str] = Counter()

    def once(self, kind: str, key: str) -> bool:
        """Whether a thing comes for the first time."""
        new = (kind, key) not in self._known
        self._known.add((kind, key))
        return new

    def add(self, kind: str, key: str, *said: Said | None) -> None:
        """Adds a thing to the file of its kind."""
        sheet, before = self._sheets[kind], self._sheets[kind].triples
        sheet.add(name(kind, key), *said)
        self.triples += sheet.triples - before
        if sheet.triples >= (self._files[kind] + 1) * _FULL:
            self._write(kind)

    def close(self) -> None:
        """Writes what is not written yet."""
        for kind in self._sheets:
            self._write(kind)

    def _write(self, kind: str) -> None:
        self._files[kind] += 1
        self._sheets[kind].write(self._folder / f"made-{kind}-{self._files[kind]}.ttl")
