"""Documents about what has an IRI: their formats and suffixes, the one that a client asks for, and links between them.

Sources: RFC 9110, sections 8.7 (Content-Location) and 12.5.1 (Accept); RFC 8288 (Link) and RFC 6892 (``describes``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem
from defkg.engine.formats import GRAPH_ALIASES
from defkg.web.negotiation import choose
from defkg.web.parameters import Parameters

HTML = "text/html"
GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
FORMATS = {**GRAPHS, "csv": "text/csv", "html": HTML}
_NOT_ASKED = ("application/xml", "text/xml")  # a browser names XML without wanting RDF
_ALIASES = {name: media_type for name, media_type in GRAPH_ALIASES.items() if name not in _NOT_ASKED}
_URI = "/:?#[]@!$&'()*+,;=%-._~"


def negotiated(http: HttpRequest, formats: Mapping[str, str] = FORMATS) -> str | None:
    """The suffix of the format that a client asks for by Accept; None where it accepts none of them."""
    media_type = choose(http.headers.get("accept"), list(formats.values()), _ALIASES)
    return next((suffix for suffix, offered in formats.items() if offered == media_type), None)


def not_acceptable(formats: Mapping[str, str] = FORMATS) -> Problem:
    """Why there is no document where a client accepts none of the formats."""
    offers = list(formats.values())
    suffixes = " ".join(f".{suffix}" for suffix in formats)
    detail = f"This comes as {', '.join(offers)}; name one of them in Accept, or its suffix in the address: {suffixes}"
    return Problem(406, "not-acceptable", "No acceptable format", detail, {"offered": offers}, {"Vary": "Accept"})


def refuse(parameters: Parameters, suffix: str) -> None:
    """Refuses parameters: who gives one must not believe that it was heeded.

    Raises:
        Problem: 400, there is one.
    """
    for name in sorted(parameters.names()):
        detail = f"{name[:100]}= has no meaning for .{suffix}; leave it out"
        raise Problem(400, "parameter", "A parameter has no meaning here", detail, {"parameter": name[:100]})


def split(address: str, formats: Iterable[str] = FORMATS) -> tuple[str, str]:
    """An address without the suffix of a format, and the suffix; empty where it has none."""
    stem, dot, suffix = address.rpartition(".")
    return (stem, suffix) if dot and suffix in formats and stem[-1:] not in ("", "/") else (address, "")


def links(
    address: str, iri: str, formats: Mapping[str, str] = FORMATS, chosen: str = "", query: str = ""
) -> dict[str, str]:
    """The headers that lead from a document to its other formats and to what it describes.

    Args:
        address: its path without suffix.
        iri: what it describes; empty for nothing in particular.
        formats: those that it comes in.
        chosen: the suffix of the format that was negotiated; empty where the address had it.
        query: what stands behind the address.
    """
    found = [f'<{address}.{suffix}>; rel="alternate"; type="{formats[suffix]}"' for suffix in formats]
    found += [f'<{header(iri)}>; rel="describes"'] if iri else []
    headers = {"Link": ", ".join(found)}
    if chosen:
        headers["Content-Location"] = f"{address}.{chosen}{'?' if query else ''}{query}"
    return headers


def linked(
    answer: Answer, address: str, iri: str, formats: Mapping[str, str] = FORMATS, chosen: str = "", query: str = ""
) -> Answer:
    """The answer with the headers of `links`."""
    return replace(answer, headers={**answer.headers, **links(address, iri, formats, chosen, query)})


def header(iri: str) -> str:
    """An IRI as a header can carry it."""
    return quote(iri, _URI)


def told(document: Answer | Response, headers: Mapping[str, str]) -> Answer | Response:
    """The document with more headers, whether it is to be kept or not."""
    if isinstance(document, Answer):
        return replace(document, headers={**document.headers, **headers})
    document.headers.update(headers)
    return document
