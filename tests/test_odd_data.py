"""Pages of data that no check has passed: a literal where a thing belongs, empty values, numbers past all reason."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import httpx
import pytest

from defkg.project import FOLDERS
from tests.conftest import ROOT
from tests.kinds import BROWSER
from tests.server import server

ODD = r"""
id:meeting\/odd a defkg:Meeting ; defkg:hasParty id:country\/IND, id:country\/BRN ;
    defkg:inRelationship id:relationship\/BRN-IND ; defkg:meetingOf id:mechanism\/india-brunei-jwg ;
    defkg:heldAt "New Delhi" ; defkg:date "" ; defkg:duration "" .
id:statement\/odd a defkg:Statement ; defkg:hasParty id:country\/IND, id:country\/ISR ;
    defkg:inRelationship id:relationship\/IND-ISR ; defkg:concerns "maritime security" .
id:participation\/odd a defkg:Participation ; defkg:participant id:official\/amitabh-prasad ;
    defkg:inEvent id:meeting\/odd ; defkg:role "" .
"""
PAGES = [
    "/between/IND/BRN",
    "/between/IND/ISR",
    "/between/?by=topic&country=ISR",
    "/timeline",
    "/id/meeting/odd",
    "/id/meeting/odd?neighbours=1",
    "/id/statement/odd",
    "/id/country/BRN",
    "/id/mechanism/india-brunei-jwg",
    "/id/official/amitabh-prasad",
    "/id/source/2025-12-09-pti-india-brunei-jwg",
    "/id/meeting/india-brunei-jwg-1",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    project = tmp_path_factory.mktemp("project")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, project / name)
    with (project / "data" / "curation.ttl").open("a") as file:
        file.write(ODD)
    source = project / "data" / "sources" / "2025-12-09-pti-india-brunei-jwg.ttl"
    source.write_text(re.sub(r"oa:start \d+", "oa:start " + "9" * 5_000, source.read_text(), count=1))
    with server(project, "--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.mark.parametrize("address", PAGES)
def test_odd_data_is_shown_all_the_same(client: httpx.Client, address: str) -> None:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == 200
    assert "<h1" in response.text


def test_a_parameter_is_not_repeated_at_any_length(client: httpx.Client) -> None:
    assert client.get(f"/id/meeting/odd?neighbours={'y' * 9_000}", headers=BROWSER).status_code == 400
