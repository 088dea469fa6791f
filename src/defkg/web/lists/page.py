"""The pages of lists: the values that their templates ask for."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from defkg.engine import Problem
from defkg.kinds import Kind
from defkg.terms import RDFS, SKOS
from defkg.web.asker import Asker
from defkg.web.lists.choices import Choices
from defkg.web.lists.counts import chosen, kept, length, whole
from defkg.web.lists.listing import PAGE, SORTED, entries
from defkg.web.service import Service

Values = dict[str, object]
_MEANING = f"""SELECT ?words WHERE {{{{
  {{kind}} ?p ?words .
  FILTER (?p IN (<{SKOS}definition>, <{RDFS}comment>))
}}}} ORDER BY DESC(?p) ?words LIMIT 1"""


def list_values(service: Service, asker: Asker, choices: Choices) -> Values:
    """What the template of a list asks for.

    Raises:
        Problem: 404, a choice is of something that the graph does not know, or there is no such page.
    """
    total = length(asker.select, choices)
    pages = max(-(-total // PAGE), 1)
    if choices.page > pages:
        detail = f"This list has {pages:,} page{'' if pages == 1 else 's'}, and {choices.page:,} is none of them"
        raise Problem(404, "no-page", "There is no such page", detail)
    facets = kept(service, asker, choices, total)
    return {
        "kind": choices.kind,
        "meaning": _meaning(asker, choices.kind),
        "choices": choices,
        "total": total,
        "pages": pages,
        "around": _around(choices.page, pages),
        "sorted": total <= SORTED,
        "entries": entries(asker.select, choices, total),
        "chosen": chosen(asker.select, choices),
        "facets": facets,
        "lasting": total > SORTED or whole(facets),
    }


def overview_values(kinds: Iterable[Kind]) -> Values:
    """What the template of all kinds asks for."""
    return {"kinds": sorted(kinds, key=lambda kind: kind.title), "problem": None}


def fault_values(kinds: Iterable[Kind], problem: Problem) -> Values:
    """The same, where there is no such list."""
    return overview_values(kinds) | {"problem": problem}


def _meaning(asker: Asker, kind: Kind) -> str:
    """What the class of a kind is, in the ontology's words."""
    if not kind.iri:
        return ""
    rows = asker.select(_MEANING.format(kind=NamedNode(kind.iri)))
    return str(getattr(rows[0]["words"], "value", "")) if rows else ""


def _around(page: int, pages: int) -> list[int | None]:
    """The numbers of the pages that a page links to: the ends and those beside it, None for a gap."""
    near = sorted({1, pages, *(n for n in range(page - 2, page + 3) if 1 <= n <= pages)})
    found: list[int | None] = []
    for number in near:
        if found and number - (found[-1] or 0) > 1:
            found.append(None)
        found.append(number)
    return found
