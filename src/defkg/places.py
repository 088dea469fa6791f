"""Where the triples of a Turtle text stand: a reading of its tokens that follows the grammar.

Source: RDF 1.1 Turtle, section 6.5. The text is known to be valid: pyoxigraph has read it before.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from defkg.terms import RDF, XSD, Term
from defkg.tokens import Position, Token, tokens, unescape


def term_key(term: Term) -> object:
    """What tells a term of the text from another; None for a blank node, which has no name there."""
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, Literal):
        return (term.value, (term.language or term.datatype.value).lower())
    return None


class Reading(NamedTuple):
    """One triple of the text: predicate and object as a key, and where its terms begin."""

    key: object
    subject_at: Position
    predicate_at: Position
    object_at: Position


class Walk:
    """Follows the grammar over the tokens of a text that is known to be valid Turtle."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._next = 0
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._found: list[tuple[int, Reading]] = []
        self._open = False

    def readings(self) -> list[Reading]:
        """The triples in the order in which pyoxigraph gives them."""
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.text.lower() in ("@prefix", "prefix", "@base", "base"):
                self._directive()
            else:
                self._triples()
        steps = groupby(sorted(self._found, key=itemgetter(0)), key=itemgetter(0))
        return [reading for _, step in steps for _, reading in reversed(list(step))]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _peek(self) -> str:
        return self._tokens[self._next].text if self._next < len(self._tokens) else "."

    def _skip(self, mark: str) -> bool:
        if self._peek() == mark:
            self._next += 1
            return True
        return False

    def _directive(self) -> None:
        if self._take().text.lower().endswith("prefix"):
            prefix = self._take().text[:-1]
            self._prefixes[prefix] = self._iri(self._take())
        else:
            self._base = self._iri(self._take())
        self._skip(".")

    def _triples(self) -> None:
        lone = self._peek() == "["
        at = self._tokens[self._next].at
        self._node()
        if not (lone and self._peek() == "."):
            self._predicates(at)
        self._skip(".")

    def _predicates(self, subject_at: Position) -> None:
        while self._peek() not in (".", "]"):
            predicate = self._take()
            if predicate.text == ";":
                continue
            iri = RDF + "type" if predicate.text == "a" else self._iri(predicate)
            self._objects(iri, subject_at, predicate.at)

    def _objects(self, predicate: str, subject_at: Position, predicate_at: Position) -> None:
        while True:
            self._object(predicate, subject_at, predicate_at)
            if not self._skip(","):
                return

    def _object(self, predicate: str, subject_at: Position, predicate_at: Position) -> None:
        at = self._tokens[self._next].at
        if self._peek() == "(" and self._tokens[self._next + 1].text != ")":
            self._add(self._next + 1, (predicate, None), subject_at, predicate_at, at)
            self._node()
        else:
            key = self._node()
            self._add(self._next - (not self._open), (predicate, key), subject_at, predicate_at, at)

    def _add(self, step: int, key: object, subject_at: Position, predicate_at: Position, object_at: Position) -> None:
        self._found.append((step, Reading(key, subject_at, predicate_at, object_at)))

    def _node(self) -> object:
        token = self._take()
        self._open = False
        if token.text == "(":
            return self._collection(token.at)
        if token.text == "[":
            self._predicates(token.at)
            self._open = not self._skip("]")
            return None
        if token.kind in ("iri", "name"):
            return self._iri(token)
        return None if token.kind == "bnode" else self._literal(token)

    def _collection(self, opened_at: Position) -> object:
        if self._skip(")"):
            return RDF + "nil"
        count = 0
        while self._peek() != ")":
            at = self._tokens[self._next].at
            if count:
                self._add(self._next, (RDF + "rest", None), opened_at, at, at)
            self._object(RDF + "first", opened_at, at)
            count += 1
        self._add(self._next, (RDF + "rest", RDF + "nil"), opened_at, opened_at, opened_at)
        self._skip(")")
        self._open = False
        return None

    def _iri(self, token: Token) -> str:
        if token.kind == "iri":
            iri = unescape(token.text[1:-1])
            return urljoin(self._base, iri) if self._base else iri
        prefix, _, local = token.text.partition(":")
        return self._prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)

    def _literal(self, token: Token) -> object:
        if token.kind == "number":
            kind = "double" if "e" in token.text.lower() else "decimal" if "." in token.text else "integer"
            return (token.text, (XSD + kind).lower())
        if token.kind == "word":
            return (token.text, (XSD + "boolean").lower())
        quotes = 3 if token.text[:3] in ('"""', "'''") else 1
        value = unescape(token.text[quotes:-quotes])
        if self._next < len(self._tokens) and self._tokens[self._next].kind == "at":
            return (value, self._take().text[1:].lower())
        if self._skip("^^"):
            return (value, self._iri(self._take()).lower())
        self._open = True
        return (value, (XSD + "string").lower())
