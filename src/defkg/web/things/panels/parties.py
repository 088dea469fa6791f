"""The parties of a thing: countries, and the services and bodies that take part or are parties themselves."""

from __future__ import annotations

from defkg.web.things.panels.cells import Names, Values, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.known import defkg
from defkg.web.things.panels.scope import MOST, Branch, Scope

_WORDS = {"hasParty": "party", "participatingService": "participating service"}
_NO_STATE = "No state is named as a party: what forces or services agree with each other is theirs, as far as stated."


def parties(scope: Scope) -> Draft:
    """Who is a party, and who takes part, each with the country that it belongs to."""
    states = Branch("states", f"{scope.thing} defkg:hasParty ?x . ?x a defkg:Country .", most=1)
    ways = [Branch(name, f"{scope.thing} defkg:{name} ?x .", most=2 * MOST) for name in _WORDS]
    found = scope.find([*ways, states])
    lines = [_line(scope, name, x) for name in _WORDS for x in found[name].things]
    total = sum(found[name].total for name in _WORDS)
    notes = (_NO_STATE,) if found["hasParty"].total and not found["states"].total else ()
    return Draft("parties", "Parties", ("Who", "As", "Of"), lines, total, notes)


def _line(scope: Scope, name: str, x: str) -> Line:
    cells = [Names([x]), Words(_WORDS[name]), Values(x, ("organisationOf",), None)]
    return Line(cells, [(scope.thing.value, defkg(name), x)])
