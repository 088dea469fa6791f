"""What was said of a thing, and what was agreed to be done: never told as what happened."""

from __future__ import annotations

from defkg.web.things.panels.cells import Cell, Gist, Kinds, Values
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.known import defkg
from defkg.web.things.panels.scope import MOST, Branch, Scope

_KINDS = "?x {a} ?kind . VALUES ?kind {{ defkg:Statement defkg:Commitment }}"


def said(scope: Scope, *names: str, title: str = "What was said, and what was agreed to be done") -> Draft:
    """Statements and commitments that lead to a thing by one of some properties."""
    ways = " ".join(f"defkg:{name}" for name in names)
    spoken = _KINDS.format(a=scope.paths.kind)
    pattern = f"VALUES ?way {{ {ways} }} ?x ?way {scope.thing} . FILTER EXISTS {{ {spoken} }}"
    found = scope.find([Branch("said", pattern, most=MOST)])["said"]
    lines = []
    for x in found.things:
        lines.append(Line(_cells(x), [(x, defkg(name), scope.thing.value) for name in names]))
    notes = ("In our own words. What somebody said of the future, or judged, is not told as what happened.",)
    columns = ("In short", "Class", "Modality", "By", "Post at the time", "As told by")
    return Draft("said", title, columns, lines, found.total, notes if lines else ())


def _cells(x: str) -> list[Cell]:
    optional = (Values(x, (name,), None) for name in ("inCapacityOf", "reportedBy"))
    return [Gist(x), Kinds(x), Values(x, ("modality",)), Values(x, ("madeBy",)), *optional]
