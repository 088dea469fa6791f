"""Tables of mechanisms, agreements, exercises and events, with their dates and parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from defkg.web.things.panels.cells import NOT_STATED, Cell, Kinds, Names, Values, When, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.known import defkg
from defkg.web.things.panels.panel import Part
from defkg.web.things.panels.scope import NEWEST, Branch, Found, Scope, terms, value

_PARTIES = ("hasParty", "participatingService")
_AGREED = "agreed to; no meeting stated"
_ONLY_AGREED = """SELECT ?x ?g WHERE {{
  VALUES ?x {{ {things} }}
  ?event defkg:agreedToEstablish ?x .
  FILTER NOT EXISTS {{ ?later defkg:meetingOf|defkg:establishes ?x }}
  OPTIONAL {{ GRAPH ?g {{ ?event defkg:agreedToEstablish ?x }} }}
}}"""


class Step(NamedTuple):
    """A way in which something belongs to the thing of a page.

    Attributes:
        words: what it is called.
        name: the property.
        outward: whether the thing of the page is its subject.
        event: whether it leads to an event, of which a date and a place could be stated.
    """

    words: str
    name: str
    outward: bool = False
    event: bool = True

    @property
    def key(self) -> str:
        """A name for it within a query."""
        return self.name + ("Out" if self.outward else "")


def with_date(key: str, title: str, found: Found, thing: str, everything: Part | None = None) -> Draft:
    """Things that involve a party, with class, date and parties."""
    dated = {x: When(x) for x in found.things}
    return _table(key, title, "Date", dated, found, thing, everything)


def standing(scope: Scope, key: str, title: str, found: Found, everything: Part | None = None) -> Draft:
    """Things that involve the party of a page and last, with class, parties, and whether they were only agreed to."""
    agreed = _only_agreed(scope, found.things)
    noted = {x: Words(_AGREED, graphs=frozenset(agreed[x])) if x in agreed else Words("") for x in found.things}
    return _table(key, title, "Standing", noted, found, scope.thing.value, everything)


def steps(scope: Scope, key: str, title: str, ways: Sequence[Step], notes: tuple[str, ...] = ()) -> Draft:
    """What belongs to a thing in several ways: in the order of the ways, and within each from first to last."""
    found = scope.find([Branch(step.key, _pattern(scope, step), NEWEST) for step in ways])
    return stepped(scope, key, title, ways, found, notes)


def stepped(
    scope: Scope, key: str, title: str, ways: Sequence[Step], found: dict[str, Found], notes: tuple[str, ...] = ()
) -> Draft:
    """The same of what was found before."""
    lines = [_step(scope, step, thing) for step in ways for thing in reversed(found[step.key].things)]
    more = tuple(_rest(step, found[step.key]) for step in ways if found[step.key].total > len(found[step.key].things))
    columns = ("", "What", "Date", "Place")
    return Draft(key, title, columns, lines, sum(found[step.key].total for step in ways), (*notes, *more))


def branches(scope: Scope, ways: Sequence[Step]) -> list[Branch]:
    """What has to be asked for steps."""
    return [Branch(step.key, _pattern(scope, step), NEWEST) for step in ways]


def _pattern(scope: Scope, step: Step) -> str:
    ends = (scope.thing, "?x") if step.outward else ("?x", scope.thing)
    return f"{ends[0]} defkg:{step.name} {ends[1]} ."


def _step(scope: Scope, step: Step, thing: str) -> Line:
    ends = (scope.thing.value, thing) if step.outward else (thing, scope.thing.value)
    unsaid = NOT_STATED if step.event else None
    place = Values(thing, ("heldAt", "heldInCountry"), unsaid)
    rests = [(ends[0], defkg(step.name), ends[1])]
    return Line([Words(step.words), Names([thing]), When(thing, unsaid), place], rests)


def _rest(step: Step, found: Found) -> str:
    return f"Of {found.total:,} by “{step.words}”, the newest {len(found.things)} are here."


def _only_agreed(scope: Scope, things: Sequence[str]) -> dict[str, set[str]]:
    """The things that were agreed to and of which no more is known, each with the graphs that say so."""
    found: dict[str, set[str]] = {}
    for row in scope.select(_ONLY_AGREED.format(things=terms(things))) if things else ():
        found.setdefault(value(row["x"]), set()).add(value(row.get("g")))
    return found


def _table(
    key: str, title: str, own: str, cells: Mapping[str, Cell], found: Found, thing: str, everything: Part | None
) -> Draft:
    lines = []
    for x in found.things:
        rests = [(x, defkg(name), thing) for name in (*_PARTIES, "involves")]
        lines.append(Line([Names([x]), Kinds(x), cells[x], Values(x, _PARTIES)], rests, thing=x))
    columns = ("Name", "Class", own, "Parties and services")
    return Draft(key, title, columns, lines, found.total, everything=everything)
