"""A slow reader of Turtle that keeps every place: one character at a time, one rule of the grammar after the other.

It shares nothing with the package: no regular expression over tokens, no order of triples. Source: RDF 1.1 Turtle,
section 6.5. The text is known to be valid.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urljoin

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
At = tuple[int, int]
ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class Told(NamedTuple):
    """A triple with its places; a blank node is its label, or where it is written."""

    subject: object
    predicate: str
    object: object
    places: tuple[At, At, At]


class Reader:
    def __init__(self, text: str) -> None:
        self.text, self.i, self.line, self.column = text, 0, 1, 1
        self.prefixes: dict[str, str] = {}
        self.base = ""
        self.told: list[Told] = []

    def read(self) -> list[Told]:
        while self.blank():
            if not self.directive():
                self.statement()
        return self.told

    # characters

    def peek(self, ahead: int = 0) -> str:
        return self.text[self.i + ahead : self.i + ahead + 1]

    def take(self, count: int = 1) -> str:
        taken = self.text[self.i : self.i + count]
        for character in taken:
            self.line, self.column = (self.line + 1, 1) if character == "\n" else (self.line, self.column + 1)
        self.i += count
        return taken

    def blank(self) -> bool:
        """Passes over space and comments; whether anything is left."""
        while self.peek() and (self.peek() in " \t\r\n" or self.peek() == "#"):
            if self.peek() == "#":
                while self.peek() and self.peek() not in "\r\n":
                    self.take()
            else:
                self.take()
        return bool(self.peek())

    def at(self) -> At:
        self.blank()
        return self.line, self.column

    def passed(self, mark: str) -> bool:
        self.blank()
        if self.peek() == mark:
            self.take()
            return True
        return False

    # statements

    def directive(self) -> bool:
        word = ""
        while self.peek(len(word)) and self.peek(len(word)) in "@abefiprsxABEFIPRSX":
            word += self.peek(len(word))
        if word.lower() not in ("@prefix", "@base", "prefix", "base") or self.peek(len(word)) == ":":
            return False
        self.take(len(word))
        self.blank()
        if "prefix" in word.lower():
            name = self.until(":")
            self.take()
            self.blank()
            self.prefixes[name] = self.iri()
        else:
            self.base = self.iri()
        if word.startswith("@"):
            assert self.passed(".")
        return True

    def until(self, end: str) -> str:
        taken = ""
        while self.peek() != end:
            taken += self.take()
        return taken

    def statement(self) -> None:
        at = self.at()
        bracket = self.peek() == "["
        subject = self.term()
        self.blank()
        if not (bracket and self.peek() == "."):
            self.predicates(subject, at)
        assert self.passed("."), (self.line, self.column)

    def predicates(self, subject: object, at: At) -> None:
        while True:
            while self.passed(";"):
                pass
            if self.peek() in (".", "]"):
                return
            verb_at = self.at()
            verb = RDF + "type" if self.is_a() else str(self.term())
            while True:
                object_at = self.at()
                self.told.append(Told(subject, verb, self.term(), (at, verb_at, object_at)))
                if not self.passed(","):
                    break

    def is_a(self) -> bool:
        if self.peek() == "a" and self.peek(1) in (" ", "\t", "\n", "\r", "<", '"', "'", "[", "(", "#", "_"):
            self.take()
            return True
        return False

    # terms

    def term(self) -> object:
        at = self.at()
        first = self.peek()
        if first == "[":
            self.take()
            self.predicates(("node", at), at)
            assert self.passed("]")
            return "node", at
        if first == "(":
            return self.collection(at)
        if first == "<":
            return self.iri()
        if first in "\"'":
            return self.string()
        if first == "_" and self.peek(1) == ":":
            return "label", self.name()
        if first in "+-.0123456789":
            return self.number()
        name = self.name()
        if name in ("true", "false"):
            return "literal", name, (XSD + "boolean").lower()
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + "".join(c for i, c in enumerate(local) if not self.escapes(local, i))

    @staticmethod
    def escapes(local: str, i: int) -> bool:
        """Whether this backslash stands before what it escapes."""
        return local[i] == "\\" and (len(local[:i]) - len(local[:i].rstrip("\\"))) % 2 == 0

    def collection(self, opened: At) -> object:
        self.take()
        if self.passed(")"):
            return RDF + "nil"
        cell: object = ("cell", opened, 0)
        head, count = cell, 0
        while True:
            at = self.at()
            if count:
                following: object = ("cell", opened, count)
                self.told.append(Told(cell, RDF + "rest", following, (opened, at, at)))
                cell = following
            self.told.append(Told(cell, RDF + "first", self.term(), (opened, at, at)))
            count += 1
            if self.passed(")"):
                break
        self.told.append(Told(cell, RDF + "rest", RDF + "nil", (opened, opened, opened)))
        return head

    def iri(self) -> str:
        assert self.take() == "<"
        found = ""
        while self.peek() != ">":
            found += self.escape() if self.peek() == "\\" else self.take()
        self.take()
        return urljoin(self.base, found) if self.base else found

    def escape(self) -> str:
        self.take()
        kind = self.take()
        if kind in "uU":
            return chr(int(self.take(4 if kind == "u" else 8), 16))
        return ESCAPES[kind]

    def string(self) -> object:
        quote = self.peek()
        fence = quote * 3 if self.peek(1) == quote and self.peek(2) == quote else quote
        self.take(len(fence))
        value = ""
        while self.text[self.i : self.i + len(fence)] != fence or (len(fence) == 3 and self.peek(3) == quote):
            value += self.escape() if self.peek() == "\\" else self.take()
        self.take(len(fence))
        if self.peek() == "@":
            self.take()
            tag = ""
            while self.peek() and (self.peek().isalnum() or self.peek() == "-"):
                tag += self.take()
            return "literal", value, tag.lower()
        self.blank()
        if self.peek() == "^" and self.peek(1) == "^":
            self.take(2)
            self.blank()
            return "literal", value, str(self.term()).lower()
        return "literal", value, (XSD + "string").lower()

    def number(self) -> object:
        taken = self.take()
        while self.peek() and (self.peek() in "0123456789eE" or (self.peek() in "+-" and taken[-1] in "eE")):
            taken += self.take()
            if self.peek() == "." and "." not in taken and "e" not in taken.lower() and self.after_dot():
                taken += self.take()
        if self.peek() == "." and "." not in taken and "e" not in taken.lower() and self.after_dot():
            taken += self.take() + self.digits()
        kind = "double" if "e" in taken.lower() else "decimal" if "." in taken else "integer"
        return "literal", taken, (XSD + kind).lower()

    def after_dot(self) -> bool:
        return self.peek(1).isdigit() or (self.peek(1) in "eE" and bool(self.peek(1)) and self.peek(2).isdigit())

    def digits(self) -> str:
        taken = ""
        while self.peek() and (self.peek() in "0123456789eE" or (self.peek() in "+-" and taken[-1:] in "eE")):
            taken += self.take()
        return taken

    def name(self) -> str:
        taken = ""
        while self.peek() and self.in_name():
            taken += self.take(2) if self.peek() == "\\" else self.take()
        return taken

    def in_name(self) -> bool:
        character = self.peek()
        if character == ".":
            ahead = 1
            while self.peek(ahead) == ".":
                ahead += 1
            following = self.peek(ahead)
            return bool(following) and (following.isalnum() or following in "_-:%\\·‿⁀")
        return character.isalnum() or character in "_-:%\\·‿⁀"
