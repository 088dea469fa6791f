"""Which EXISTS of an expression speak of what is there, and which of what is not."""

from __future__ import annotations

from defkg.linter.patterns import Element, Group
from defkg.provenance.reading import unread
from defkg.sparql import Token, matching


def affirmed(element: Element) -> list[Group]:
    """The groups of those EXISTS in a filter or BIND that no NOT and no ``!`` turns round.

    Raises:
        Untold: the expression is not followed.
    """
    signs = list(_signs(element.tokens))
    if len(signs) != len(element.groups):
        raise unread(element.tokens)
    return [group for sign, group in zip(signs, element.groups, strict=True) if sign]


def _signs(found: list[Token]) -> list[bool]:
    """For each EXISTS, those within another left out, whether it is affirmed."""
    pairs = matching(found)
    turned: list[bool] = []
    signs = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.text == "{" and found[at - 1].keyword.endswith("EXISTS"):
            signs.append(_is_affirmed(found, at - 1, turned))
            at = pairs.get(at, at)
        elif token.text == "(":
            turned.append(_is_turned(found, at))
        elif token.text == ")" and turned:
            turned.pop()
        at += 1
    return signs


def _is_affirmed(found: list[Token], at: int, turned: list[bool]) -> bool:
    word = found[at].keyword
    is_not = word.endswith("NOTEXISTS") or found[at - 1].keyword.endswith("NOT")
    bang = found[at - 2 if is_not and word == "EXISTS" else at - 1].text == "!"
    return not (sum(turned) + is_not + bang) % 2


def _is_turned(found: list[Token], at: int) -> bool:
    """Whether a ``!`` stands before a bracket, or before the function whose bracket it is."""
    before = found[at - 1] if at else None
    is_call = before is not None and (before.kind in ("iri", "name") or before.kind == "word")
    return at > 0 and found[at - 2 if is_call and at > 1 else at - 1].text == "!"
