"""Every link from the first page on answers, and every IRI in the data dereferences."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from defkg.dataset import Dataset
from defkg.terms import BASE, ID
from defkg.web.links import path
from tests.kinds import BROWSER
from tests.server import server

pytestmark = pytest.mark.alone
ALIKE = 3
"""How many addresses are tried that differ only in the values of their parameters."""

MOST = 100_000 if os.environ.get("DEFKG_LONG") else 800
"""How many pages are read; all of them take minutes."""

RDF = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


class Links(HTMLParser):
    """The addresses and the named places of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if tag in ("a", "link", "script", "img"):
            self.hrefs += [address for name in ("href", "src") if (address := given.get(name))]


def links(html: str) -> Links:
    parser = Links()
    parser.feed(html)
    return parser


def test_every_link_from_the_first_page_on_answers(client: httpx.Client) -> None:
    host = urlsplit(str(client.base_url)).netloc
    seen: set[str] = {"/"}
    alike: Counter[tuple[str, ...]] = Counter()
    queue, wrong = deque([("/", "")]), []
    wanted: list[tuple[str, str, str]] = []
    places: dict[str, set[str]] = {}
    while queue and len(places) < MOST:
        address, whence = queue.popleft()
        response = client.get(address, headers=BROWSER, follow_redirects=True)
        if response.status_code != 200:
            wrong.append(f"{response.status_code} {address} from {whence}")
        if not response.headers.get("content-type", "").startswith("text/html"):
            continue
        found = links(response.text)
        places[address] = found.ids
        for href in found.hrefs:
            target, fragment = urldefrag(urljoin(str(response.url), href))
            parts = urlsplit(target)
            if parts.scheme not in ("http", "https") or parts.netloc != host:
                continue
            local = parts.path + (f"?{parts.query}" if parts.query else "")
            if fragment:
                wanted.append((local, unquote(fragment), address))
            if local not in seen and fresh(alike, parts.path, parts.query):
                seen.add(local)
                queue.append((local, address))
    assert wrong == []
    lost = {(to, name, whence) for to, name, whence in wanted if to in places and name not in places[to]}
    assert lost == set()
    assert len(places) > 500


def fresh(alike: Counter[tuple[str, ...]], place: str, query: str) -> bool:
    """Whether an address is unlike those tried: a page of its own, or a format or parameters seldom tried there."""
    suffix = re.search(r"\.(ttl|nt|rdf|jsonld|csv)$", place)
    if not query and not suffix:
        return True
    kind = re.sub(r"^/(id/[^/]+|between|questions)/.+", r"/\1", place)
    key = (kind, suffix[0] if suffix else "", *sorted(name for name, _ in parse_qsl(query, keep_blank_values=True)))
    alike[key] += 1
    return alike[key] <= ALIKE


def iris(client: httpx.Client) -> list[str]:
    """Every IRI of ours in any graph that is served, and the graphs' own."""
    parts = (
        "GRAPH ?iri { ?s ?p ?o }",
        *(f"GRAPH ?g {{ {part} }}" for part in ("?iri ?p ?o", "?s ?iri ?o", "?s ?p ?iri")),
    )
    union = " UNION ".join(f"{{ {part} }}" for part in parts)
    ours = f"ISIRI(?iri) && STRSTARTS(STR(?iri), '{BASE}')"
    query = f"SELECT DISTINCT ?iri WHERE {{ {union} FILTER ({ours}) }} ORDER BY ?iri"
    rows = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"}).text.splitlines()
    assert len(rows) > 1_000
    return rows[1:]


def test_every_iri_in_the_data_dereferences_in_every_format(client: httpx.Client) -> None:
    wrong = []
    for iri in sorted({urldefrag(iri)[0] for iri in iris(client)}):
        address = path(iri)
        assert address
        for media_type, form in RDF.values():
            response = client.get(address, headers={"Accept": media_type})
            kind = response.headers.get("content-type", "").partition(";")[0]
            if (response.status_code, kind) != (200, media_type):
                wrong.append(f"{response.status_code} {kind} {address} as {media_type}")
            elif not any(parse(response.content, format=form)) and not address.startswith("/questions/"):
                wrong.append(f"nothing in {address} as {media_type}")
        page = client.get(address, headers=BROWSER)
        if page.status_code != 200 or not page.headers["content-type"].startswith("text/html"):
            wrong.append(f"{page.status_code} {address} in a browser")
    assert wrong == []


def test_every_named_part_of_a_document_has_its_place_on_the_page(client: httpx.Client) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for iri in iris(client):
        document, fragment = urldefrag(iri)
        named[document] |= {fragment} - {""}
    lost = {}
    for document, fragments in named.items():
        if fragments:
            lost[document] = fragments - links(client.get(str(path(document)), headers=BROWSER).text).ids
    assert {document: fragments for document, fragments in lost.items() if fragments} == {}
    assert f"{BASE}ontology" in lost


def test_documents_of_things_hold_every_asserted_triple_about_them(client: httpx.Client, closed: Dataset) -> None:
    asserted = {t for t in closed.asserted if isinstance(t.subject, NamedNode) and t.subject.value.startswith(ID)}
    everything = {*closed.asserted, *closed.inferred}
    found: set[Triple] = set()
    for subject in {triple.subject for triple in asserted}:
        assert isinstance(subject, NamedNode)
        body = client.get(f"{path(subject.value)}.nt").content
        told = {quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)}
        assert told <= everything
        assert {triple.subject for triple in told} == {subject}
        found |= told
    assert asserted - found == set()
