"""A worker that meets a fault of its own program tells it and goes on."""

from __future__ import annotations

import socket

from pyoxigraph import Store

from defkg.engine.frames import Frame, Reader
from defkg.engine.limits import Limits
from defkg.engine.stores import InMemory
from defkg.engine.worker import _Worker


def answered(*questions: dict[str, object]) -> list[Frame]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker = _Worker(theirs, InMemory(Store()), Limits())
        worker._store = Store()
        for question in questions:
            worker._answer(Frame(question))
        reader = Reader(ours)
        return [frame for _ in questions if (frame := reader.receive())]


def test_fault_of_the_program_is_named_and_the_next_query_is_answered() -> None:
    question = {"query": "ASK {}", "default_graphs": None, "named_graphs": None}
    formats = {"rows_type": "text/csv", "graph_type": None}
    fault, answer = answered({"query": "ASK {}"}, {**question, **formats})
    assert fault.members["problem"]["kind"] == "engine-died"
    assert fault.members["problem"]["more"] == {"cause": "KeyError"}
    assert answer.body == b"true"
