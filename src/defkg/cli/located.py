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
    """Writes the chosen passage as Turtle under comments; without one, the places or the nearest words."""
    if chosen:
        for line in _comments(chosen, copy):
            print(f"# {line}")
        print(chosen.turtle, end="")
        return
    for number, place in enumerate(found, 1):
        print(
            f"{number}: {place.passage.start} to {place.passage.end} ({place.passage.locator}): {_around(copy, place)}"
        )
    if found:
        print(f"defkg: the words stand at {len(found)} places; choose one with --nth", file=sys.stderr)
    else:
        _say_nearest(phrase, document, copy)


def _comments(place: Located, copy: Copy) -> list[str]:
    from defkg.evidence.locating import key

    lines = []
    if place.differs:
        words = " ".join(place.words.split())  # a line end would end the comment
        lines.append(f"The document differs from your words in {', '.join(place.differs)}: “{words}”")
    if place.known:
        return [*lines, f"The document's file has this passage already: cite id:passage\\/{key(place.passage)}"]
    lines += [
        f"{s.locator} covers this already: cite id:passage\\/{key(s)} (a passage is a whole sentence)"
        for s in place.cite
    ]
    if copy.drifted:
        lines.append("This copy is another text than the document's: its positions do not hold for the other passages.")
    elif place.passage.sentence:
        lines.append("No listed sentence has these words: add this one to the document's defkg:hasSentence.")
    if place.cite:
        lines.append("Or, for these words alone:")
    return lines


def _around(copy: Copy, place: Located) -> str:
    start, end = place.passage.start, place.passage.end
    return "…" + " ".join(copy.text[max(start - 30, 0) : end + 30].split()) + "…"


def _say_nearest(phrase: str, document: Document, copy: Copy) -> None:
    from defkg.evidence.phrase import nearest

    print(f"defkg: the words are not in {document.slug}", file=sys.stderr)
    near = nearest(phrase, copy.text)
    if near:
        (start, end), likeness = near
        words = " ".join(copy.text[start:end].split())
        print(f"the nearest, {likeness:.0%} alike, at {start} to {end}: “{words}”")


def write_json(phrase: str, copy: Copy, found: list[Located], chosen: Located | None) -> None:
    """Writes all places, which one is chosen, and without any the nearest words."""
    from defkg.evidence.phrase import nearest

    near = None if found else nearest(phrase, copy.text)
    told: dict[str, Any] = {"places": [_members(place) for place in found]}
    told["chosen"] = found.index(chosen) + 1 if chosen else None
    told["nearest"] = {"start": near[0].start, "end": near[0].end, "likeness": round(near[1], 3)} if near else None
    json.dump(told | {"remark": copy.remark}, sys.stdout, ensure_ascii=False, indent=2)
    print()


def _members(place: Located) -> dict[str, Any]:
    passage = place.passage
    return {
        "start": passage.start,
        "end": passage.end,
        "sha256": passage.digest,
        "differs": list(place.differs),
        "cite": [sentence.node.value for sentence in place.cite],
        "passage": passage.node.value,
        "locator": passage.locator,
        "known": place.known,
        "turtle": place.turtle,
    }
