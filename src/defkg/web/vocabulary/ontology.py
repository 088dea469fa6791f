"""What the page of the ontology tells: its terms as a tree, and of each what it means and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from defkg.naming import labels
from defkg.terms import BASE, ID, ONTOLOGY, OWL, RDF, RDFS, SKOS, compact
from defkg.web.asker import Asker
from defkg.web.vocabulary.axioms import Axioms, Line
from defkg.web.vocabulary.head import card, read_head
from defkg.web.vocabulary.patterns import patterns
from defkg.web.vocabulary.reading import Said
from defkg.web.vocabulary.uses import Uses, uses

_STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "relation",
    OWL + "DatatypeProperty": "attribute",
    OWL + "AnnotationProperty": "attribute",
    RDF + "Property": "attribute",
}


@dataclass
class Entry:
    """A term of the ontology.

    Attributes:
        iri: the term.
        id: its place on the page.
        kind: class, relation (its values are things) or attribute.
        label: what it is called.
        definition: what it means.
        notes: how to use it.
        examples: where it is used.
        status: stable, testing … or deprecated; empty where that is not said.
        lines: facts about it.
        natures: what follows from its nature, in words.
        uses: where it is used.
        narrower: the terms right below it.
    """

    iri: str
    id: str
    kind: str
    label: str
    definition: str = ""
    notes: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    status: str = ""
    lines: list[Line] = field(default_factory=list)
    natures: list[str] = field(default_factory=list)
    uses: Uses = field(default_factory=Uses)
    narrower: list[Entry] = field(default_factory=list)


def ontology_values(asker: Asker, triples: Sequence[Triple], release: str = "") -> dict[str, object]:
    """The values of the template.

    Args:
        asker: asks the graph that is served.
        triples: the ontology.
        release: the version that these are, where it is not the one that is served: nothing is counted then.
    """
    said = Said(triples)
    called = _called(asker, said)
    axioms = Axioms(said, called)
    entries = {iri: _entry(said, called, axioms, iri, kind) for iri, kind in _declared(said).items()}
    if not release:
        _add_uses(asker, entries)
    head = read_head(said)
    return {
        "head": head,
        "card": card(head),
        "release": release,
        "releases": sorted(asker.site.releases, key=_parts, reverse=True),
        "address": f"/ontology/{release}" if release else "/ontology",
        "context": bool(asker.site.context.text),
        "alignments": bool(asker.site.alignments),
        "patterns": [] if release else patterns(said),
        "trees": {kind: _tree(said, entries, kind) for kind in ("class", "relation", "attribute")},
        "total": len(entries),
        "apart": axioms.apart(),
        "others": sorted(iri for iri in _others(said) if iri not in entries),
    }


def uses_values(asker: Asker, triples: Sequence[Triple]) -> dict[str, object]:
    """The values of the page that tells where terms are used."""
    said = Said(triples)
    entries = {}
    for iri, kind in _declared(said).items():
        label = said.text(NamedNode(iri), RDFS + "label") or compact(iri)
        entries[iri] = Entry(iri, iri.removeprefix(ONTOLOGY), kind, label)
    _add_uses(asker, entries)
    return {"entries": sorted(entries.values(), key=lambda entry: (entry.label.casefold(), entry.id))}


def _add_uses(asker: Asker, entries: Mapping[str, Entry]) -> None:
    classes = [iri for iri, entry in entries.items() if entry.kind == "class"]
    for iri, found in uses(asker.site, classes, [iri for iri in entries if iri not in classes]).items():
        entries[iri].uses = found


def _called(asker: Asker, said: Said) -> dict[str, str]:
    """What terms and things are called that the ontology names."""
    found = {s.value: said.text(s, RDFS + "label") for s in said.subjects() if isinstance(s, NamedNode)}
    things = {iri for s in said.subjects() for iri in said.iris(s, OWL + "hasValue") if iri.startswith(ID)}
    return {iri: name for iri, name in found.items() if name} | labels(asker.select, things)


def _parts(version: str) -> list[tuple[int, str]]:
    """What versions are ordered by: numbers as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in version.split(".")]


def _declared(said: Said) -> dict[str, str]:
    """The terms of our own that are declared, each with its kind."""
    found = {}
    for subject in said.subjects():
        if isinstance(subject, NamedNode) and subject.value.startswith(ONTOLOGY):
            kinds = [_KINDS[kind] for kind in said.iris(subject, RDF + "type") if kind in _KINDS]
            found[subject.value] = kinds[0] if kinds else "attribute"
    return found


def _others(said: Said) -> Iterable[str]:
    for subject in said.subjects():
        if isinstance(subject, NamedNode) and not subject.value.startswith(BASE):
            yield subject.value


def _entry(said: Said, called: Mapping[str, str], axioms: Axioms, iri: str, kind: str) -> Entry:
    node = NamedNode(iri)
    entry = Entry(iri, iri.removeprefix(ONTOLOGY), kind, called.get(iri, compact(iri)))
    entry.definition = " ".join(said.texts(node, SKOS + "definition") or said.texts(node, RDFS + "comment"))
    entry.notes = said.texts(node, SKOS + "scopeNote")
    entry.examples = said.texts(node, SKOS + "example")
    entry.status = "deprecated" if said.text(node, OWL + "deprecated") in ("true", "1") else said.text(node, _STATUS)
    entry.lines = axioms.lines(node, kind)
    entry.natures = axioms.natures(node)
    return entry


def _tree(said: Said, entries: Mapping[str, Entry], kind: str) -> list[Entry]:
    """The terms of a kind that none of the others is above; each carries those below it."""
    above = RDFS + ("subClassOf" if kind == "class" else "subPropertyOf")
    ranked = sorted((e for e in entries.values() if e.kind == kind), key=lambda e: (e.label.casefold(), e.iri))
    top = []
    for entry in ranked:
        wider = [entries[iri] for iri in said.iris(NamedNode(entry.iri), above) if iri in entries and iri != entry.iri]
        if wider:
            wider[0].narrower.append(entry)
        else:
            top.append(entry)
    return top
