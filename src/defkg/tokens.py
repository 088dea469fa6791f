"""The tokens of a Turtle text, with their places.

Source: RDF 1.1 Turtle, section 6.5. The text is known to be valid: pyoxigraph has read it before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_FIRST = f"{_BASE}_0-9"
_REST = f"{_FIRST}\\-\u00b7\u0300-\u036f\u203f\u2040"
_PERCENT = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = f"(?:[{_FIRST}:]|{_PERCENT})(?:(?:[{_REST}:.]|{_PERCENT})*(?:[{_REST}:]|{_PERCENT}))?"
_TOKEN = (
    r"""(?P<space>[ \t\r\n]+)
      | (?P<comment>\#[^\n\r]*)
      | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
      | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                  | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
      | (?P<at>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
      | (?P<type>\^\^)
      | (?P<bnode>_:[FIRST](?:[REST.]*[REST])?)
      | (?P<name>(?:[BASE](?:[REST.]*[REST])?)?:(?:LOCAL)?)
      | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+))
      | (?P<word>[a-zA-Z]+)
      | (?P<mark>[.;,\[\]()])""".replace("LOCAL", _LOCAL)
    .replace("FIRST", _FIRST)
    .replace("REST", _REST)
    .replace("BASE", _BASE)
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)  # takes 20 ms, which a check without a finding need not spend


class Position(NamedTuple):
    """Line and column, counted from 1; a column counts characters."""

    line: int
    column: int


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: iri, string, at (language tag or directive), type (^^), bnode, name, number, word, mark or comment.
        text: as written.
        at: where it begins.
    """

    kind: str
    text: str
    at: Position


def tokens(text: str, comments: bool = False) -> Iterator[Token]:
    """The tokens of a Turtle text in order; with ``comments``, these too. Stops at what is no token."""
    match_token = _pattern().match
    skipped = ("space",) if comments else ("space", "comment")
    line, line_start, at = 1, 0, 0
    while at < len(text):
        match = match_token(text, at)
        if match is None:
            return
        if match.lastgroup not in skipped:
            yield Token(match.lastgroup or "", match.group(), Position(line, at - line_start + 1))
        newlines = match.group().count("\n")
        if newlines:
            line += newlines
            line_start = at + match.group().rfind("\n") + 1
        at = match.end()


def unescape(text: str) -> str:
    """The text with the escapes of a string or an IRI resolved."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _ESCAPES.get(m[3], m[3]), text)
