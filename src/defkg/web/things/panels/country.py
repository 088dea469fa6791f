"""A country: with whom, under what, by whose hands, about what, and when."""

from __future__ import annotations

from defkg.web.things.panels import elsewhere
from defkg.web.things.panels.cells import Names, Values, When, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.engagements import standing, with_date
from defkg.web.things.panels.panel import Part
from defkg.web.things.panels.scope import MOST, NEWEST, Branch, Found, Scope, number, value
from defkg.web.things.panels.topics import counted

_KINDS = ("Mechanism", "Agreement", "Exercise", "Meeting")
_PARTNERS = """SELECT ?partner ?kind (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  ?x {involves} {thing}, ?partner .
  VALUES ?kind {{ {kinds} }}
  ?x {a} ?kind .
  ?partner a defkg:Country .
  FILTER (?partner != {thing} && isIRI(?partner))
}} GROUP BY ?partner ?kind"""
_OFFICIALS = """SELECT ?person (COUNT(DISTINCT ?event) AS ?n) WHERE {{
  VALUES ?role {{ defkg:coChairIn defkg:delegationHeadIn defkg:signatoryIn
    defkg:visitorIn defkg:calledOnIn defkg:inauguratorIn }}
  ?part defkg:onBehalfOf {thing} ; defkg:participant ?person ; ?role ?event .
  FILTER (isIRI(?person))
}} GROUP BY ?person ORDER BY DESC(?n) ?person LIMIT {most}"""
_DRAWN = 20
_BY_SERVICE = "What its ministries, forces and services are party to, or take part in, is counted with it."


def country(scope: Scope) -> list[Draft]:
    """The panels of a country."""
    found = scope.find([*(_branch(scope, kind) for kind in _KINDS[:3]), _dated(scope)])
    thing, lists = scope.thing.value, scope.elsewhere
    return [
        _partners(scope),
        standing(scope, "mechanisms", "Mechanisms", found["Mechanism"], lists.listing("Mechanism", thing)),
        with_date("agreements", "Agreements", found["Agreement"], thing, lists.listing("Agreement", thing)),
        standing(scope, "exercises", "Exercises", found["Exercise"], lists.listing("Exercise", thing)),
        _officials(scope),
        counted(scope, f"?x {scope.paths.involves} {scope.thing} ."),
        timeline(found["dated"], elsewhere.timeline(thing)),
    ]


def timeline(found: Found, everything: Part | None) -> Draft:
    """Dated things as a picture, with the same as a table."""
    things = list(reversed(found.things))
    lines = [Line([When(x), Names([x]), Values(x, ("heldAt", "heldInCountry"), None)]) for x in things]
    newest = (f"The newest {len(things)} of {found.total:,} dated things.",) if found.total > len(things) else ()
    notes = (*newest, "What has no date is not on it.") if things else ()
    columns = ("Date", "What", "Place")
    return Draft("timeline", "Timeline", columns, lines, found.total, notes, False, everything, things)


def _branch(scope: Scope, kind: str) -> Branch:
    return Branch(kind, f"?x {scope.paths.involves} {scope.thing} ; {scope.paths.kind} defkg:{kind} .")


def _dated(scope: Scope) -> Branch:
    return Branch("dated", f"?x {scope.paths.involves} {scope.thing} ; defkg:date ?date .", NEWEST, _DRAWN)


def _partners(scope: Scope) -> Draft:
    kinds = " ".join(f"defkg:{kind}" for kind in _KINDS)
    query = _PARTNERS.format(involves=scope.paths.involves, thing=scope.thing, kinds=kinds, a=scope.paths.kind)
    table: dict[str, dict[str, int]] = {}
    for row in scope.select(query):
        table.setdefault(value(row["partner"]), {})[value(row["kind"]).rpartition("#")[2]] = number(row["n"])
    ranked = sorted(table.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    lines = [_partner(scope, partner, counts) for partner, counts in ranked[: 2 * MOST]]
    columns = ("Country", *(f"{kind}s" for kind in _KINDS), "Together")
    return Draft("partners", "Partners", columns, lines, len(table), (_BY_SERVICE,) if lines else (), sourced=False)


def _partner(scope: Scope, partner: str, counts: dict[str, int]) -> Line:
    pair = elsewhere.pair(scope.thing.value, partner)
    numbers = [Words(f"{counts.get(kind, 0):,}") for kind in _KINDS]
    return Line([Names([partner]), *numbers, Words("all between the two" if pair else "", pair)])


def _officials(scope: Scope) -> Draft:
    rows = scope.select(_OFFICIALS.format(thing=scope.thing, most=2 * MOST))
    lines = [Line([Names([value(row["person"])]), Words(f"{number(row['n']):,}")]) for row in rows]
    notes = ("Those of whom a document says that they acted on its behalf.",) if lines else ()
    if len(rows) == 2 * MOST:
        notes = (*notes, f"Here are the {len(rows)} with most events.")
    asked = scope.elsewhere.question("officials-acting-for-country", "country", scope.thing.value)
    return Draft("officials", "Officials", ("Person", "Events"), lines, len(rows), notes, False).leading(asked)
