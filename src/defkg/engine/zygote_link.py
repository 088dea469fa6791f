"""The zygote as the server sees it: started, told to fork and to kill, and watched."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from defkg.engine.frames import Reader, send
from defkg.engine.limits import Limits
from defkg.engine.stores import Data, Graphs

Event = Callable[[dict[str, Any]], None]


class ZygoteFailed(Exception):
    """The zygote ended before it had loaded the graph."""


class ZygoteLink:
    """The server's end of a zygote.

    Attributes:
        loaded: resolves to the triples of each graph, once they are loaded.
    """

    def __init__(self, data: Data, graphs: Graphs, limits: Limits, on_event: Event, on_end: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_event = on_event
        self._on_end = on_end
        self.loaded: asyncio.Future[dict[str, int]] = self._loop.create_future()
        self._sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = _start(theirs, data, graphs, limits)
        self._sock.setblocking(False)
        self._reader = Reader(self._sock)
        self._loop.add_reader(self._sock.fileno(), self._on_readable)

    @property
    def pid(self) -> int:
        """The zygote's process."""
        return self._process.pid

    def fork(self, worker: int) -> socket.socket:
        """Orders a worker; gives the server's end of its socket.

        Raises:
            OSError: the zygote is gone.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._send({"do": "fork", "worker": worker, "fd": True}, theirs.fileno())
        return ours

    def kill(self, pid: int) -> None:
        """Orders the death of a worker."""
        self._send({"do": "kill", "pid": pid})

    def close(self) -> None:
        """Ends the zygote and all its workers, and waits for it in the background."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._sock.close()

    async def wait(self) -> None:
        """Waits until the process has ended."""
        while self._process.poll() is None:
            await asyncio.sleep(0.005)

    def _send(self, members: dict[str, Any], fd: int | None = None) -> None:
        self._sock.setblocking(True)  # orders are short and the zygote does nothing long
        try:
            send(self._sock, members, fd=fd)
        finally:
            self._sock.setblocking(False)

    def _on_readable(self) -> None:
        frames, alive = self._reader.arrived()
        for frame in frames:
            if frame.members["event"] == "loaded":
                self.loaded.set_result(frame.members["graphs"])
            elif frame.members["event"] == "failed":
                self.loaded.set_exception(ZygoteFailed(f"the graph cannot be opened: {frame.members['detail']}"))
            else:
                self._on_event(frame.members)
        if not alive:
            self._ended()

    def _ended(self) -> None:
        self.close()
        if not self.loaded.done():
            self.loaded.set_exception(ZygoteFailed("the process that holds the graph ended while it loaded it"))
        self._on_end()


def _start(theirs: socket.socket, data: Data, graphs: Graphs, limits: Limits) -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile("w+", encoding="utf-8", prefix="defkg-") as settings:  # too much for a command line
        json.dump({"graphs": graphs, "limits": asdict(limits)}, settings)
        settings.flush()
        settings.seek(0)
        given = (theirs.fileno(), data.fileno(), settings.fileno())
        command = [sys.executable, "-m", "defkg.engine.zygote", *map(str, given)]
        return subprocess.Popen(command, pass_fds=given, stdin=subprocess.DEVNULL, start_new_session=True)
