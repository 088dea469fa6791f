"""A Turtle text into which blocks are put: in sorted order where it is sorted, before the passages of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from defkg.project import ProjectError
from defkg.scaffold.block import Block, thing
from defkg.terms import PREFIXES
from defkg.tokens import Position, Token, tokens

_LAST = "id:passage\\/"  # in a document's file, its sentences stand behind all that rests on them


class _Statement(NamedTuple):
    first: str
    start: int
    end: int


def put(text: str, blocks: Sequence[Block], name: str) -> str:
    """A Turtle text with blocks more, and the prefixes that they need; all else stays as it is.

    Raises:
        ProjectError: the text gives one of these prefixes to another namespace; ``name`` is that of the file.
    """
    if not text.strip():
        text = "\n".join(f"{block.turtle()}\n" for block in blocks)
    else:
        for block in blocks:
            text = _put(text, block)
    return _with_prefixes(text, {prefix for block in blocks for prefix in block.prefixes()}, name)


def _put(text: str, block: Block) -> str:
    statements = [s for s in _statements(text) if not s.first.startswith("@")]
    before = _before(statements, thing(block.subject))
    if before is None and statements:
        at = _comment_start(text, statements[0].start)
        return f"{text[:at]}{block.turtle()}\n\n{text[at:]}"
    at = _line_end(text, before.end) if before else len(text)
    rest = text[at:].removeprefix("\n")
    return f"{text[:at].rstrip()}\n\n{block.turtle()}\n{rest}"


def _before(statements: list[_Statement], subject: str) -> _Statement | None:
    """The statement behind which a new one stands; None for the first place."""
    facts = [s for s in statements if not s.first.startswith((_LAST, "id:selector\\/"))]
    if len(facts) < len(statements):
        return facts[-1] if facts else statements[-1]
    names = [s.first for s in statements]
    if len(names) > 1 and all(a <= b for a, b in pairwise(names)):
        return next((s for s in reversed(statements) if s.first <= subject), None)
    return statements[-1] if statements else None


def _statements(text: str) -> Iterator[_Statement]:
    starts = _line_starts(text)
    first: Token | None = None
    depth, directive = 0, ""
    for token in tokens(text):
        first = first or token
        if first is token and token.kind == "word" and token.text.upper() in ("PREFIX", "BASE"):
            directive = token.text
        depth += (token.text in "[(" and token.kind == "mark") - (token.text in "])" and token.kind == "mark")
        ended = token.kind == "iri" if directive else token.kind == "mark" and token.text == "." and depth == 0
        if ended:
            kind = "@" if directive or first.kind == "at" else ""
            yield _Statement(kind + first.text, _offset(starts, first.at), _offset(starts, token.at) + len(token.text))
            first, directive = None, ""


def _line_starts(text: str) -> list[int]:
    return [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]


def _offset(starts: list[int], at: Position) -> int:
    return starts[at.line - 1] + at.column - 1


def _line_end(text: str, at: int) -> int:
    """The end of the line, if nothing but a comment follows on it."""
    end = text.find("\n", at)
    rest = text[at : end if end >= 0 else len(text)].strip()
    return at if rest and not rest.startswith("#") else (end if end >= 0 else len(text))


def _comment_start(text: str, at: int) -> int:
    """Where the comment lines begin that stand directly above a place."""
    while True:
        line = text.rfind("\n", 0, max(at - 1, 0)) + 1
        if at == 0 or not text[line:at].startswith("#"):
            return at
        at = line


def _with_prefixes(text: str, needed: set[str], name: str) -> str:
    declared = _declared(text)
    wrong = [p for p in sorted(needed) if declared.get(p, PREFIXES[p]) != PREFIXES[p]]
    if wrong:
        raise ProjectError(f"{name} uses the prefix {wrong[0]}: for another namespace; rename that prefix first")
    missing = sorted(needed - declared.keys(), key=lambda prefix: (prefix != "defkg", prefix))
    lines = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in missing)
    directives = [s for s in _statements(text) if s.first.startswith("@")]
    at = _line_end(text, directives[-1].end) + 1 if directives else 0
    gap = "" if directives or not lines else "\n"
    return f"{text[:at]}{lines}{gap}{text[at:]}"


def _declared(text: str) -> dict[str, str]:
    found = list(tokens(text))
    return {
        name.text[:-1]: iri.text[1:-1]
        for keyword, name, iri in zip(found, found[1:], found[2:], strict=False)
        if keyword.text.lower() in ("@prefix", "prefix") and name.kind == "name" and iri.kind == "iri"
    }
