"""HTTP as the soak speaks it: a request as bytes on a connection that is kept, and what comes back.

Source: RFC 9112.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

_LONGEST = 1 << 20  # bytes of a head
_UNTIL = 60  # seconds that an answer may take to arrive
_RESET = struct.pack("ii", 1, 0)


class Lost(Exception):
    """A request that got no answer, or half of one; the message says what came instead."""


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def written(self, port: int) -> bytes:
        """As bytes, with the length of its body, for a server at a port of this machine."""
        fields = {"Host": f"127.0.0.1:{port}", **self.headers}
        if self.method == "POST":
            fields["Content-Length"] = str(len(self.body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"{self.method} {self.target} HTTP/1.1\r\n{lines}\r\n".encode() + self.body


@dataclass(frozen=True)
class Response:
    """What came back; the names of `headers` are small, and `body` is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """A connection that is opened when it is needed, and kept for as long as the server keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Connection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def ask(self, request: Request) -> Response:
        """The whole answer.

        Raises:
            Lost: there is none within a minute, or the server hung up.
        """
        try:
            async with asyncio.timeout(_UNTIL):
                await self.send(request.written(self.port))
                return await self._read(request.method)
        except TimeoutError as error:
            self.close()
            raise Lost(f"no answer in {_UNTIL} seconds") from error
        except (OSError, EOFError) as error:
            self.close()
            raise Lost(f"the server hung up: {error!r}") from error

    async def send(self, text: bytes) -> None:
        """Sends bytes, and waits for nothing.

        Raises:
            OSError: the server does not take them.
        """
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=_LONGEST)
        self._streams[1].write(text)
        await self._streams[1].drain()

    async def some(self) -> bytes:
        """What has come by now, or comes next; nothing where the server hung up.

        Raises:
            OSError: the connection broke.
        """
        return await self._streams[0].read(_LONGEST) if self._streams else b""

    def close(self, *, reset: bool = False) -> None:
        """Ends it; by a reset, as a client does that is killed, or in order."""
        if self._streams is None:
            return
        transport = self._streams[1].transport
        if reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            transport.abort()
        else:
            transport.close()
        self._streams = None

    async def _read(self, method: str) -> Response:
        assert self._streams
        head = await self._streams[0].readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split(" ")[1])
        body = b"" if method == "HEAD" or status in (204, 304) else await self._body(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Response(status, headers, _unpacked(body, headers.get("content-encoding", "")))

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        assert self._streams
        if "content-length" in headers:
            return await self._streams[0].readexactly(int(headers["content-length"]))
        raise EOFError("an answer that does not say how long it is")


def _unpacked(body: bytes, coding: str) -> bytes:
    """A body without its content coding; the soak asks for no other than gzip."""
    if coding != "gzip" or not body:
        return body
    unpacking = zlib.decompressobj(31)
    text = unpacking.decompress(body)
    if not unpacking.eof:
        raise EOFError("half a gzip body")
    return text
