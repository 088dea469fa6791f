"""Addresses on this server of what the data names, and back.

Source: RFC 3986 (URI), section 3.3; RFC 3987 (IRI), section 3.1.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from defkg.terms import BASE

_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_KEPT = "/:@!$&'()*+,;=~-._"  # what a path may hold as it is


def path(iri: str) -> str | None:
    """Where this server answers for an IRI, fragment included; None for what is not under our base."""
    if not iri.startswith(BASE):
        return None
    resource, mark, fragment = iri.removeprefix(BASE).partition("#")
    written = quote(resource, _KEPT)
    if written.startswith("/"):
        written = "%2F" + written[1:]  # two slashes would lead to another host
    return f"/{written}{mark}{quote(fragment, _KEPT)}"


def iri_of(address: str) -> str:
    """The IRI that a path of this server stands for, percent-encoded or not.

    Raises:
        ValueError: it is not text in UTF-8.
    """
    return BASE + unquote_to_bytes(address.removeprefix("/")).decode()


def link(iri: str) -> str:
    """Where a page leads for an IRI: a path of this server, the web's own address, or nowhere."""
    return path(iri) or (iri if _WEB.fullmatch(iri) else "")
