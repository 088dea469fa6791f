"""Who there is: countries, few of which have most of the relationships, and officials who rise from post to post."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase

from benchmarks.growth.chance import Chance, Skewed
from benchmarks.growth.names import key, person
from benchmarks.growth.sheet import Registry, name, text

CODES = [f"X{one}{two}" for one, two in product(ascii_uppercase, repeat=2)]
"""Codes that ISO 3166-1 gives to no country."""

POSTS = ("Director", "Joint Secretary", "Additional Secretary", "Defence Secretary", "Defence Minister")
"""The posts that an official holds, one after the other."""

SERVICES = (("army", "Army"), ("navy", "Navy"), ("air-force", "Air Force"))
TENURE = 3  # years in a post
_TRIPLES_OF_A_SERIES = 900
_SERIES_OF_A_DIVISION = 4


@dataclass(frozen=True)
class Office:
    """Somebody in a post, for a country, at a time: names as Turtle has them."""

    official: str
    key: str
    post: str
    country: str


class World:
    """The countries and their officials, in the registry as soon as they are spoken of.

    Args:
        registry: where they are written.
        seed: of all chance.
        triples: how large the graph is to become; the world has as many countries and divisions as go with that.
    """

    def __init__(self, registry: Registry, seed: int, triples: int) -> None:
        series = max(1, triples // _TRIPLES_OF_A_SERIES)
        self._registry = registry
        self._seed = seed
        many = min(195, 8 + math.isqrt(series * 4))
        self.countries = Skewed(CODES[:many], 0.9)
        self._divisions = {
            code: 1 + int(2 * series * (high - low) / self.countries.sums[-1] / _SERIES_OF_A_DIVISION)
            for code, low, high in zip(
                self.countries.things, [0, *self.countries.sums], self.countries.sums, strict=False
            )
        }

    def pair(self, chance: Chance) -> tuple[str, str]:
        """Two countries, in the order of their codes."""
        one = two = chance.skewed(self.countries)
        while two == one:
            two = chance.skewed(self.countries)
        return self.relationship(min(one, two), max(one, two))

    def relationship(self, one: str, two: str) -> tuple[str, str]:
        """The same two codes, with their countries and relationship written down."""
        if self._registry.once("relationship", f"{one}-{two}"):
            parties = self.country(one), self.country(two)
            label = text(f"{one}–{two}")
            kind = ("a", "defkg:BilateralRelationship")
            self._registry.add(
                "relationship", f"{one}-{two}", kind, ("skos:prefLabel", label), ("defkg:hasParty", parties)
            )
        return one, two

    def country(self, code: str) -> str:
        """A country by its code."""
        if self._registry.once("country", code):
            said = ("skos:prefLabel", text(code)), ("skos:notation", f'"{code}"')
            self._registry.add("country", code, ("a", "defkg:Country"), *said)
        return name("country", code)

    def ministry(self, code: str) -> str:
        """The ministry of a country."""
        return self.organisation(code, "ministry-of-defence", "Ministry", "Ministry of Defence")

    def service(self, code: str, which: int) -> str:
        """The army, the navy or the air force of a country."""
        slug, label = SERVICES[which % len(SERVICES)]
        return self.organisation(code, slug, "ArmedService", label)

    def organisation(self, code: str, slug: str, kind: str, label: str) -> str:
        """An organisation of a country."""
        own = f"{code.lower()}-{slug}"
        if self._registry.once("organisation", own):
            said = ("skos:prefLabel", text(f"{label}, {code}")), ("defkg:organisationOf", self.country(code))
            self._registry.add("organisation", own, ("a", f"defkg:{kind}"), *said)
        return name("organisation", own)

    def agency(self, number: int) -> str:
        """A news agency."""
        slug = f"agency-{number}"
        if self._registry.once("organisation", slug):
            label = text(f"Agency {number}")
            self._registry.add("organisation", slug, ("a", "defkg:NewsAgency"), ("skos:prefLabel", label))
        return name("organisation", slug)

    def place(self, code: str, number: int) -> str:
        """A town in a country."""
        slug = f"{code.lower()}-town-{number}"
        if self._registry.once("place", slug):
            label = text(f"Town {number}, {code}")
            self._registry.add("place", slug, ("a", "defkg:Place"), ("skos:prefLabel", label))
        return name("place", slug)

    def policy(self, code: str, number: int) -> str:
        """A policy of a country; whose it is, documents say."""
        slug = f"{code.lower()}-policy-{number}"
        if self._registry.once("policy", slug):
            label = text(f"Policy {number} of {code}")
            self._registry.add("policy", slug, ("a", "defkg:Policy"), ("skos:prefLabel", label))
        return name("policy", slug)

    def division(self, code: str, chance: Chance) -> int:
        """A division of a country's ministry; a country with more dealings has more of them."""
        return chance.below(self._divisions[code])

    def holder(self, code: str, division: int, level: int, year: int) -> Office:
        """Who holds a post of a division in a year: whoever held the one below it three years before.

        Args:
            level: the place of the post in `POSTS`.
        """
        entered = year // TENURE - level  # the term in which this person came to the first post
        number = ((entered % 1000) * 1000 + CODES.index(code)) * 3000 + division % 3000
        words = person((number + self._seed) % 3_276_800_000)
        return Office(self._official(words), key(words), self._post(code, division, level), self.country(code))

    def _official(self, words: str) -> str:
        if self._registry.once("official", key(words)):
            self._registry.add("official", key(words), ("a", "defkg:Official"), ("skos:prefLabel", text(words)))
        return name("official", key(words))

    def _post(self, code: str, division: int, level: int) -> str:
        slug = f"{key(POSTS[level])}-{code.lower()}-{division}"
        if self._registry.once("post", slug):
            label = text(f"{POSTS[level]} (Division {division}, {code})")
            office = ("defkg:officeOf", self.ministry(code))
            self._registry.add("post", slug, ("a", "defkg:Post"), ("skos:prefLabel", label), office)
        return name("post", slug)
