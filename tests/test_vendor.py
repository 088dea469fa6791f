"""Files that others made: as published, listed with their licences, and served for good."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import defkg
from defkg.web.vendored import Static

FOLDER = Path(defkg.__file__).parent / "web" / "static" / "vendor"
LIST = "THIRD_PARTY.txt"
KEYS = {"File", "Package", "Path", "Licence", "Licence-Text", "SHA-256"}


def blocks() -> list[dict[str, str]]:
    parts = (FOLDER / LIST).read_text(encoding="utf-8").split("\n\n")[1:]
    return [dict(line.split(": ", 1) for line in part.strip().splitlines()) for part in parts]


NAMES = [block["File"] for block in blocks()]


@pytest.mark.parametrize("block", blocks(), ids=NAMES)
def test_a_vendored_file_is_as_listed(block: dict[str, str]) -> None:
    assert block.keys() == KEYS
    assert hashlib.sha256((FOLDER / block["File"]).read_bytes()).hexdigest() == block["SHA-256"]
    registry, name, version = block["Package"].split(" ")
    assert (registry, block["File"]) == ("npm", f"{name.rpartition('/')[2]}-{version}{suffix(block['File'])}")
    assert re.fullmatch(
        rf"{re.escape(name.rpartition('/')[2])}-{re.escape(version)}\.LICENSES?\.txt", block["Licence-Text"]
    )
    assert block["Licence"].split()[0] == "MIT"
    assert "Permission is hereby granted, free of charge" in (FOLDER / block["Licence-Text"]).read_text()


def suffix(name: str) -> str:
    found = re.search(r"(?:\.min|\.umd)?\.(?:js|css)$", name)
    assert found
    return found[0]


def test_nothing_is_there_that_is_not_listed() -> None:
    texts = {block["Licence-Text"] for block in blocks()}
    assert {path.name for path in FOLDER.iterdir()} == {LIST, *NAMES, *texts}
    assert len(NAMES) == len(set(NAMES)) >= 2


def test_every_vendored_file_is_used_and_no_other() -> None:
    web = FOLDER.parent.parent
    written = "".join(path.read_text(encoding="utf-8") for path in web.rglob("templates/*.html"))
    assert set(re.findall(r"/static/vendor/([\w.-]+)", written)) == set(NAMES)


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = Starlette()
    app.mount("/static", Static(directory=FOLDER.parent))
    return TestClient(app)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_vendored_file_is_served_whole_and_for_good(client: TestClient, name: str, coding: str) -> None:
    with client.stream("GET", f"/static/vendor/{name}", headers={"Accept-Encoding": coding}) as response:
        body = b"".join(response.iter_raw())
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers.get("content-encoding", "identity") == coding
    assert response.headers["vary"] == "Accept-Encoding"
    assert len(body) == int(response.headers["content-length"])
    assert (gzip.decompress(body) if coding == "gzip" else body) == (FOLDER / name).read_bytes()
    again = {"Accept-Encoding": coding, "If-None-Match": response.headers["etag"]}
    assert client.get(f"/static/vendor/{name}", headers=again).status_code == 304


def test_a_part_of_a_file_is_a_part_of_the_file_as_it_is(client: TestClient) -> None:
    path = f"/static/vendor/{NAMES[0]}"
    response = client.get(path, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert (response.status_code, response.content) == (206, (FOLDER / NAMES[0]).read_bytes()[:10])


def test_our_own_files_are_asked_for_again(client: TestClient) -> None:
    response = client.get("/static/editor.js")
    assert (response.status_code, response.headers["cache-control"]) == (200, "public, max-age=3600")


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for path in ("/static/vendor/", "/static/vendor/no.js", "/static/vendor/%2e%2e/%2e%2e/pages.py", "/static/%00.js"):
        assert client.get(path).status_code == 404, path
