"""The rules for w3id.org: where each address leads, as mod_rewrite reads them from a folder's ``.htaccess``.

Source: Apache HTTP Server 2.4, mod_rewrite: ``RewriteRule`` in a folder sees the path below it, unescaped and without
its query; ``%1`` is what the last ``RewriteCond`` caught; a query is passed on where the target has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import httpx
import pytest

from tests.conftest import ROOT
from tests.kinds import BROWSER
from tests.server import server

FOLDER = ROOT / "w3id"
HOST = "https://defkg.example.org"
LED = """ontology 303 /ontology
ontology/ 303 /ontology
ontology/0.1.0 303 /ontology/0.1.0
ontology/0.1.0.ttl 302 /ontology/0.1.0.ttl
ontology.jsonld 302 /ontology.jsonld
ontology/context.jsonld 302 /ontology/context.jsonld
ontology/patterns/participation.svg 302 /ontology/patterns/participation.svg
ontology/uses 302 /ontology/uses
ontology/alignments 303 /ontology/alignments
ontology/alignments/prov 303 /ontology/alignments/prov
ontology/alignments/prov.sssom.tsv 302 /ontology/alignments/prov.sssom.tsv
problem/timeout 303 /problem/timeout
problem/ 303 /problem/
limit 303 /sparql
shapes 303 /shapes
shapes.ttl 302 /shapes.ttl
checks 303 /checks
void 303 /.well-known/void
void.ttl 302 /void.ttl
dcat.ttl 302 /dcat.ttl
id/country/IND 303 /id/country/IND
id/country/IND.ttl 303 /id/country/IND.ttl
id/source/2025-12-09-pti-india-brunei-jwg 303 /id/source/2025-12-09-pti-india-brunei-jwg
id/place/caf%C3%A9%2Fbar 303 /id/place/caf%C3%A9%2Fbar
id/country/ 303 /id/country/
graph/registry 303 /graph/registry
between/IND/BRN 303 /between/IND/BRN
questions/ 303 /questions/
questions/jwgs-co-chaired-by?official=Amitabh%20Prasad 303 /questions/jwgs-co-chaired-by?official=Amitabh%20Prasad
dumps/defkg.nq.gz 303 /dumps/defkg.nq.gz
sparql?query=ASK%7B%7D 307 /sparql?query=ASK%7B%7D"""
NOWHERE = ["idle", "ontology.owl", "ontology/../sparql2", "shapes/x", "ids/country/IND", "x/id/country/IND", "sparql/x"]


def directives() -> Iterator[list[str]]:
    for line in (FOLDER / ".htaccess").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split()


def led(address: str) -> tuple[int, str] | None:
    """Status and target for an address below the folder; None where no rule takes it."""
    path, mark, query = address.partition("?")
    condition = ""
    for name, *parts in directives():
        if name == "RewriteCond":
            assert parts[0] == "%{THE_REQUEST}"
            condition = parts[1]
        elif name == "RewriteRule":
            rule, caught = re.search(parts[0], unquote(path)), re.search(condition, f"GET /defkg/{address} HTTP/1.1")
            condition = ""
            if rule and caught:
                status = re.search(r"R=(\d+)", parts[2])
                assert status
                return int(status[1]), filled(parts[1], {"$": rule, "%": caught}) + mark + query
    return None


def filled(target: str, found: dict[str, re.Match[str]]) -> str:
    """A target with what was caught put in."""
    return re.sub(r"([$%])(\d)", lambda match: found[match[1]][int(match[2])] or "", target)


@pytest.mark.parametrize("case", LED.splitlines())
def test_an_address_leads_to_the_server(case: str) -> None:
    address, status, place = case.split()
    assert led(address) == (int(status), HOST + place)


def test_the_folder_itself_leads_to_the_front_page() -> None:
    assert led("") == (303, f"{HOST}/")


@pytest.mark.parametrize("address", NOWHERE)
def test_what_is_not_ours_leads_nowhere(address: str) -> None:
    assert led(address) is None


def test_where_addresses_lead_there_is_something() -> None:
    skipped = ("caf%C3%A9", "dumps/")
    with (
        server("--no-check") as running,
        httpx.Client(base_url=running.address, timeout=30, follow_redirects=True) as client,
    ):
        for case in LED.splitlines():
            _, _, place = case.split()
            if not any(part in place for part in skipped):
                assert client.get(place, headers=BROWSER).status_code == 200, place


def test_the_readme_names_the_placeholder() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    hosts = {re.sub(r"https://([^/]+)/.*", r"\1", parts[2]) for parts in directives() if parts[0] == "RewriteRule"}
    assert hosts == {"defkg.example.org"}
    assert "`defkg.example.org`" in text
