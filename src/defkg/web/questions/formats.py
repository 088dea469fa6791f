"""The formats in which answers to questions come: suffixes of the address, and their media types."""

from __future__ import annotations

from defkg.engine.formats import ROW_NAMES
from defkg.question import Question
from defkg.question.binding import form
from defkg.web import documents

TRIPLES = documents.GRAPHS
FORMATS = {**ROW_NAMES, **TRIPLES, "rq": "application/sparql-query", "svg": "image/svg+xml"}
GRAPHS = ("CONSTRUCT", "DESCRIBE")


def offered(question: Question) -> dict[str, str]:
    """The formats that a question's answer has: suffix to media type, the best first."""
    if form(question.sparql) in GRAPHS:
        return {suffix: FORMATS[suffix] for suffix in (*TRIPLES, "rq")}
    pictured = form(question.sparql) == "SELECT"
    return {suffix: media_type for suffix, media_type in FORMATS.items() if pictured or suffix != "svg"}
