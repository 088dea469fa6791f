"""Triples as RDF documents: the same triples always give the same bytes, with the prefixes that they use.

Sources: RDF 1.1 Turtle (W3C), section 2.7 and 2.8 (blank nodes, collections); RDF 1.1 XML Syntax (W3C), section 2.11
and 5; RDF Dataset Canonicalization (W3C) for the names of blank nodes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from defkg.terms import PREFIXES, RDF, TYPE, XSD, Term

WIDTH = 120
_FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_LOCAL = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_./-]*[A-Za-z0-9_-])?)?")
_BARE = {XSD + "integer": re.compile(r"[+-]?[0-9]+"), XSD + "boolean": re.compile(r"true|false")}
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z|[^\W\d][\w.-]*\Z")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unwritable(ValueError):
    """Triples that a format cannot carry; the text says which and why."""


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """The triples, each once, in an order that they alone decide: by subject, ``rdf:type`` first, blank nodes named."""
    return sorted(_named(set(triples)), key=_rank)


def ntriples(triples: Iterable[Triple]) -> bytes:
    """A document in N-Triples."""
    return serialize(ordered(triples), format=RdfFormat.N_TRIPLES) or b""


def rdfxml(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """A document in RDF/XML.

    Raises:
        Unwritable: a property's IRI does not end in a name of XML, or a text has a character that XML has not.
    """
    written = ordered(triples)
    for triple in written:
        _check_xml(triple)
    used = {name: iri for name, iri in prefixes.items() if any(_name_in(t.predicate.value, iri) for t in written)}
    return serialize(written, format=RdfFormat.RDF_XML, prefixes=used) or b""


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """A document in Turtle: a subject is a block, a list is in parentheses, and what is named once stands inside."""
    return _Turtle(ordered(triples), prefixes).document().encode()


def _named(triples: set[Triple]) -> Collection[Triple]:
    if not any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        return triples
    dataset = Dataset(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


def _rank(triple: Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate != TYPE, triple.predicate.value, str(triple.object)


def _name_in(iri: str, namespace: str) -> bool:
    return iri.startswith(namespace) and bool(_XML_NAME.match(iri[len(namespace) :]))


def _check_xml(triple: Triple) -> None:
    predicate = triple.predicate.value
    if not re.search(r"[^\W\d][\w.-]*\Z", predicate):
        raise Unwritable(f"the property <{predicate}> does not end in a name that XML could have")
    if not isinstance(triple.object, NamedNode | BlankNode | Literal):
        raise Unwritable("a triple about a triple has no place in it")
    if isinstance(triple.object, Literal) and (found := _NOT_XML.search(triple.object.value)):
        raise Unwritable(f"a value of {predicate} has the character U+{ord(found[0]):04X}, which XML has not")


class _Turtle:
    """Writes one document.

    Args:
        triples: in order.
        prefixes: those that it may use.
    """

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(prefixes.items(), key=lambda pair: -len(pair[1]))
        self._used: dict[str, str] = {}
        self._said: dict[Term, list[Triple]] = {}
        for triple in triples:
            self._said.setdefault(triple.subject, []).append(triple)
        self._inside = _nested(triples, self._said)

    def document(self) -> str:
        """The text."""
        blocks = [self._block(subject) for subject in self._said if subject not in self._inside]
        head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(self._used.items()))
        return "\n".join([*([head] if head else []), *blocks])

    def _block(self, subject: Term) -> str:
        return f"{self._term(subject)} " + " ;\n    ".join(self._entries(subject, 4)) + " .\n"

    def _entries(self, subject: Term, indent: int) -> Iterator[str]:
        for predicate, triples in groupby(self._said[subject], key=lambda triple: triple.predicate):
            verb = "a" if predicate == TYPE else self._term(predicate)
            objects = [self._object(triple.object, indent) for triple in triples]
            line = f"{verb} {', '.join(objects)}"
            fits = indent + len(line) < WIDTH and "\n" not in line
            yield line if fits or len(objects) == 1 else f"{verb} " + f",\n{' ' * (indent + 4)}".join(objects)

    def _object(self, term: Term, indent: int) -> str:
        if term not in self._inside:
            return self._term(term)
        members = self._members(term)
        if members is not None:
            return f"( {' '.join(self._object(member, indent) for member in members)} )"
        entries = list(self._entries(term, indent + 4))
        space = "\n" + " " * (indent + 4)
        return f"[ {entries[0]} ]" if len(entries) == 1 else f"[{space}{f' ;{space}'.join(entries)} ]"

    def _members(self, node: Term) -> list[Term] | None:
        """The members of the list that a blank node begins; None where it begins none."""
        members: list[Term] = []
        while node != _NIL:
            triples = self._said.get(node, [])
            said = {triple.predicate: triple.object for triple in triples}
            if len(triples) != 2 or set(said) != {_FIRST, _REST} or node not in self._inside:
                return None
            members.append(said[_FIRST])
            node = said[_REST]
        return members

    def _term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self._iri(term.value)
        if not isinstance(term, Literal) or getattr(term, "direction", None):
            return str(term)
        bare = _BARE.get(term.datatype.value)
        if bare and bare.fullmatch(term.value):
            return term.value
        if term.language or term.datatype.value == XSD + "string":
            return str(term)
        return f"{Literal(term.value)}^^{self._iri(term.datatype.value)}"

    def _iri(self, iri: str) -> str:
        for name, namespace in self._prefixes:
            local = iri.removeprefix(namespace)
            if iri.startswith(namespace) and _LOCAL.fullmatch(local):
                self._used[name] = namespace
                return f"{name}:{local}".replace("/", "\\/")
        return str(NamedNode(iri))


def _nested(triples: Sequence[Triple], said: Mapping[Term, Sequence[Triple]]) -> set[Term]:
    """The blank nodes that can stand where they are named: once, and not inside themselves."""
    named: dict[Term, list[Term]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, BlankNode):
            named[triple.object].append(triple.subject)
    once = {node: subjects[0] for node, subjects in named.items() if len(subjects) == 1 and said.get(node)}
    return {node for node in once if _ends(node, once)}


def _ends(node: Term, above: Mapping[Term, Term]) -> bool:
    seen = set()
    while node in above:
        if node in seen:
            return False
        seen.add(node)
        node = above[node]
    return True
