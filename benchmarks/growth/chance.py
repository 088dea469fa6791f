"""Chance that is the same for the same seed on every machine and every Python."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of chance of its own for each thing, so that no thing depends on how many came before.

    Of Python's generator it uses only the seeding by text and ``random()``, which stay as they are in all versions.

    Args:
        of: what it is for; the same words give the same stream.
    """

    def __init__(self, *of: object) -> None:
        self._next = random.Random("/".join(map(str, of))).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to below the limit."""
        return int(self._next() * limit)

    def happens(self, share: float) -> bool:
        """True in so large a share of the cases."""
        return self._next() < share

    def one(self, of: Sequence[T]) -> T:
        """One of several, each as likely."""
        return of[self.below(len(of))]

    def skewed(self, of: Skewed[T]) -> T:
        """One of several, of which some are likelier."""
        return of.things[bisect(of.sums, self._next() * of.sums[-1], 0, len(of.things) - 1)]

    def several(self, of: Skewed[T], many: int) -> list[T]:
        """Different ones, at most so many: what comes again is left out."""
        return list(dict.fromkeys(self.skewed(of) for _ in range(many)))

    def heavy(self, exponent: float, most: int) -> int:
        """A number from 1, most often small and now and then large (Pareto's law)."""
        return min(most, int((1 - self._next()) ** -exponent))


class Skewed(Sequence[T]):
    """Things of which the first are the likeliest, by Zipf's law.

    Args:
        things: the things, likeliest first.
        exponent: how uneven; 0 is even.
    """

    def __init__(self, things: Sequence[T], exponent: float) -> None:
        self.things = things
        self.sums = list(accumulate((rank + 1) ** -exponent for rank in range(len(things))))

    def __getitem__(self, at: int) -> T:  # type: ignore[override]
        return self.things[at]

    def __len__(self) -> int:
        return len(self.things)
