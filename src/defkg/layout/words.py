"""The tokens of a Turtle text with the comments that belong to each."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from defkg.layout.syntax_tree import Comment
from defkg.tokens import Position, Token, tokens

BEYOND = "this is beyond RDF 1.1 Turtle"


class Unreadable(Exception):
    """What stands in a text that is not RDF 1.1 Turtle, or nested too deep."""

    def __init__(self, message: str, at: Position) -> None:
        super().__init__(message)
        self.at = at


@dataclass
class Word:
    """A token with the comments above it and the one at the end of its line."""

    token: Token
    before: list[Comment]
    after: list[str] = field(default_factory=list)


def words(text: str) -> list[Word]:
    """The tokens with their comments; the last one is the end of the text.

    Raises:
        Unreadable: something stands there that is no token.
    """
    found = [*tokens(text, comments=True)]
    end = _end(text, found)
    read: list[Word] = []
    waiting: list[Comment] = []
    for token, following in pairwise([*found, Token("end", "", end)]):
        if token.kind != "comment":
            read.append(Word(token, waiting))
            waiting = []
        elif read and not waiting and not read[-1].after and _last_line(read[-1].token) == token.at.line:
            read[-1].after.append(token.text.rstrip(" \t"))
        else:
            waiting.append(Comment(token.text.rstrip(" \t"), following.at.line > token.at.line + 1))
    return [*read, Word(Token("end", "", end), waiting)]


def _last_line(token: Token) -> int:
    return token.at.line + token.text.count("\n")


def _end(text: str, found: list[Token]) -> Position:
    lines = text.split("\n")
    if found:
        last = found[-1]
        rest = "\n".join(lines[last.at.line - 1 :])[last.at.column - 1 + len(last.text) :]
    else:
        rest = text
    if rest.strip(" \t\r\n"):
        before = text[: len(text) - len(rest.lstrip(" \t\r\n"))]
        at = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise Unreadable(BEYOND, at)
    return Position(len(lines), len(lines[-1]) + 1)
