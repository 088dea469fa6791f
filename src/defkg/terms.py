"""Namespaces, prefixes and the IRIs that the model fixes."""

from __future__ import annotations

from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple

BASE: Final = "https://w3id.org/defkg/"
ID: Final = BASE + "id/"
ONTOLOGY: Final = BASE + "ontology#"
SHAPES: Final = BASE + "shapes#"
CHECKS: Final = BASE + "checks#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
OA: Final = "http://www.w3.org/ns/oa#"
PROV: Final = "http://www.w3.org/ns/prov#"
DCTERMS: Final = "http://purl.org/dc/terms/"

PREFIXES: Final[dict[str, str]] = {
    "defkg": ONTOLOGY,
    "id": ID,
    "checks": CHECKS,
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": OA,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sh": SH,
    "shapes": SHAPES,
    "skos": SKOS,
    "xsd": XSD,
}

REGISTRY_GRAPH: Final = NamedNode(BASE + "graph/registry")
CURATION_GRAPH: Final = NamedNode(BASE + "graph/curation")
INFERRED_GRAPH: Final = NamedNode(BASE + "graph/inferred")
ONTOLOGY_GRAPH: Final = NamedNode(BASE + "graph/ontology")
SHAPES_GRAPH: Final = NamedNode(BASE + "graph/shapes")
TOMBSTONES_GRAPH: Final = NamedNode(BASE + "graph/tombstones")
QUESTIONS_GRAPH: Final = NamedNode(BASE + "graph/questions")
VOID_GRAPH: Final = NamedNode(BASE + "graph/void")

_SCHEMES = ("urn", "tag", "mailto")

TYPE: Final = NamedNode(RDF + "type")


def source_graph(slug: str) -> NamedNode:
    """The IRI of a source document, which is also that of its named graph."""
    return NamedNode(ID + "source/" + slug)


def compact(iri: str) -> str:
    """An IRI as ``prefix:name`` where a known prefix fits, else the IRI itself.

    Slashes stay as they are: this is for people, not for a Turtle parser.
    """
    fits = [(ns, p) for p, ns in PREFIXES.items() if iri.startswith(ns) and len(iri) > len(ns)]
    if not fits:
        return iri
    namespace, prefix = max(fits, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(namespace) :]}"


def expand(name: str) -> str:
    """The IRI of ``prefix:name``; an IRI in full comes back as it is, without its brackets.

    Raises:
        KeyError: the prefix is not one of ``PREFIXES``.
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, separator, local = name.partition(":")
    if not separator or local.startswith("//") or prefix.lower() in _SCHEMES:
        return name
    return PREFIXES[prefix] + local.replace("\\", "")


def whole(term: Term | None) -> int:
    """The number that a literal is written as in digits; 0 for anything else, and for one that counts nothing real."""
    text = term.value if isinstance(term, Literal) else ""
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def show(term: Term) -> str:
    """A term as a person reads it: ``id:country/IND``, ``"2012"``, ``17``."""
    if isinstance(term, NamedNode):
        return compact(term.value)
    if isinstance(term, Literal):
        return term.value if term.datatype.value == XSD + "integer" else f'"{term.value}"'
    return str(term)
