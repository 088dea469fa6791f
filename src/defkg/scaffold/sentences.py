"""The sentences of a plain text, by their positions.

The rules are few, so that a steward can tell beforehand what they give, and correct the rest by hand:

1. A line is a block of its own, be it a title, a date or a paragraph. It goes on in the next line only if it ends
   without a full stop, and the next line follows at once with a small letter.
2. In a block a sentence ends at one of ``. ! ? …`` with the quotes and brackets that close behind it, if white space
   and something other than a small letter follow.
3. No sentence ends at a title (``Jt.``, ``Dr.``), at an initial (``K.``), at letters with points (``U.S.``) unless
   a word such as *The* follows, nor at ``No.``, ``Sept.`` and the like before a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from defkg.evidence.phrase import Span

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_END = re.compile(r"""[.!?…।]+["'”’)\]»]*(?=(\s+)["'“‘(\[«]*(\w+|\S))""")
_TITLES = frozenset(
    """jt dr mr mrs ms smt shri sh prof hon st gen lt maj col adm vadm radm brig capt cdr cmde cmdr sqn wg gp sgt amb
    govt dept secy addl dy asst gov rep sen vs messrs""".split()
)
_BEFORE_FIGURES = frozenset("jan feb mar apr jun jul aug sep sept oct nov dec no nos art para p pp fig vol rs".split())
_OPENERS = frozenset("The This That These Those It In On At Both He She They We A An And But As For With".split())
_LETTERS = re.compile(r"(?:[^\W\d_]\.)+")
_LAST_WORD = re.compile(r"[^\s\"'“‘(\[«]+$")


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order; positions count Unicode code points, the end is exclusive."""
    return [span for block in _blocks(text) for span in _split(text, block) if span.end > span.start]


def _blocks(text: str) -> Iterator[Span]:
    block: Span | None = None
    for line in (_trimmed(text, *match.span()) for match in _LINE.finditer(text)):
        if block and _goes_on(text, block, line):
            block = Span(block.start, line.end)
            continue
        if block:
            yield block
        block = line
    if block:
        yield block


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and _blank(text[start]):
        start += 1
    while start < end and _blank(text[end - 1]):
        end -= 1
    return Span(start, end)


def _blank(character: str) -> bool:
    return character.isspace() or character in "\ufeff\u200b"


def _goes_on(text: str, block: Span, line: Span) -> bool:
    between = text[block.end : line.start].replace("\r\n", "\n")
    adjacent = sum(character in "\r\n" for character in between) == 1
    if not adjacent or block.start == block.end:
        return False
    return text[line.start : line.end][:1].islower() and text[block.end - 1 : block.end] not in ".!?…।:"


def _split(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for match in _END.finditer(text, *block):
        if match.end() <= start or match[2][:1].islower() or _abbreviated(text[start : match.end()], match[2]):
            continue
        yield Span(start, match.end())
        start = match.end() + len(match[1])
    yield Span(start, block.end)


def _abbreviated(before: str, after: str) -> bool:
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    if not word.endswith("."):
        return False
    if _LETTERS.fullmatch(word):
        return after not in _OPENERS
    name = word[:-1].casefold()
    return name in _TITLES or (name in _BEFORE_FIGURES and after[:1].isdigit())
