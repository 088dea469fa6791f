"""The questions of the library that can be asked about a thing, with addresses that ask them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from defkg.question import Parameter, Question
from defkg.terms import compact

FIRST = 12


class Fitting(NamedTuple):
    """A question about a thing, and where it is answered."""

    title: str
    href: str


def fitting(questions: Iterable[Question], iri: str, kinds: Sequence[str]) -> list[Fitting]:
    """The questions that take a thing of some classes; those that must be given one first, and of narrow classes.

    Args:
        questions: the library.
        iri: the thing.
        kinds: the IRIs of its classes, the narrowest first.
    """
    found = []
    for question in questions:
        parameter = _parameter(question, kinds)
        if parameter:
            rank = (parameter.optional, kinds.index(parameter.kind), question.title)
            href = f"/questions/{question.name}?{urlencode({parameter.name: compact(iri)}, safe=':/')}"
            found.append((rank, Fitting(question.title, href)))
    return [told for _, told in sorted(found)]


def _parameter(question: Question, kinds: Sequence[str]) -> Parameter | None:
    able = [p for p in question.parameters if p.type == "thing" and p.kind in kinds]
    return min(able, key=lambda p: (p.optional, kinds.index(p.kind)), default=None)
