"""A parameter of a question: a variable that the asker gives, and what may be given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from defkg.dates import bounds, precision
from defkg.question.head import QuestionError, shorten
from defkg.terms import ID, XSD, Term, compact, expand

TYPES = ("thing", "date", "year", "number", "text", "choice")
LONGEST = 2_000
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Parameter:
    """A variable of a question that the asker gives.

    Attributes:
        name: the variable's name, without its question mark.
        type: one of `TYPES`.
        label: what a form calls it.
        kind: for a thing, the IRI of its class; empty for any thing.
        default: the value as written in the head; None where there is none.
        choices: for a choice, what may be given.
        optional: whether it may be left out; the question is then about all there are.
        description: more about it.
    """

    name: str
    type: str = "text"
    label: str = ""
    kind: str = ""
    default: str | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    description: str = ""

    @property
    def accepts(self) -> str:
        """What may be given, in words."""
        if self.type == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.type == "thing":
            if not self.kind:
                return "an IRI, in full or as id:country/IND"
            return f"a {compact(self.kind)}: its label, another name it goes by, or its IRI"
        return {
            "date": "a date, such as 2024-12-12",
            "year": "a year, such as 2024",
            "number": "a number, such as 17",
            "text": f"text of up to {LONGEST:,} characters",
        }[self.type]

    @property
    def example(self) -> Term:
        """A term of this parameter's type, whether anything is known of it or not."""
        text = {"date": "2024-12-12", "year": "2024", "number": "17", "thing": ID + "example"}.get(self.type, "text")
        return self.term(self.default or (self.choices[0] if self.choices else text))

    def term(self, text: str) -> Term:
        """The value as a term.

        Raises:
            QuestionError: the text is not of this parameter's type; the message says what is accepted.
        """
        if _NOT_TEXT.search(text) or len(text) > LONGEST:
            raise self.refuse(text)
        if self.type == "thing":
            return NamedNode(_iri(text))
        if self.type == "choice" and text not in self.choices:
            raise self.refuse(text)
        fits, datatype = _LEXICAL.get(self.type, (lambda _: True, "string"))
        if not fits(text):
            raise self.refuse(text)
        return Literal(text) if datatype == "string" else Literal(text, datatype=NamedNode(XSD + datatype))

    def refuse(self, text: str) -> QuestionError:
        """The error for a value that is not accepted."""
        return QuestionError(f"{self.name} must be {self.accepts}; it is not {shorten(text)}")


def _is_day(text: str) -> bool:
    try:
        return text.isascii() and precision(text) == "day" and bool(bounds(text))
    except ValueError:
        return False


def _iri(text: str) -> str:
    try:
        iri = expand(text)
        NamedNode(iri)
    except (KeyError, ValueError) as error:
        advice = "write it in full, or with a known prefix such as id:country/IND"
        raise QuestionError(f"{shorten(text)} is no IRI; {advice}") from error
    return iri


_LEXICAL: dict[str, tuple[Callable[[str], object], str]] = {
    "date": (_is_day, "date"),
    "year": (re.compile(r"[0-9]{4}").fullmatch, "integer"),
    "number": (re.compile(r"[+-]?[0-9]{1,18}").fullmatch, "integer"),
}
