"""Officials, posts and organisations: what they did, for whom, and what they said."""

from __future__ import annotations

from defkg.web.things.panels.cells import Names, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.engagements import standing, with_date
from defkg.web.things.panels.known import defkg
from defkg.web.things.panels.people import people
from defkg.web.things.panels.said import said
from defkg.web.things.panels.scope import MOST, NEWEST, Branch, Scope, number, value

_ROLES = ("Event", "Date", "Role", "Post at the time", "On behalf of")
_HELD = ("Person", "Event", "Date", "Role", "On behalf of")
_FOR = ("Person", "Event", "Date", "Role", "Post at the time")
_CHAIRED = """SELECT ?mechanism (COUNT(DISTINCT ?event) AS ?n) (SAMPLE(?part) AS ?one) (SAMPLE(?event) AS ?at) WHERE {{
  ?part defkg:participant {thing} ; defkg:coChairIn ?event .
  ?event defkg:meetingOf ?mechanism .
  FILTER (isIRI(?part) && isIRI(?event) && isIRI(?mechanism))
}} GROUP BY ?mechanism ORDER BY DESC(?n) ?mechanism LIMIT {most}"""
_FOLLOWS = "It follows from the meetings that were co-chaired; to lead a delegation is not to co-chair."
_MECHANISM = "?x {a} defkg:EngagementSeries ; defkg:hasParty|defkg:participatingService {thing} ."
_AGREEMENT = "?x {a} defkg:Agreement ; defkg:hasParty {thing} ."
_EVENT = "?x {a} defkg:Event ; defkg:hasParty|defkg:participatingService {thing} ."


def official(scope: Scope) -> list[Draft]:
    """The panels of an official."""
    asked = scope.elsewhere.question("events-of-official", "official", scope.thing.value)
    return [
        people(scope, "roles", "Roles by event", f"?part defkg:participant {scope.thing} .", _ROLES).leading(asked),
        _chaired(scope),
        said(scope, "madeBy", title="Statements"),
    ]


def post(scope: Scope) -> list[Draft]:
    """The panels of a post."""
    return [
        people(scope, "holders", "Held at events by", f"?part defkg:inCapacityOf {scope.thing} .", _HELD),
        said(scope, "inCapacityOf", title="Said by those who held it"),
    ]


def organisation(scope: Scope) -> list[Draft]:
    """The panels of an organisation."""
    patterns = {"series": _MECHANISM, "agreements": _AGREEMENT, "events": _EVENT}
    filled = {key: text.format(a=scope.paths.kind, thing=scope.thing) for key, text in patterns.items()}
    offices = Branch("posts", f"?x defkg:officeOf {scope.thing} .", most=2 * MOST)
    found = scope.find([*(Branch(key, text, NEWEST) for key, text in filled.items()), offices])
    thing = scope.thing.value
    posts = [Line([Names([x])], [(x, defkg("officeOf"), thing)]) for x in found["posts"].things]
    return [
        standing(scope, "series", "Mechanisms and exercises", found["series"]),
        with_date("agreements", "Agreements", found["agreements"], thing),
        with_date("events", "Events", found["events"], thing),
        Draft("posts", "Posts", ("Post",), posts, found["posts"].total),
        people(scope, "people", "Who acted on its behalf", f"?part defkg:onBehalfOf {scope.thing} .", _FOR),
        said(scope, "madeBy", "reportedBy", title="What it said or reported"),
    ]


def _chaired(scope: Scope) -> Draft:
    rows = scope.select(_CHAIRED.format(thing=scope.thing, most=2 * MOST))
    lines = []
    for row in rows:
        part, event, mechanism = (value(row[name]) for name in ("one", "at", "mechanism"))
        count = number(row["n"])
        rests = [(part, defkg("coChairIn"), event), (event, defkg("meetingOf"), mechanism)]
        words = Words(f"{count:,} meeting{'' if count == 1 else 's'}")
        lines.append(Line([Names([mechanism]), words], rests, inferred=True))
    notes = (_FOLLOWS,) if lines else ()
    return Draft("co-chaired", "Mechanisms co-chaired", ("Mechanism", "Known as co-chair of"), lines, len(rows), notes)
