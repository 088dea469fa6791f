"""A worker as the server sees it: one socket, at most one question on its way."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress

from defkg.engine.frames import Frame, Reader
from defkg.engine.job import Job


class WorkerLink:
    """The server's end of a worker.

    Args:
        number: the server's name for it.
        sock: the socket to it.
        on_frame: called with each message of the worker.
        on_gone: called when the socket has closed; more than once, perhaps.

    Attributes:
        pid: its process, once the zygote has told it.
        fate: why the server killed it, where it did.
        asked: whether it has had a question.
        job: the question it is at.
        ended: resolves to the process's exit status (negative: a signal).
    """

    def __init__(
        self,
        number: int,
        sock: socket.socket,
        on_frame: Callable[[WorkerLink, Frame], None],
        on_gone: Callable[[WorkerLink], None],
    ) -> None:
        sock.setblocking(False)
        self.number = number
        self.pid: int | None = None
        self.fate = ""
        self.asked = False
        self.job: Job | None = None
        self._sock = sock
        self._on_frame = on_frame
        self._on_gone = on_gone
        self._reader = Reader(sock)
        self._unsent = memoryview(b"")
        self._refused = False
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self._loop.add_reader(sock.fileno(), self._on_readable)

    def ask(self, job: Job) -> None:
        """Sends a question to a worker that has read all it was sent; where it is gone, its socket tells it."""
        self.asked = True
        self.job = job
        try:
            sent = self._send(job)
        except ConnectionError:
            self._refused = True
            return
        if sent < len(job.data):
            self._unsent = memoryview(job.data)[sent:]
            self._loop.add_writer(self._sock.fileno(), self._on_writable)

    def _send(self, job: Job) -> int:
        if job.fd is None:
            return self._sock.send(job.data)
        return socket.send_fds(self._sock, [job.data], [job.fd])

    @property
    def untouched(self) -> bool:
        """Whether it went before it had read its question, which therefore is not to blame."""
        return self._refused or self._reader.refused

    @property
    def gone(self) -> bool:
        """Whether its socket is closed."""
        return self._sock.fileno() < 0

    def close(self) -> None:
        """Lets go of the socket; an idle worker ends by that."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._loop.remove_writer(self._sock.fileno())
            self._reader.discard()
            self._sock.close()

    def bury(self) -> None:
        """Reads what a dead worker had sent, and lets go of the socket."""
        if not self.gone:
            with suppress(BlockingIOError):
                while self._reader.fill():
                    pass
            for frame in self._reader.frames():
                self._on_frame(self, frame)
            self.close()
        self._on_gone(self)

    def _on_writable(self) -> None:
        with suppress(BlockingIOError, ConnectionError):
            self._unsent = self._unsent[self._sock.send(self._unsent) :]
            if self._unsent:
                return
        self._loop.remove_writer(self._sock.fileno())

    def _on_readable(self) -> None:
        frames, alive = self._reader.arrived()
        for frame in frames:
            self._on_frame(self, frame)
        if not alive:
            self.close()
            self._on_gone(self)


def drop(frame: Frame) -> None:
    """Closes the file of a message that nobody reads."""
    if frame.fd is not None:
        os.close(frame.fd)
