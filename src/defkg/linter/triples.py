"""The triple patterns within a statement that names its subject once, as they are written.

Source: SPARQL 1.1 Query Language (W3C), section 19.8, rules 75 to 109.
"""

from __future__ import annotations

from defkg.linter.patterns import Element
from defkg.sparql import Token


def triples(element: Element) -> list[tuple[list[Token], list[Token], list[Token]]]:
    """Subject, path and object of each triple pattern of a triples element, as written.

    Empty where the subject is in brackets, or a triple is annotated: then the element is one piece.
    """
    found = element.tokens
    at = _term(found, 0)
    subject, read = found[:at], []
    while at < len(found) and subject[0].kind != "mark":
        if found[at].text == ";":
            at += 1
            continue
        end = _path(found, at)
        path, before = found[at:end], ","
        while before == "," and end < len(found):
            at, end = end, _term(found, end)
            read.append((subject, path, found[at:end]))
            before = found[end].text if end < len(found) else ""
            end += before == ","
        at = end
        if before not in ("", ";"):
            return []
    return read


def _term(found: list[Token], at: int) -> int:
    """Where a term ends, with all that its brackets hold, its language tag, its datatype, or its sign."""
    first = found[at].text if at < len(found) else ""
    if first in ("(", "[", "<<", "<<("):
        return next((i + 1 for i in range(at + 1, len(found)) if found[i].depth <= found[at].depth), len(found))
    after = found[at + 1].text if at + 1 < len(found) else ""
    if after == "^^":
        return at + 3
    return at + (2 if first in ("+", "-") or (after.startswith("@") and found[at + 1].kind == "lang") else 1)


def _path(found: list[Token], at: int) -> int:
    """Where a property path ends."""
    while at < len(found):
        while at < len(found) and found[at].text in ("^", "!"):
            at += 1
        at = _term(found, at)
        while at < len(found) and found[at].kind == "mark" and found[at].text in ("*", "+", "?"):
            at += 1
        if at < len(found) and found[at].text not in ("/", "|"):
            break
        at += 1
    return at
