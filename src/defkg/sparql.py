r"""The tokens of a SPARQL query, without parsing it.

A token is the longest text that can be one, with one exception that the parser makes too: within the parentheses of an
expression, ``<`` after an operand compares, so that ``?a<5&&?b>3`` holds no IRI. As for the parser, codepoint
escapes (``\u0041``) count within IRIs and strings only. Reading takes time linear in the text's length.

Source: SPARQL 1.1 Query Language (W3C), sections 19.2 and 19.8; brackets of triple terms as in SPARQL 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INNER = _LETTER + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_HEX = "[0-9A-Fa-f]"
_PREFIX = rf"[{_LETTER}][{_INNER}\-]*+(?:\.++[{_INNER}\-]++)*+"
_ESCAPED = rf"%{_HEX}{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_LETTER}_0-9:]|{_ESCAPED})(?:[{_INNER}:\-]++|{_ESCAPED})*+(?:\.++(?:[{_INNER}:\-]++|{_ESCAPED})++)*+"
_NO_SURROGATE = "(?![dD][89a-fA-F])"
_CODEPOINT = rf"\\(?:u|U0000){_NO_SURROGATE}{_HEX}{{4}}|\\U00(?:0[1-9a-fA-F]|10){_HEX}{{4}}"
_ESCAPE = rf"\\[tbnrf\"'\\]|{_CODEPOINT}"
_NUMBER = r"(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"


def _string(quote: str) -> str:
    long = rf"{quote * 3}(?:{quote}{{0,2}}(?:[^{quote}\\]|{_ESCAPE}))*+{quote * 3}"
    return rf"{long}|{quote}(?:[^{quote}\\\n\r]|{_ESCAPE})*+{quote}"


_TOKEN = re.compile(
    rf"""(?:[ \t\r\n]++|\#[^\r\n]*+)*+(?:
    (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u{_HEX}{{4}}|\\U{_HEX}{{8}})*+>)
    |(?P<string>{_string('"')}|{_string("'")})
    |(?P<var>[?$][{_LETTER}_0-9][{_INNER}]*+)
    |(?P<bnode>_:[{_LETTER}_0-9][{_INNER}\-]*+(?:\.++[{_INNER}\-]++)*+)
    |(?P<name>(?:{_PREFIX})?+:(?:{_LOCAL})?+)
    |(?P<word>{_PREFIX})
    |(?P<number>{_NUMBER})
    |(?P<lang>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
    |(?P<mark><<\(|\)>>|<<|>>|{{\||\|}}|\|\||&&|\^\^|[<>!]=|[{{}}()\[\].,;*/+\-=<>!|^?~])
    |(?P<end>\Z)
    |(?P<bad>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = ("", *_TOKEN.groupindex)
_PART = re.compile(rf"(?P<word>[{_LETTER}][{_INNER}]*+)|(?P<number>{_NUMBER})|(?P<mark>[.\-])|(?P<bad>.)")
DEEPEST = 10_000
OPENING = frozenset(["{", "(", "[", "{|", "<<", "<<("])
_CLOSING = frozenset(["}", ")", "]", "|}", ">>", ")>>"])
_BRACKETS = OPENING | _CLOSING
_OPERANDS = frozenset(["iri", "string", "var", "bnode", "name", "number", "lang"])
_BEFORE_LIST = frozenset(["A", "TRUE", "FALSE", "VALUES", "UNDEF"])


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: iri, string, var, bnode, name (a prefixed one), word, number, lang, mark, or bad: a character that
            begins no token, closes a bracket that is not open, opens one beyond `DEEPEST`, or is a ``<`` that may
            be read in two ways; nothing is read after it.
        text: as written.
        start: its offset in the query.
        depth: how many brackets are open around it; those that it opens or closes itself do not count.
    """

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """A word in capitals; a mark as it is; empty for anything else."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "mark" else ""


_new = tuple.__new__  # half the time of Token(), which counts for a text of nothing but brackets


def tokens(text: str) -> list[Token]:
    """The tokens of a query, up to the first bad one; comments are left out."""
    reader = _Reader(text)
    at = 0
    while at >= 0:
        at = reader.read(at)
    return reader.found


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


_NOTHING, _LEVEL, _EXPRESSION, _UNSURE = range(4)


class _Reader:
    """Reads tokens, and knows of each open bracket whether an expression stands in it."""

    def __init__(self, text: str) -> None:
        self.found: list[Token] = []
        self._text = text
        self._open = [_LEVEL]

    def read(self, start: int) -> int:
        """Reads on from an offset; where to go on after a ``<`` that compares, or -1 at the end."""
        found, opened = self.found, self._open
        for match in _TOKEN.finditer(self._text, start):
            index = match.lastindex or 0
            kind, text, at = _KINDS[index], match[index], match.start(index)
            if text[:1] == "<" and opened[-1] >= _EXPRESSION and self._compares(text):
                self._add("bad" if opened[-1] == _UNSURE else "mark", "<", at)
                return -1 if opened[-1] == _UNSURE else at + 1
            if kind == "mark" and text in _BRACKETS:
                kind = self._bracket(text, at)
            elif kind == "word" and (len(text) > 5 or not text.isalnum()):
                self._word(text, at)
            elif kind != "end":
                found.append(_new(Token, (kind, text, at, len(opened) - 1)))
            if kind == "bad":
                break
        return -1

    def _add(self, kind: str, text: str, at: int) -> None:
        self.found.append(_new(Token, (kind, text, at, len(self._open) - 1)))

    def _compares(self, text: str) -> bool:
        return (len(text) > 2 or text == "<<") and bool(self.found) and _is_operand(self.found[-1])

    def _bracket(self, text: str, at: int) -> str:
        opened = self._open
        if text in OPENING:
            inner = self._opened() if text == "(" else _NOTHING
            kind = "mark" if len(opened) <= DEEPEST else "bad"
            self.found.append(_new(Token, (kind, text, at, len(opened) - 1)))
            opened.append(inner)
            return kind
        opened.pop()
        kind = "mark" if opened else "bad"
        self.found.append(_new(Token, (kind, text, at, max(len(opened) - 1, 0))))
        return kind

    def _opened(self) -> int:
        if self._open[-1] != _NOTHING:
            return max(self._open[-1], _EXPRESSION)
        before = self.found[-1] if self.found else None
        if before and before.kind in ("iri", "name"):  # a function, or a property with a list
            return self._called(before)
        return _EXPRESSION if before and before.kind == "word" and before.keyword not in _BEFORE_LIST else _NOTHING

    def _called(self, name: Token) -> int:
        if self.found[-2:][0].keyword.endswith("FILTER"):
            return _EXPRESSION
        return _UNSURE if "filter" in name.text.lower() and name.kind == "name" else _NOTHING

    def _word(self, text: str, at: int) -> None:
        if "SELECT" in text.upper() and self._open[-1] == _NOTHING:
            self._open[-1] = _LEVEL
        if "." not in text and "-" not in text:
            self._add("word", text, at)
            return
        for part in _PART.finditer(text):
            self._add(part.lastgroup or "bad", part[0], at + part.start())


def _is_operand(token: Token) -> bool:
    if token.kind == "word":
        return token.keyword.endswith(("TRUE", "FALSE"))
    return token.kind in _OPERANDS or token.text in _CLOSING


def matching(found: Iterable[Token]) -> dict[int, int]:
    """For the index of each opening bracket, that of its closing one; none for those that are never closed."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(found):
        if token.kind == "mark" and token.text in OPENING:
            opened.append(index)
        elif token.kind == "mark" and token.text in _CLOSING and opened:
            pairs[opened.pop()] = index
    return pairs
