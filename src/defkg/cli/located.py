"""The places of a phrase as Turtle with comments, as a list, or as JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from defkg.evidence.copies import Copy
    from defkg.evidence.locating import Located
    from defkg.evidence.passage import Document


def write_turtle(phrase: str, document: Document, copy: Copy, found: list[Located], chosen: Located | None) -> None:
    """Writes the chosen place as comments and its passage, if any, as Turtle; else all places, or the nearest words."""
    if chosen:
        _write_chosen(chosen, copy)
        return
    for number, place in enumerate(found, 1):
        print(f"{number}: {_place(place, copy)}")
    if found and copy.drifted:
        print(f"defkg: {found[0].refused}", file=sys.stderr)
    elif found:
        print(f"defkg: the words stand at {len(found)} places; choose one with --nth", file=sys.stderr)
    else:
        _say_nearest(phrase, document, copy)


def _write_chosen(place: Located, copy: Copy) -> None:
    for line in _comments(place):
        print(f"# {line}")
    if place.refused:
        print(f"# {_place(place, copy)}")
        print(f"defkg: {place.refused}", file=sys.stderr)
    print(place.turtle, end="")


def _comments(place: Located) -> list[str]:
    from defkg.evidence.locating import key

    lines = []
    if place.differs:
        words = " ".join(place.words.split())  # a line end would end the comment
        lines.append(f"The document differs from your words in {', '.join(place.differs)}: “{words}”")
    if place.passage and place.known:
        return [*lines, f"The document's file has this passage already: cite id:passage\\/{key(place.passage)}"]
    if place.spans:
        cited = [f"id:passage\\/{key(sentence)}" for sentence in place.cite]
        return [*lines, f"The words span {place.spans}: cite {', '.join(cited[:-1])} and {cited[-1]} (whole sentences)"]
    lines += [
        f"{s.locator} covers this already: cite id:passage\\/{key(s)} (a passage is a whole sentence)"
        for s in place.cite
    ]
    if place.passage and place.passage.sentence:
        lines.append("No listed sentence has these words: add this one to the document's defkg:hasSentence.")
    if place.cite and place.passage:
        lines.append("Or, for these words alone:")
    return lines


def _place(place: Located, copy: Copy) -> str:
    start, end = place.span
    locator = f" ({place.locator})" if place.locator else ""
    return f"{start} to {end}{locator}: …{' '.join(copy.text[max(start - 30, 0) : end + 30].split())}…"


def _say_nearest(phrase: str, document: Document, copy: Copy) -> None:
    from defkg.evidence.phrase import nearest

    print(f"defkg: the words are not in {document.slug}", file=sys.stderr)
    near = nearest(phrase, copy.text)
    if near:
        (start, end), likeness = near
        words = " ".join(copy.text[start:end].split())
        print(f"the nearest, {likeness:.0%} alike, at {start} to {end}: “{words}”")


def write_json(phrase: str, copy: Copy, found: list[Located], chosen: Located | None) -> None:
    """Writes all places, which one is chosen, and without any the nearest words.

    A place without a passage says why under ``refused``; ``drifted`` tells that the copy is another text.
    """
    from defkg.evidence.phrase import nearest

    near = None if found else nearest(phrase, copy.text)
    told: dict[str, Any] = {"places": [_members(place) for place in found]}
    told["chosen"] = found.index(chosen) + 1 if chosen else None
    told["nearest"] = {"start": near[0].start, "end": near[0].end, "likeness": round(near[1], 3)} if near else None
    json.dump(told | {"remark": copy.remark, "drifted": copy.drifted}, sys.stdout, ensure_ascii=False, indent=2)
    print()


def _members(place: Located) -> dict[str, Any]:
    passage = place.passage
    return {
        "start": place.span.start,
        "end": place.span.end,
        "sha256": passage.digest if passage else None,
        "differs": list(place.differs),
        "cite": [sentence.node.value for sentence in place.cite],
        "passage": passage.node.value if passage else None,
        "locator": passage.locator if passage else None,
        "known": place.known,
        "turtle": place.turtle or None,
        "refused": place.refused or None,
    }
