"""The one layout of Turtle: the same triples and comments always give the same text, as docs/decisions/0005 says."""

from __future__ import annotations

from defkg.layout.arrangement import arranged
from defkg.layout.meaning import Undecided, same_meaning, triples
from defkg.layout.parsing import read
from defkg.layout.printer import remarks, section_text
from defkg.layout.syntax_tree import Document
from defkg.layout.words import Unreadable

__all__ = ["LayoutError", "NotTurtle", "format_turtle", "same_meaning"]


class LayoutError(Exception):
    """A text that is not laid out, and why.

    Attributes:
        line: where, counted from 1; the text's beginning where it is about the whole.
        column: where in the line.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class NotTurtle(LayoutError):
    """A text that is not valid Turtle."""


def format_turtle(text: str) -> str:
    """A Turtle text in the canonical layout, proved to mean the same.

    A byte-order mark is taken off. What is in this layout comes back as it is.

    Raises:
        NotTurtle: it is not valid.
        LayoutError: it uses more than RDF 1.1 Turtle has, is nested too deep, or the proof cannot be given.
    """
    text = text.removeprefix("\ufeff")
    try:
        triples(text)
    except SyntaxError as error:
        raise NotTurtle(error.msg, error.lineno or 1, error.offset or 1) from error
    try:
        formatted = _laid_out(read(text))
        _prove(text, formatted)
    except Unreadable as error:
        raise LayoutError(str(error), *error.at) from error
    except Undecided as error:
        raise LayoutError(str(error)) from error
    return formatted


def _prove(old: str, new: str) -> None:
    try:
        same = old == new or same_meaning(old, new)
    except SyntaxError:
        same = False
    if not same:
        raise LayoutError("laying it out would change what it means; this is a fault of defkg, please report it")


def _laid_out(document: Document) -> str:
    sections, end = arranged(document)
    blocks = [section_text(section) for section in sections]
    return "\n".join([*blocks, *([remarks(end).rstrip("\n") + "\n"] if end else [])])
