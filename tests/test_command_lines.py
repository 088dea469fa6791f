"""The command lines in indented blocks and ``sh`` fences do what they say; those that are not run say who runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.console import Reader
from tests.services import oxigraph
from tests.test_docs_links import DOCUMENTS

COMMANDS = ROOT / "docs" / "commands.md"
PROGRAMS = "apt-get curl defkg echo git kill ln make mkdir nginx pip python python3 podman systemctl journalctl".split()
NOT_HERE = {
    r"…|\.\.\.|\bFOLDER\b": "has something to fill in",
    r"^(apt-get|podman|systemctl|journalctl) ": "wants a machine; tests/test_deploy.py looks at image and unit",
    r"^(python3 -m venv|pip|\S+/bin/(pip|defkg)) ": "tests/test_package.py installs the package and runs it",
    r":8001/": "asks what the line before has started, and that is installed from a wheel",
    r"^make ": "tests/test_tutorials.py sees that each target exists; .ci/run makes them",
}
SERVICE = "http://127.0.0.1:7878/query"
REPORT = """This report is invented, and so are the people in it.
A made-up group met in Sample Town on 4 March 2026.
Asha Example and Nguyen Van An co-chaired it.
Nguyen Van An came for two days.
There will be an exercise named Blue Heron.
The two will meet every year.
"""
FIRST = ("new source", "new mechanism", "new official")  # which the other examples take for granted
_BLOCKS = re.compile(r"(?<=\n\n)((?: {4}.*\n)+)|```sh\n((?:(?!```).*\n)*)")
_ARTICLE = "2025-12-09-pti-india-brunei-jwg"


def lines(text: str) -> list[str]:
    """The command lines of a document, those that go on in the next line as one, without comments."""
    blocks = ["".join(found).replace("\\\n", " ") for found in re.findall(_BLOCKS, text)]
    plain = [re.sub(r"(^|\s{2,})#.*", "", line.strip()) for block in blocks for line in block.splitlines()]
    return [line for line in plain if line.split(" ")[0] in PROGRAMS or "/bin/" in line.split(" ")[0]]


def elsewhere(line: str) -> bool:
    return any(re.search(pattern, line) for pattern in NOT_HERE)


HERE = {path: [line for line in lines(path.read_text()) if not elsewhere(line)] for path in DOCUMENTS}
HERE[COMMANDS] = sorted(
    dict.fromkeys(HERE[COMMANDS]), key=lambda line: (" new " in line, *(word not in line for word in FIRST))
)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Who has a project with a copy of a report, a query, and copies of documents in two folders."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in (tmp_path / "home" / "articles", tmp_path / "project" / "copies"):
        folder.mkdir(parents=True)
    (tmp_path / "home" / "articles" / f"{_ARTICLE}.txt").write_text("It was co-chaired by two.\n")
    with ExitStack() as stack:
        one = Reader(tmp_path, "", stack)
        (one.project / "copy.txt").write_text(REPORT)
        (one.project / "my-project").symlink_to(".")
        (one.project / "my.rq").write_text("SELECT ?c { ?c a defkg:Country }")
        yield one


def typed(one: Reader, line: str) -> None:
    """Does what a line says, each command of it.

    Raises:
        AssertionError: a command does not do it; findings (1) are what some are for.
    """
    for command in line.split(" && "):
        if command.startswith("defkg serve"):
            one.serve(re.sub(r" --(host|port) \S+", "", command).split()[2:])
            continue
        done = one.ran(re.sub(r"^curl ", "curl --silent --show-error --fail ", command))
        said = f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode in (0, 1), said
        assert "Traceback" not in said, said


def marks(path: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.services] if SERVICE in path.read_text() else []


@pytest.mark.parametrize("path", [pytest.param(path, marks=marks(path), id=path.stem) for path in HERE if HERE[path]])
def test_lines_of_a_document_do_what_they_say(path: Path, reader: Reader) -> None:
    with ExitStack() as stack:
        service = stack.enter_context(oxigraph()).address if SERVICE in path.read_text() else SERVICE
        if any(line.startswith("curl") for line in HERE[path]):
            reader.serve([])
        for line in HERE[path]:
            typed(reader, line.replace(SERVICE, service))


def test_every_reason_not_to_run_a_line_is_one() -> None:
    every = [line for path in DOCUMENTS for line in lines(path.read_text())]
    assert len(every) > 60
    assert [pattern for pattern in NOT_HERE if not any(re.search(pattern, line) for line in every)] == []


@pytest.mark.parametrize("line", ["defkg nonsense", "defkg check --nonsense", "curl http://127.0.0.1:1/"])
def test_a_line_that_does_not_work_is_seen(line: str, reader: Reader) -> None:
    with pytest.raises(AssertionError, match=line.split()[-1]):
        typed(reader, line)
