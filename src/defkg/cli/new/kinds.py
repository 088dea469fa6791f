"""The kinds of ``defkg new``: what each asks for, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from defkg.cli.new.session import Session
from defkg.scaffold import names
from defkg.scaffold.block import Fact, key_of, named, string
from defkg.scaffold.document import Document, read_copy, slug_of
from defkg.scaffold.names import duration, key, line, number, one_of, person, url, yes_or_no
from defkg.scaffold.said import Said, day

FREQUENCIES = (
    "annual bimonthly biennial biweekly continuous daily irregular monthly quarterly semiannual semimonthly semiweekly "
    "threeTimesAMonth threeTimesAWeek threeTimesAYear triennial weekly"
).split()  # the DCMI frequency vocabulary
_TOPICS = {
    "concerns": ("defkg:concerns", "A focus area that it concerns"),
    "will-explore": ("defkg:willExplore", "A focus area that it will explore"),
    "discussed": ("defkg:discussed", "A focus area that was discussed"),
    "prioritised": ("defkg:prioritised", "A focus area that was given priority"),
    "emphasised": ("defkg:emphasised", "A focus area that was emphasised"),
    "workstream": ("defkg:agreedWorkstreamOn", "A focus area on which a workstream was agreed"),
}
_ANYTHING = "Party Official EngagementSeries Event Agreement Policy Facility BilateralRelationship".split()


def new_source(session: Session) -> None:
    """A document, and its sentences."""
    ask = session.ask
    ask.begin("title")
    title = ask.need("title", "A title of your own that says what it is", line)
    issued = ask.may("issued", "The day of issue, if the document says it", day) or ""
    slug = ask.given("slug") or slug_of(issued, key(title))
    address = ask.may("url", "Its address", url) or ""
    publisher = session.thing("publisher", "Its publisher, if text or address shows it", "Organisation")
    copy = ask.may("text", "The file with a copy of its text", lambda text: read_copy(Path(text)))
    document = Document(key(slug), title, address, issued, next(iter(publisher), None), copy)
    session.desk.document(document, known_by_address=not ask.given("distinct"))
    session.finish()


def new_official(session: Session) -> None:
    """A person."""
    session.ask.begin("label")
    label = session.ask.need("label", "The plain name, without honorific or rank", person)
    session.new_one(label, "Official")
    title = session.text("honorific", "The honorific or rank, as stated")
    session.desk.official(label, title, session.aliases(), session.key())
    session.finish()


def new_organisation(session: Session) -> None:
    """An organisation."""
    ask = session.ask
    ask.begin("label", "class")
    label = ask.need("label", "Its name; a ministry's with its country: Ministry of Defence, Brunei", names.label)
    kind = session.kind("Organisation")
    country = session.country("country", "The country that it belongs to")
    session.new_one(label, "Organisation", country)
    session.desk.organisation(label, kind, next(iter(country), None), session.aliases(), session.key())
    session.finish()


def new_mechanism(session: Session) -> None:
    """A mechanism."""
    session.ask.begin("label", "source")
    label, known = session.subject("Mechanism", "Its name: India–Brunei Joint Working Group on Defence Cooperation")
    kind = "" if known else session.kind("Mechanism")
    source, parties = session.source(), session.parties(known)
    known = known or session.alike(label, "Mechanism", parties)
    count = session.ask.may("meeting-count", "How many meetings the document counts", number)
    values = [("defkg:meetingCount", [str(count)] if count else []), _frequency(session)]
    links = _topics(session, "concerns", "will-explore") | _services(session)
    said = session.said(source, parties, links, values)
    session.desk.series("mechanism", label, kind, said, *session.naming(known))
    session.finish()


def new_exercise(session: Session) -> None:
    """An exercise."""
    session.ask.begin("label", "source")
    label, known = session.subject("Exercise", "Its name: Dharma Guardian")
    source, parties = session.source(), session.parties(known)
    known = known or session.alike(label, "Exercise", parties)
    many = session.ask.may("multilateral", "Is it multilateral? yes or no, if the document says it", yes_or_no)
    values = [("defkg:multilateral", [] if many is None else [str(many).lower()]), _frequency(session)]
    links = _topics(session, "concerns") | _services(session)
    said = session.said(source, parties, links, values)
    session.desk.series("exercise", label, "Exercise", said, *session.naming(known))
    session.finish()


def new_agreement(session: Session) -> None:
    """An agreement, and its signing if that is known."""
    session.ask.begin("label", "source")
    label, known = session.subject("Agreement", "Its name: Memorandum of Understanding (India–Thailand)")
    kind = "" if known else session.kind("Agreement")
    source, parties = session.source(), session.parties(known)
    known = known or session.alike(label, "Agreement", parties)
    kind = session.catalogue.stated_class(known) if known else kind
    links = {
        "defkg:establishes": session.thing("establishes", "The mechanism that it establishes", "Mechanism"),
        "defkg:concludedAt": session.thing("concluded-at", "The event at which it was concluded", "Event"),
        "defkg:supportsPolicy": session.things("supports", "A policy that it supports", "Policy"),
        **_topics(session, "concerns"),
    }
    said = session.said(source, parties, links)
    date, basis = session.date() if session.ask.given("date") else ("", "")  # most have that of their signing
    said = replace(said, date=date, basis=basis)
    iri = session.desk.agreement(label, kind, said, *session.naming(known))
    _signing(session, label, iri, said)
    session.finish()


def _signing(session: Session, label: str, agreement: str, said: Said) -> None:
    signed, basis = session.date("signed", "When it was signed")
    people = session.people("signatory", "Who signed it", said.parties, said.source)
    if signed or people:
        links = {"defkg:signingOf": [agreement]}
        signing = replace(said, links=links, date=signed, basis=basis)
        iri = named("signing", key_of(agreement))
        known = iri if session.catalogue.known(iri) else ""
        session.desk.event("signing", f"Signing of the {label}", "Signing", signing, people, key_of(agreement), known)


def new_meeting(session: Session) -> None:
    """A meeting, and who took part."""
    ask = session.ask
    ask.begin("source")
    mechanism = session.thing("mechanism", "The mechanism that met; Enter for other talks", "Mechanism")
    ordinal = ask.may("ordinal", "Its number among the meetings, as stated", number)
    label, made, known = _meeting_name(session, mechanism, ordinal)
    source, parties = session.source(), session.parties(known or "".join(mechanism))
    known = known or session.alike(label, "Meeting", parties)
    links = {"defkg:meetingOf": mechanism, **_where(session)}
    links["defkg:onSidelinesOf"] = session.thing("sidelines-of", "The event on the sidelines of which it was", "Event")
    links |= _topics(session, "discussed", "prioritised", "emphasised", "workstream") | _services(session)
    said = session.said(source, parties, links, [("defkg:ordinal", [str(ordinal)] if ordinal else [])])
    date, basis = session.date()
    people = session.people("co-chair", "Who co-chaired it", parties, source)
    people += session.people("delegation-head", "Who led a delegation", parties, source)
    said = replace(said, date=date, basis=basis)
    session.desk.event("meeting", label, "Meeting", said, people, session.key() or made, known)
    session.finish()


def _meeting_name(session: Session, mechanism: Sequence[str], ordinal: int | None) -> tuple[str, str, str]:
    if not mechanism or not ordinal or session.ask.given("label") or session.ask.given("known"):
        label, known = session.subject("Meeting", "Its name: India–Thailand defence talks, 12 December 2024")
        return label, "", known
    ending = {1: "st", 2: "nd", 3: "rd"}.get(ordinal % 10 if ordinal % 100 not in (11, 12, 13) else 0, "th")
    name = session.catalogue.label(mechanism[0])
    return f"{ordinal}{ending} meeting of the {name}", f"{key_of(mechanism[0])}-{ordinal}", ""


def new_visit(session: Session) -> None:
    """A visit, and who visited."""
    session.ask.begin("label", "source")
    label, known = session.subject("Visit", "Its name: Visit of Poh Kui Choon")
    source, parties = session.source(), session.parties(known)
    known = known or session.alike(label, "Visit", parties)
    long = session.ask.may("duration", "How long, as stated: P2D is two days", duration)
    said = session.said(source, parties, _where(session), _duration(long))
    date, basis = session.date()
    people = session.people("visitor", "Who visited", parties, source)
    people += session.people("delegation-head", "Who led a delegation", parties, source)
    said = replace(said, date=date, basis=basis)
    session.desk.event("visit", label, "Visit", said, people, session.key(), known)
    session.finish()


def new_statement(session: Session) -> None:
    """A statement or a commitment."""
    ask = session.ask
    ask.begin("gist", "source")
    gist = ask.need("gist", "What is said, in your own words; no sentence of the document", line)
    kind = session.kind("Statement", "Commitment")
    modalities = session.catalogue.modalities()
    listed = ", ".join(modalities)
    modality = ask.need("modality", f"How firmly: {listed}", lambda text: one_of(text, modalities, "modality"))
    source = session.source()
    evidence = session.evidence(source, needed=True)
    short = ask.need("key", "Two or three words that tell it from others of its sentence", key)
    parties = session.parties(least=0)
    links = {
        "defkg:madeBy": session.things("made-by", "Who said it", "Party", "Official"),
        "defkg:reportedBy": session.thing("reported-by", "By whose account, if somebody else's", "Party", "Official"),
        "defkg:about": session.things("about", "What it is about", *_ANYTHING),
        **_topics(session, "concerns"),
    }
    said = replace(session.said(source, parties, links), evidence=evidence)
    session.desk.statement(kind, gist, modality, said, short)
    session.finish()


def _topics(session: Session, *flags: str) -> dict[str, list[str]]:
    return {_TOPICS[flag][0]: session.things(flag, _TOPICS[flag][1], "FocusArea") for flag in flags}


def _services(session: Session) -> dict[str, list[str]]:
    return {"defkg:participatingService": session.things("service", "An organisation that takes part", "Organisation")}


def _where(session: Session) -> dict[str, list[str]]:
    return {
        "defkg:heldAt": session.thing("place", "The place or facility", "Place", "Facility"),
        "defkg:heldInCountry": session.country("in-country", "The country where it was; no party by that"),
        "defkg:duringEvent": session.thing("during", "The event of which it was a part", "Event"),
    }


def _frequency(session: Session) -> Fact:
    question = "How often, as stated, such as annual (? lists the terms)"
    found = session.ask.may(
        "frequency", question, lambda text: one_of(text, FREQUENCIES, "frequency"), lambda: FREQUENCIES
    )
    return "defkg:frequency", [f"<http://purl.org/cld/freq/{found}>"] if found else []


def _duration(text: str | None) -> list[Fact]:
    return [("defkg:duration", [f"{string(text)}^^xsd:duration"])] if text else []
