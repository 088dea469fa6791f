"""What stands beside the editor: the library's questions, queries to begin with, prefixes, and limits in words."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import urlencode

from defkg.engine import Problem
from defkg.engine.limits import Limits
from defkg.question import Question, unknown
from defkg.terms import PREFIXES
from defkg.web.service import Site

_LABEL = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
FIRST = (
    "SELECT ?class (COUNT(DISTINCT ?thing) AS ?things)\nWHERE {\n  ?thing a ?class\n}\n"
    "GROUP BY ?class\nORDER BY DESC(?things)\nLIMIT 50"
)
_EXAMPLES = (
    ("What kinds of things there are", FIRST),
    (
        "Things whose label has a word in it",
        _LABEL + "SELECT ?thing ?label\nWHERE {\n  ?thing skos:prefLabel ?label\n"
        '  FILTER (CONTAINS(LCASE(STR(?label)), "defence"))\n}\nORDER BY ?label\nLIMIT 50',
    ),
    (
        "How much each document states",
        "SELECT ?document (COUNT(*) AS ?statements)\nWHERE {\n  GRAPH ?document { ?subject ?predicate ?object }\n}\n"
        "GROUP BY ?document\nORDER BY DESC(?statements)\nLIMIT 50",
    ),
    (
        "Labels as a graph of their own",
        _LABEL + "CONSTRUCT { ?thing skos:prefLabel ?label }\nWHERE {\n  ?thing skos:prefLabel ?label\n}\nLIMIT 50",
    ),
)


def editor_values(site: Site, query: str = "", question: Question | None = None) -> dict[str, object]:
    """What the template of the editor asks for.

    Args:
        site: what is asked.
        query: the query to begin with.
        question: the question of the library whose query it is.
    """
    groups: dict[str, list[Question]] = {}
    for one in site.questions.values():
        groups.setdefault(one.group, []).append(one)
    return {
        "query": query or (question.bind(question.defaults()) if question else FIRST),
        "question": question,
        "beginning": True,
        "kept": [],
        "post": False,
        "problem": None,
        "warnings": [],
        "groups": groups,
        "examples": [(title, "/sparql?" + urlencode({"query": text})) for title, text in _EXAMPLES],
        "prefixes": PREFIXES,
        "limits": limits_in_words(site.engine.limits),
    }


def question_of(site: Site, name: str) -> Question:
    """The question of a name.

    Raises:
        Problem: 404, there is none; the detail names those near it.
    """
    found = site.questions.get(name)
    if found:
        return found
    words = unknown(name, site.questions, "the list on this page has those that there are")
    raise Problem(404, "unknown-question", "There is no such question", f"{words[:1].upper()}{words[1:]}")


def limits_in_words(limits: Limits) -> list[tuple[str, str]]:
    """Each limit of a query with its number and unit, and what it is of."""
    told = [(limit, getattr(limits, limit.name)) for limit in fields(Limits)]
    return [(f"{value:,g} {limit.metadata['unit']}", limit.metadata["words"]) for limit, value in told]
