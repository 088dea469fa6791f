"""What a request wants to see on the timeline, and the patterns that ask for it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from defkg.engine import Problem
from defkg.terms import BASE, ID, ONTOLOGY, PREFIXES, XSD, expand
from defkg.web.parameters import Parameters
from defkg.web.relations import Relations

PRECISIONS = {"day": "a day", "month": "a month", "year": "a year", "bounded": "on or before a day"}
NAMES = ("country", "class", "topic", "precision", "document", "from", "to", "page")
_BASES = {"country": f"{ID}country/", "class": ONTOLOGY, "topic": f"{ID}focus-area/", "document": f"{ID}source/"}
_COUNTRIES = 3
_LONGEST = 1_000
_LAST_PAGE = 100_000


@dataclass(frozen=True)
class Asked:
    """What is to be shown.

    Attributes:
        things: by filter, the IRIs that were chosen; several only of countries, all of which must be involved.
        precision: one of `PRECISIONS`, or empty.
        first: the first year, or empty.
        last: the last year, or empty.
        page: the number of the page, from 1 on.
    """

    things: dict[str, tuple[str, ...]]
    precision: str = ""
    first: str = ""
    last: str = ""
    page: int = 1

    @property
    def timed(self) -> bool:
        """Whether only dated things can fit."""
        return bool(self.precision or self.first or self.last)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as parameters of an address."""
        own = {"precision": self.precision, "from": self.first, "to": self.last}
        chosen = [(name, short(name, iri)) for name, iris in self.things.items() for iri in iris]
        return chosen + [(name, text) for name, text in own.items() if text]

    def address(self, path: str = "/timeline", without: Container[str] = (), **more: object) -> str:
        """The address of the same, without some parameters and with others; ``from_`` is ``from``."""
        given = {name.rstrip("_"): str(text) for name, text in more.items() if text}
        kept = [(name, text) for name, text in self.pairs if name not in without and name not in given]
        query = urlencode([*kept, *given.items()])
        return f"{path}?{query}" if query else path

    def patterns(self, paths: Relations, without: str = "") -> str:
        """Graph patterns that hold of a dated ``?thing`` that is wanted, one filter left out."""
        return f"?thing defkg:date ?date . {self._bounds(without)}{self.chosen(paths, without)}"

    def chosen(self, paths: Relations, without: str = "") -> str:
        """Graph patterns for what was chosen besides time."""
        by = {
            "country": f"?thing {paths.involves} {{iri}} . ",
            "class": f"?thing {paths.kind} {{iri}} . ",
            "topic": f"?thing {paths.topic} {{iri}} . ",
            "document": "GRAPH {iri} {{ ?thing a ?stated }} ",
        }
        kept = [(name, iri) for name, iris in self.things.items() if name != without for iri in iris]
        return "".join(by[name].format(iri=str(NamedNode(iri))) for name, iri in kept)

    def _bounds(self, without: str) -> str:
        precision = self.precision if without != "precision" else ""
        found = f"?thing defkg:datePrecision {Literal(precision)} . " if precision else ""
        if without != "year":
            after = f'"{self.first:0>4}-01-01"^^<{XSD}date>' if self.first else ""
            before = f'"{self.last:0>4}-12-31"^^<{XSD}date>' if self.last else ""
            found += _beside("latest", ">=", after) + _beside("earliest", "<=", before)
        return found


def read_asked(parameters: Parameters, strict: bool) -> Asked:
    """What the parameters ask for; an empty one asks for nothing.

    Args:
        parameters: those of the address.
        strict: whether to refuse unknown ones, which a page passes over: it shows by what it is filtered.

    Raises:
        Problem: 400, one of them is unknown, or its value is not accepted.
    """
    for name in sorted(parameters.names() - {*NAMES}) if strict else ():
        raise _refused(name, f"There is no parameter {name[:100]!r}; there are {', '.join(NAMES)}")
    things = {name: iris for name in _BASES if (iris := _things(parameters, name))}
    precision = parameters.one("precision") or ""
    if precision and precision not in PRECISIONS:
        raise _refused("precision", f"precision= is one of {', '.join(PRECISIONS)}, not {precision[:100]!r}")
    first, last = (_number(parameters, name, 9999) for name in ("from", "to"))
    if first and last and int(first) > int(last):
        raise _refused("from", f"from= is {first}, after to=, {last}; give them in order")
    return Asked(things, precision, first, last, int(_number(parameters, "page", _LAST_PAGE) or 1))


def short(name: str, iri: str) -> str:
    """A thing as an address of the timeline names it: without what all values of its filter begin with."""
    return iri.removeprefix(_BASES[name])


def _things(parameters: Parameters, name: str) -> tuple[str, ...]:
    values = [text.strip() for text in parameters.every(name) if text.strip()]
    if len(values) > (_COUNTRIES if name == "country" else 1):
        raise _refused(name, f"{name}= is there {len(values)} times; give it fewer times")
    return tuple(dict.fromkeys(_iri(name, text) for text in values))


def _iri(name: str, text: str) -> str:
    """The IRI that a value stands for: in full, with a known prefix, or short."""
    try:
        prefixed = text.startswith((BASE, "<", "http://", "https://", "urn:")) or text.partition(":")[0] in PREFIXES
        iri = expand(text) if prefixed else _BASES[name] + (text.upper() if name == "country" else text)
        if len(iri) <= _LONGEST:
            return NamedNode(iri).value
    except (ValueError, KeyError):
        pass
    raise _refused(name, f"{name}= is an IRI, or the end of one, not {text[:100]!r}")


def _number(parameters: Parameters, name: str, most: int) -> str:
    text = parameters.one(name) or ""
    if text and not (text.isascii() and text.isdigit() and len(text) < 7 and 0 < int(text) <= most):
        raise _refused(name, f"{name}= is a number from 1 to {most}, not {text[:100]!r}")
    return str(int(text)) if text else ""


def _beside(bound: str, sign: str, day: str) -> str:
    """What lies, or may lie, on one side of a day: an open end lies on both."""
    if not day:
        return ""
    return f"OPTIONAL {{ ?thing defkg:{bound} ?{bound}Day }} FILTER (!BOUND(?{bound}Day) || ?{bound}Day {sign} {day}) "


def _refused(name: str, detail: str) -> Problem:
    return Problem(400, "parameter", "A value is not accepted", detail, {"parameter": name[:100]})
