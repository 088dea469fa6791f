"""Answers that are kept: a bounded store of small answers, the least recently asked for leaves first."""

from __future__ import annotations

from dataclasses import replace

from cachetools import LRUCache

from defkg.engine import Answer

LARGEST = 1 << 20
_OVERHEAD = 1 << 10


class AnswerCache:
    """Answers by their tag. A tag covers dataset, query and format, so that nothing kept is ever out of date.

    Args:
        size: how many bytes are kept at most; 0 keeps nothing.
    """

    def __init__(self, size: int = 64 << 20) -> None:
        self._answers: LRUCache[str, Answer] = LRUCache(max(size, 1), _weight)

    @property
    def size(self) -> int:
        """The bytes that are kept now."""
        return int(self._answers.currsize)

    def get(self, tag: str) -> Answer | None:
        """The kept answer, marked as such and as having cost nothing."""
        kept = self._answers.get(tag)
        if kept is not None and not kept.cached:
            kept = self._answers[tag] = replace(kept, cached=True, seconds=0.0)
        return kept

    def put(self, tag: str, answer: Answer) -> None:
        """Keeps an answer; not one that changes by nature, lies in a file, or is larger than `LARGEST`."""
        small = answer.spool is None and len(answer.body) <= LARGEST
        if answer.tag is not None and small and _weight(answer) <= self._answers.maxsize:
            self._answers[tag] = answer


def _weight(answer: Answer) -> int:
    return len(answer.body) + 2 * sum(map(len, answer.headers.values())) + _OVERHEAD  # tag and headers may be long
