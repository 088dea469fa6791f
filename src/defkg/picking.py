"""From what a person types to the thing that is meant: an IRI, a label or an alias."""

from __future__ import annotations

import difflib

from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.question import Parameter, QuestionError
from defkg.terms import ID, PREFIXES, Term, compact

_NAMES = """
SELECT DISTINCT ?thing ?name WHERE {{
  ?thing a <{kind}> ; skos:prefLabel|skos:altLabel|skos:hiddenLabel|skos:notation ?name .
}}"""


def pick(dataset: Dataset, parameter: Parameter, text: str) -> Term:
    """The term that a text means for a parameter.

    Raises:
        QuestionError: the text names nothing, or several things; the message says what is near.
    """
    if parameter.type != "thing" or _is_iri(text):
        return parameter.term(text)
    names = _names(dataset, parameter.kind)
    things = names.get(text.casefold(), set())
    if len(things) == 1:
        return next(iter(things))
    if things:
        several = ", ".join(sorted(compact(thing.value) for thing in things))
        raise QuestionError(f"{text!r} names several things: {several}; give one of these IRIs")
    near = difflib.get_close_matches(text.casefold(), names, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(repr(n) for n in near)}?" if near else f"it is no {compact(parameter.kind)}"
    raise QuestionError(f"nothing is called {text!r}: {hint}")


def _names(dataset: Dataset, kind: str) -> dict[str, set[NamedNode]]:
    found: dict[str, set[NamedNode]] = {}
    for row in dataset.select(_NAMES.format(kind=kind)):
        name, thing = row["name"], row["thing"]
        if isinstance(name, Literal) and isinstance(thing, NamedNode):
            found.setdefault(name.value.casefold(), set()).add(thing)
    return found


def _is_iri(text: str) -> bool:
    prefix, colon, _ = text.partition(":")
    return bool(colon) and (prefix in PREFIXES or text.startswith((ID, "http://", "https://", "<")))
