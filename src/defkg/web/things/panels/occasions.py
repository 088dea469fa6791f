"""Agreements and events: how they came about, who was there, what followed, and what was spoken of."""

from __future__ import annotations

from defkg.web.things.panels.draft import Draft
from defkg.web.things.panels.engagements import Step, branches, stepped, steps
from defkg.web.things.panels.parties import parties
from defkg.web.things.panels.people import people
from defkg.web.things.panels.said import said
from defkg.web.things.panels.scope import Scope
from defkg.web.things.panels.topics import topics

_HISTORY = (
    Step("concluded at", "concludedAt", outward=True),
    Step("signed", "signingOf"),
    Step("put into operation", "operationalises"),
    Step("amended", "amends"),
    Step("establishes", "establishes", outward=True, event=False),
    Step("outcome of", "outcomeOf", outward=True),
    Step("supports", "supportsPolicy", outward=True, event=False),
    Step("framed by", "framedBy", outward=True, event=False),
)
_CONTEXT = (
    Step("meeting of", "meetingOf", outward=True, event=False),
    Step("edition of", "editionOf", outward=True, event=False),
    Step("during", "duringEvent", outward=True),
    Step("on the sidelines of", "onSidelinesOf", outward=True),
    Step("during it", "duringEvent"),
    Step("on its sidelines", "onSidelinesOf"),
    Step("agreed to establish", "agreedToEstablish", outward=True, event=False),
    Step("signing of", "signingOf", outward=True, event=False),
    Step("put into operation", "operationalises", outward=True, event=False),
    Step("amended", "amends", outward=True, event=False),
    Step("published", "publishes", outward=True, event=False),
    Step("inaugurated", "inaugurates", outward=True, event=False),
    Step("concluded at it", "concludedAt", event=False),
    Step("outcome of it", "outcomeOf", event=False),
    Step("supports", "supportsPolicy", outward=True, event=False),
)
_SIGNATORIES = ("Person", "Post at the time", "On behalf of", "Event")
_PEOPLE = ("Person", "Role", "Post at the time", "On behalf of")


def agreement(scope: Scope) -> list[Draft]:
    """The panels of an agreement."""
    found = scope.find(branches(scope, _HISTORY))
    unsaid = "" if found["signingOf"].total or found["concludedAtOut"].total else "When and where it was signed"
    signatories = people(scope, "signatories", "Signatories", _signing(scope), _SIGNATORIES, "defkg:signatoryIn")
    silent = " and ".join(words for words in (unsaid, "" if signatories.lines else "who signed it") if words)
    notes = (f"{silent[:1].upper()}{silent[1:]}: not stated in this graph.",) if silent else ()
    return [
        stepped(scope, "history", "How it came about, and what followed", _HISTORY, found, notes),
        signatories,
        parties(scope),
        topics(scope, f"BIND ({scope.thing} AS ?x)"),
        said(scope, "about"),
    ]


def event(scope: Scope) -> list[Draft]:
    """The panels of an event."""
    return [
        people(scope, "people", "Who took part, as stated", f"VALUES ?event {{ {scope.thing} }}", _PEOPLE),
        parties(scope),
        topics(scope, f"BIND ({scope.thing} AS ?x)"),
        steps(scope, "context", "Around it", _CONTEXT),
        said(scope, "about", "outcomeOf"),
    ]


def _signing(scope: Scope) -> str:
    return f"?event defkg:signingOf {scope.thing} ."
