"""What there is between two countries, in words with links: never more than the documents say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from defkg.views.labelled import plural
from defkg.web.between.pair import Pair, Related
from defkg.web.records import Date, Record, named

_DONE = {"signed": "signed", "concluded": "concluded at", "operationalised": "put into operation"}
_EXPECTED = ("Mechanism", "Agreement", "Exercise", "Commitment")
_ORDINAL = {1: "st", 2: "nd", 3: "rd"}


class Piece(NamedTuple):
    """A piece of text, with what it speaks of and the numbers of the documents that state it."""

    text: str
    iri: str = ""
    documents: tuple[int, ...] = ()


Line = list[Piece]


class Words:
    """Puts the things of a pair into words.

    Args:
        pair: what there is.
    """

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._names = pair.names
        self._numbers: Mapping[str, int] = {document.iri: document.number for document in pair.documents}

    def thing(self, iri: str) -> Piece:
        """A thing by its name."""
        return Piece(named(iri, self._names), iri)

    def marks(self, documents: Iterable[str]) -> tuple[int, ...]:
        """The numbers of documents."""
        return tuple(sorted(self._numbers[iri] for iri in documents if iri in self._numbers))

    def kind(self, record: Record) -> str:
        """What a thing is, in words."""
        return ", ".join(named(kind, self._names) for kind in record.kinds)

    def dates(self, record: Record) -> list[Line]:
        """Its dates, each with the documents that state it where these are not all that speak of the thing."""
        return [[self._date(date, record)] for date in record.dates] or [[Piece("no date stated")]]

    def mechanism(self, record: Record) -> list[Line]:
        """How far a mechanism has come: agreed to, established, or at its nth meeting."""
        related = self._pair.related.get(record.iri, [])
        agreed = [self._done("agreed to at", entry, record) for entry in related if entry.how == "agreed"]
        founded = [self._done("established by", entry, record) for entry in related if entry.how == "established"]
        return [*agreed, *founded, *self._met(record, related), *self._often(record)]

    def agreement(self, record: Record) -> list[Line]:
        """What became of an agreement, and whose it is where it is not the states'."""
        related = [entry for entry in self._pair.related.get(record.iri, []) if entry.how in _DONE]
        related.sort(key=lambda entry: entry.date.text.strip("[.]") if entry.date else "~")
        done = [self._done(_DONE[entry.how], entry, record) for entry in related]
        own = self.dates(record) if record.dates or not any(entry.date for entry in related) else []
        return [*own, *done, *self._parties(record)]

    def exercise(self, record: Record) -> list[Line]:
        """Which editions of an exercise are known, and by whom it is held."""
        editions = [entry for entry in self._pair.related.get(record.iri, []) if entry.how == "occurred"]
        known = [self._done("edition:", entry, record) for entry in _once(editions)]
        known = known or [[self._nothing("no edition stated")]]
        return [*known, *self._often(record), *self._listed("between", record, "participatingService")]

    def event(self, record: Record) -> list[Line]:
        """Where an event was, and for how long."""
        place = self._listed("at", record, "heldAt") + self._listed("in", record, "heldInCountry")
        ordinal, duration = record.text("ordinal"), record.text("duration")
        own = self._some(record, "ordinal", ordinal)
        number = ordinal.isdecimal() and len(ordinal) < 16
        numbered = [[Piece(f"{nth(int(ordinal))} of its series", "", own)]] if number else []
        return [
            *numbered,
            *place,
            *([[Piece(f"lasted {_long(duration)}", "", self._some(record, "duration", duration))]] if duration else []),
            *self._parties(record),
        ]

    def claim(self, record: Record) -> list[Line]:
        """Who said something, and who reports it."""
        made = self._listed("", record, "madeBy") or [[Piece("no speaker stated")]]
        return [*made, *self._listed("reported by", record, "reportedBy")]

    def stated(self, values: Mapping[str, Iterable[str]], usual: Iterable[str]) -> Line:
        """Things, each with the documents that state it where these are not the usual ones."""
        return [Piece(*self.thing(iri)[:2], self._other(own, usual)) for iri, own in values.items()]

    def modality(self, record: Record) -> str:
        """How firmly something is said to be so."""
        return ", ".join(named(iri, self._names) for iri in record.things("modality")) or "not stated"

    def others(self, record: Record) -> list[Line]:
        """Which parties a multilateral thing has besides the two."""
        parties = [self.thing(iri) for iri in record.things("hasParty")]
        return [_joined("with", parties)] if parties else [[Piece("its other participants are not stated as parties")]]

    def _nothing(self, words: str) -> Piece:
        return Piece("too much to tell it here" if self._pair.crowded else words)

    def _date(self, date: Date, record: Record) -> Piece:
        inferred = ", inferred" if date.basis == "inferred" else ""
        return Piece(date.words + inferred, "", self._other(date.documents, record.documents))

    def _done(self, how: str, entry: Related, record: Record) -> Line:
        through = Piece(*self.thing(entry.other)[:2], self._other(entry.documents, record.documents))
        numbered = self._other(entry.numbered, record.documents) if entry.ordinal else ()
        return [Piece(how, "", numbered), through, *self._dated(entry, record)]

    def _dated(self, entry: Related, record: Record) -> Line:
        if not entry.date:  # what establishes may be an agreement, which its signing dates
            return [] if entry.how == "established" else [Piece("(no date stated)")]
        date = self._date(entry.date, record)
        return [Piece(f"({date.text})", "", date.documents)]

    def _other(self, documents: Iterable[str], usual: Iterable[str]) -> tuple[int, ...]:
        """The numbers of documents where these are not the ones that speak of the row."""
        return self.marks(documents) if set(documents) != set(usual) else ()

    def _met(self, record: Record, related: Sequence[Related]) -> list[Line]:
        meetings = _once([entry for entry in related if entry.how == "occurred"])
        count = record.text("meetingCount")
        own = self._some(record, "meetingCount", count)
        stated = [[Piece(f"met {plural(int(count), 'time')} as stated", "", own)]] if count else []
        if not meetings:
            return stated or [[self._nothing("no meeting stated")]]
        last = meetings[0]
        rank = f"has met; {nth(last.ordinal)} meeting:" if last.ordinal else "has met:"
        more = [[Piece(f"and {plural(len(meetings) - 1, 'other meeting')} in this graph")]] if len(meetings) > 1 else []
        return [self._done(rank, last, record), *more, *stated]

    def _often(self, record: Record) -> list[Line]:
        return [
            [Piece("how often, as stated:"), Piece(iri.rpartition("/")[2], iri, self._some(record, "frequency", iri))]
            for iri in record.things("frequency")
        ]

    def _parties(self, record: Record) -> list[Line]:
        """Who the parties are where they are not the two states, so that the states are involved through them."""
        parties = record.things("hasParty")
        if not parties or record.iri in self._pair.own:
            return []
        line = _joined("parties:", [self.thing(iri) for iri in parties])
        return [[*line, Piece("and not the two states; that these are involved is inferred")]]

    def _listed(self, before: str, record: Record, name: str) -> list[Line]:
        found = [Piece(*self.thing(iri)[:2], self._some(record, name, iri)) for iri in record.things(name)]
        return [_joined(before, found)] if found else []

    def _some(self, record: Record, name: str, text: str) -> tuple[int, ...]:
        """The documents that state a value of a thing, where these are not all that speak of the thing."""
        return self._other(record.stating(name, text), record.documents)


