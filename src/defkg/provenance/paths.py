"""Property paths as trees.

Source: SPARQL 1.1 Query Language (W3C), section 19.8, rules 88 to 97.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from defkg.provenance.reading import Cursor, unread
from defkg.sparql import Token
from defkg.terms import TYPE

Write = Callable[[list[Token]], str]


@dataclass(frozen=True)
class Step:
    """One triple; ``text`` is its predicate, or a variable."""

    text: str


@dataclass(frozen=True)
class Inverse:
    """A path walked backwards."""

    path: Path

    @property
    def text(self) -> str:
        """As SPARQL."""
        return f"^({self.path.text})"


@dataclass(frozen=True)
class Several:
    """Paths one after the other (``/``), or any of several (``|``)."""

    mark: str
    parts: tuple[Path, ...]

    @property
    def text(self) -> str:
        """As SPARQL."""
        return "(" + self.mark.join(part.text for part in self.parts) + ")"


@dataclass(frozen=True)
class Repeated:
    """A path walked at most once (``?``), any number of times (``*``), or at least once (``+``)."""

    mark: str
    path: Path

    @property
    def text(self) -> str:
        """As SPARQL."""
        return f"({self.path.text}){self.mark}"


@dataclass(frozen=True)
class Other:
    """A triple with any predicate but these; ``backward`` are those that it must not have when read backwards."""

    forward: tuple[str, ...]
    backward: tuple[str, ...]

    @property
    def text(self) -> str:
        """As SPARQL."""
        return "!(" + "|".join([*self.forward, *(f"^{iri}" for iri in self.backward)]) + ")"


Path = Step | Inverse | Several | Repeated | Other


def read_path(cursor: Cursor, write: Write) -> Path:
    """Reads a predicate: a variable or a path.

    Raises:
        Untold: it is neither.
    """
    if cursor.kind == "var":
        return Step(write([cursor.take()]))
    return _several(cursor, write, "|", lambda: _several(cursor, write, "/", lambda: _element(cursor, write)))


def _several(cursor: Cursor, write: Write, mark: str, read: Callable[[], Path]) -> Path:
    parts = [read()]
    while cursor.text == mark:
        cursor.take()
        parts.append(read())
    return Several(mark, tuple(parts)) if len(parts) > 1 else parts[0]


def _element(cursor: Cursor, write: Write) -> Path:
    if cursor.text == "^":
        cursor.take()
        return Inverse(_element(cursor, write))
    path = _primary(cursor, write)
    return Repeated(cursor.take().text, path) if cursor.kind == "mark" and cursor.text in ("?", "*", "+") else path


def _primary(cursor: Cursor, write: Write) -> Path:
    if cursor.text == "!":
        cursor.take()
        return _other(cursor, write)
    if cursor.text == "(":
        inner = Cursor(cursor.bracketed()[1:-1])
        path = read_path(inner, write)
        if inner.kind:
            raise unread([inner.take()])
        return path
    return Step(_iri(cursor, write))


def _other(cursor: Cursor, write: Write) -> Path:
    inner = Cursor(cursor.bracketed()[1:-1]) if cursor.text == "(" else cursor
    ways: dict[bool, list[str]] = {False: [], True: []}
    while True:
        backward = inner.text == "^"
        if backward:
            inner.take()
        ways[backward].append(_iri(inner, write))
        if inner is cursor or inner.text != "|":
            return Other(tuple(ways[False]), tuple(ways[True]))
        inner.take()


def _iri(cursor: Cursor, write: Write) -> str:
    token = cursor.take()
    if token.kind == "word" and token.text == "a":
        return str(TYPE)
    if token.kind not in ("iri", "name"):
        raise unread([token])
    return write([token])
