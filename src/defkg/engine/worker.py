"""A worker: a forked copy of the zygote that answers one query at a time and can be killed at any moment."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import time
from typing import Any, BinaryIO

from defkg.engine import Problem, Request
from defkg.engine.confinement import deny_files, deny_sockets, limit_memory
from defkg.engine.evaluation import death_problem, evaluate, unreadable_problem
from defkg.engine.frames import Frame, Reader, send
from defkg.engine.limits import Limits
from defkg.engine.preparation import prepare
from defkg.engine.remote.desk import work_at_desk
from defkg.engine.spool import Spool
from defkg.engine.stores import Held
from defkg.stack import STACK


def work(sock: socket.socket, held: Held, limits: Limits) -> None:
    """Answers what comes on the socket until it closes, on a thread with a large stack; then ends the process."""
    threading.stack_size(STACK)
    thread = threading.Thread(target=_Worker(sock, held, limits).run)
    thread.start()
    thread.join()
    os._exit(0)


class _Worker:
    def __init__(self, sock: socket.socket, held: Held, limits: Limits) -> None:
        self._sock = sock
        self._held = held
        self._limits = limits
        self._graphs = held.names
        self._file: BinaryIO | None = None
        self._trouble: Problem | None = None

    def run(self) -> None:
        self._confine()
        reader = Reader(self._sock)
        while (frame := reader.receive()) is not None:
            self._answer(frame)

    def _confine(self) -> None:
        with open(os.devnull, "w") as silence:  # noqa: PTH123 - a dying engine prints its whole stack
            os.dup2(silence.fileno(), sys.stderr.fileno())
        if not deny_sockets():
            self._file = tempfile.TemporaryFile(prefix="defkg-")  # noqa: SIM115 - opened before no file can be
        try:
            self._store = self._held.open()
        except OSError as error:  # the folder was taken away since the server began
            self._trouble = unreadable_problem(error)
        if self._file is not None:
            deny_files()
        limit_memory(self._limits.memory)

    def _answer(self, frame: Frame) -> None:
        started = time.perf_counter()
        try:
            told, spool = self._do(frame)
        except Problem as problem:
            return self._send(started, {"problem": vars(problem)})
        except Exception as error:  # a fault of ours: told by name, and this process goes on
            return self._send(started, {"problem": vars(death_problem(type(error).__name__))})
        except BaseException:  # a panic of the engine arrives as one, and may have left it broken
            os._exit(70)
        if spool is None:
            return self._send(started, told)
        told = {**told, "rows": spool.rows, "length": spool.length}
        if spool.file is None:
            return self._send(started, told, spool.body())
        spool.file.flush()
        self._send(started, {**told, "fd": True}, fd=spool.file.fileno())
        spool.file.close()
        if self._file is not None:
            os._exit(0)  # its only file now belongs to the answer
        return None

    def _do(self, frame: Frame) -> tuple[dict[str, Any], Spool | None]:
        members = frame.members
        if "do" in members:
            return work_at_desk(members, frame.fd, self._graphs, self._limits, self._file)
        if self._trouble:
            raise self._trouble
        request, volatile = prepare(_request(members), self._graphs, self._limits)
        evaluated = evaluate(*self._held.dataset(self._store, request), self._limits, self._file)
        return {"media_type": evaluated.media_type, "volatile": volatile}, evaluated.spool

    def _send(self, started: float, members: dict[str, Any], body: bytes = b"", fd: int | None = None) -> None:
        send(self._sock, {**members, "seconds": time.perf_counter() - started}, body, fd)


def _request(members: dict[str, Any]) -> Request:
    default, named = (None if g is None else tuple(g) for g in (members["default_graphs"], members["named_graphs"]))
    return Request(members["query"], default, named, members["rows_type"], members["graph_type"])
