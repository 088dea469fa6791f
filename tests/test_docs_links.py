"""Every link of every document leads somewhere: files, anchors in them, and hosts that are known."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
HOSTS = """127.0.0.1:8000 creativecommons.org datapackage.org docs.github.com example.org framework.frictionlessdata.io
github.com keepachangelog.com modelcontextprotocol.io prometheus.io semver.org w3id.org
www.loc.gov www.w3.org""".split()
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ADDRESS = re.compile(r"<(https?://[^>\s]+)>")
_HEADING = re.compile(r"^#+ (.+?)\s*$", re.MULTILINE)


def prose(text: str) -> str:
    """A document without its code, its spaces kept."""
    return _CODE.sub("``", _FENCE.sub("", text))


def anchors(path: Path) -> set[str]:
    """The anchors that a forge gives the headings of a document."""
    headings = _HEADING.findall(_FENCE.sub("", path.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def faults(path: Path, text: str) -> list[str]:
    """The links of a document that lead nowhere."""
    found = _LINK.findall(prose(text)) + re.findall(r"^\[[^\]]+\]: (\S+)", prose(text), re.MULTILINE)
    return [link for link in found if not _leads(path, link)] + [
        link for link in _ADDRESS.findall(prose(text)) if not _known(link)
    ]


def _leads(path: Path, link: str) -> bool:
    if "://" in link:
        return _known(link)
    name, _, anchor = link.partition("#")
    target = (path.parent / name) if name else path
    return target.exists() and (not anchor or anchor in anchors(target))


def _known(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme in ("http", "https") and parts.netloc in HOSTS


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert faults(path, path.read_text()) == []


@pytest.mark.parametrize(
    "link",
    [
        "[a](nowhere.md)",
        "[a](README.md#no-such-heading)",
        "[a](https://unknown.example/)",
        "<https://unknown.example/>",
    ],
)
def test_a_link_that_leads_nowhere_is_seen(link: str) -> None:
    assert len(faults(ROOT / "README.md", link)) == 1


def test_every_document_is_on_the_map() -> None:
    plan = (ROOT / "docs" / "README.md").read_text()
    told = set(_LINK.findall(plan))
    documents = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "decisions"]
    named = [str(path.relative_to(ROOT / "docs")) for path in documents if path.name != "README.md"]
    assert [name for name in named if name not in told] == []
