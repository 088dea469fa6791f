"""A worker: a forked copy of the zygote that answers one query at a time and can be killed at any moment."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import time
from typing import Any, BinaryIO

from pyoxigraph import NamedNode, Store

from defkg.engine import Problem, Request
from defkg.engine.confinement import deny_files, deny_sockets, limit_memory
from defkg.engine.evaluation import death_problem, evaluate
from defkg.engine.frames import Reader, send
from defkg.engine.limits import Limits
from defkg.engine.preparation import prepare
from defkg.stack import STACK


def work(sock: socket.socket, store: Store, limits: Limits) -> None:
    """Answers what comes on the socket until it closes, on a thread with a large stack; then ends the process."""
    threading.stack_size(STACK)
    thread = threading.Thread(target=_Worker(sock, store, limits).run)
    thread.start()
    thread.join()
    os._exit(0)


class _Worker:
    def __init__(self, sock: socket.socket, store: Store, limits: Limits) -> None:
        self._sock = sock
        self._store = store
        self._limits = limits
        self._graphs = frozenset(g.value for g in store.named_graphs() if isinstance(g, NamedNode))
        self._file: BinaryIO | None = None

    def run(self) -> None:
        self._confine()
        reader = Reader(self._sock)
        while (frame := reader.receive()) is not None:
            self._answer(frame.members)

    def _confine(self) -> None:
        with open(os.devnull, "w") as silence:  # noqa: PTH123 - a dying engine prints its whole stack
            os.dup2(silence.fileno(), sys.stderr.fileno())
        if not deny_sockets():
            self._file = tempfile.TemporaryFile(prefix="defkg-")  # noqa: SIM115 - opened before no file can be
            deny_files()
        limit_memory(self._limits.memory)

    def _answer(self, members: dict[str, Any]) -> None:
        started = time.perf_counter()
        try:
            request, volatile = prepare(_request(members), self._graphs, self._limits)
            evaluated = evaluate(self._store, request, self._limits, self._file)
        except Problem as problem:
            return self._send(started, {"problem": vars(problem)})
        except Exception as error:  # a fault of ours: told by name, and this process goes on
            return self._send(started, {"problem": vars(death_problem(type(error).__name__))})
        except BaseException:  # a panic of the engine arrives as one, and may have left it broken
            os._exit(70)
        spool = evaluated.spool
        told = {"media_type": evaluated.media_type, "rows": spool.rows, "length": spool.length, "volatile": volatile}
        if spool.file is None:
            return self._send(started, told, spool.body())
        spool.file.flush()
        self._send(started, {**told, "fd": True}, fd=spool.file.fileno())
        spool.file.close()
        if self._file is not None:
            os._exit(0)  # its only file now belongs to the answer
        return None

    def _send(self, started: float, members: dict[str, Any], body: bytes = b"", fd: int | None = None) -> None:
        send(self._sock, {**members, "seconds": time.perf_counter() - started}, body, fd)


def _request(members: dict[str, Any]) -> Request:
    default, named = (None if g is None else tuple(g) for g in (members["default_graphs"], members["named_graphs"]))
    return Request(members["query"], default, named, members["rows_type"], members["graph_type"])
