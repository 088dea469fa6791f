"""A phrase in a text: where it stands, also where quotes, dashes, spaces or letters are written otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

KINDS = ("spaces and line breaks", "quotation marks", "dashes", "composed letters", "capital letters")
_SPACES, _QUOTES, _DASHES, _LETTERS, _CAPITALS = KINDS
_SAME = {
    **dict.fromkeys("‘’‚‛′ʼ`´", ("'", _QUOTES)),
    **dict.fromkeys("“”„‟″«»", ('"', _QUOTES)),
    **dict.fromkeys("‐‑‒–—―−﹘﹣-", ("-", _DASHES)),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ("", _SPACES)),
}
_JOINER = "\u200d"  # makes one sign of two
_TRIED = 20  # windows of which the likeness is measured letter by letter
_ALIKE = 0.6


class Span(NamedTuple):
    """A part of a text: the positions of its first character and after its last, in code points."""

    start: int
    end: int


class Match(NamedTuple):
    """Where a phrase was found, and in what the text is written otherwise; empty where it is the same."""

    span: Span
    differs: tuple[str, ...] = ()


class _Folded(NamedTuple):
    text: str
    origin: list[Span]

    def span(self, start: int, end: int) -> Span:
        return Span(self.origin[start].start, self.origin[end - 1].end)


def occurrences(phrase: str, text: str) -> list[Match]:
    """Every place of a phrase in a text, in order, overlapping ones too.

    Where it does not stand as written, places where it differs only by `KINDS` are taken. No letter is parted from its
    accents: what has part of one is found with all of it, as written otherwise.

    Raises:
        ValueError: the phrase has nothing but spaces.
    """
    wanted = phrase.strip()
    if not _fold(wanted, KINDS).text:
        raise ValueError("the phrase is empty")
    exact = [Span(at, at + len(wanted)) for at in _all(wanted, text)]
    whole = [Match(span) for span in exact if not any(_within_letter(text, at) for at in span)]
    return whole or [Match(span, _differs(wanted, text[span.start : span.end])) for span in _folded(wanted, text)]


def nearest(phrase: str, text: str) -> tuple[Span, float] | None:
    """The part of a text that is most like a phrase, and how like, from 0 to 1; None where nothing is like it.

    Parts of as many words as the phrase are compared by their words first, and the best by their letters.
    """
    wanted = _fold(phrase.strip(), KINDS).text
    words = [(match.group().lower(), match.span()) for match in re.finditer(r"\w+", text)]
    length = len(re.findall(r"\w+", wanted))
    if not length or not words:
        return None
    best = sorted(_shared(re.findall(r"\w+", wanted), [word for word, _ in words]), reverse=True)[:_TRIED]
    spans = [Span(words[i][1][0], words[min(i + length, len(words)) - 1][1][1]) for _, i in best]
    likeness = [(SequenceMatcher(None, wanted, _fold(text[s:e], KINDS).text, False).ratio(), s, e) for s, e in spans]
    ratio, start, end = max(likeness, default=(0.0, 0, 0))
    return (Span(start, end), ratio) if ratio >= _ALIKE else None


def _all(wanted: str, text: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _folded(phrase: str, text: str) -> list[Span]:
    wanted, folded = _fold(phrase, KINDS).text, _fold(text, KINDS)
    return list(dict.fromkeys(folded.span(at, at + len(wanted)) for at in _all(wanted, folded.text)))


def _differs(phrase: str, found: str) -> tuple[str, ...]:
    def without(kind: str) -> list[str]:
        return [other for other in KINDS if other != kind]

    found_by = tuple(k for k in KINDS if _fold(phrase, without(k)).text != _fold(found, without(k)).text)
    return found_by or (_LETTERS,)  # what two kinds would each make the same


def _fold(text: str, kinds: Collection[str]) -> _Folded:
    """The text without the differences of these kinds, each of its characters with the part that it stands for."""
    letters = [(letter, span) for piece, span in _pieces(text) for letter in _one(piece, kinds)]
    return _Folded("".join(letter for letter, _ in letters), [span for _, span in letters])


def _pieces(text: str) -> Iterator[tuple[str, Span]]:
    """Runs of spaces, and single characters with the accents that follow them and what is joined to them."""
    start = 0
    for i in range(1, len(text) + 1):
        goes_on = i < len(text) and (_within_letter(text, i) or text[i - 1 : i + 1].isspace())
        if not goes_on:
            yield text[start:i], Span(start, i)
            start = i


def _within_letter(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    joined = _JOINER in text[at - 1 : at + 1] and not (text[at - 1].isspace() or text[at].isspace())
    return joined or unicodedata.category(text[at]).startswith("M")


def _one(piece: str, kinds: Collection[str]) -> str:
    if piece.isspace():
        return " " if _SPACES in kinds else piece
    same = ((sign, *_SAME.get(sign, (sign, ""))) for sign in piece)
    piece = "".join(other if kind in kinds else sign for sign, other, kind in same)
    if _LETTERS in kinds:
        piece = unicodedata.normalize("NFKD", piece)
    return piece.casefold() if _CAPITALS in kinds else piece


def _shared(wanted: list[str], words: list[str]) -> Iterator[tuple[int, int]]:
    needed = Counter(wanted)
    window = Counter(words[: len(wanted)])
    shared = sum((needed & window).values())
    yield shared, 0
    for i in range(1, max(len(words) - len(wanted) + 1, 1)):
        gone, come = words[i - 1], words[i + len(wanted) - 1]
        shared -= window[gone] <= needed[gone]
        window[gone] -= 1
        window[come] += 1
        shared += window[come] <= needed[come]
        yield shared, i
