"""Text in a picture: made safe, measured and wrapped without a font at hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

SIZE = 13
LINE = 17
LONGEST = 1000
_MOST = 20_000
_JOINERS = "\u200c\u200d"
_NARROW = frozenset("ijltfrI1.,:;'|!()[]{}/\\\"` -·")
_BROAD = frozenset("mwMWQ@%&—…")


def clean(text: str, longest: int = LONGEST) -> str:
    """A text without control, direction and unpaired characters, its spaces collapsed, shortened with ``…``."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if _is_letter(c))
    whole = " ".join(kept.split())
    return whole if len(whole) <= longest else _start(whole, longest - 1) + "…"


def _is_letter(character: str) -> bool:
    category, code = unicodedata.category(character), ord(character)
    if category == "Cf":
        return character in _JOINERS
    return category != "Cs" and code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF


def breadth(text: str, size: float = SIZE) -> float:
    """About how wide a text is in pixels; rather too much than too little."""
    return size * sum(_share(character) for character in text)


def _share(character: str) -> float:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in _BROAD:
        return 0.95
    if character in _NARROW:
        return 0.4
    return 0.72 if character.isupper() else 0.65


def wrap(text: str, width: float, most: int, size: float = SIZE) -> list[str]:
    """A text in lines of at most a width, at least one; what goes beyond ``most`` lines is cut with ``…``."""
    lines: list[str] = []
    for word in _words(clean(text, _MOST), width, size):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and breadth(joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return _cut(lines or [""], width, most, size)


def _words(text: str, width: float, size: float) -> Iterator[str]:
    """The words of a text, each that is wider than a line in pieces."""
    for word in text.split(" "):
        rest = word
        while breadth(rest, size) > width and len(rest) > 1:
            piece = _piece(rest, max(1, _fitting(rest, width, size)))
            yield piece
            rest = rest[len(piece) :]
        yield rest


def _piece(text: str, length: int) -> str:
    """The first characters of a text, up to a hyphen or slash in their second half if there is one."""
    at = max(text.rfind(mark, length // 2, length) for mark in "-/_")
    return text[: at + 1] if at > 0 else _start(text, length)


def _cut(lines: list[str], width: float, most: int, size: float) -> list[str]:
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    kept = _start(last, _fitting(last, width - breadth("…", size), size))
    return [*lines[: most - 1], kept.rstrip() + "…"]


def longest_word(text: str, size: float = SIZE) -> float:
    """The width of the widest word in a text."""
    return max((breadth(word, size) for word in text.split()), default=0.0)


def _fitting(text: str, width: float, size: float) -> int:
    """How many characters of a text are no wider than a width."""
    used = 0.0
    for number, character in enumerate(text):
        used += size * _share(character)
        if used > width:
            return number
    return len(text)


def _start(text: str, length: int) -> str:
    """The first characters of a text; a letter keeps the marks that belong to it, or goes with them."""
    end = length
    while 0 < end < len(text) and (unicodedata.combining(text[end]) or text[end] in _JOINERS):
        end -= 1
    return text[: end or length]
