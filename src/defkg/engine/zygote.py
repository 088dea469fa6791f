"""The zygote: a process with one thread that holds the store and forks workers, which share its memory.

It is told what to do on a socket, and ends, with all its workers, when that closes.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from defkg.engine.confinement import die_with_parent
from defkg.engine.frames import Frame, Reader, send
from defkg.engine.limits import Limits
from defkg.engine.worker import work


def main(control: int, data: int, settings: dict[str, Any]) -> None:
    """Loads N-Quads from an open file, says so, and forks workers as told."""
    sock = socket.socket(fileno=control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    store = _load(data, settings["graphs"])
    send(sock, {"event": "loaded", "graphs": _counts(store)})
    gc.freeze()
    _Zygote(sock, store, Limits(**settings["limits"])).run()


def _load(data: int, graphs: list[str]) -> Store:
    store = Store()
    os.lseek(data, 0, os.SEEK_SET)  # a zygote before this one has read it
    with open(data, "rb") as file:
        store.bulk_load(file, format=RdfFormat.N_QUADS)
    for iri in graphs:
        store.add_graph(NamedNode(iri))
    return store


def _counts(store: Store) -> dict[str, int]:
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    counts = {graph.value: 0 for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    counts |= {row["g"].value: int(row["n"].value) for row in rows if row["g"] is not None}  # type: ignore[union-attr]
    (total,) = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")  # type: ignore[misc]
    return {"": int(total["n"].value), **counts}


class _Zygote:
    def __init__(self, sock: socket.socket, store: Store, limits: Limits) -> None:
        self._sock = sock
        self._store = store
        self._limits = limits
        self._reader = Reader(sock)
        self._children: set[int] = set()
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._pipe = (self._woken, wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def run(self) -> None:
        while self._step():
            pass
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)

    def _step(self) -> bool:
        ready, _, _ = select.select([self._sock.fileno(), self._woken], [], [])
        if self._woken in ready:
            os.read(self._woken, 4096)
            self._reap()
        if self._sock.fileno() in ready:
            if not self._reader.fill():
                return False
            for frame in self._reader.frames():
                self._obey(frame)
        return True

    def _obey(self, frame: Frame) -> None:
        if frame.members["do"] == "kill":
            if frame.members["pid"] in self._children:  # not reaped yet, so the number is still its own
                os.kill(frame.members["pid"], signal.SIGKILL)
        elif frame.fd is not None:
            self._fork(frame.members["worker"], frame.fd)

    def _fork(self, worker: int, fd: int) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_worker(fd, parent)
        os.close(fd)
        self._children.add(pid)
        self._tell({"event": "forked", "worker": worker, "pid": pid})

    def _become_worker(self, fd: int, parent: int) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent(parent)
            self._sock.close()
            for end in self._pipe:
                os.close(end)
            work(socket.socket(fileno=fd), self._store, self._limits)
        finally:
            os._exit(71)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self._tell({"event": "ended", "pid": pid, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, members: dict[str, Any]) -> None:
        try:
            send(self._sock, members)
        except OSError:  # the server is gone; the closed socket ends the loop
            return


if __name__ == "__main__":
    import json

    main(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
