"""A list as data: every thing of it as a row of CSV, or with its class and names as triples."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from defkg.engine import Request
from defkg.kinds import Kind
from defkg.terms import DCTERMS, ID, ONTOLOGY, RDFS, SKOS, TYPE
from defkg.web.lists.choices import Choices
from defkg.web.lists.facets import BOUNDS, EVENT
from defkg.web.lists.listing import NAME, NAMED

CSV = "text/csv"
_D = ONTOLOGY
_KIND = """?x a ?kind .
    FILTER NOT EXISTS {{ ?x a ?narrower . ?narrower <{rdfs}subClassOf> ?kind . FILTER (?narrower != ?kind) }}"""
_DATE = """{event}
    FILTER EXISTS {{ ?e {bounds} ?any }}
    OPTIONAL {{ ?e <{d}date> ?on }}
    OPTIONAL {{ ?e <{d}earliest> ?first }}
    OPTIONAL {{ ?e <{d}latest> ?last }}
    OPTIONAL {{ ?e <{d}datePrecision> ?exact }}
    OPTIONAL {{ ?e <{d}dateBasis> ?ground }}"""
_NAMED = """BIND (?x AS ?iri)
  BIND (STR({named}) AS ?name)"""
_ROWS = """SELECT ?iri (MIN(?name) AS ?label) (GROUP_CONCAT(DISTINCT STR(?kind); separator=" ") AS ?class)
  (GROUP_CONCAT(DISTINCT STR(?on); separator=" ") AS ?date) (MIN(?first) AS ?earliest) (MAX(?last) AS ?latest)
  (GROUP_CONCAT(DISTINCT STR(?exact); separator=" ") AS ?precision)
  (GROUP_CONCAT(DISTINCT STR(?ground); separator=" ") AS ?basis)
  (GROUP_CONCAT(DISTINCT STR(?e); separator=" ") AS ?date_of)
  (GROUP_CONCAT(DISTINCT STR(?dating); separator=" ") AS ?date_sources)
  (GROUP_CONCAT(DISTINCT STR(?party); separator=" ") AS ?parties)
  (GROUP_CONCAT(DISTINCT STR(?telling); separator=" ") AS ?sources)
WHERE {{
  {things}
  {name}
  {named}
  OPTIONAL {{ {kind} }}
  OPTIONAL {{ {date} OPTIONAL {{ GRAPH ?dating {{ ?e {bounds} ?when }} {documents} }} }}
  OPTIONAL {{ ?x <{d}hasParty> ?party }}
  OPTIONAL {{ SELECT DISTINCT ?x ?telling WHERE {{ {things} GRAPH ?telling {{ ?x ?says ?of }} {sources} }} }}
}} GROUP BY ?iri ORDER BY ?label ?iri"""
_MANY = """SELECT ?iri (?name AS ?label) (?kind AS ?class) (?on AS ?date) (?first AS ?earliest) (?last AS ?latest)
  (?exact AS ?precision) (?ground AS ?basis) (?e AS ?date_of)
WHERE {{
  {things}
  {name}
  {named}
  OPTIONAL {{ {kind} }}
  OPTIONAL {{ {date} }}
}}"""
_TRIPLES = """CONSTRUCT {{ ?x ?p ?o }} WHERE {{
  {things}
  ?x ?p ?o .
  FILTER (?p IN ({type}, <{skos}prefLabel>, <{rdfs}label>, <{dcterms}title>))
}}"""


def request(choices: Choices, media_type: str, *, long: bool) -> Request:
    """The query that gives a whole list.

    Args:
        choices: the list.
        media_type: of rows, or of triples.
        long: whether it is too long to be sorted and grouped; then it has no parties and documents, whose rows would
            be many.
    """
    if media_type == CSV:
        return Request(_rows(choices, _MANY if long else _ROWS), rows_type=CSV, graph_type=None)
    query = _TRIPLES.format(things=choices.pattern(), type=TYPE, skos=SKOS, rdfs=RDFS, dcterms=DCTERMS)
    return Request(query, rows_type=None, graph_type=media_type)


def _rows(choices: Choices, query: str) -> str:
    """A query for rows: a thing's date is its own, or that of what dates an agreement, with how it is known."""
    documents, sources = (f'FILTER (STRSTARTS(STR(?{name}), "{ID}source/"))' for name in ("dating", "telling"))
    return query.format(
        things=choices.pattern(),
        name=NAME,
        named=_NAMED.format(named=NAMED),
        kind=_KIND.format(rdfs=RDFS),
        date=_DATE.format(event=EVENT, bounds=BOUNDS, d=_D),
        bounds=BOUNDS,
        documents=documents,
        sources=sources,
        d=_D,
    )


def overview(kinds: Iterable[Kind]) -> bytes:
    """All kinds with their counts, as CSV."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("kind", "class", "count"))
    writer.writerows((kind.name, kind.iri, kind.count) for kind in kinds)
    return text.getvalue().encode()
