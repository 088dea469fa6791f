"""The tokens of a Turtle text, with their places.

Source: RDF 1.1 Turtle, section 6.5. The text is known to be valid: pyoxigraph has read it before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LOCAL = r"(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<comment>\#[^\n\r]*)
      | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
      | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
                  | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
      | (?P<at>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
      | (?P<type>\^\^)
      | (?P<bnode>_:\w(?:[\w.\-·]*[\w\-·])?)
      | (?P<name>(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:(?:LOCAL(?:(?:LOCAL|[.\-·])*(?:LOCAL|[\-·]))?)?)
      | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+))
      | (?P<word>[a-zA-Z]+)
      | (?P<mark>[.;,\[\]()])""".replace("LOCAL", _LOCAL),
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


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
    skipped = ("space",) if comments else ("space", "comment")
    line, line_start, at = 1, 0, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
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
