"""Focus areas, policies, facilities, places and relationships: what has to do with them."""

from __future__ import annotations

from defkg.terms import SKOS
from defkg.web.things.panels import elsewhere
from defkg.web.things.panels.cells import Kinds, Names, Values, When, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.engagements import Step, steps
from defkg.web.things.panels.known import defkg
from defkg.web.things.panels.panel import Part
from defkg.web.things.panels.people import people
from defkg.web.things.panels.said import said
from defkg.web.things.panels.scope import MOST, NEWEST, Branch, Scope, number, value
from defkg.web.things.panels.topics import NAMES, SPECIFIC, VERBS

_BROADER = SKOS + "broader"
_COUNTRIES = """SELECT ?country (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  VALUES ?verb {{ {verbs} }}
  ?x ?verb {thing} ; {involves} ?country .
  ?country a defkg:Country .
  FILTER (isIRI(?country))
}} GROUP BY ?country ORDER BY DESC(?n) ?country LIMIT {most}"""
_POLICY = (
    Step("published", "publishes"),
    Step("amended", "amends"),
    Step("supported by", "supportsPolicy", event=False),
    Step("frames", "framedBy", event=False),
)
_PLACE = (Step("held there", "heldAt"), Step("inaugurated", "inaugurates"))


def focus_area(scope: Scope) -> list[Draft]:
    """The panels of a focus area."""
    return [_tree(scope), _by_verb(scope), _countries(scope)]


def policy(scope: Scope) -> list[Draft]:
    """The panels of a policy."""
    return [steps(scope, "events", "What has to do with it", _POLICY), said(scope, "about")]


def place(scope: Scope) -> list[Draft]:
    """The panels of a place or a facility."""
    pattern = f"?event defkg:heldAt|defkg:inaugurates {scope.thing} ."
    columns = ("Person", "Event", "Date", "Role", "Post at the time")
    return [
        steps(scope, "events", "Events", _PLACE),
        people(scope, "people", "Who took part", pattern, columns),
        said(scope, "about"),
    ]


def relationship(scope: Scope) -> list[Draft]:
    """The panels of the hub of two countries: what hangs on it, and the page that tells it."""
    rows = scope.select(f"SELECT ?party WHERE {{ {scope.thing} defkg:hasParty ?party }} ORDER BY ?party LIMIT 3")
    pair = elsewhere.pair(*(value(row["party"]) for row in rows)) if len(rows) == 2 else ""
    kinds = ("Mechanism", "Agreement", "Exercise", "Event", "Statement", "Commitment")
    found = scope.find([Branch(kind, _in(scope, kind), most=1) for kind in kinds])
    lines = [Line([Words(f"{kind}s"), Words(f"{found[kind].total:,}")]) for kind in kinds if found[kind].total]
    page = Part("All between the two, on one page", href=pair) if pair else None
    return [Draft("hub", "What hangs on it", ("What", "How many"), lines, sourced=False, everything=page)]


def _in(scope: Scope, kind: str) -> str:
    return f"?x defkg:inRelationship {scope.thing} ; {scope.paths.kind} defkg:{kind} ."


def _tree(scope: Scope) -> Draft:
    ways = {"broader": f"{scope.thing} skos:broader ?x .", "narrower": f"?x skos:broader {scope.thing} ."}
    found = scope.find([Branch(key, pattern, most=5 * MOST) for key, pattern in ways.items()])
    lines = []
    for key in ways:
        for x in found[key].things:
            ends = (scope.thing.value, x) if key == "broader" else (x, scope.thing.value)
            lines.append(Line([Words(key), Names([x])], [(ends[0], _BROADER, ends[1])]))
    total = sum(part.total for part in found.values())
    return Draft("tree", "Broader and narrower", ("", "Focus area"), lines, total)


def _by_verb(scope: Scope) -> Draft:
    found = scope.find([Branch(name, _spoken(scope, name), NEWEST) for name in VERBS])
    lines = [_speaker(scope, name, x) for name in VERBS for x in found[name].things]
    cut = {name: part for name, part in found.items() if part.total > len(part.things)}
    notes = (f"Of {part.total:,} by “{VERBS[name]}”, {len(part.things)} are here." for name, part in cut.items())
    columns = ("How", "Where", "Class", "Date", "Parties")
    total = sum(part.total for part in found.values())
    return Draft("by-verb", "Who speaks of it, and how", columns, lines, total, tuple(notes))


def _speaker(scope: Scope, name: str, x: str) -> Line:
    cells = [Words(VERBS[name]), Names([x]), Kinds(x), When(x, None), Values(x, ("hasParty",), None)]
    return Line(cells, [(x, defkg(name), scope.thing.value)])


def _spoken(scope: Scope, name: str) -> str:
    specific = SPECIFIC.replace("?topic", str(scope.thing)) if name == "concerns" else ""
    return f"BIND (defkg:{name} AS ?verb) ?x defkg:{name} {scope.thing} . {specific}"


def _countries(scope: Scope) -> Draft:
    query = _COUNTRIES.format(verbs=NAMES, thing=scope.thing, involves=scope.paths.involves, most=2 * MOST)
    rows = scope.select(query)
    lines = [Line([Names([value(row["country"])]), Words(f"{number(row['n']):,}")]) for row in rows]
    return Draft("countries", "Countries", ("Country", "Things that speak of it"), lines, len(rows), sourced=False)
