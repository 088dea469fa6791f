"""The page of the timeline, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.dates import bounds
from defkg.naming import labels
from defkg.table import Table
from defkg.terms import Term
from defkg.views import draw
from defkg.web.asker import Asker
from defkg.web.records import Date, Record, named
from defkg.web.relations import relations
from defkg.web.timeline.asking import PAGE, UNDATED, Shown, ask, everything
from defkg.web.timeline.filters import PRECISIONS, Asked, short

COLUMNS = ("thing", "label", "class", "date", "earliest", "latest", "precision", "basis", "sources")
_LABELS = {"country": "Country", "class": "Kind", "topic": "Topic", "document": "Document", "precision": "Precision"}
_YEARS = 40


class Choice(NamedTuple):
    """What may be chosen in a field of the form."""

    value: str
    label: str
    number: int
    chosen: bool


class Field(NamedTuple):
    """A field of the form."""

    name: str
    label: str
    id: str
    choices: list[Choice]


class Filter(NamedTuple):
    """A filter that is set: what it says, and where it is not set."""

    label: str
    value: str
    href: str


class Shot(NamedTuple):
    """A date in a row: its words, whether it is inferred, and the documents that state it where not all do."""

    words: str
    inferred: bool
    documents: tuple[int, ...]


def page_values(asker: Asker, asked: Asked) -> dict[str, object]:
    """What the template of the timeline asks for."""
    shown = ask(asker, asked)
    numbers = {document.iri: document.number for document in shown.documents}
    return {
        "asked": asked,
        "shown": shown,
        "fields": _fields(asked, shown),
        "filters": _filters(asked, shown.names),
        "years": _years(asked, shown),
        "picture": _picture(shown),
        "pages": -(-shown.total // PAGE),
        "size": PAGE,
        "undated_size": UNDATED,
        "dates": lambda record: [_shot(date, record, numbers) for date in record.dates],
        "marks": lambda record: [numbers[iri] for iri in record.documents],
        "name": lambda iri: named(iri, shown.names),
    }


def table(asker: Asker, asked: Asked) -> Table:
    """All that is wanted as a table, a thing as often as documents differ on its date.

    Raises:
        Problem: it is too large, or takes too long.
    """
    records = everything(asker.select, asked, relations(asker.site))
    names = labels(asker.select, {record.iri for record in records})
    return Table(COLUMNS, [row for record in records for row in _rows(record, named(record.iri, names))])


def _rows(record: Record, label: str) -> Iterable[dict[str, Term]]:
    fixed: dict[str, Term] = {"thing": NamedNode(record.iri), "label": Literal(label)}
    fixed |= {"class": NamedNode(record.kinds[0])} if record.kinds else {}
    for date in _dates(record):
        sources = " ".join(date.documents if date else record.documents)
        said = _said(date) if date else {}
        yield {**fixed, **{name: Literal(text) for name, text in said.items() if text}, "sources": Literal(sources)}


def _dates(record: Record) -> Sequence[Date | None]:
    return record.dates or (None,)


def _said(date: Date) -> dict[str, str]:
    try:
        earliest, latest = (day.isoformat() if day else "" for day in bounds(date.text))
    except ValueError:
        earliest = latest = ""
    own = {"date": date.text, "precision": date.precision, "basis": date.basis}
    return {**own, "earliest": earliest, "latest": latest}


def _fields(asked: Asked, shown: Shown) -> list[Field]:
    found = []
    for name, label in _LABELS.items():
        options = (shown.facets or {}).get(name, [])
        chosen = asked.things.get(name, ()) if name != "precision" else tuple(filter(None, [asked.precision]))
        counts = {option.value: option.number for option in options}
        values = list(dict.fromkeys([*counts, *chosen]))
        for number in range(2 if name == "country" else 1):
            picked = chosen[number] if number < len(chosen) else ""
            choices = [_choice(name, text, counts.get(text, 0), picked, shown.names) for text in values]
            choices.sort(key=lambda choice: choice.label.casefold())
            found.append(Field(name, "and" if number else label, f"t-{name}{number or ''}", choices))
    return found


def _choice(name: str, text: str, count: int, picked: str, names: Mapping[str, str]) -> Choice:
    if name == "precision":
        return Choice(text, PRECISIONS.get(text, text), count, text == picked)
    return Choice(short(name, text), named(text, names), count, text == picked)


def _filters(asked: Asked, names: Mapping[str, str]) -> list[Filter]:
    found = [
        Filter(_LABELS[name], ", ".join(named(iri, names) for iri in iris), asked.address(without=(name,)))
        for name, iris in asked.things.items()
    ]
    own = {"precision": ("Precision", PRECISIONS.get(asked.precision, "")), "from": ("From", asked.first)}
    own["to"] = ("To", asked.last)
    return found + [Filter(*own[name], asked.address(without=(name,))) for name in own if own[name][1]]


def _years(asked: Asked, shown: Shown) -> list[tuple[str, str, int]]:
    """Years, or decades where they are many: what each is called, where it leads, and how much is found there."""
    years = {year for span in shown.spans for year in (span.first, span.last) if year}
    length = 1 if len(years) <= _YEARS else 10
    found = []
    for first in sorted({year // length * length for year in years}):
        last = first + length - 1
        count = sum(span.number for span in shown.spans if span.touches(first, last))
        name = f"{first}s" if length > 1 else str(first)
        found.append((name, asked.address(from_=max(first, 1), to=last), count))
    return found


def _picture(shown: Shown) -> str:
    rows: list[dict[str, Term]] = [
        {"date": Literal(date.text), "basis": Literal(date.basis), "what": NamedNode(record.iri)}
        for record in shown.dated
        for date in record.dates
    ]
    columns = {"when": "date", "basis": "basis", "what": "what"}
    return draw("timeline", columns, ("date", "basis", "what"), rows, shown.names, "what is dated") or ""


def _shot(date: Date, record: Record, numbers: Mapping[str, int]) -> Shot:
    some = set(date.documents) != set(record.documents)
    return Shot(date.words, date.basis == "inferred", tuple(numbers[d] for d in date.documents) if some else ())
