"""What a request for a list asks: which kind, chosen by which facets, and which page of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from defkg.engine import Problem
from defkg.kinds import Kind
from defkg.web.lists.facets import FACETS, Facet, Unfit
from defkg.web.parameters import Parameters

_OTHERS = ("page", "format")
_PAGE = re.compile(r"[1-9][0-9]{0,6}")
MOST = 20


@dataclass(frozen=True)
class Choice:
    """A value that the things of a list must have."""

    facet: Facet
    value: NamedNode | Literal

    @property
    def pair(self) -> tuple[str, str]:
        """Its parameter with the text."""
        return self.facet.name, self.facet.text(self.value.value)


@dataclass(frozen=True)
class Choices:
    """A list: the things of a kind that have all of some values.

    Attributes:
        kind: the kind.
        made: the choices.
        page: which page is wanted, from 1 on.
    """

    kind: Kind
    made: tuple[Choice, ...] = ()
    page: int = 1

    def pattern(self) -> str:
        """The things as ``?x``, each once, for the WHERE of a query."""
        if not self.made:
            return self.kind.pattern()
        first = next((choice for choice in self.made if choice.facet.quick), None)
        things = [self.kind.pattern()]
        if first:  # an engine that joins a class with few things reads the whole class
            things = [first.facet.chosen(self.kind, first.value), self.kind.condition()]
        rest = (choice.facet.condition(self.kind, choice.value) for choice in self.made if choice is not first)
        return f"{{ SELECT DISTINCT ?x WHERE {{ {' '.join([*things, *rest])} }} }}"

    def of(self, facet: Facet) -> list[Choice]:
        """The choices by one facet."""
        return [choice for choice in self.made if choice.facet is facet]

    def without(self, *choices: Choice) -> Choices:
        """The list with some choices taken back."""
        return Choices(self.kind, tuple(choice for choice in self.made if choice not in choices))

    def adding(self, choice: Choice) -> Choices:
        """The list with one choice more; it takes the place of what it excludes."""
        kept = self if choice.facet.several else self.without(*self.of(choice.facet))
        return Choices(self.kind, (*kept.made, choice))

    def open_to(self, facet: Facet) -> bool:
        """Whether one choice more by a facet is not one too many."""
        kept = self if facet.several else self.without(*self.of(facet))
        return len(kept.made) < MOST

    def address(self, suffix: str = "", page: int = 1) -> str:
        """Where this list is."""
        query = urlencode([*(choice.pair for choice in self.made), *([("page", page)] if page > 1 else [])])
        return f"/id/{self.kind.name}/{suffix}{'?' if query else ''}{query}"


def read_choices(kind: Kind, parameters: Parameters, *, paged: bool) -> Choices:
    """What the parameters of a request choose.

    Args:
        kind: the kind of the list.
        parameters: what was sent.
        paged: whether a page is wanted, and not all things.

    Raises:
        Problem: 400, one of them is unknown, or cannot be what it says, or there are too many.
    """
    _check_names(parameters.names())
    if sum(name in FACETS for name, _ in parameters.pairs) > MOST:
        raise _refused("parameters", f"A list is narrowed by {MOST} choices at most")
    made = dict.fromkeys(_chosen(parameters.pairs))
    for facet in FACETS.values():
        if not facet.several and len([choice for choice in made if choice.facet is facet]) > 1:
            raise _refused(facet.name, f"{facet.name}= is there twice; a thing has one: give it once")
    page = parameters.one("page")
    if page is not None and not paged:
        raise _refused("page", "page= has no meaning for a file, which has the whole list; leave it out")
    return Choices(kind, tuple(made), 1 if page is None else _page(page))


def _chosen(pairs: Iterable[tuple[str, str]]) -> Iterable[Choice]:
    for name, text in pairs:
        if name in FACETS:
            try:
                yield Choice(FACETS[name], FACETS[name].term(text))
            except Unfit as unfit:
                raise _refused(name, str(unfit)) from unfit


def _check_names(names: Iterable[str]) -> None:
    known = [*FACETS, *_OTHERS]
    for name in sorted(set(names) - set(known)):
        near = difflib.get_close_matches(name[:100], known, n=1)
        advice = f"; did you mean {near[0]}?" if near else ""
        detail = f"A list is narrowed by {', '.join(FACETS)}, and not by {name[:100]!r}{advice}"
        raise Problem(400, "parameter-unknown", "There is no such parameter", detail, {"accepts": known})


def _page(text: str) -> int:
    if not _PAGE.fullmatch(text):
        raise _refused("page", f"page= is a number from 1 on, not {text[:100]!r}")
    return int(text)


def _refused(name: str, detail: str) -> Problem:
    return Problem(400, "parameter", "A value is not accepted", detail, {"parameter": name})
