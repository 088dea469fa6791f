"""A text on its way to be mended: each step is taken only where it is certain and the meaning stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from defkg.layout import LayoutError, format_turtle
from defkg.layout.meaning import Undecided, digest, same_meaning, triples
from defkg.terms import ONTOLOGY, PREFIXES, TYPE, compact
from defkg.tokens import Position, tokens

Respelling = Mapping[Position, tuple[NamedNode, NamedNode]]
"""Where a misspelt term stands, with that term and the one that is meant."""

_PATIENCE = 2.0
_LONG_STRING = re.compile(r"\"{3}|'{3}")


@dataclass
class Draft:
    """A text that is being mended.

    Attributes:
        text: as it is by now.
        is_turtle: whether it is Turtle; else a query.
        reasons: in words, what has been mended.
    """

    text: str
    is_turtle: bool = True
    reasons: list[str] = field(default_factory=list)

    def declare_prefixes(self) -> None:
        """Declares the project's prefixes that the text uses, if that makes it valid Turtle."""
        missing = _undeclared_prefixes(self.text) if self.is_turtle and not _is_valid(self.text) else []
        text = _with_prefixes(self.text, missing)
        if missing and _is_valid(text):
            self._become(text, f"declared {', '.join(f'{prefix}:' for prefix in missing)}")

    def respell(self, right: Respelling) -> None:
        """Puts terms that are meant where misspelt ones stand, if nothing else changes by it."""
        text, meant = _respelt(self.text, right), dict(right.values())
        if right and digest(_meant(triple, meant) for triple in triples(self.text)) == digest(triples(text)):
            words = (f"wrote {compact(new.value)} for {compact(old.value)}" for old, new in meant.items())
            self._become(text, ", ".join(words))

    def end_lines(self) -> None:
        """Ends lines with a line feed alone, unless a string holds a carriage return."""
        text = re.sub("\r\n?", "\n", self.text)
        if text != self.text and self._means(text):
            self._become(text, "ended lines with a line feed")

    def lay_out(self) -> None:
        """Lays valid Turtle out in the one canonical form."""
        if self.is_turtle and _is_valid(self.text):
            try:
                text = format_turtle(self.text)
            except LayoutError:
                return
            if text != self.text:  # format_turtle has proved that it means the same
                self._become(text, "laid it out")

    def _become(self, text: str, reason: str) -> None:
        self.text = text
        self.reasons.append(reason)

    def _means(self, text: str) -> bool:
        if not self.is_turtle:
            return not _LONG_STRING.search(text)
        try:
            return same_meaning(self.text, text, _PATIENCE)
        except (SyntaxError, Undecided):
            return False


def _is_valid(text: str) -> bool:
    try:
        triples(text)
    except SyntaxError:
        return False
    return True


def _undeclared_prefixes(text: str) -> list[str]:
    used, declared, before = set[str](), set[str](), ""
    for token in tokens(text):
        if token.kind == "name":
            (declared if before in ("@prefix", "prefix") else used).add(token.text.partition(":")[0])
        before = token.text.lower()
    return sorted((used - declared) & PREFIXES.keys())


def _with_prefixes(text: str, prefixes: Iterable[str]) -> str:
    """The declarations stand before the first that is there already, or else at the top."""
    lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in prefixes]
    first = re.search(r"^@?prefix\s", text, re.MULTILINE | re.IGNORECASE)
    index = first.start() if first else 0
    return "".join([text[:index], *lines, *([] if first else ["\n"]), text[index:]])


def _respelt(text: str, right: Respelling) -> str:
    lines = text.split("\n")
    found = [(token, *right[token.at]) for token in tokens(text) if token.at in right]
    for token, old, new in reversed(found):
        end = 1 if token.kind == "iri" else 0
        local = old.value.removeprefix(ONTOLOGY)
        start = token.at.column - 1 + len(token.text) - end - len(local)
        line = lines[token.at.line - 1]
        if line[start : start + len(local)] == local:
            lines[token.at.line - 1] = line[:start] + new.value.removeprefix(ONTOLOGY) + line[start + len(local) :]
    return "\n".join(lines)


def _meant(triple: Triple, meant: Mapping[NamedNode, NamedNode]) -> Triple:
    predicate, term = meant.get(triple.predicate, triple.predicate), triple.object
    if triple.predicate == TYPE and isinstance(term, NamedNode):
        term = meant.get(term, term)
    return Triple(triple.subject, predicate, term)
