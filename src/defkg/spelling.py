"""Words as people type them: by how they begin, by what they hold, and by what they may be misspellings of.

A misspelt word leads to like words by the groups of three letters that they share.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

_LETTERS = 40  # of a word that are compared
_LIKE = 8  # words that a misspelt one may stand for
_COMPARED = 60  # words that share most with a misspelt one
_MARK = re.compile(r"[^\w]+|_")


@dataclass
class Words:
    """The words of all names.

    Attributes:
        postings: each word with the numbers of the names that have it.
        ordered: the words in their order.
        groups: three letters with the numbers of the words, in that order, that have them.
    """

    postings: dict[str, array[int]] = field(default_factory=dict)
    ordered: list[str] = field(default_factory=list)
    groups: dict[str, array[int]] = field(default_factory=dict)

    def add(self, word: str, number: int) -> None:
        """Notes that a name, by its number, has a word."""
        self.postings.setdefault(word, array("I")).append(number)

    def close(self) -> None:
        """Makes them ready to be looked up, once all are there."""
        self.ordered = sorted(self.postings)
        for number, word in enumerate(self.ordered):
            for group in _groups(word):
                self.groups.setdefault(group, array("I")).append(number)

    def beginning(self, start: str) -> list[str]:
        """The words that begin with a text; of a single letter or digit, which begins too many, the word alone."""
        if len(start) == 1:
            return [start] if start in self.postings else []
        first = bisect_left(self.ordered, start)
        return self.ordered[first : bisect_left(self.ordered, start + "\U0010ffff", first)]

    def holding(self, part: str) -> list[str]:
        """The words that have a text within them."""
        held = [self.groups.get(part[at : at + 3], array("I")) for at in range(len(part) - 2)]
        numbers = set.intersection(*map(set, held)) if held else set()
        return [word for number in sorted(numbers) if part in (word := self.ordered[number])]

    def like(self, word: str) -> list[str]:
        """The words that a misspelt one may stand for, the likeliest first."""
        most = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
        shared = Counter(number for group in _groups(word) for number in self.groups.get(group, ()))
        near = (self.ordered[number] for number, _ in shared.most_common(_COMPARED))
        found = sorted((away, other) for other in near if 0 < (away := distance(word, other)) <= most)
        return [other for _, other in found[:_LIKE]]


def folded(text: str) -> str:
    """A text without what people do not type alike: case, accents, hyphens and other marks."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_MARK.sub(" ", text.casefold()).split())


def distance(one: str, two: str) -> int:
    """How many letters must be put in, left out, changed or swapped with the next to make one word the other.

    Source: the optimal string alignment distance.
    """
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        further, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 < j and letter == two[j - 2] and one[i - 2] == other:
                least = min(least, further[j - 2] + 1)
            row.append(least)
    return row[-1]


def _groups(word: str) -> set[str]:
    padded = f" {word[:_LETTERS]} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
