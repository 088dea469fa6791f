"""Messages between the server, the zygote and its workers: JSON, bytes, and at most one open file."""

from __future__ import annotations

import json
import os
import socket
import struct
from json.encoder import encode_basestring_ascii as _text
from typing import Any, NamedTuple

_HEAD = struct.Struct("!II")
_CHUNK = 1 << 16
_CONSTANTS = {None: "null", True: "true", False: "false"}
_ROOM = socket.CMSG_SPACE(4 * 4)


class Frame(NamedTuple):
    """One message: its members, its bytes, and the file descriptor that came with it."""

    members: dict[str, Any]
    body: bytes = b""
    fd: int | None = None


def encode(members: dict[str, Any], body: bytes = b"") -> bytes:
    """The bytes of a message."""
    text = f"{{{','.join([f'{_text(name)}:{_value(value)}' for name, value in members.items()])}}}".encode("ascii")
    return _HEAD.pack(len(text), len(body)) + text + body


def _value(value: object) -> str:
    """A value as JSON; most are texts or finite numbers, for which no encoder need be made."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    return repr(value) if isinstance(value, int | float) else json.dumps(value)


def send(sock: socket.socket, members: dict[str, Any], body: bytes = b"", fd: int | None = None) -> None:
    """Sends a message on a blocking socket."""
    data = encode(members, body)
    sent = socket.send_fds(sock, [data], [fd]) if fd is not None else 0
    sock.sendall(memoryview(data)[sent:])


class Reader:
    """Puts messages together from what a socket gives.

    Attributes:
        refused: whether the other side went without having read all that it was sent.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._chunk = memoryview(bytearray(_CHUNK))
        self._fds: list[int] = []
        self.refused = False

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
            length, ancillary, _, _ = self._sock.recvmsg_into([self._chunk], _ROOM)
        except ConnectionError:
            self.refused = True
            return False
        self._buffer += self._chunk[:length]
        for level, kind, given in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self._fds += struct.unpack(f"{len(given) // 4}i", given[: len(given) // 4 * 4])
        return length > 0

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
        members = json.loads(self._buffer[_HEAD.size : _HEAD.size + text].decode("ascii"))
        data = bytes(self._buffer[_HEAD.size + text : end])
        del self._buffer[:end]
        return Frame(members, data, self._fds.pop(0) if members.get("fd") else None)
