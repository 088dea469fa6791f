"""The operations of ``/sparql`` as OpenAPI describes them, for those who make clients and tests of it.

Source: OpenAPI 3.1, operation object.
"""

from __future__ import annotations

from typing import Any

from defkg.engine.formats import GRAPHS, NAMES, ROWS

_TEXT = {"type": "string"}
_IRIS = {"type": "array", "items": {"type": "string", "format": "iri"}}
_QUERY = ("query", _TEXT, "The query, in SPARQL 1.1")
_SHARED = (
    ("default-graph-uri", _IRIS, "Graphs to merge into the default graph"),
    ("named-graph-uri", _IRIS, "Graphs that GRAPH may name"),
    ("timeout", {"type": "number", "exclusiveMinimum": 0}, "Seconds; it only lowers the limit"),
    ("format", {"type": "string", "enum": list(NAMES)}, "The answer's format, in place of Accept"),
    ("version", _TEXT, "The version of SPARQL; accepted, and of no effect"),
    ("explain", {"type": "string", "enum": ["empty"]}, "Links an empty answer to why it is empty"),
)
_PROBLEM = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
STATUSES = {
    "400": "The request or its query is not valid",
    "403": "An update, or a query that would reach another service",
    "406": "No format that the client accepts",
    "408": "The body is slow",
    "413": "The body, the answer or the memory for it is too large",
    "415": "The body is of another type, or not in UTF-8",
    "429": "The client's budget is used up",
    "500": "The server is at fault",
    "503": "The server is busy",
    "504": "The query took too long",
}


def asking() -> dict[str, Any]:
    """The GET operation."""
    parameters = [_parameter(*described) for described in (_QUERY, *_SHARED)]
    return {"parameters": parameters, "responses": _responses(further={"414": "The query is too long"})}


def posting() -> dict[str, Any]:
    """The POST operation: a form, or the query itself."""
    form = {name: {**schema, "description": words} for name, schema, words in (_QUERY, *_SHARED)}
    content = {
        "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": form, "required": ["query"]}},
        "application/sparql-query": {"schema": _TEXT},
    }
    return {"requestBody": {"required": True, "content": content}, "responses": _responses()}


def reading() -> dict[str, Any]:
    """The GET operation of the graph store."""
    described = (("graph", _TEXT, "The graph's IRI"), ("default", _TEXT, "The default graph; without a value"))
    formats = ("format", {"type": "string", "enum": list(NAMES)}, "The answer's format, in place of Accept")
    parameters = [_parameter(*one) for one in (*described, formats)]
    return {"parameters": parameters, "responses": _responses(list(GRAPHS), {"404": "There is no such graph"})}


def hinting() -> dict[str, Any]:
    """The GET operations of the hints."""
    parameters = [_parameter(*described) for described in (_QUERY, *_SHARED[:3])]
    return {"parameters": parameters, "responses": _responses(["application/json"])}


def _parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


def _responses(formats: list[str] | None = None, further: dict[str, str] | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {form: {} for form in formats or [*ROWS, *GRAPHS, "text/html"]}
    problems = {status: refused(words) for status, words in {**STATUSES, **(further or {})}.items()}
    return {"200": {"description": "The complete answer", "content": content}, **problems}


def refused(words: str) -> dict[str, Any]:
    """A response that is a problem document."""
    return {"description": words, **_PROBLEM}
