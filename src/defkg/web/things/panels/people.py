"""Who took part in what: a row for each person, role and event, with the post held at the time."""

from __future__ import annotations

from defkg.web.things.panels.cells import Cell, Names, Values, When, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.scope import MOST, Scope, number, value

ROLES = {
    "coChairIn": "co-chair",
    "delegationHeadIn": "head of delegation",
    "signatoryIn": "signatory",
    "visitorIn": "visitor",
    "calledOnIn": "called on",
    "inauguratorIn": "inaugurated it",
}
_NAMES = " ".join(f"defkg:{name}" for name in ROLES)
_PARTS = """SELECT ?part ?role ?person ?event (MAX(COALESCE(?first, ?last, "")) AS ?key) WHERE {{
  VALUES ?role {{ {roles} }}
  {pattern}
  ?part ?role ?event .
  ?part defkg:participant ?person .
  FILTER (isIRI(?part) && isIRI(?person) && isIRI(?event))
  OPTIONAL {{ ?event defkg:earliest ?first }}
  OPTIONAL {{ ?event defkg:latest ?last }}
}} GROUP BY ?part ?role ?person ?event ORDER BY DESC(?key) ?event ?role ?person LIMIT {most}"""
_COUNT = """SELECT (COUNT(*) AS ?n) WHERE {{
  VALUES ?role {{ {roles} }}
  {pattern}
  ?part ?role ?event .
  ?part defkg:participant ?person .
  FILTER (isIRI(?part) && isIRI(?person) && isIRI(?event))
}}"""


def people(scope: Scope, key: str, title: str, pattern: str, columns: tuple[str, ...], roles: str = _NAMES) -> Draft:
    """The parts that a pattern allows, the newest event first.

    Args:
        scope: the thing.
        key: the panel's name.
        title: its heading.
        pattern: SPARQL about ``?part``, ``?person`` and ``?event``.
        columns: of `COLUMNS`, those wanted.
        roles: the properties that lead from a part to its event.
    """
    rows = scope.select(_PARTS.format(roles=roles, pattern=pattern, most=MOST))
    total = len(rows)
    if total == MOST:
        total = number(scope.select(_COUNT.format(roles=roles, pattern=pattern))[0]["n"])
    lines = [_line({name: value(term) for name, term in row.items()}, columns) for row in rows]
    return Draft(key, title, columns, lines, total)


def _line(row: dict[str, str], columns: tuple[str, ...]) -> Line:
    part, role, person, event = (row[name] for name in ("part", "role", "person", "event"))
    cells: dict[str, Cell] = {
        "Person": Names([person]),
        "Event": Names([event]),
        "Date": When(event),
        "Role": Words(ROLES.get(role.rpartition("#")[2], "took part")),
        "Post at the time": Values(part, ("inCapacityOf",)),
        "On behalf of": Values(part, ("onBehalfOf",)),
    }
    return Line([cells[name] for name in columns], [(part, role, event)])
