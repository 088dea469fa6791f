"""Turtle texts with odd but legal layouts, for hypothesis: comments and white space wherever the grammar lets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from defkg.terms import ONTOLOGY, RDF

T = TypeVar("T")

MARK = re.compile(r"~(\d+)~")
"""What each comment holds, with a number of its own, and nothing else does."""

SPACES = (" ", "\n", "\t", "  ", "\r\n", "\n\n", "\n    ", " \n \n\n")
IN_COMMENTS = ("", " ", " ;", ' "', " '''", " <", " [", " .", " # ", " @prefix", " é", "\t")
LINE_ENDS = ("\n", "\n", "\n", "\r\n", "\n\n", "\r")
PREFIXES = ("", "p", "q.r", "é", "P-1", "base", "a")
NAMESPACES = ("http://x/", "http://y/#", "urn:z:", ONTOLOGY, RDF)
LOCALS = ("", "s", "o", "a.b", "a..b", "a\\/b", "x%20y", "é", "1", "a:b", "a-b", "a·b", "日本", "\\~x", "type")
ODD_LOCALS = ("😀", "a\u0301", "a‿b", "\u2070x", "evidencedBy", "0\\.", ":", "\\-")
IRIS = ("<http://x/s>", "<http://x/a/../b>", "<urn:é>", "<http://x/\\u00e9>", f"<{RDF}type>", "<http://y/#o>")
RELATIVE = ("<>", "<#o>", "<s>", "<../up>")
LABELS = ("_:b", "_:é", "_:0", "_:a.b", "_:x-1")
NUMBERS = ("1", "01", "-1.50", ".5", "+1e4", "1.E-3", "1.5e0")
SHORT = ("", "x", "é 😀", "\\n\\t", "\\u00e9", "\\\\", "# no comment", "<a> .", "tab\there", "\x0b", "\u2028")
BEHIND = ("", "", "@en", "@EN-gb", "@prefix")


class Texts:
    """One text in the making.

    Attributes:
        comments: how many comments it has.
    """

    def __init__(self, random: Random, comments: bool) -> None:
        self._random = random
        self._with_comments = comments
        self._declared: list[str] = []
        self._has_base = False
        self.comments = 0

    def text(self, count: int = 5) -> str:
        """A prefix, then ``count`` directives and statements."""
        parts = [self._gap(0), self._directive("prefix")]
        for _ in range(count):
            parts.append(self._directive() if self._chance(0.2) else self._statement())
        return "".join(parts) + self._maybe(self._comment(last=True), 0.2)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _maybe(self, text: str, share: float) -> str:
        return text if self._chance(share) else ""

    def _one(self, choices: tuple[T, ...] | list[T]) -> T:
        return self._random.choice(choices)

    def _gap(self, least: int = 1) -> str:
        """White space and comments; with ``least`` 0, perhaps nothing."""
        parts = [self._one(SPACES) for _ in range(self._random.choice((least, least, 1, 2)))]
        while self._with_comments and self._chance(0.12):
            parts += [self._comment(), self._maybe(self._one(SPACES), 0.5)]
        return "".join(parts)

    def _comment(self, last: bool = False) -> str:
        if not self._with_comments:
            return ""
        self.comments += 1
        words = f"{self._one(IN_COMMENTS)}~{self.comments}~{self._one(IN_COMMENTS)}"
        return f"#{words}{'' if last else self._one(LINE_ENDS)}"

    def _directive(self, kind: str = "") -> str:
        kind = kind or self._one(("prefix", "prefix", "base"))
        old = self._chance(0.7)
        keyword = f"@{kind}" if old else self._one((kind, kind.upper(), kind.title()))
        if kind == "base":
            self._has_base = True
            name, iri = "", self._one(("<http://base/>", "<http://other/a/b>"))
        else:
            prefix = self._one(PREFIXES)
            self._declared.append(prefix)
            name = f"{prefix}:{self._gap(0)}"
            iri = self._one([f"<{n}>" for n in NAMESPACES] + (["<rel/>"] if self._has_base else []))
        return f"{keyword}{self._gap()}{name}{iri}{self._gap(0) + '.' if old else ''}{self._gap()}"

    def _statement(self) -> str:
        if self._chance(0.15):
            subject = self._property_list(2)
            said = self._maybe(self._said(1), 0.5) or ("" if ":" in subject else self._said(1))
        else:
            subject = self._one((self._iri, self._iri, self._iri, self._label, self._collection))()
            said = self._said(1)
        return f"{subject}{said}{self._before_dot(said or subject)}.{self._gap()}"

    def _before_dot(self, text: str) -> str:
        return self._gap(0 if text[-1:] in ">\"')]" else 1)

    def _said(self, depth: int) -> str:
        parts = [self._gap(), self._entry(depth)]
        while self._chance(0.5):
            parts += [self._semicolons(parts[-1]), self._gap(0), self._entry(depth)]
        return "".join(parts) + self._maybe(self._semicolons(parts[-1]), 0.2)

    def _semicolons(self, text: str) -> str:
        return "".join(f"{self._before_dot(text)};" for _ in range(self._one((1, 1, 1, 2))))

    def _entry(self, depth: int) -> str:
        predicate = "a" if self._chance(0.2) else self._iri()
        parts = [predicate, self._gap(), self._object(depth)]
        while self._chance(0.3):
            parts += [self._before_dot(parts[-1]), ",", self._gap(0), self._object(depth)]
        return "".join(parts)

    def _object(self, depth: int) -> str:
        nested = [self._property_list, self._collection] if depth < 4 and self._chance(0.3) else []
        if nested:
            return self._one(nested)(depth + 1)
        plain: list[Callable[[], str]] = [self._iri, self._iri, self._string, self._number, self._label]
        return self._one(plain)()

    def _iri(self) -> str:
        if self._chance(0.7):
            return f"{self._one(self._declared)}:{self._one(LOCALS + ODD_LOCALS)}"
        return self._one(IRIS + (RELATIVE if self._has_base else ()))

    def _label(self) -> str:
        return self._one(LABELS)

    def _number(self) -> str:
        return self._one((*NUMBERS, "true", "false"))

    def _property_list(self, depth: int) -> str:
        said = self._maybe(self._said(depth), 0.8)
        return f"[{said}{self._gap(0) if not said or said[-1] in ';>)]' else self._gap()}]"

    def _collection(self, depth: int = 2) -> str:
        items = [self._object(depth) + self._gap() for _ in range(self._one((0, 1, 2, 3)))]
        return f"({self._gap(0)}{''.join(items)})"

    def _string(self) -> str:
        body = self._one(SHORT)
        quotes = self._one(('"', "'", '"""', "'''"))
        if len(quotes) == 3:
            body += self._one(("", "\n", "\r\n", "\r", " 'q' \"q\" z", "\n\n  z ", '"" z', "'' z"))
        else:
            body += self._one(("", "'z" if quotes == '"' else '"z', "\\" + quotes))
        return quotes + body + quotes + (self._typed() if self._chance(0.2) else self._language())

    def _language(self) -> str:
        language = self._one(BEHIND)
        return self._maybe(self._gap(), 0.1) + language if language else ""

    def _typed(self) -> str:
        return f"{self._maybe(self._gap(), 0.2)}^^{self._maybe(self._gap(), 0.2)}{self._iri()}"


def turtle_texts(comments: bool = True) -> st.SearchStrategy[str]:
    """Valid Turtle texts; each of their comments holds a `MARK` with a number, from 1 without a hole."""
    # The other kind of random shrinks, but gives a third as many different texts.
    random = st.randoms(use_true_random=True)
    return st.builds(lambda random, statements: Texts(random, comments).text(statements), random, st.integers(1, 5))
