"""What a thing's page tells beside its facts, by the thing's class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyoxigraph import NamedNode

from defkg.engine import Problem
from defkg.holding import Select
from defkg.terms import ONTOLOGY
from defkg.web.asker import Asker
from defkg.web.relations import Relations, relations
from defkg.web.things.panels.actors import official, organisation, post
from defkg.web.things.panels.country import country
from defkg.web.things.panels.draft import Draft, finished
from defkg.web.things.panels.elsewhere import NOWHERE, Elsewhere
from defkg.web.things.panels.occasions import agreement, event
from defkg.web.things.panels.panel import Panel
from defkg.web.things.panels.scope import Scope, terms, value
from defkg.web.things.panels.series import exercise, mechanism
from defkg.web.things.panels.subjects import focus_area, place, policy, relationship

_SHARE, _SECONDS = 0.5, 3.0  # of a page's time
_TOO_LONG = "What goes with a thing of this kind would have taken too long to find; lists and questions have it."
_BUILDERS: dict[str, Callable[[Scope], list[Draft]]] = {
    "Country": country,
    "Official": official,
    "Post": post,
    "Organisation": organisation,
    "Mechanism": mechanism,
    "Exercise": exercise,
    "Agreement": agreement,
    "Event": event,
    "FocusArea": focus_area,
    "Policy": policy,
    "Place": place,
    "Facility": place,
    "BilateralRelationship": relationship,
}


def panels(asker: Asker, iri: str, kinds: Sequence[str]) -> list[Panel]:
    """The panels of a thing; none where its classes have none, or there is nothing to tell.

    Args:
        asker: what asks the engine, in a thread.
        iri: the thing.
        kinds: the IRIs of its classes.

    Raises:
        ValueError: it is no IRI.
        Problem: there is no answer.
    """
    site = asker.site
    elsewhere = Elsewhere(site.kinds.values(), site.questions)
    try:
        return made(asker.part(_SHARE, _SECONDS).select, iri, kinds, relations(site), elsewhere)
    except Problem as problem:
        return untold(problem)


def made(
    select: Select, iri: str, kinds: Sequence[str], paths: Relations, elsewhere: Elsewhere = NOWHERE
) -> list[Panel]:
    """The same by any way to ask.

    Args:
        select: what asks the graph.
        iri: the thing.
        kinds: the IRIs of its classes.
        paths: the ways from a thing to its classes and to whom it involves.
        elsewhere: where other pages tell all.

    Raises:
        ValueError: it is no IRI.
    """
    scope = Scope(select, NamedNode(iri), paths, elsewhere)
    known = set(kinds) if paths.inferred else _with_broader(select, kinds)
    drafts = [draft for name, build in _BUILDERS.items() if ONTOLOGY + name in known for draft in build(scope)]
    return finished(select, _each_once(drafts)) if drafts else []


def untold(problem: Problem) -> list[Panel]:
    """What stands in place of panels that would have taken too long: the rest of the page need not wait for them.

    Raises:
        Problem: it is another one.
    """
    if problem.kind != "timeout":
        raise problem
    return [Panel("untold", "Not worked out", notes=(_TOO_LONG,))]


def _with_broader(select: Select, kinds: Sequence[str]) -> set[str]:
    query = "SELECT DISTINCT ?kind WHERE {{ VALUES ?own {{ {own} }} ?own rdfs:subClassOf* ?kind }}"
    return set(kinds) | {value(row["kind"]) for row in select(query.format(own=terms(kinds)))} if kinds else set()


def _each_once(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts by key, the first of each: a thing of two classes can have the same panel twice."""
    return list({draft.key: draft for draft in reversed(drafts)}.values())[::-1]
