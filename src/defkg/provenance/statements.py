"""The triples that a statement in a pattern stands for: lists, brackets and blank nodes become variables.

Source: SPARQL 1.1 Query Language (W3C), section 19.8, rules 75 to 109.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from defkg.provenance.paths import Path, Step, Write, read_path
from defkg.provenance.reading import Cursor, unread
from defkg.sparql import Token
from defkg.terms import RDF


class Statement(NamedTuple):
    """Subject and object as written in the rewritten query, with the path between them."""

    subject: str
    path: Path
    object: str


def statements(found: list[Token], write: Write, fresh: Callable[[], str]) -> list[Statement]:
    """The statements of one subject, and of what is in brackets in them.

    Args:
        found: the tokens of a triples element.
        write: writes a term or a predicate.
        fresh: a new variable.

    Raises:
        Untold: it has more than SPARQL 1.1 knows.
    """
    reader = _Reader(Cursor(found), write, fresh)
    subject = reader.node()
    reader.properties(subject)
    return reader.found


class _Reader:
    def __init__(self, cursor: Cursor, write: Write, fresh: Callable[[], str]) -> None:
        self._cursor, self._write, self._fresh = cursor, write, fresh
        self.found: list[Statement] = []

    def properties(self, subject: str) -> None:
        while self._cursor.kind and self._cursor.text != "]":
            if self._cursor.text == ";":
                self._cursor.take()
                continue
            path = read_path(self._cursor, self._write)
            self._object(subject, path)
            while self._cursor.text == ",":
                self._cursor.take()
                self._object(subject, path)
            if self._cursor.text not in ("", ";", "]"):
                raise unread([self._cursor.take()])

    def _object(self, subject: str, path: Path) -> None:
        place = len(self.found)
        self.found.insert(place, Statement(subject, path, self.node()))

    def node(self) -> str:
        mark = self._cursor.text if self._cursor.kind == "mark" else ""
        if mark == "[":
            return self._brackets()
        if mark == "(":
            return self._collection()
        start = self._cursor.at
        first = self._cursor.take()
        if first.kind not in ("iri", "name", "var", "bnode", "string", "number", "word") and mark not in ("+", "-"):
            raise unread([first])
        if mark or (first.kind == "string" and self._cursor.kind == "lang"):
            self._cursor.take()
        elif first.kind == "string" and self._cursor.text == "^^":
            self._cursor.take()
            self._cursor.take()
        return self._write(self._cursor.since(start))

    def _brackets(self) -> str:
        self._cursor.take("[")
        name = self._fresh()
        self.properties(name)
        self._cursor.take("]")
        return name

    def _collection(self) -> str:
        self._cursor.take("(")
        items = []
        while self._cursor.text != ")":
            items.append(self.node())
        self._cursor.take(")")
        rest = f"<{RDF}nil>"
        for item in reversed(items):
            cell = self._fresh()
            self.found += [Statement(cell, Step(f"<{RDF}first>"), item), Statement(cell, Step(f"<{RDF}rest>"), rest)]
            rest = cell
        return rest
