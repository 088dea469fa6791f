"""Mechanisms and exercises: how they came to be, what is known of their meetings or editions, and who leads them."""

from __future__ import annotations

from itertools import pairwise

from defkg.web.things.panels.draft import Draft
from defkg.web.things.panels.engagements import Step, branches, stepped
from defkg.web.things.panels.parties import parties
from defkg.web.things.panels.people import people
from defkg.web.things.panels.said import said
from defkg.web.things.panels.scope import Found, Scope, number
from defkg.web.things.panels.topics import topics

_LIFE = (
    Step("agreed to establish it", "agreedToEstablish"),
    Step("established by", "establishes", event=False),
    Step("meeting", "meetingOf"),
)
_EDITIONS = (Step("edition", "editionOf"),)
_COUNTS = """SELECT ?ordinal ?count ?many WHERE {{
  {{ SELECT DISTINCT ?ordinal WHERE {{ ?x defkg:meetingOf|defkg:editionOf {thing} ; defkg:ordinal ?ordinal }}
    ORDER BY ?ordinal LIMIT 1000 }}
  UNION {{ {thing} defkg:meetingCount ?count }}
  UNION {{ {thing} defkg:multilateral ?many }}
}}"""


def mechanism(scope: Scope) -> list[Draft]:
    """The panels of a mechanism."""
    found = scope.find(branches(scope, _LIFE))
    notes = _notes(scope, "meeting", found["meetingOf"], bool(found["agreedToEstablish"].total))
    both = f"{{ BIND ({scope.thing} AS ?x) }} UNION {{ ?x defkg:meetingOf {scope.thing} }}"
    return [
        stepped(scope, "lifecycle", "From agreement to meetings", _LIFE, found, notes).leading(
            scope.elsewhere.question("meetings-of-mechanism", "mechanism", scope.thing.value)
        ),
        parties(scope),
        co_chairs(scope),
        topics(scope, both, several=True),
        said(scope, "about"),
    ]


def exercise(scope: Scope) -> list[Draft]:
    """The panels of an exercise."""
    found = scope.find(branches(scope, _EDITIONS))
    both = f"{{ BIND ({scope.thing} AS ?x) }} UNION {{ ?x defkg:editionOf {scope.thing} }}"
    notes = _notes(scope, "edition", found["editionOf"])
    return [
        stepped(scope, "editions", "Editions", _EDITIONS, found, notes).leading(
            scope.elsewhere.question("editions-of-exercise", "exercise", scope.thing.value)
        ),
        parties(scope),
        topics(scope, both, several=True),
        said(scope, "about"),
    ]


def co_chairs(scope: Scope) -> Draft:
    """Who co-chaired its meetings; heads of delegations are not among them."""
    pattern = f"?event defkg:meetingOf {scope.thing} ."
    columns = ("Event", "Date", "Person", "Post at the time", "On behalf of")
    asked = scope.elsewhere.question("co-chairs-of-mechanism", "mechanism", scope.thing.value)
    return people(scope, "co-chairs", "Co-chairs over time", pattern, columns, "defkg:coChairIn").leading(asked)


def _notes(scope: Scope, word: str, found: Found, agreed: bool = False) -> tuple[str, ...]:
    rows = scope.select(_COUNTS.format(thing=scope.thing))
    ordinals = sorted({number(row["ordinal"]) for row in rows if "ordinal" in row} - {0})
    counts = sorted({number(row["count"]) for row in rows if "count" in row})
    many = sorted({str(getattr(row["many"], "value", "")) for row in rows if "many" in row})
    notes = [f"Stated to have met {count:,} time{'' if count == 1 else 's'}." for count in counts]
    notes += [f"Called {'multilateral' if said == 'true' else 'bilateral'}." for said in many]
    if not found.total:
        notes.append(f"No {word} of it is in this graph{': that it was agreed on does not say that it met' * agreed}.")
    elif gaps := missing(ordinals, max(counts, default=0)):
        several = "s" * (not gaps.isdecimal())
        notes.append(f"Not in this graph: {word}{several} no. {gaps}. That is not to say that none took place.")
    return tuple(notes)


def missing(ordinals: list[int], count: int = 0) -> str:
    """The numbers that are left out from 1 to the last, or to a count, in words: ``1 to 16, 18``; empty for none."""
    last = max([*ordinals, count], default=0)
    edges = [0, *(number for number in ordinals if number <= last), last + 1]
    spans = [(one + 1, other - 1) for one, other in pairwise(edges) if other - one > 1]
    return ", ".join(f"{first:,}" if first == final else f"{first:,} to {final:,}" for first, final in spans)
