"""Names: the keys made of them, and which of them may mean one thing."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "&": " and "}
)
# The abbreviations are those of checks:honorific-in-label; ranks in full besides.
_HONORIFICS = frozenset(
    """shri smt mr mrs ms dr gen lt maj col adm vice air brig amb sri prof sir capt cdr general admiral lieutenant
    major colonel brigadier captain ambassador marshal commodore his her excellency hon honourable datuk dato""".split()
)
_FILLERS = frozenset("a an and at by for in of on the to with".split())
# Spellings that one name takes on its way from another script, each pair with the letters that both become.
_SPELLINGS = (("ee", "i"), ("oo", "u"), ("ou", "u"), ("sh", "s"), ("ph", "f"), ("w", "v"), ("y", "i"), ("q", "k"))
_ASPIRATED = re.compile(r"(?<=[bdgjkt])h")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiou]")
_SLIP = 0.8  # from this ratio on, two words of four letters or more may be one word spelt twice


class Unnamable(ValueError):
    """A name that cannot be used; the text says why and what to write."""


def checked(text: str) -> str:
    """A text that stands on one line and that everybody sees alike, without spaces around it.

    Raises:
        Unnamable: it is empty, or has a control, invisible or right-to-left character.
    """
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        raise Unnamable("it is empty; write some words")
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or unicodedata.bidirectional(character) in ("R", "AL"):
            name = unicodedata.name(character, "a control character")
            raise Unnamable(f"it has U+{ord(character):04X} ({name}) in it; write it on one line, in Latin letters")
    return text


def slug(text: str) -> str:
    """The key made of a name: ``Đặng Văn Lâm`` gives ``dang-van-lam``.

    Raises:
        Unnamable: a letter of the name is not a Latin one, or nothing is left.
    """
    plain = _plain(text)
    strange = next((c for c in plain if c.isalpha() and not c.isascii()), None)
    if strange:
        name = unicodedata.name(strange, "no letter")
        raise Unnamable(f"it has {strange!r} ({name}) in it; write it in Latin letters, and the original as an alias")
    key = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=\d)\+(?=\d)", "-plus-", plain.replace("'", "").replace("’", "")))
    if not key.strip("-"):
        raise Unnamable("no letter or digit is left to make a key of; write it in Latin letters")
    return key.strip("-")


def honorific(name: str) -> str:
    """The words before a person's name that are an honorific or a rank; empty where there are none."""
    words = name.split()
    count = next((i for i, word in enumerate(words) if word.strip(".,").casefold() not in _HONORIFICS), len(words))
    return " ".join(words[:count])


def alike(one: str, other: str) -> bool:
    """Whether two names may be of one thing.

    They are alike where each word of the shorter one has its counterpart in the longer one, in any order: the same
    word, another spelling of it, its initial, or an abbreviation of several words. Honorifics do not count, words
    with digits have to be equal, and one word at least has to be there in full.
    """
    if _joined(one) == _joined(other):
        return True
    words = _words(one), _words(other)
    first, second = sorted((_spelt_out(*words), _spelt_out(*words[::-1])), key=lambda found: (len(found), found))
    return bool(first) and _all_met(first, second)


def nearest(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names that a text may have meant, the likeliest first; case and accents do not count."""
    plain = {_plain(name): name for name in names}
    wanted = _plain(text)
    found = [name for name in plain if wanted and (wanted in name or alike(text, plain[name]))]
    found += difflib.get_close_matches(wanted, plain, n=most, cutoff=0.6)
    return [plain[name] for name in dict.fromkeys(found)][:most]


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in spread if not unicodedata.combining(c)).translate(_LETTERS)


def _words(name: str) -> list[str]:
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\d)\+(?=\d)", "plus", _plain(name)))
    kept = [word for word in words if word not in _HONORIFICS]
    return kept or words


def _joined(name: str) -> str:
    return "".join(word for word in _words(name) if word not in _FILLERS)


def _spelt_out(words: list[str], other: list[str]) -> list[str]:
    """The words with each abbreviation replaced by the words of the other name that it stands for."""
    runs = {"".join(word[0] for word in other[a:b]): other[a:b] for a, b in combinations(range(len(other) + 1), 2)}
    out = [runs.get(word, [word]) if 2 < len(word) < 6 and word not in other else [word] for word in words]
    return [word for part in out for word in part if word not in _FILLERS]


def _all_met(first: list[str], second: list[str]) -> bool:
    left, whole = list(second), 0
    for word in sorted(first, key=len, reverse=True):
        met = max(left, key=lambda candidate: _likeness(word, candidate), default="")
        likeness = _likeness(word, met)
        if not likeness:
            return False
        left.remove(met)
        whole += likeness > 1
    return whole > 0


def _likeness(one: str, other: str) -> int:
    """3: the same word; 2: another spelling; 1: an initial; 0: nothing."""
    if one == other:
        return 3 if len(one) > 1 else 1
    if not one.isalpha() or not other.isalpha():
        return 0
    if 1 in (len(one), len(other)):
        return int(one[:1] == other[:1])
    if _spelling(one) == _spelling(other):
        return 2
    slip = min(len(one), len(other)) > 3 and difflib.SequenceMatcher(None, one, other).ratio() >= _SLIP
    return 2 if slip or _vowels_apart(one, other) else 0


def _vowels_apart(one: str, other: str) -> bool:
    consonants = _VOWELS.sub("", _spelling(one))
    return one[0] == other[0] and len(consonants) > 2 and consonants == _VOWELS.sub("", _spelling(other))


def _spelling(word: str) -> str:
    for written, sound in _SPELLINGS:
        word = word.replace(written, sound)
    return _DOUBLED.sub(r"\1", _ASPIRATED.sub("", word))
