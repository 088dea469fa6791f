"""The page of a pair of countries, and the same as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.naming import labels
from defkg.table import Table
from defkg.terms import ID, ONTOLOGY, Term
from defkg.views import draw
from defkg.web.asker import Asker
from defkg.web.between.asking import ask, conclusions, things
from defkg.web.between.countries import Country
from defkg.web.between.pair import PARTS, SHOWN, Pair
from defkg.web.between.words import Line, Piece, Words, unstated
from defkg.web.records import Date, Record, named, read
from defkg.web.relations import VERBS, relations
from defkg.web.things.differences import Claim

COLUMNS = (
    *("kind", "thing", "label", "told", "multilateral"),
    *("date", "precision", "basis", "date_of", "date_sources", "sources"),
)
_BESIDE, _DRAWN = "Aside", 60
_HEADS = {"Mechanism": "How far it has come", "Agreement": "When, and whose", "Exercise": "What is known of it"}


class Row(NamedTuple):
    """A thing in a table: its name, what it is, what is said of it, and the numbers of the documents."""

    thing: Piece
    kind: str
    dates: list[Line]
    lines: list[Line]
    documents: tuple[int, ...]


class Section(NamedTuple):
    """A table: its anchor, heading and column, how many there are in all, and its rows by group."""

    name: str
    title: str
    head: str
    total: int
    groups: list[tuple[str, list[Row]]]


class Entry(NamedTuple):
    """A thing as the CSV tells it: its part and name, whether it is multilateral, and the events that date it."""

    part: str
    record: Record
    name: str
    shared: bool
    events: list[Record]

    @property
    def dates(self) -> list[tuple[str, Date]]:
        """Its dates, its own first, then those of its events with their IRIs."""
        own = [("", date) for date in self.record.dates]
        return own + [(event.iri, date) for event in self.events for date in event.dates]

    @property
    def order(self) -> tuple[int, str, str]:
        """Where it stands: by part, date and IRI."""
        day = min((date.text.strip("[.]") for _, date in self.dates), default="~")
        return (*PARTS, _BESIDE).index(self.part), day, self.record.iri


def page_values(asker: Asker, one: Country, other: Country) -> dict[str, object]:
    """What the template of a pair's page asks for."""
    pair = ask(asker.select, relations(asker.site), one, other)
    words = Words(pair)
    return {
        "pair": pair,
        "title": f"{one.label} and {other.label}",
        "sections": _sections(pair, words),
        "claims": _claims(pair, words),
        "aside": [_row(words, record, words.claim) for record in pair.parts["Aside"]],
        "multilateral": [_row(words, record, words.others) for record in pair.multilateral],
        "people": _people(pair, words),
        "verbs": [(verb, named(ONTOLOGY + verb, pair.names)) for verb in (*VERBS, "concerns") if _used(pair, verb)],
        "thing": words.thing,
        "picture": _picture(pair),
        "differences": _differences(pair, words),
        "gaps": [(text, [words.thing(iri) for iri in iris]) for text, iris in unstated(pair)],
        "shown": SHOWN,
        "inferred": relations(asker.site).inferred,
        "short": _short,
    }


def table(asker: Asker, one: Country, other: Country) -> Table:
    """Everything between two countries in one table, each thing as often as documents differ on its date.

    ``told`` is ``between``, or ``beside`` where not both are parties; ``date_of`` is the signing or other event that
    dates an agreement.

    Raises:
        Problem: it is too large, or takes too long.
    """
    found = things(asker.select, relations(asker.site), one, other)
    records = read(asker.select, {iri for _, iri, _ in found}, ("gist", "hasParty"))
    names = labels(asker.select, records)
    dating = conclusions(asker.select, {iri for part, iri, _ in found if part == "Agreement"})
    entries = [
        Entry(part, records[iri], names.get(iri, ""), shared, dating.get(iri, [])) for part, iri, shared in found
    ]
    return Table(COLUMNS, [line for entry in sorted(entries, key=lambda e: e.order) for line in _lines(entry)])


