"""Names and things: what a person types becomes an IRI, and an IRI is shown by its label.

Everything is asked by SELECT queries, so that a dataset, a served graph and a remote service will do.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.question import Parameter, Question, QuestionError
from defkg.question.head import shorten
from defkg.terms import DCTERMS, ID, PREFIXES, RDFS, SKOS, Term, compact

_COMPARED = 5_000  # names that a misspelt one is compared with
_SHOWN = 5
_BATCH = 500
FIRST = f"(<{SKOS}prefLabel> 0) (<{DCTERMS}title> 1) (<{RDFS}label> 2)"
FURTHER = f"(<{SKOS}altLabel> 3) (<{SKOS}notation> 4) (<{SKOS}hiddenLabel> 5)"
_NAMES = """SELECT DISTINCT ?kind ?thing ?name ?rank WHERE {{
  VALUES ?kind {{ {kinds} }}
  ?thing a ?kind .
  OPTIONAL {{
    VALUES (?property ?rank) {{ {properties} }}
    ?thing ?property ?name .
  }}
}} ORDER BY ?rank ?name"""
_LABELS = f"""SELECT ?thing ?label WHERE {{{{
  VALUES ?thing {{{{ {{things}} }}}}
  OPTIONAL {{{{ ?thing <{SKOS}prefLabel> ?first }}}}
  OPTIONAL {{{{ ?thing <{DCTERMS}title> ?second }}}}
  OPTIONAL {{{{ ?thing <{RDFS}label> ?third }}}}
  BIND (COALESCE(?first, ?second, ?third) AS ?label)
  FILTER (BOUND(?label))
}}}} ORDER BY DESC(?label)"""


class Named(NamedTuple):
    """A thing and what to call it."""

    iri: str
    label: str


@dataclass
class _Class:
    """The things of one class.

    Attributes:
        labels: each thing's first name.
        things: the things that go by a name, as `plain` writes it.
    """

    labels: dict[str, str] = field(default_factory=dict)
    things: dict[str, list[str]] = field(default_factory=dict)

    def add(self, iri: str, name: str) -> None:
        self.labels.setdefault(iri, name)
        found = self.things.setdefault(plain(name), [])
        if iri not in found:
            found.append(iri)


class Names:
    """The things that a question can be about, by class."""

    def __init__(self, read: Callable[[], dict[str, _Class]] = dict) -> None:
        self._read = read

    @cached_property
    def _classes(self) -> dict[str, _Class]:
        read, self._read = self._read, dict
        return read()

    @staticmethod
    def read(select: Select, kinds: Iterable[str]) -> Names:
        """The names of all things of some classes, given by their IRIs."""
        wanted = sorted(set(kinds) - {""})
        classes = {kind: _Class() for kind in wanted}
        written = " ".join(str(NamedNode(kind)) for kind in wanted)
        for row in select(_NAMES.format(kinds=written, properties=f"{FIRST} {FURTHER}")) if wanted else ():
            kind, thing, name = row["kind"], row["thing"], row.get("name")
            if isinstance(kind, NamedNode) and isinstance(thing, NamedNode):
                text = name.value if isinstance(name, Literal) else compact(thing.value)
                classes[kind.value].add(thing.value, text)
        names = Names()
        names._classes = classes
        return names

    @staticmethod
    def of_questions(select: Select, questions: Iterable[Question]) -> Names:
        """The names of all things that some questions can be about."""
        return Names.read(select, (p.kind for question in questions for p in question.parameters))

    def written(self) -> dict[str, dict[str, dict[str, Any]]]:
        """All of it as plain values, for JSON."""
        return {kind: {"labels": known.labels, "things": known.things} for kind, known in self._classes.items()}

    @staticmethod
    def rewritten(plainly: Mapping[str, Mapping[str, Any]]) -> Names:
        """The names from what `written` gave.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        names = Names()
        names._classes = {kind: _Class(dict(of["labels"]), dict(of["things"])) for kind, of in plainly.items()}
        return names

    @staticmethod
    def later(read: Callable[[], Mapping[str, Mapping[str, Any]]]) -> Names:
        """The names from what `written` gave, which is read when the first of them is asked for."""
        return Names(lambda: Names.rewritten(read())._classes)

    def of(self, kind: str) -> list[Named]:
        """The things of a class, sorted by label; empty for a class whose names were not read."""
        known = self._classes.get(kind, _Class()).labels
        return sorted((Named(iri, label) for iri, label in known.items()), key=lambda n: (n.label.casefold(), n.iri))

    def label(self, kind: str, iri: str) -> str:
        """What a thing of a class is called."""
        return self._classes.get(kind, _Class()).labels.get(iri, compact(iri))

    def pick(self, parameter: Parameter, text: str) -> Term:
        """The term that a text means for a parameter.

        Raises:
            QuestionError: it is not of the parameter's type, or names nothing, or several things; the message says
                what is accepted, and what is near.
        """
        if parameter.type != "thing":
            return parameter.term(text)
        known = self._classes.get(parameter.kind)
        if known is None:
            return parameter.term(text)
        things = self._things(known, parameter, text.strip())
        if len(things) == 1:
            return NamedNode(things[0])
        if things:
            several = ", ".join(sorted(compact(thing) for thing in things))
            raise QuestionError(f"{shorten(text)} names several things: {several}; give one of these IRIs")
        raise QuestionError(f"{_unknown(text)}: {parameter.name} must be {parameter.accepts}{_near(known, text)}")

    def _things(self, known: _Class, parameter: Parameter, text: str) -> list[str]:
        if is_iri(text):
            term = parameter.term(text)
            return [term.value] if isinstance(term, NamedNode) and term.value in known.labels else []
        return known.things.get(plain(text), [])


def labels(select: Select, iris: Collection[str]) -> dict[str, str]:
    """What things are called; those without a label are left out, and so is what is no IRI."""
    found: dict[str, str] = {}
    for batch in _batches(sorted(filter(absolute, iris))):
        things = " ".join(str(NamedNode(iri)) for iri in batch)
        for row in select(_LABELS.format(things=things)):
            thing, label = row["thing"], row["label"]
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                found[thing.value] = label.value
    return found


def absolute(text: str) -> bool:
    """Whether a text is an IRI in full, which a query can name."""
    try:
        return bool(NamedNode(text))
    except ValueError:
        return False


def is_iri(text: str) -> bool:
    """Whether a text is meant as an IRI, in full or with a known prefix."""
    prefix, colon, _ = text.partition(":")
    return bool(colon) and (prefix in PREFIXES or text.startswith((ID, "http://", "https://", "urn:", "tag:", "<")))


def plain(name: str) -> str:
    """A name without what people do not type alike: case, accents' encoding, and white space."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _unknown(text: str) -> str:
    return f"nothing here is {text}" if is_iri(text) and len(text) < 200 else f"nothing is called {shorten(text)}"


def _near(known: _Class, text: str) -> str:
    compared = list(islice(known.things, _COMPARED))
    near = difflib.get_close_matches(plain(text)[:100], compared, n=3, cutoff=0.5)
    if near:
        found = dict.fromkeys(known.labels[known.things[name][0]] for name in near)
        return f"; did you mean {', '.join(map(repr, found))}?"
    some = sorted(known.labels.values())[:_SHOWN]
    return f"; such as {', '.join(map(repr, some))}" if some else "; there is none in this graph"


def _batches(iris: list[str]) -> Iterator[list[str]]:
    return (iris[at : at + _BATCH] for at in range(0, len(iris), _BATCH))
