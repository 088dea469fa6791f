"""The zygote: a process with one thread that holds the graph and forks workers, which share its memory.

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

from defkg.engine.confinement import die_with_parent
from defkg.engine.frames import Frame, Reader, send
from defkg.engine.limits import Limits
from defkg.engine.stores import Held, hold
from defkg.engine.worker import work


def main(control: int, data: int, settings: dict[str, Any]) -> None:
    """Holds what an open file or folder has, says so, and forks workers as told."""
    sock = socket.socket(fileno=control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    limits = Limits(**settings["limits"])
    try:
        held = hold(data, settings["graphs"])
    except (OSError, SyntaxError) as error:
        send(sock, {"event": "failed", "detail": str(error)})
        sys.exit(1)
    send(sock, {"event": "loaded", "graphs": held.counts})
    gc.freeze()
    _Zygote(sock, held, limits).run()


class _Zygote:
    def __init__(self, sock: socket.socket, held: Held, limits: Limits) -> None:
        self._sock = sock
        self._held = held
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
            work(socket.socket(fileno=fd), self._held, self._limits)
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

    with open(int(sys.argv[3]), "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        told = json.load(file)
    main(int(sys.argv[1]), int(sys.argv[2]), told)
