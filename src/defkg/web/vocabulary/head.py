"""What an ontology says of itself, for its page and for search engines.

Sources: OWL 2 (W3C), section 3.5 (ontology annotations and versions); schema.org, DefinedTermSet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from defkg.terms import BASE, DCTERMS, OWL, RDF
from defkg.web.documents import GRAPHS
from defkg.web.home import embedded
from defkg.web.vocabulary.reading import Said, local

_VANN = "http://purl.org/vocab/vann/"
_BIBO = "http://purl.org/ontology/bibo/"


@dataclass(frozen=True)
class Head:
    """What an ontology says of itself; what it does not say is empty.

    Attributes:
        iri: the ontology.
        version_iri: that of this version.
        version: its number.
        title, description, citation: texts.
        creators, contributors, publishers: names, or IRIs.
        created, issued, modified: days.
        licences: IRIs.
        status: such as published.
        prefix, namespace: what its terms begin with, in short and in full.
        prior, compatible, incompatible: IRIs of earlier versions.
    """

    iri: str = ""
    version_iri: str = ""
    version: str = ""
    title: str = ""
    description: str = ""
    citation: str = ""
    creators: Sequence[str] = ()
    contributors: Sequence[str] = ()
    publishers: Sequence[str] = ()
    created: str = ""
    issued: str = ""
    modified: str = ""
    licences: Sequence[str] = ()
    status: str = ""
    prefix: str = ""
    namespace: str = ""
    prior: Sequence[str] = ()
    compatible: Sequence[str] = ()
    incompatible: Sequence[str] = ()


def read_head(said: Said) -> Head:
    """What the ontology among some triples says of itself."""
    node = next(
        (s for s in said.subjects() if OWL + "Ontology" in said.iris(s, RDF + "type")), NamedNode(BASE + "ontology")
    )

    def text(name: str) -> str:
        return said.text(node, name)

    def several(name: str) -> list[str]:
        return [term.value for term in said.values(node, name) if isinstance(term, Literal | NamedNode)]

    return Head(
        node.value if isinstance(node, NamedNode) else "",
        next(iter(several(OWL + "versionIRI")), ""),
        text(OWL + "versionInfo"),
        text(DCTERMS + "title"),
        text(DCTERMS + "description"),
        text(DCTERMS + "bibliographicCitation"),
        several(DCTERMS + "creator"),
        several(DCTERMS + "contributor"),
        several(DCTERMS + "publisher"),
        text(DCTERMS + "created"),
        text(DCTERMS + "issued"),
        text(DCTERMS + "modified"),
        said.iris(node, DCTERMS + "license"),
        local(next(iter(several(_BIBO + "status")), "")),
        text(_VANN + "preferredNamespacePrefix"),
        text(_VANN + "preferredNamespaceUri"),
        said.iris(node, OWL + "priorVersion"),
        said.iris(node, OWL + "backwardCompatibleWith"),
        said.iris(node, OWL + "incompatibleWith"),
    )


def card(head: Head) -> Markup:
    """The same for search engines, as JSON-LD that may stand inside a page; what is not stated is not in it."""
    found = {
        "@context": "https://schema.org/",
        "@type": "DefinedTermSet",
        "@id": head.iri,
        "url": head.iri,
        "name": head.title,
        "description": head.description,
        "license": list(head.licences),
        "creator": _bodies(head.creators),
        "contributor": _bodies(head.contributors),
        "publisher": _bodies(head.publishers),
        "version": head.version,
        "dateCreated": head.created,
        "datePublished": head.issued,
        "dateModified": head.modified,
        "encoding": [_file(head.version_iri or head.iri, *form) for form in GRAPHS.items()] if head.iri else [],
    }
    return embedded({name: value for name, value in found.items() if value})


def _bodies(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"@type": "Organization", "@id" if name.startswith("http") else "name": name} for name in names]


def _file(iri: str, suffix: str, media_type: str) -> dict[str, str]:
    return {"@type": "MediaObject", "encodingFormat": media_type, "contentUrl": f"{iri}.{suffix}"}
