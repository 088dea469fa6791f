"""A query's line in the log: JSON for programs, and short for who looks on at a terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from defkg.web import log
from defkg.web.log import Entry

HOSTILE = 'SELECT *\n\x1b[2J\x7f { ?s ?p "é" } # ' + "x" * 500
ENTRY = Entry("id1", "192.0.2.1", "GET", 200, "ok", 0.0012, 0.0034, 3, 50, query=HOSTILE)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = log._stream
    yield
    log._stream = before


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["pipe", "terminal"])
def test_a_line_is_one_line_of_printable_ascii(stream: io.StringIO) -> None:
    log.start(stream)
    log.write(ENTRY)
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    assert line.isprintable()


def test_a_pipe_gets_json_and_a_terminal_what_a_person_wants() -> None:
    pipe, terminal = io.StringIO(), Terminal()
    for stream in (pipe, terminal):
        log.start(stream)
        log.write(ENTRY)
    assert json.loads(pipe.getvalue())["query"] == HOSTILE
    assert terminal.getvalue()[8:].startswith(' 200 ok 3 ms "SELECT * \\u001b[2J\\u007f')
    assert len(terminal.getvalue()) < 200
