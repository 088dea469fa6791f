"""Topics, with the verb that the documents use."""

from __future__ import annotations

from collections.abc import Mapping

from defkg.web.things.panels.cells import Names, Words
from defkg.web.things.panels.draft import Draft, Line
from defkg.web.things.panels.scope import Scope, number, value

VERBS = {
    "discussed": "discussed",
    "prioritised": "prioritised",
    "emphasised": "emphasised",
    "agreedWorkstreamOn": "agreed on a workstream",
    "willExplore": "will explore",
    "concerns": "concerns",
}
NAMES = " ".join(f"defkg:{name}" for name in VERBS)
_OWN = " ".join(f"defkg:{name}" for name in VERBS if name != "concerns")
# A general verb that only follows from a particular one would be told twice.
SPECIFIC = f"FILTER (?verb != defkg:concerns || NOT EXISTS {{ VALUES ?own {{ {_OWN} }} ?x ?own ?topic }})"
_MOST = 15
_EACH = """SELECT ?x ?verb ?topic WHERE {{
  {{ SELECT DISTINCT ?x WHERE {{ {pattern} }} }}
  VALUES ?verb {{ {verbs} }}
  ?x ?verb ?topic . {specific}
  FILTER (isIRI(?x) && isIRI(?topic))
}} ORDER BY ?verb ?topic ?x LIMIT {most}"""
_COUNTED = """SELECT ?verb ?topic (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  {{ SELECT DISTINCT ?x WHERE {{ {pattern} }} }}
  VALUES ?verb {{ {verbs} }}
  ?x ?verb ?topic . {specific}
  FILTER (isIRI(?x) && isIRI(?topic))
}} GROUP BY ?verb ?topic"""
_ASKED = 200


def topics(scope: Scope, pattern: str, several: bool = False) -> Draft:
    """Topics of the things that a pattern binds to ``?x``, by verb, with who says so.

    Args:
        scope: the thing of the page.
        pattern: SPARQL.
        several: whether those things are others than that of the page, and have to be named.
    """
    rows = scope.select(_EACH.format(pattern=pattern, verbs=NAMES, specific=SPECIFIC, most=_ASKED))
    order = list(VERBS)
    told = [tuple(value(row[name]) for name in ("x", "verb", "topic")) for row in rows]
    told.sort(key=lambda row: order.index(_name(row[1])))
    lines = []
    for x, verb, topic in told[:_MOST]:
        cells = [Words(VERBS[_name(verb)]), Names([topic]), *([Names([x])] if several else [])]
        lines.append(Line(cells, [(x, verb, topic)]))
    notes = (f"Here are {_MOST} of the first {_ASKED}.",) if len(told) == _ASKED else ()
    return Draft("topics", "Topics", ("How", "Topic", *(("Of",) if several else ())), lines, len(told), notes)


def counted(scope: Scope, pattern: str, notes: tuple[str, ...] = ()) -> Draft:
    """Topics of the things that a pattern binds to ``?x``: how many of them, by verb; the most frequent first."""
    rows = scope.select(_COUNTED.format(pattern=pattern, verbs=NAMES, specific=SPECIFIC))
    table: dict[str, dict[str, int]] = {}
    for row in rows:
        table.setdefault(value(row["topic"]), {})[_name(value(row["verb"]))] = number(row["n"])
    ranked = sorted(table.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    lines = [Line([Names([topic]), Words(_told(counts))]) for topic, counts in ranked[:_MOST]]
    return Draft("topics", "Topics", ("Topic", "How often, by verb"), lines, len(table), notes, sourced=False)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{VERBS[name]} {counts[name]:,}" for name in VERBS if name in counts)


def _name(iri: str) -> str:
    return iri.rpartition("#")[2]
