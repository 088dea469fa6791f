"""Tokens read one by one, and written again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from defkg.provenance.untold import Untold
from defkg.sparql import Token, matching


class Cursor:
    """Goes through tokens."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._pairs = matching(found)
        self.at = 0

    @property
    def text(self) -> str:
        """The next token's text; empty at the end."""
        return self._found[self.at].text if self.at < len(self._found) else ""

    @property
    def kind(self) -> str:
        """The next token's kind; empty at the end."""
        return self._found[self.at].kind if self.at < len(self._found) else ""

    @property
    def keyword(self) -> str:
        """The next token as a keyword; empty where it is none."""
        return self._found[self.at].keyword if self.at < len(self._found) else ""

    def take(self, expected: str = "") -> Token:
        """The next token, and goes on.

        Raises:
            Untold: there is none, or not the expected one.
        """
        if self.at >= len(self._found) or (expected and self.keyword != expected):
            raise unread(self._found[min(self.at, len(self._found) - 1) :][:1])
        self.at += 1
        return self._found[self.at - 1]

    def bracketed(self) -> list[Token]:
        """The tokens from an opening bracket to the one that closes it, and goes on behind it."""
        end = self._pairs.get(self.at)
        if end is None:
            raise unread(self._found[self.at : self.at + 1])
        start, self.at = self.at, end + 1
        return list(self._found[start : self.at])

    def since(self, start: int) -> list[Token]:
        """The tokens taken since an earlier place."""
        return list(self._found[start : self.at])


def unread(found: Sequence[Token]) -> Untold:
    """What is said of a part that is not followed."""
    near = f" near {found[0].text!r}" if found else ""
    return Untold(f"the query has a part that is not followed{near}")


def written(found: Sequence[Token], names: Mapping[str, str], suffix: str = "") -> str:
    """Tokens as text, on one line; variables get other names, labels of blank nodes a suffix."""
    parts: list[str] = []
    end = -1
    for token in found:
        if parts and token.start != end:
            parts.append(" ")
        parts.append(_written(token, names, suffix))
        end = token.end
    return "".join(parts)


def _written(token: Token, names: Mapping[str, str], suffix: str) -> str:
    if token.kind == "var":
        name = token.text[1:]
        return "?" + names.get(name, name)
    return token.text + suffix if token.kind == "bnode" else token.text


def variables(found: Sequence[Token]) -> list[str]:
    """The names of the variables among tokens, each once, in their order."""
    return list(dict.fromkeys(token.text[1:] for token in found if token.kind == "var"))
