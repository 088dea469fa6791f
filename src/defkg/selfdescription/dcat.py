"""A dataset's description in DCAT: what a catalogue of datasets lists, with the ways to get it.

Source: Data Catalog Vocabulary (DCAT), version 3 (W3C), sections 6.6 to 6.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from defkg.selfdescription.description import (
    DATASET,
    DCAT,
    DOCUMENT,
    ENDPOINT,
    HOME,
    UNTITLED,
    VOID,
    Description,
    english,
    said,
)
from defkg.terms import DCTERMS, TYPE, XSD

_SERVICE = DOCUMENT + "#service"
_ASKED = DOCUMENT + "#asked"
_PERIOD = DOCUMENT + "#period"
_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"


class Dump(NamedTuple):
    """A file of the whole under ``/dumps/``, compressed with gzip; size and SHA-256 are empty before it is made.

    Its media type is that of what is compressed.
    """

    name: str
    media_type: str
    size: int = 0
    sha256: str = ""


def dcat(description: Description) -> Iterator[Triple]:
    """The triples of a description in DCAT, without blank nodes; what its project states of it is among them."""
    yield said(DATASET, TYPE.value, DCAT + "Dataset")
    yield from description.stated
    if description.title == UNTITLED:
        yield said(DATASET, DCTERMS + "title", english(UNTITLED))
    if description.digest:
        yield said(DATASET, DCAT + "version", Literal(description.digest))
    yield said(DATASET, DCAT + "landingPage", HOME)
    for iri in description.ontologies:
        yield said(DATASET, DCTERMS + "conformsTo", iri)
    for iri in description.places:
        yield said(DATASET, DCTERMS + "spatial", iri)
    yield from _period(description)
    yield from _service(description)


def dumps(description: Description, base: str, media_types: Mapping[str, str]) -> Iterator[Triple]:
    """The whole default graph as a file in each format, at the addresses of a host.

    Args:
        description: of what.
        base: the address of the host, without a slash at its end.
        media_types: those of the formats, by the names that the address takes.

    Raises:
        ValueError: the address is no absolute IRI.
    """
    for name, media_type in media_types.items():
        node, address = f"{DOCUMENT}#file-{name}", f"{base}/graph-store?default&format={name}"
        yield said(DATASET, VOID + "dataDump", address)
        yield said(DATASET, DCAT + "distribution", node)
        yield said(node, TYPE.value, DCAT + "Distribution")
        yield said(node, DCTERMS + "title", english(f"The default graph, {media_type}"))
        yield said(node, DCAT + "accessURL", address)
        yield said(node, DCAT + "downloadURL", address)
        yield said(node, DCAT + "mediaType", _MEDIA_TYPES + media_type)
        yield from _licensed(node, description)


def published(description: Description, base: str, files: Iterable[Dump]) -> Iterator[Triple]:
    """The compressed dumps at the addresses of a host.

    Sources: DCAT, version 3 (W3C), for what is compressed; SPDX for the checksum, as DCAT takes it over.

    Args:
        description: of what.
        base: the address of the host, without a slash at its end.
        files: the dumps.

    Raises:
        ValueError: the address is no absolute IRI.
    """
    for file in files:
        node, address = f"{DOCUMENT}#dump-{file.name}", f"{base}/dumps/{file.name}"
        yield said(DATASET, VOID + "dataDump", address)
        yield said(DATASET, DCAT + "distribution", node)
        yield said(node, TYPE.value, DCAT + "Distribution")
        yield said(node, DCTERMS + "title", english(f"Dump {file.name}"))
        yield said(node, DCAT + "accessURL", f"{base}/dumps/")
        yield said(node, DCAT + "downloadURL", address)
        yield said(node, DCAT + "mediaType", _MEDIA_TYPES + file.media_type)
        yield said(node, DCAT + "compressFormat", _MEDIA_TYPES + "application/gzip")
        yield from _licensed(node, description)
        yield from _checked(node, file)


def _checked(node: str, file: Dump) -> Iterator[Triple]:
    if not file.sha256:
        return
    checksum = f"{DOCUMENT}#checksum-{file.name}"
    whole, hexadecimal = NamedNode(XSD + "nonNegativeInteger"), NamedNode(XSD + "hexBinary")
    yield said(node, DCAT + "byteSize", Literal(str(file.size), datatype=whole))
    yield said(node, _SPDX + "checksum", checksum)
    yield said(checksum, TYPE.value, _SPDX + "Checksum")
    yield said(checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256")
    yield said(checksum, _SPDX + "checksumValue", Literal(file.sha256, datatype=hexadecimal))


def _period(description: Description) -> Iterator[Triple]:
    if not description.first:
        return
    yield said(DATASET, DCTERMS + "temporal", _PERIOD)
    yield said(_PERIOD, TYPE.value, DCTERMS + "PeriodOfTime")
    for name, day in (("startDate", description.first), ("endDate", description.last)):
        yield said(_PERIOD, DCAT + name, Literal(day, datatype=NamedNode(XSD + "date")))


def _service(description: Description) -> Iterator[Triple]:
    yield said(_SERVICE, TYPE.value, DCAT + "DataService")
    yield said(_SERVICE, DCTERMS + "title", english("SPARQL endpoint"))
    yield said(_SERVICE, DCTERMS + "conformsTo", _PROTOCOL)
    yield said(_SERVICE, DCAT + "endpointURL", ENDPOINT)
    yield said(_SERVICE, DCAT + "endpointDescription", ENDPOINT)
    yield said(_SERVICE, DCAT + "servesDataset", DATASET)
    yield said(DATASET, DCAT + "distribution", _ASKED)
    yield said(_ASKED, TYPE.value, DCAT + "Distribution")
    yield said(_ASKED, DCTERMS + "title", english("Answers of the SPARQL endpoint"))
    yield said(_ASKED, DCAT + "accessURL", ENDPOINT)
    yield said(_ASKED, DCAT + "accessService", _SERVICE)
    for node in (_SERVICE, _ASKED):
        yield from _licensed(node, description)


def _licensed(node: str, description: Description) -> Iterator[Triple]:
    if description.licence:
        yield said(node, DCTERMS + "license", description.licence)
