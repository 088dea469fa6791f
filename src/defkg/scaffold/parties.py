"""Countries by the codes of ISO 3166-1, organisations, and the relationship of two countries.

Source: ISO 3166-1 as pycountry gives it.
"""

from __future__ import annotations

from collections.abc import Sequence

from defkg.project import ProjectError
from defkg.scaffold.block import Block, named, string, term, thing, things, words
from defkg.scaffold.catalogue import Catalogue, Unclear
from defkg.scaffold.draft import Draft
from defkg.scaffold.naming import nearest
from defkg.terms import ID

_COUNTRY = ID + "country/"


def country(catalogue: Catalogue, text: str) -> str:
    """The IRI of a country by its code or name; one that the registry does not have yet comes from ISO 3166-1.

    Raises:
        Unclear: there is no such country.
    """
    try:
        return catalogue.find(text, "Country")
    except Unclear as unknown:
        try:
            return _COUNTRY + _iso(text.removeprefix("id:country/"))["alpha_3"]
        except Unclear as error:
            raise unknown if unknown.near else error from None


def party(catalogue: Catalogue, text: str) -> str:
    """The IRI of a country or an organisation.

    Raises:
        Unclear: there is neither.
    """
    try:
        return catalogue.find(text, "Country", "Organisation")
    except Unclear as error:
        try:
            return country(catalogue, text)
        except Unclear:
            raise error from None


def relationship(catalogue: Catalogue, parties: Sequence[str]) -> str | None:
    """The IRI of the relationship of two countries, which the parties are or belong to; None for more or fewer."""
    countries = {c for p in parties for c in ([p] if p.startswith(_COUNTRY) else catalogue.parties(p))}
    codes = sorted(c.removeprefix(_COUNTRY) for c in countries)
    return named("relationship", "-".join(codes)) if len(codes) == 2 else None


def pair(catalogue: Catalogue, text: str) -> str:
    """The IRI of the relationship that two codes mean: ``BRN-IND``.

    Raises:
        ProjectError: they are not those of two countries.
    """
    codes = text.removeprefix("id:relationship/").split("-")
    found = relationship(catalogue, [country(catalogue, code) for code in codes])
    if found is None:
        raise ProjectError(f"{text!r} is no pair of countries; write two codes, such as BRN-IND")
    return found


def complete(catalogue: Catalogue, draft: Draft) -> None:
    """Adds to a draft the countries and relationships that its blocks name and the registry lacks."""
    objects = {o for _, block in draft.blocks for _, terms in block.facts for o in terms}
    for kind, name, describe in (("relationship", "relationships", _relationship), ("country", "countries", _country)):
        prefix = thing(named(kind, "x"))[:-1]
        for key in sorted(o.removeprefix(prefix) for o in objects if o.startswith(prefix)):
            iri = named(kind, key)
            if not catalogue.known(iri):
                block = describe(catalogue, iri)
                objects |= {o for _, terms in block.facts for o in terms}
                draft.add(f"data/registry/{name}.ttl", block)


def _country(catalogue: Catalogue, iri: str) -> Block:
    record = _iso(iri.removeprefix(_COUNTRY))
    label = _common(record)
    also = [record["name"]] if record["name"] != label else []
    facts = [
        ("a", [thing(term("Country"))]),
        ("skos:prefLabel", [words(label)]),
        ("skos:altLabel", [words(name) for name in also]),
        ("skos:notation", [string(record["alpha_3"])]),
    ]
    return Block(iri, facts)


def _relationship(catalogue: Catalogue, iri: str) -> Block:
    codes = iri.rpartition("/")[2].split("-")
    parties = [_COUNTRY + code for code in codes]
    names = [catalogue.label(p) if catalogue.known(p) else _common(_iso(p[-3:])) for p in parties]
    names.sort(key=lambda name: (-_leads(catalogue, name), name))
    facts = [
        ("a", [thing(term("BilateralRelationship"))]),
        ("skos:prefLabel", [words(f"{names[0]}–{names[1]} defence relationship")]),
        ("defkg:hasParty", things(parties)),
    ]
    return Block(iri, facts)


def _leads(catalogue: Catalogue, name: str) -> int:
    """In how many labels of relationships a country is named first."""
    return sum(label.startswith(f"{name}–") for label in catalogue.labels("BilateralRelationship"))


def _common(record: dict[str, str]) -> str:
    return record.get("common_name", record["name"])


def _iso(text: str) -> dict[str, str]:
    import pycountry

    try:
        return dict(pycountry.countries.lookup(text.strip()))
    except LookupError:
        near = nearest(text, _iso_names())
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "give its three-letter code"
        raise Unclear(f"ISO 3166-1 has no country {text!r}: {hint}", near) from None


def _iso_names() -> list[str]:
    import pycountry

    return [getattr(c, name) for c in pycountry.countries for name in ("name", "common_name") if hasattr(c, name)]
