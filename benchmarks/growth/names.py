"""Names that are nobody's: put together from syllables, each number its own."""

from __future__ import annotations

_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvz" for vowel in "aeiou"]
_ALL = len(_SYLLABLES) ** 5
_STEP = 1_234_567_891  # coprime to _ALL, so that no two numbers meet; neighbours become unlike


def person(number: int) -> str:
    """A given and a family name, which begins with X; different for each number below 3,276,800,000.

    Raises:
        ValueError: the number is larger.
    """
    if not 0 <= number < _ALL:
        raise ValueError(f"there are {_ALL:,} names")
    parts = list(_syllables(number * _STEP % _ALL, 5))
    return f"{''.join(parts[:2]).capitalize()} X{''.join(parts[2:])}"


def key(words: str) -> str:
    """A name as the key of an IRI."""
    return words.lower().replace(" ", "-")


def _syllables(number: int, many: int) -> list[str]:
    found = []
    for _ in range(many):
        number, rest = divmod(number, len(_SYLLABLES))
        found.append(_SYLLABLES[rest])
    return found
