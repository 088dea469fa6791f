"""Characters that deceive: unseen ones, letters of another script, and names that look alike.

Source: Unicode Standard Annex 44 (default ignorable code points), Unicode Technical Standard 39 (confusables).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from operator import itemgetter

from pyoxigraph import Literal, NamedNode

from defkg.content import INVISIBLE, fault
from defkg.dataset import Dataset, Row
from defkg.finding import Finding, Place
from defkg.terms import CHECKS, ID, RDFS, SKOS, Term, show
from defkg.tokens import Position, unescape
from defkg.turtle import TurtleFile

LOOK_ALIKE = CHECKS + "look-alike"
IRI_CASE = CHECKS + "iri-case"
Found = Iterator[tuple[Term, Finding]]

_ESCAPED = r"(?:\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})"
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
)
_SUSPECT = re.compile(rf"[{_UNSEEN}\u0370-\u052f]|\\u|\\U")
_UNSEEN_PLACE = re.compile(rf"\\\\|{_ESCAPED}|[{_UNSEEN}]")
_WORD = re.compile(rf"(?:\w|{_ESCAPED})+")
_MIXED = re.compile(r"(?=.*[A-Za-z\u00c0-\u024f])(?=.*([\u0370-\u052f]))")
_UNSEEN_ONE = re.compile(f"[{_UNSEEN}]")
_IN_NAME = re.compile(r"""[^\s"'#][^\s"']*""")
_PLAIN = b"\t\n\r" + bytes(range(32, 127))
_JOINERS = "\u200c\u200d"
_LIKE = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухѕіјһԁԛԝӏӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρικυχγτI–—‑−’‘“”",
    "ABEKMHOPCTYXSlJaeopcyxsijhdqwllABEZHlKMNOPTYXaovpikuxytl----''\"\"",
)
_LABELS = {NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel"), NamedNode(RDFS + "label")}


def deceptive(dataset: Dataset) -> Found:
    """Unseen characters, and words that mix Latin letters with Greek or Cyrillic ones, wherever they are written.

    The place is that of the character or the word; in an IRI, where the IRI begins.
    """
    for file, _ in dataset.files:
        found = [*unseen(file.path, file.text), *mixed(file.path, file.text)] if _is_suspect(file.text) else []
        if found:
            starts, lines = _starts(file), file.text.split("\n")
            yield from (_said_of(file.path, starts, lines, finding) for finding in sorted(found))


def _is_suspect(text: str) -> bool:
    if text.isascii():  # ten times as quick as the search
        return "\\u" in text or "\\U" in text or bool(text.encode().translate(None, _PLAIN))
    return bool(_SUSPECT.search(text))


def unseen(name: str, text: str) -> Iterator[Finding]:
    """The first unseen character of each line of a text, also where it is written as an escape."""
    for number, line in enumerate(text.split("\n"), 1):
        index, character = next(_unseen(line), (0, ""))
        if character:
            label = unicodedata.name(character, "a control character")
            message = f"an unseen character stands here: U+{ord(character):04X} {label}"
            yield fault(name, INVISIBLE, message, "take it out", (number, index + 1))


def _unseen(line: str) -> Iterator[tuple[int, str]]:
    for match in _UNSEEN_PLACE.finditer(line) if _SUSPECT.search(line) else ():
        character = unescape(match.group())
        if _UNSEEN_ONE.fullmatch(character) and not _joins(line, match.start(), character):
            yield match.start(), character


def _joins(line: str, index: int, character: str) -> bool:
    """Whether it is a joiner in a script, or between pictures, that needs it."""
    before = line[index - 1 : index]
    return character in _JOINERS and before > "\u0590" and unicodedata.category(before)[0] in "LMS"


def mixed(name: str, text: str) -> Iterator[Finding]:
    """The first word of each line that mixes Latin letters with Greek or Cyrillic ones."""
    for number, line in enumerate(text.split("\n"), 1):
        words = _WORD.finditer(line) if _SUSPECT.search(line) else iter(())
        index, word, odd = next(filter(itemgetter(2), map(_read, words)), (0, "", None))
        if odd:
            message = f"{word} is written in two scripts: {unicodedata.name(odd[1], 'another letter')} is in it"
            yield fault(name, LOOK_ALIKE, message, "write the whole word in one script", (number, index + 1))


def _read(word: re.Match[str]) -> tuple[int, str, re.Match[str] | None]:
    text = unescape(word.group())
    return word.start(), text, _MIXED.match(text)


def _starts(file: TurtleFile) -> list[tuple[Position, Term]]:
    places = ((p, p.triple.subject) for p in file.placed)
    found = ((at, subject) for p, subject in places for at in (p.subject_at, p.predicate_at, p.object_at))
    return sorted(found, key=itemgetter(0))


def _said_of(
    name: str, starts: list[tuple[Position, Term]], lines: list[str], finding: Finding
) -> tuple[Term, Finding]:
    """The finding with the thing that the triple around it is about."""
    place = Position(finding.place.line, finding.place.column)
    index = bisect_right(starts, place, key=itemgetter(0))
    start, subject = starts[index - 1] if index else (place, Literal(name))
    if start.line == place.line and _IN_NAME.fullmatch(lines[place.line - 1], start.column - 1, place.column):
        finding = replace(finding, place=Place(name, *start))
    return subject, finding


def same_but_for_case(dataset: Dataset) -> Found:
    """IRIs of things that differ only in case from one that is used more often, or was there before.

    Each is told where it is described, or else wherever it is named.
    """
    alike: dict[str, list[NamedNode]] = defaultdict(list)
    for thing in _things(dataset):
        alike[thing.value.casefold()].append(thing)
    for several in (things for things in alike.values() if len(things) > 1):
        used = Counter(term for row in _rows(dataset) for term in row.placed.triple if term in several)
        usual = max(several, key=lambda thing: used[thing])
        for odd in several:
            if odd != usual:
                yield from _odd_case(dataset, odd, f"{show(odd)} differs only in case from {show(usual)}")


def _things(dataset: Dataset) -> list[NamedNode]:
    """The IRIs under ``id:`` that the data describes or names, each once."""
    named = dict.fromkeys(dataset.subjects) | dict.fromkeys(row.placed.triple.object for row in _rows(dataset))
    return [term for term in named if isinstance(term, NamedNode) and term.value.startswith(ID)]


def _rows(dataset: Dataset) -> Iterator[Row]:
    return chain.from_iterable(dataset.subjects.values())


def _odd_case(dataset: Dataset, odd: NamedNode, message: str) -> Found:
    hint = "write it alike, or give it another name"
    described = dataset.subjects.get(odd, [])[:1]
    for row in described or (row for row in _rows(dataset) if row.placed.triple.object == odd):
        at = row.placed.subject_at if described else row.placed.object_at
        yield row.placed.triple.subject, fault(row.file.path, IRI_CASE, message, hint, at)


def alike_labels(dataset: Dataset) -> Found:
    """Labels that a reader cannot tell from another thing's, though they are written differently."""
    seen: dict[str, tuple[Term, str]] = {}
    for subject, rows in dataset.subjects.items():
        for row in rows:
            label = row.placed.triple.object
            if row.placed.triple.predicate in _LABELS and isinstance(label, Literal):
                other, text = seen.setdefault(skeleton(label.value), (subject, label.value))
                if other != subject and text != label.value:
                    message = f'"{label.value}" looks like "{text}", a label of {show(other)}, but is written otherwise'
                    hint = "write it alike if it is the same thing, or else tell them apart"
                    yield subject, fault(row.file.path, LOOK_ALIKE, message, hint, row.placed.object_at)


def skeleton(label: str) -> str:
    """What a reader sees of a label: two that look alike have the same."""
    plain = unicodedata.normalize("NFKC", _UNSEEN_ONE.sub("", label))
    return " ".join(plain.translate(_LIKE).split())