def _lines(entry: Entry) -> Iterable[dict[str, Term]]:
    record, told = entry.record, "beside" if entry.part == _BESIDE else "between"
    fixed: dict[str, Term] = {"kind": NamedNode(record.kinds[0] if record.kinds else ONTOLOGY + entry.part)}
    fixed |= {"thing": NamedNode(record.iri), "label": Literal(entry.name or record.text("gist"))}
    fixed |= {"told": Literal(told), "multilateral": Literal("true" if entry.shared else "false")}
    fixed |= {"sources": Literal(" ".join(record.documents))}
    dates: Sequence[tuple[str, Date | None]] = entry.dates or [("", None)]
    for of, date in dates:
        said = {"date": date.text, "precision": date.precision, "basis": date.basis} if date else {}
        said |= {"date_sources": " ".join(date.documents)} if date else {}
        event = {"date_of": NamedNode(of)} if of else {}
        yield {**fixed, **event, **{key: Literal(text) for key, text in said.items() if text}}


def _sections(pair: Pair, words: Words) -> list[Section]:
    tell = {"Mechanism": words.mechanism, "Agreement": words.agreement, "Exercise": words.exercise}
    found = [
        Section(part.lower(), f"{part}s", _HEADS[part], pair.counts[part], [("", _rows(words, pair.parts[part], told))])
        for part, told in tell.items()
        if pair.parts[part]
    ]
    events = pair.parts["Event"]
    if events:
        kinds = dict.fromkeys(words.kind(record) for record in events)
        groups = [(kind, _rows(words, [r for r in events if words.kind(r) == kind], words.event)) for kind in kinds]
        found.append(Section("event", "Meetings, visits and other events", "Details", pair.counts["Event"], groups))
    return found


def _claims(pair: Pair, words: Words) -> list[tuple[Section, list[str]]]:
    found = []
    for part in ("Commitment", "Statement"):
        records = pair.parts[part]
        rows = _rows(words, records, words.claim)
        section = Section(part.lower(), f"{part}s", "Who", pair.counts[part], [("", rows)])
        found += [(section, [words.modality(record) for record in records])] if rows else []
    return found


def _rows(words: Words, records: Sequence[Record], tell: Callable[[Record], list[Line]]) -> list[Row]:
    return [_row(words, record, tell) for record in records]


def _row(words: Words, record: Record, tell: Callable[[Record], list[Line]]) -> Row:
    gist = record.text("gist")
    thing = Piece(gist, record.iri) if gist else words.thing(record.iri)
    dates = [] if gist else words.dates(record)
    return Row(thing, words.kind(record), dates, tell(record), words.marks(record.documents))


def _people(pair: Pair, words: Words) -> list[dict[str, object]]:
    return [
        {
            "who": words.thing(person.who),
            "parties": [words.stated(person.parties, person.documents)] if person.parties else [],
            "role": words.thing(person.role).text if person.role else "not stated",
            "event": words.thing(person.event),
            "posts": [words.stated(person.posts, person.documents)] if person.posts else [],
            "documents": words.marks(person.documents),
        }
        for person in pair.people
    ]


def _differences(pair: Pair, words: Words) -> list[tuple[Piece, str, list[tuple[Piece, str]]]]:
    """Where documents differ: on what, why both stand, and each claim with its document and its modality."""
    return [
        (words.thing(difference.decision), difference.reason, [_claim(claim, words) for claim in difference.claims])
        for difference in pair.differences
    ]


def _claim(claim: Claim, words: Words) -> tuple[Piece, str]:
    modality = words.thing(claim.modality).text if claim.modality else ""
    return Piece(claim.gist, claim.iri, words.marks([claim.document])), modality


def _used(pair: Pair, verb: str) -> bool:
    return any(verb in topic.counts for topic in pair.topics)


def _picture(pair: Pair) -> str:
    """What is dated between them as a timeline; empty where nothing is."""
    records = [*pair.parts["Agreement"], *pair.parts["Event"], *pair.multilateral]
    rows: list[dict[str, Term]] = [
        {"date": Literal(date.text), "basis": Literal(date.basis), "what": NamedNode(record.iri)}
        for record in sorted(records, key=lambda record: record.order)
        for date in record.dates
    ]
    title = f"{pair.one.label} and {pair.other.label}"
    columns = {"when": "date", "basis": "basis", "what": "what"}
    return draw("timeline", columns, ("date", "basis", "what"), rows[:_DRAWN], pair.names, title) or ""


def _short(iri: str) -> str:
    return iri.removeprefix(ID + "source/")