def unstated(pair: Pair) -> list[tuple[str, list[str]]]:
    """What no document states of a pair, in words, each with the things, multilateral too, that it is not stated of.

    Nothing is said of parts of which not all was asked for.
    """
    whole = {part: records for part, records in pair.parts.items() if part not in pair.cut}
    absent = [part.lower() for part in _EXPECTED if part in whole and not whole[part]]
    absent += [kind for kind in ("meeting", "visit") if "Event" in whole and kind not in pair.held]
    alone = {part.lower(): " that is theirs alone" for part, count in pair.counts.items() if count}
    none = [
        f"No {what} between the two{alone.get(what, '')} is stated in any document of this graph." for what in absent
    ]
    gaps = [] if pair.crowded else [(words, found) for words, found in _gaps(pair, _joint(pair, whole)) if found]
    return [(words, []) for words in none] + gaps


def _joint(pair: Pair, whole: Mapping[str, list[Record]]) -> dict[str, list[Record]]:
    """Things of a part with the multilateral ones."""
    return {part: [*records, *pair.shared.get(part, [])] for part, records in whole.items()}


def _gaps(pair: Pair, whole: Mapping[str, list[Record]]) -> Iterable[tuple[str, list[str]]]:
    def lacking(part: str, *hows: str) -> list[str]:
        records = whole.get(part, [])
        return [r.iri for r in records if not any(e.how in hows for e in pair.related.get(r.iri, []))]

    counted = {r.iri for r in whole.get("Mechanism", []) if r.text("meetingCount")}
    dated = {r.iri for r in whole.get("Agreement", []) if r.dates}
    dated |= {
        iri for iri, entries in pair.related.items() if any(e.date and e.how != "operationalised" for e in entries)
    }
    yield "No meeting is stated of", [iri for iri in lacking("Mechanism", "occurred") if iri not in counted]
    yield "How it came about is not stated of", lacking("Mechanism", "agreed", "established")
    yield "No date is stated of", [r.iri for r in whole.get("Agreement", []) if r.iri not in dated]
    yield "No edition is stated of", lacking("Exercise", "occurred")
    yield "No date is stated of", [r.iri for r in whole.get("Event", []) if not r.dates]
    attended = {person.event for person in pair.people}
    yield "Who took part is not stated of", [r.iri for r in whole.get("Event", []) if r.iri not in attended]


def nth(number: int) -> str:
    """A number as an ordinal: ``1st``, ``12th``, ``23rd``."""
    return f"{number:,}{'th' if number % 100 in (11, 12, 13) else _ORDINAL.get(number % 10, 'th')}"


def _long(duration: str) -> str:
    """A duration in words, where it is one of days or hours."""
    found = re.fullmatch(r"P(?:([0-9]{1,6})D|T([0-9]{1,6})H)", duration)
    return duration if not found else plural(int(found[1]), "day") if found[1] else plural(int(found[2]), "hour")


def _once(entries: Sequence[Related]) -> list[Related]:
    """The first entry of each thing; those with the highest numbers come first, else the last by date."""
    ranked = sorted(entries, key=lambda e: (e.ordinal or 0, e.date.text.strip("[.]") if e.date else ""), reverse=True)
    return list({entry.other: entry for entry in reversed(ranked)}.values())[::-1]


def _joined(before: str, pieces: Sequence[Piece]) -> Line:
    return [*([Piece(before)] if before else []), *pieces]
