"""A line of a file as a terminal may show it: cut to fit, with a caret under a place, and nothing that it obeys."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from rich.cells import get_character_cell_size

_PICTURES = 0x2400  # U+2400 to U+241F are pictures of the control characters
_TAB = "    "


def excerpt(line: str, column: int, width: int) -> tuple[str, str]:
    """A part of a line around a column that is no wider than so many cells, and a line with a caret under the place.

    Args:
        line: one line of a file.
        column: counted from 1, in characters.
        width: cells to fill, 8 or more.
    """
    at = column - 1
    before = [printable(c) for c in line[max(0, at - 4 * width) : at]]
    after = [printable(c) for c in line[at : at + 4 * width]] or [" "]
    room = width - min(_cells(after), width // 2) - (at > len(before))
    head = _fitting(before[::-1], room)[::-1]
    left = "…" if len(head) < at else ""
    tail = _fitting(after, width - _cells([left, *head]))
    right = "…" if at + len(tail) < len(line) else ""
    shown = left + "".join(head) + "".join(tail) + right
    offset = _cells([left, *head]) - (bool(head) and _joins(line[at : at + 1]))
    return shown.rstrip(" "), " " * offset + "^"


def printable(character: str) -> str:
    """A character as it may be sent to a terminal: what controls it, or hides or turns text, is replaced."""
    if character == "\t":
        return _TAB
    if character < " ":
        return chr(_PICTURES + ord(character))
    return "�" if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Cs", "Zl", "Zp") else character


def _fitting(pieces: list[str], room: int) -> list[str]:
    """The first pieces that fit, with a cell to spare for an ellipsis where not all do."""
    if _cells(pieces) <= room:
        return pieces
    used = count = 0
    while count < len(pieces) and used + _cells(pieces[count : count + 1]) <= room - 1:
        used += _cells(pieces[count : count + 1])
        count += 1
    return pieces[:count]


def _cells(pieces: Iterable[str]) -> int:
    return sum(get_character_cell_size(character) for piece in pieces for character in piece)


def _joins(character: str) -> bool:
    """Whether a character is drawn in the cell of the one before it."""
    return bool(character) and not get_character_cell_size(printable(character)[0])
