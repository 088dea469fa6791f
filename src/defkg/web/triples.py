"""Triples as the body of a document, in each of the formats of graphs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import Triple

from defkg import jsonld
from defkg.engine import Problem
from defkg.jsonld import Context
from defkg.web.documents import FORMATS
from defkg.writing import Unwritable, ntriples, rdfxml, turtle

_WRITERS: dict[str, Callable[[Iterable[Triple]], bytes]] = {"ttl": turtle, "nt": ntriples, "rdf": rdfxml}


def written(triples: Iterable[Triple], suffix: str, context: Context | None = None) -> bytes:
    """The triples in one of the formats of graphs; what is equal as a set comes out as the same bytes.

    Args:
        triples: what is to be written.
        suffix: the format's.
        context: the names that JSON-LD is to use.

    Raises:
        Problem: 406, the format cannot carry them.
    """
    if suffix == "jsonld":
        return as_json(jsonld.graph(triples, context or Context()))
    try:
        return _WRITERS[suffix](triples)
    except Unwritable as error:
        detail = f"{FORMATS[suffix]} cannot carry this: {error}; take another format, such as text/turtle"
        raise Problem(406, "unwritable", "The format cannot carry this", detail) from error


def as_json(document: dict[str, Any]) -> bytes:
    """A JSON-LD document as text."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
