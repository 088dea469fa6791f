"""The ontology's OWL 2 RL axioms as rules.

Source: OWL 2 Profiles (W3C), section 4.3, tables 4 to 9; the rules keep the names they have there. Each axiom
becomes one rule whose predicates and classes are fixed. An axiom without a rule is an error that names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from defkg.terms import OWL, RDF, RDFS, TYPE, Term, show

Pattern = tuple[str | Term, str | Term, str | Term]

_RULED = {
    RDFS + "subClassOf",
    RDFS + "subPropertyOf",
    RDFS + "domain",
    RDFS + "range",
    OWL + "inverseOf",
    OWL + "propertyChainAxiom",
    OWL + "equivalentClass",
    OWL + "equivalentProperty",
}
_NO_RULE = {
    OWL + name for name in ("versionIRI", "versionInfo", "priorVersion", "deprecated", "backwardCompatibleWith")
}
_NO_RULE |= {RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")}
_NO_RULE |= {OWL + name for name in ("members", "disjointWith", "onProperty", "hasValue")}
_TYPES = {
    OWL + name
    for name in (
        "AllDisjointClasses",
        "AnnotationProperty",
        "Class",
        "DatatypeProperty",
        "NamedIndividual",
        "ObjectProperty",
        "Ontology",
        "Restriction",
        "SymmetricProperty",
        "TransitiveProperty",
    )
}
_RULED_TYPES = {NamedNode(OWL + "SymmetricProperty"), NamedNode(OWL + "TransitiveProperty")}
_NIL = NamedNode(RDF + "nil")


class UnsupportedAxiom(Exception):
    """The ontology says something that no rule covers; the text names it."""


@dataclass(frozen=True)
class Rule:
    """One axiom as a rule.

    Attributes:
        name: the rule's name in OWL 2 Profiles, such as ``prp-spo2``.
        axiom: the axiom in words.
        head: the triple that follows; variables are strings that begin with ``?``.
        body: the triples it follows from.
    """

    name: str
    axiom: str
    head: Pattern
    body: tuple[Pattern, ...]


def rules(ontology: list[Triple]) -> list[Rule]:
    """The rules of an ontology.

    Raises:
        UnsupportedAxiom: an axiom is outside what the rules cover.
    """
    unknown = uncovered(ontology)
    if unknown:
        s, p, o = map(show, unknown[0])
        raise UnsupportedAxiom(
            f"{s} {p} {o}: no rule covers this axiom; docs/inference.md lists those that are covered"
        )
    return list(dict.fromkeys(_Axioms(ontology).rules()))


def uncovered(ontology: list[Triple]) -> list[Triple]:
    """The axioms of an ontology that no rule covers."""
    axioms = _Axioms(ontology)
    return [triple for triple in ontology if not axioms.cover(triple)]


class _Axioms:
    def __init__(self, triples: list[Triple]) -> None:
        self._triples = triples
        self._of: dict[tuple[Term, str], list[Term]] = {}
        for t in triples:
            self._of.setdefault((t.subject, t.predicate.value), []).append(t.object)

    def rules(self) -> Iterator[Rule]:
        for t in self._triples:
            if t.predicate.value in _RULED:
                yield from self._rules_of(t.predicate.value.rpartition("#")[2], t.subject, t.object)
            elif t.predicate == TYPE and t.object == NamedNode(OWL + "TransitiveProperty"):
                yield Rule(
                    "prp-trp",
                    f"{show(t.subject)} is transitive",
                    ("?x", t.subject, "?z"),
                    (("?x", t.subject, "?y"), ("?y", t.subject, "?z")),
                )
            elif t.predicate == TYPE and t.object == NamedNode(OWL + "SymmetricProperty"):
                yield Rule(
                    "prp-symp", f"{show(t.subject)} is symmetric", ("?y", t.subject, "?x"), (("?x", t.subject, "?y"),)
                )

    def _rules_of(self, axiom: str, s: Term, o: Term) -> Iterator[Rule]:
        words = f"{show(s)} {axiom} {show(o)}"
        if axiom in ("subClassOf", "equivalentClass"):
            yield from self._class_rules(axiom, s, o, words)
        elif axiom in ("subPropertyOf", "equivalentProperty"):
            yield Rule("prp-spo1", words, ("?x", o, "?y"), (("?x", s, "?y"),))
            if axiom == "equivalentProperty":
                yield Rule("prp-eqp2", words, ("?x", s, "?y"), (("?x", o, "?y"),))
        elif axiom == "domain":
            yield Rule("prp-dom", words, ("?x", TYPE, o), (("?x", s, "?y"),))
        elif axiom == "range" and not self._is_datatype(o):
            yield Rule("prp-rng", words, ("?y", TYPE, o), (("?x", s, "?y"),))
        elif axiom == "inverseOf":
            yield Rule("prp-inv1", words, ("?y", o, "?x"), (("?x", s, "?y"),))
            yield Rule("prp-inv2", words, ("?y", s, "?x"), (("?x", o, "?y"),))
        elif axiom == "propertyChainAxiom":
            yield self._chain_rule(s, list(self._list(o)))

    def _class_rules(self, axiom: str, s: Term, o: Term, words: str) -> Iterator[Rule]:
        value = self._of.get((o, OWL + "hasValue"))
        if value:
            prop = self._of[(o, OWL + "onProperty")][0]
            words = f"{show(s)} subClassOf (hasValue {show(prop)} {show(value[0])})"
            yield Rule("cls-hv1", words, ("?x", prop, value[0]), (("?x", TYPE, s),))
            return
        yield Rule("cax-sco", words, ("?x", TYPE, o), (("?x", TYPE, s),))
        if axiom == "equivalentClass":
            yield Rule("cax-eqc2", words, ("?x", TYPE, s), (("?x", TYPE, o),))

    def _chain_rule(self, s: Term, links: list[Term]) -> Rule:
        names = [f"?x{i}" for i in range(len(links) + 1)]
        body = tuple((names[i], link, names[i + 1]) for i, link in enumerate(links))
        words = f"{show(s)} propertyChainAxiom ({' '.join(map(show, links))})"
        return Rule("prp-spo2", words, (names[0], s, names[-1]), body)

    def _list(self, node: Term) -> Iterator[Term]:
        while node != _NIL:
            yield self._of[(node, RDF + "first")][0]
            node = self._of[(node, RDF + "rest")][0]

    def _is_datatype(self, term: Term) -> bool:
        return isinstance(term, NamedNode) and term.value.startswith(
            ("http://www.w3.org/2001/XMLSchema#", RDF + "langString", RDFS + "Literal")
        )

    def cover(self, t: Triple) -> bool:
        """Whether rules cover the axiom, or it is none."""
        predicate = t.predicate.value
        if predicate in _RULED:
            return _is_name(t.subject) and self._has_rule(predicate, t.object)
        if t.predicate == TYPE:
            named = t.object not in _RULED_TYPES or _is_name(t.subject)
            return named and not isinstance(t.object, Literal) and not _foreign_type(t.object)
        return predicate in _NO_RULE or not predicate.startswith((OWL, RDFS))

    def _has_rule(self, predicate: str, obj: Term) -> bool:
        if predicate == OWL + "propertyChainAxiom":
            return self._is_chain(obj)
        if predicate == RDFS + "subClassOf" and isinstance(obj, BlankNode):
            values, on = self._of.get((obj, OWL + "hasValue"), []), self._of.get((obj, OWL + "onProperty"), [])
            return len(values) == len(on) == 1 and isinstance(on[0], NamedNode)
        return _is_name(obj)

    def _is_chain(self, node: Term) -> bool:
        """Whether a node begins a list of properties that ends."""
        seen = {node}
        while True:
            links, rest = self._of.get((node, RDF + "first"), []), self._of.get((node, RDF + "rest"), [])
            if len(links) != 1 or len(rest) != 1 or not _is_name(links[0]) or rest[0] in seen:
                return False
            node = rest[0]
            if node == _NIL:
                return True
            seen.add(node)


def _is_name(term: Term) -> bool:
    """Whether an axiom can be about a term: one that is named, and does not say of which class things are."""
    return isinstance(term, NamedNode) and term != TYPE


def _foreign_type(kind: Term) -> bool:
    return isinstance(kind, NamedNode) and kind.value.startswith(OWL) and kind.value not in _TYPES
