"""What happens: mechanisms that meet and exercises that are held again over the years, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from benchmarks.growth.chance import Chance, Skewed
from benchmarks.growth.days import somewhere_in, stated
from benchmarks.growth.document import Document
from benchmarks.growth.sheet import Registry, Said, name, text
from benchmarks.growth.world import Office, World


@dataclass(frozen=True)
class Kind:
    """A kind of series.

    Attributes:
        leaf: its class.
        label: what its label tells it by.
        level: the post of those who lead the sides.
    """

    leaf: str
    label: str
    level: int


EXERCISE = Kind("Exercise", "Exercise", 1)
_KINDS = Skewed(
    (
        Kind("JointWorkingGroup", "Joint Working Group", 1),
        EXERCISE,
        Kind("StaffTalks", "Staff Talks", 0),
        Kind("Dialogue", "Policy Dialogue", 3),
        Kind("ExpertExchange", "Expert Exchange", 0),
        Kind("MinisterialDialogue", "Ministerial Dialogue", 4),
        Kind("BusinessForum", "Business Forum", 2),
        Kind("MinisterialMeeting", "Ministerial Meeting", 4),
        Kind("Summit", "Summit", 4),
    ),
    0.9,
)
_AGREEMENTS = (
    ("MemorandumOfUnderstanding", "Memorandum of Understanding"),
    ("Declaration", "Declaration"),
    ("LogisticsAgreement", "Logistics Agreement"),
    ("InformationSecurityAgreement", "Agreement on the Security of Information"),
    ("EquipmentTechnologyAgreement", "Equipment and Technology Agreement"),
)
_CO_CHAIR = ("co-chair", "CoChairParticipation", "coChairIn")
_HEAD = ("delegation-head", "DelegationHeadParticipation", "delegationHeadIn")
_SIGNATORY = ("signatory", "SignatoryParticipation", "signatoryIn")
_VISITOR = ("visitor", "VisitorParticipation", "visitorIn")
_HOST = ("called-on", "CalledOnParticipation", "calledOnIn")
_LAST = 2025


class Series:
    """A mechanism or an exercise of two countries, with its occurrences, each told by a document or two.

    Args:
        world: who there is.
        registry: where labels stand.
        seed: of all chance.
        number: its own.
    """

    def __init__(self, world: World, registry: Registry, seed: int, number: int) -> None:
        chance = Chance(seed, "series", number)
        self._world = world
        self._registry = registry
        self._chance = chance
        self._number = number
        self._pair = world.pair(chance)
        self._kind = chance.skewed(_KINDS)
        self._times = chance.heavy(0.7, 40)
        self._first = _LAST - chance.below(12) - self._times
        self._divisions = {code: world.division(code, chance) for code in self._pair}
        self._place = "exercise" if self._kind is EXERCISE else "mechanism"
        self._key = f"made-{number}"
        self._rhythm = self._times > 3 and chance.happens(0.6)
        self._seed = seed
        label = f"{self._kind.label} {number} ({self._pair[0]}–{self._pair[1]})"
        self._label = label
        registry.add(self._place, self._key, ("a", f"defkg:{self._kind.leaf}"), ("skos:prefLabel", text(label)))

    def documents(self) -> Iterator[Document]:
        """Its documents, oldest first."""
        for occasion in range(self._times):
            yield self._report(occasion)
            if self._chance.happens(0.12):
                yield self._report(occasion, again=True)

    @property
    def _name(self) -> str:
        return name(self._place, self._key)

    def _report(self, occasion: int, *, again: bool = False) -> Document:
        """What a document tells of an occasion; a second one tells the same, and less besides."""
        same = Chance(self._seed, "occasion", self._number, occasion)
        day = somewhere_in(self._first + occasion, same)
        slug = f"made-{self._number}-{occasion + 1}{'-again' if again else ''}"
        document = Document(self._world, self._pair, slug, Chance(self._seed, "document", slug))
        document.open(f"Made report {slug}", day)
        self._series(document, occasion)
        event = self._event(document, occasion, day, same)
        offices = self._offices(day.year)
        self._people(document, event, offices)
        if not again:
            self._besides(document, event, offices, day, first=occasion == 0)
        speakers = [*(office.official for office in offices), *map(self._world.ministry, self._pair)]
        speakers += map(self._world.country, self._pair)
        document.claims(self._name, speakers, 1 + document.chance.heavy(0.8, 10))
        return document

    def _series(self, document: Document, occasion: int) -> None:
        count = self._place == "mechanism" and occasion == self._times - 1
        document.sheet.add(
            self._name,
            *document.between,
            self._services() if self._place == "exercise" or self._kind.leaf == "StaffTalks" else None,
            ("defkg:frequency", "<http://purl.org/cld/freq/annual>") if self._rhythm else None,
            ("defkg:meetingCount", str(self._times)) if count else None,
            ("defkg:multilateral", "true") if self._place == "exercise" and self._number % 5 == 0 else None,
            document.topics("defkg:concerns", 2),
            document.topics("defkg:willExplore", 2) if self._place == "mechanism" else None,
            document.evidence(),
        )

    def _services(self) -> Said:
        return "defkg:participatingService", [self._world.service(code, self._number) for code in self._pair]

    def _event(self, document: Document, occasion: int, day: date, same: Chance) -> tuple[str, str]:
        exercise = self._place == "exercise"
        event = "exercise-edition" if exercise else "meeting", f"made-{self._number}-{occasion + 1}"
        if not document.slug.endswith("-again"):
            self._label_event(event, f"{self._label}, {occasion + 1}")
        host = self._pair[(self._number + occasion) % 2]
        place = ("defkg:heldAt", self._world.place(host, same.heavy(0.8, 9)))
        verbs = ("discussed", "prioritised", "emphasised", "agreedWorkstreamOn")[: 1 + document.chance.below(4)]
        document.sheet.add(
            name(*event),
            ("a", "defkg:ExerciseEdition" if exercise else "defkg:Meeting"),
            ("defkg:editionOf" if exercise else "defkg:meetingOf", self._name),
            *document.between,
            self._services() if exercise else None,
            ("defkg:ordinal", str(occasion + 1)) if same.happens(0.6) else None,
            *stated(day, same),
            place if same.happens(0.6) else ("defkg:heldInCountry", self._world.country(host)),
            ("defkg:duration", f'"P{1 + same.below(9)}D"^^xsd:duration') if same.happens(0.3) else None,
            *(document.topics(f"defkg:{verb}", 3) for verb in verbs),
            document.evidence(),
        )
        return event

    def _label_event(self, event: tuple[str, str], label: str) -> None:
        self._registry.add(*event, ("skos:prefLabel", text(label)))

    def _offices(self, year: int) -> list[Office]:
        return [self._world.holder(code, self._divisions[code], self._kind.level, year) for code in self._pair]

    def _people(self, document: Document, event: tuple[str, str], offices: list[Office]) -> None:
        if self._place == "mechanism":
            chairs = self._kind.leaf in ("JointWorkingGroup", "StaffTalks", "Dialogue")
            for office in offices:
                document.takes_part(office, event, _CO_CHAIR if chairs else _HEAD)

    def _besides(
        self, document: Document, event: tuple[str, str], offices: list[Office], day: date, *, first: bool
    ) -> None:
        """What only some occasions bring: terms of reference, other agreements, visits, policies."""
        chance = document.chance
        if first and self._kind.leaf == "JointWorkingGroup" and chance.happens(0.7):
            self._agreement(document, offices, day, ("TermsOfReference", "Terms of Reference"), self._name)
        elif chance.happens(0.15):
            self._agreement(document, offices, day, chance.one(_AGREEMENTS), None)
        if chance.happens(0.1):
            self._visit(document, event, offices, day)
        if chance.happens(0.1):
            self._policy(document)

    def _agreement(
        self, document: Document, offices: list[Office], day: date, form: tuple[str, str], founds: str | None
    ) -> None:
        leaf, words = form
        key, signing = document.slug, ("signing", document.slug)
        self._registry.add("agreement", key, ("skos:prefLabel", text(f"{words} {key}")))
        self._label_event(signing, f"Signing of the {words} {key}")
        establishes = ("defkg:establishes", founds) if founds else None
        supports = (
            ("defkg:supportsPolicy", self._world.policy(self._pair[0], 1)) if document.chance.happens(0.3) else None
        )
        topics = document.topics("defkg:concerns", 2)
        document.sheet.add(
            name("agreement", key), ("a", f"defkg:{leaf}"), *document.between, establishes, topics, supports,
            document.evidence(),
        )  # fmt: skip
        document.sheet.add(
            name(*signing), ("a", "defkg:Signing"), ("defkg:signingOf", name("agreement", key)), *document.between,
            *stated(day, document.chance), document.evidence(),
        )  # fmt: skip
        for office in offices:
            document.takes_part(office, signing, _SIGNATORY)
        if document.chance.happens(0.3):
            self._in_use(document, key, day)

    def _in_use(self, document: Document, key: str, day: date) -> None:
        self._label_event(("operationalisation", key), f"First use of {key}")
        document.sheet.add(
            name("operationalisation", key), ("a", "defkg:Operationalisation"),
            ("defkg:operationalises", name("agreement", key)), *document.between, *stated(day, document.chance),
            document.evidence(),
        )  # fmt: skip

    def _visit(self, document: Document, event: tuple[str, str], offices: list[Office], day: date) -> None:
        visit, call = ("visit", document.slug), ("courtesy-call", document.slug)
        self._label_event(visit, f"Visit {document.slug}")
        self._label_event(call, f"Courtesy call {document.slug}")
        during = "defkg:duringEvent", name(*visit)
        document.sheet.add(
            name(*visit), ("a", "defkg:Visit"), *document.between, *stated(day, document.chance), document.evidence()
        )
        document.sheet.add(
            name(*call), ("a", "defkg:CourtesyCall"), *document.between, during, *stated(day, document.chance),
            document.evidence(),
        )  # fmt: skip
        document.sheet.add(name(*event), during)
        guest, host = offices
        document.takes_part(guest, visit, _VISITOR)
        document.takes_part(guest, call, _VISITOR)
        document.takes_part(host, call, _HOST)

    def _policy(self, document: Document) -> None:
        code = document.chance.one(self._pair)
        policy = self._world.policy(code, 1 + document.chance.below(3))
        document.sheet.add(policy, ("defkg:policyOf", self._world.country(code)), document.evidence())
        document.sheet.add(document.related[1], ("defkg:framedBy", policy), document.evidence())  # type: ignore[arg-type]
