"""Messages between the server, the zygote and its workers: JSON, bytes, and at most one open file."""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any, NamedTuple

_HEAD = struct.Struct("!II")


class Frame(NamedTuple):
    """One message: its members, its bytes, and the file descriptor that came with it."""

    members: dict[str, Any]
    body: bytes = b""
    fd: int | None = None


def encode(members: dict[str, Any], body: bytes = b"") -> bytes:
    """The bytes of a message."""
    text = json.dumps(members, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _HEAD.pack(len(text), len(body)) + text + body


def send(sock: socket.socket, members: dict[str, Any], body: bytes = b"", fd: int | None = None) -> None:
    """Sends a message on a blocking socket."""
    data = encode(members, body)
    sent = socket.send_fds(sock, [data], [fd]) if fd is not None else 0
    sock.sendall(memoryview(data)[sent:])


class Reader:
    """Puts messages together from what a socket gives."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._fds: list[int] = []

    def receive(self) -> Frame | None:
        """The next message from a blocking socket; None when the other side is gone."""
        while True:
            frame = self._take()
            if frame is not None:
                return frame
            if not self.fill():
                return None

    def fill(self) -> bool:
        """Reads once; False when the other side is gone.

        Raises:
            BlockingIOError: the socket is non-blocking and has nothing.
        """
        try:
            data, fds, _, _ = socket.recv_fds(self._sock, 1 << 18, 4)
        except ConnectionError:
            return False
        self._buffer += data
        self._fds += fds
        return bool(data)

    def arrived(self) -> tuple[list[Frame], bool]:
        """What a non-blocking socket has: the messages that are complete, and whether the other side is still there."""
        try:
            alive = self.fill()
        except BlockingIOError:
            return [], True
        return self.frames(), alive

    def frames(self) -> list[Frame]:
        """The messages that are complete."""
        found = []
        while (frame := self._take()) is not None:
            found.append(frame)
        return found

    def discard(self) -> None:
        """Closes files that came with messages which will not be read."""
        while self._fds:
            os.close(self._fds.pop())

    def _take(self) -> Frame | None:
        if len(self._buffer) < _HEAD.size:
            return None
        text, body = _HEAD.unpack_from(self._buffer)
        end = _HEAD.size + text + body
        if len(self._buffer) < end:
            return None
        members = json.loads(bytes(self._buffer[_HEAD.size : _HEAD.size + text]).decode("utf-8", "surrogatepass"))
        data = bytes(self._buffer[_HEAD.size + text : end])
        del self._buffer[:end]
        return Frame(members, data, self._fds.pop(0) if members.get("fd") else None)
