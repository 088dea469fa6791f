"""Why a text is no Turtle, in words for whoever has to mend it."""

from __future__ import annotations

import re
import unicodedata

from defkg.content import INVISIBLE, at, fault, unmerged
from defkg.finding import Finding
from defkg.terms import CHECKS, PREFIXES
from defkg.tokens import tokens

SYNTAX = CHECKS + "syntax"
_UNDECLARED = re.compile(r"The prefix (\w*): has not been declared")
_OPENED = {'"': "a string", "'": "a string", "<": "an IRI"}


def syntax_finding(name: str, text: str, error: SyntaxError) -> Finding:
    """The one finding for a text that the parser has given up.

    Args:
        name: the file as findings show it.
        text: what is not Turtle.
        error: what pyoxigraph said of it.
    """
    start, end = _span(text, error)
    lines = text.split("\n")
    if lines[start[0] - 1].startswith("======="):
        return unmerged(name, (start[0], 1))
    if _is_cut_off(text, end, error):
        return _cut_off(name, text, start)
    unseen = _unseen(lines[start[0] - 1][start[1] - 1 : start[1]])
    if unseen:
        return fault(name, INVISIBLE, f"{unseen} stands here, which is no white space in Turtle", "take it out", start)
    message = re.sub(r"^Parser error[^:]*: ", "", error.msg)
    return fault(name, SYNTAX, f"not valid Turtle: {message}", _hint(message), start)


def _span(text: str, error: SyntaxError) -> tuple[tuple[int, int], tuple[int, int]]:
    last = text.count("\n") + 1
    start = (min(error.lineno or last, last), error.offset or 1)
    return start, (min(error.end_lineno or start[0], last), error.end_offset or start[1])


def _hint(message: str) -> str:
    undeclared = _UNDECLARED.search(message)
    if undeclared and undeclared[1] in PREFIXES:
        return f"add the line @prefix {undeclared[1]}: <{PREFIXES[undeclared[1]]}> . or run `defkg check --fix`"
    return "mend the line, or the one before it"


def _unseen(character: str) -> str:
    if character and character not in " \t\r\n" and unicodedata.category(character) in ("Cc", "Cf", "Zs"):
        return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
    return ""


def _is_cut_off(text: str, end: tuple[int, int], error: SyntaxError) -> bool:
    if "Unexpected end" in error.msg:
        return True
    rest = text.rstrip()
    return end >= at(rest, len(rest)) and rest[-1:].isalnum() and "has not been declared" not in error.msg


def _cut_off(name: str, text: str, start: tuple[int, int]) -> Finding:
    rest = text.rstrip()
    place = at(rest, len(rest))
    opened = text.split("\n")[start[0] - 1][start[1] - 1 : start[1]] if start < place else ""
    what, begun = (_OPENED[opened], start) if opened in _OPENED else ("a statement", _last_statement(rest))
    message = f"not valid Turtle: the file ends in the middle of {what} that begins at {begun[0]}:{begun[1]}"
    return fault(name, SYNTAX, message, "finish it, or get the whole file again", place)


def _last_statement(text: str) -> tuple[int, int]:
    found, fresh = (1, 1), True
    for token in tokens(text):
        if fresh:
            found = token.at
        fresh = token.text == "." and token.kind == "mark"
    return found
