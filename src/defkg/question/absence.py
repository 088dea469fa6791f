"""What no row means: that no document states it, or only that nothing fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from defkg.linter.patterns import outline
from defkg.question import Question
from defkg.terms import Term

_ABSENT = ("MINUS", "NOT", "HAVING")
_TESTING = ("EXISTS", "BOUND")  # what may be compared with false
_COUNTING = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP", "LIMIT", "OFFSET")


def asks_for_absence(sparql: str) -> bool:
    """Whether a query may have rows for what is not stated, or only where enough of it is; in doubt it does."""
    shape = outline(sparql)
    if shape is None or any(token.text == "!" for token in shape.body):
        return True
    return _has(sparql, _ABSENT) or (_has(sparql, ["FALSE"]) and _has(sparql, _TESTING))


def is_silence(question: Question, values: Mapping[str, Term]) -> bool:
    """Whether no row means that no document states it.

    It does not where what is absent is asked for too, where something is counted, or where a day or number is given,
    with which the query may compare.
    """
    if asks_for_absence(question.sparql) or _has(question.sparql, _COUNTING):
        return False
    return all(p.type in ("thing", "choice") for p in question.parameters if p.name in values)


def _has(sparql: str, words: Iterable[str]) -> bool:
    """Whether a query uses one of some words, maybe written onto another one."""
    shape = outline(sparql)
    found = [token.keyword for token in shape.body] if shape else []
    return any(word in keyword for keyword in found for word in words)
