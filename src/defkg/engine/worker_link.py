"""A worker as the server sees it: one socket, at most one question on its way."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

from defkg.engine.frames import Frame, Reader, encode


class WorkerGone(Exception):
    """The worker ended before it answered."""


class WorkerLink:
    """The server's end of a worker.

    Attributes:
        number: the server's name for it.
        pid: its process, once the zygote has told it.
        fate: why the server killed it, where it did.
        asked: whether it has had a question.
        ended: resolves to the process's exit status (negative: a signal).
    """

    def __init__(self, number: int, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.number = number
        self.pid: int | None = None
        self.fate = ""
        self.asked = False
        self._sock = sock
        self._reader = Reader(sock)
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self._reply: asyncio.Future[Frame] | None = None
        self._loop.add_reader(sock.fileno(), self._on_readable)

    async def ask(self, members: dict[str, Any]) -> Frame:
        """Sends a question and waits for its answer.

        Raises:
            WorkerGone: the worker ended first.
        """
        self.asked = True
        reply: asyncio.Future[Frame] = self._loop.create_future()
        self._reply = reply
        try:
            await self._loop.sock_sendall(self._sock, encode(members))
            return await reply
        except OSError as error:
            raise WorkerGone from error
        except asyncio.CancelledError:
            if reply.done() and not reply.cancelled() and not reply.exception():
                _drop(reply.result())  # it came in the moment of giving up
            raise
        finally:
            self._reply = None

    @property
    def gone(self) -> bool:
        """Whether its socket is closed."""
        return self._sock.fileno() < 0

    def fail(self) -> None:
        """Ends the wait for an answer that will not come."""
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(WorkerGone())

    def close(self) -> None:
        """Lets go of the socket; an idle worker ends by that."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._reader.discard()
            self._sock.close()

    def _on_readable(self) -> None:
        frames, alive = self._reader.arrived()
        for frame in frames:
            self._deliver(frame)
        if not alive:
            self.close()
            self.fail()

    def _deliver(self, frame: Frame) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(frame)
        else:
            _drop(frame)


def _drop(frame: Frame) -> None:
    if frame.fd is not None:
        os.close(frame.fd)
