"""A source document: its sentences, and what is said on the strength of them."""

from __future__ import annotations

import hashlib
from datetime import date

from benchmarks.growth.chance import Chance, Skewed
from benchmarks.growth.days import issued
from benchmarks.growth.sheet import Said, Sheet, name, text
from benchmarks.growth.world import Office, World

TOPICS = Skewed(
    """defence-cooperation maritime-security joint-training defence-industry technology-transfer capacity-building
    joint-exercises co-production co-development military-to-military-exchanges information-sharing counter-terrorism
    research-and-development supply-chain air-defence interoperability regional-security training-exchanges
    defence-technology humanitarian-assistance-and-disaster-relief electronic-warfare precision-guided-munitions
    unmanned-platforms unregulated-fishing safety-of-sea-lanes law-enforcement""".split(),
    0.8,
)
_MODALITIES = ("planned", "agreed", "under-exploration", "expected", "recurring")
_AGENCIES = Skewed(range(40), 1.0)
_SENTENCES = 5


class Document:
    """One source file as it grows.

    Args:
        world: who there is.
        pair: the two countries whose dealings it tells of.
        slug: its name.
        chance: its own.
    """

    def __init__(self, world: World, pair: tuple[str, str], slug: str, chance: Chance) -> None:
        self.world = world
        self.pair = pair
        self.slug = slug
        self.chance = chance
        self.sheet = Sheet()
        self._sentences = _SENTENCES + chance.heavy(0.6, 25)
        self._claims = 0
        self.between: list[Said] = [("defkg:hasParty", list(map(world.country, pair))), self.related]

    @property
    def related(self) -> Said:
        """The relationship that it is about."""
        return "defkg:inRelationship", name("relationship", "-".join(self.pair))

    def open(self, title: str, day: date) -> None:
        """Says what document it is, and lists its sentences."""
        sentences = [self.passage(number) for number in range(1, self._sentences + 1)]
        publisher = ("dcterms:publisher", self.world.agency(self.chance.skewed(_AGENCIES)))
        self.sheet.add(
            name("source", self.slug),
            ("a", "defkg:SourceDocument"),
            ("dcterms:title", text(title)),
            publisher if self.chance.happens(0.8) else None,
            issued(day, self.chance) if self.chance.happens(0.7) else None,
            ("schema:url", f"<https://example.org/{self.slug}>"),
            ("defkg:sha256", _digest(self.slug)),
            ("defkg:hasSentence", sentences),
        )
        for number, passage in enumerate(sentences, 1):
            self._sentence(number, passage)

    def passage(self, number: int) -> str:
        """The name of a sentence."""
        return name("passage", f"{self.slug}-s{number}")

    def evidence(self) -> Said:
        """A sentence, or two, that say so."""
        first = 1 + self.chance.below(self._sentences)
        second = 1 + self.chance.below(self._sentences)
        found = dict.fromkeys((first, second if self.chance.happens(0.2) else first))
        return "defkg:evidencedBy", [self.passage(number) for number in found]

    def topics(self, predicate: str, many: int) -> Said:
        """Focus areas, by a verb."""
        return predicate, [name("focus-area", topic) for topic in self.chance.several(TOPICS, many)]

    def takes_part(self, who: Office, event: tuple[str, str], role: tuple[str, str, str]) -> None:
        """Somebody takes part in an event.

        Args:
            who: the person in a post.
            event: its kind and key.
            role: the key of the role, its class and its property.
        """
        kind, key = event
        slug, leaf, predicate = role
        self.sheet.add(
            name("participation", f"{kind}-{key}--{who.key}--{slug}"),
            ("a", f"defkg:{leaf}"),
            ("defkg:participant", who.official),
            (f"defkg:{predicate}", name(kind, key)),
            ("defkg:inCapacityOf", who.post),
            ("defkg:onBehalfOf", who.country),
            self.evidence(),
        )

    def claims(self, about: str, speakers: list[str], many: int) -> None:
        """Statements and commitments about a thing."""
        for _ in range(many):
            self._claims += 1
            promise = self.chance.happens(0.45)
            leaf = "Commitment" if promise else self.chance.one(("Statement", "Assessment", "Affirmation"))
            kind = "commitment" if promise else "statement"
            self.sheet.add(
                name(kind, f"{self.slug}-{self._claims}"),
                ("a", f"defkg:{leaf}"),
                ("defkg:gist", text(f"{leaf} {self._claims} of {self.slug}.")),
                ("defkg:modality", name("modality", self.chance.one(_MODALITIES) if promise else "actual")),
                ("defkg:madeBy", self.chance.one(speakers))
                if leaf == "Affirmation" or self.chance.happens(0.7)
                else None,
                ("defkg:about", about) if self.chance.happens(0.6) else None,
                *self.between,
                self.topics("defkg:concerns", 2),
                self.evidence(),
            )

    def _sentence(self, number: int, passage: str) -> None:
        selector = name("selector", f"{self.slug}-s{number}")
        self.sheet.add(
            passage,
            ("a", "defkg:Passage"),
            ("defkg:locator", f'"S{number}"'),
            ("prov:wasQuotedFrom", name("source", self.slug)),
            ("oa:hasSelector", selector),
            ("defkg:sha256", _digest(passage)),
        )
        span = ("oa:start", str(number * 100)), ("oa:end", str(number * 100 + 90))
        self.sheet.add(selector, ("a", "oa:TextPositionSelector"), *span)


def _digest(words: str) -> str:
    return f'"{hashlib.sha256(words.encode()).hexdigest()}"'
