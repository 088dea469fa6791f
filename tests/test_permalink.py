"""An answer that was cited: the same, or different with both counts, and nothing else claimed."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal

from defkg.citation import Citation, compare
from defkg.engine import Problem
from defkg.table import Table
from tests.conftest import ROOT
from tests.server import server, until
from tests.test_cli import run
from tests.test_questions import BROWSER, page, words

ONE = Table(["x"], [{"x": Literal("1")}])
TWO = Table(["x"], [{"x": Literal("1")}, {"x": Literal("2")}])


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check", "--workers", "2") as running, httpx.Client(base_url=running.address) as client:
        yield client


def cited(client: httpx.Client, path: str) -> str:
    return unescape(re.findall(r'<a href="([^"]+)">Address of this answer', page(client, path))[0])


def pinned(client: httpx.Client, **changed: str) -> str:
    url = httpx.URL(cited(client, "/questions/jwgs-co-chaired-by"))
    return str(url.copy_merge_params(changed))


def test_an_answer_cited_is_the_same_when_opened_again(client: httpx.Client) -> None:
    text = words(page(client, cited(client, "/questions/jwgs-co-chaired-by")))
    assert "Same. The answer has the 1 row that was cited." in text
    assert "Different" not in text


def test_what_is_cited_names_the_defaults_and_what_was_left_out(client: httpx.Client) -> None:
    address = cited(client, "/questions/jwgs-co-chaired-by")
    assert address.startswith("/questions/jwgs-co-chaired-by?official=id%3Aofficial%2Famitabh-prasad&dataset=")
    digest = client.get("/readyz").json()["digest"]
    assert f"dataset={digest}&rows=1&result=" in address


def test_the_line_to_copy_has_all_there_is_to_cite(client: httpx.Client) -> None:
    text = page(client, "/questions/jwgs-co-chaired-by")
    line = unescape(re.findall(r'class="cite">(.*?)</pre>', text, re.DOTALL)[0])
    assert line.startswith("“Which joint working groups has an official co-chaired? (Official: Amitabh Prasad)” defkg")
    assert re.search(r"dataset [0-9a-f]{64}, 1 row, \d{4}-\d\d-\d\d\. http://127\.0\.0\.1:\d+/questions/", line)
    assert client.get(line.rpartition(" ")[2], headers=BROWSER).status_code == 200


def test_other_rows_are_different_with_both_counts(client: httpx.Client) -> None:
    text = words(page(client, pinned(client, rows="7", result="0" * 64)))
    assert "Different. The answer that was cited had 7 rows; this one has 1, not the same." in text
    assert "The dataset is the one that was cited: the question, or how it is answered, has changed." in text
    assert "Same." not in text


def test_rows_that_were_cited_are_shown_where_the_project_of_then_is_given(client: httpx.Client, copy: Path) -> None:
    label = "India–Brunei Joint Working Group on Defence Cooperation"
    registry = copy / "data" / "registry"
    (file,) = [path for path in registry.glob("*.ttl") if f'prefLabel "{label}"' in path.read_text()]
    file.write_text(file.read_text().replace(f'prefLabel "{label}"', 'prefLabel "The group as it is called now"'))
    address = cited(client, "/questions/jwgs-co-chaired-by")
    with server(copy, "--no-check", "--earlier", ROOT) as running, httpx.Client(base_url=running.address) as now:
        text = page(now, address)
        assert "Different. The answer that was cited had 1 row; this one has 1, not the same." in words(text)
        rows_of_then = text.partition("The rows that were cited")[2].partition("</details>")[0]
        assert label in rows_of_then
        assert "The group as it is called now" not in rows_of_then
        other = str(httpx.URL(address).copy_merge_params({"dataset": "0" * 64}))
        assert "The rows that were cited" not in page(now, other)
        forged = str(httpx.URL(address).copy_merge_params({"result": "0" * 64}))
        assert "The rows that were cited" not in page(now, forged)
        assert len(running.zygotes()) == 2


def test_a_project_of_then_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    said = run("serve", "--no-check", "--port", "0", "--earlier", str(tmp_path / "nowhere"))
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert "is not a folder" in said.stderr


def test_the_same_rows_of_another_dataset_are_the_same(client: httpx.Client) -> None:
    text = words(page(client, pinned(client, dataset="0" * 64)))
    assert "although the dataset is another one by now." in text
    assert "Same." in text


@pytest.mark.parametrize(
    "changed",
    [{"dataset": "x"}, {"dataset": ""}, {"rows": "-1"}, {"rows": "01"}, {"rows": "2"}, {"result": "A" * 64}],
    ids=lambda changed: "-".join(f"{k}={v[:3]}" for k, v in changed.items()),
)
def test_a_malformed_citation_is_refused(client: httpx.Client, changed: dict[str, str]) -> None:
    text = page(client, pinned(client, **changed), 400)
    assert "Same." not in text
    assert "Different." not in text


def test_a_citation_is_no_parameter_of_the_data(client: httpx.Client) -> None:
    address = cited(client, "/questions/jwgs-co-chaired-by")
    assert client.get(address.replace("?", ".csv?")).status_code == 400
    assert client.get(address, headers={"Accept": "text/csv"}).status_code == 400


def test_an_empty_answer_can_be_cited(client: httpx.Client) -> None:
    text = words(page(client, cited(client, "/questions/jwgs-co-chaired-by?official=Rajesh+Kumar+Singh")))
    assert "Same. The answer has the 0 rows that were cited." in text


def test_rows_of_then_are_shown_only_if_they_are_those_cited() -> None:
    then, now = Citation.of(TWO, "a" * 64), Citation.of(ONE, "b" * 64)
    assert compare(then, now, TWO).earlier == TWO
    assert compare(then, now, ONE).earlier is None
    assert (compare(then, now).same, compare(now, now).same) == (False, True)
    with pytest.raises(Problem):
        compare(Citation("a" * 64, 2, now.result), now)


@pytest.mark.alone
def test_a_changed_dataset_is_told_from_the_one_cited(copy: Path) -> None:
    with server(copy, "--no-check", "--workers", "2") as running:
        client = httpx.Client(base_url=running.address)
        address, other = cited(client, "/questions/jwgs-co-chaired-by"), cited(client, "/questions/officials-by-name")
        for file in (copy / "data").rglob("*.ttl"):
            file.write_text(file.read_text().replace("Rajnath Singh", "Rajnath S."))
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: "another one by now" in page(client, address), 20)
        assert "Same." in words(page(client, address))
        text = words(page(client, other))
        assert "Different. The answer that was cited had 3 rows; this one has 2, not the same." in text
        assert "The dataset is another one by now." in text
        client.close()
