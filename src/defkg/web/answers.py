"""Answers over HTTP: complete, with validators, compressed where that is wanted, and with a receipt.

Source: RFC 9110, sections 8.8.3 (ETag), 12.5.5 (Vary), 13.1.2 (If-None-Match), 15.4.5 (304).
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from typing import BinaryIO

import anyio
from anyio import to_thread
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from defkg.engine import Answer
from defkg.web import encoding

SMALL = 1 << 10
"""Bytes of an answer that is not worth compressing."""
QUICK = 1 << 16
"""Bytes of one that is compressed at once; a larger one is in a thread."""
_CHUNK = 1 << 18
_STALL = 60.0  # seconds that a client may take for one chunk
_VARY = "Accept, Accept-Encoding"
_KEPT = "public, no-cache"  # whoever keeps it asks again each time, which costs a 304
_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def respond(http: HttpRequest, answer: Answer) -> Response:
    """The response that carries an answer, and closes its file when it has been sent or given up."""
    large = answer.spool is None and len(answer.body) > SMALL
    return _AnswerResponse(answer, encoding.choose(http.headers.get("accept-encoding")) if large else "")


def made(media_type: str, body: bytes, seconds: float = 0.0) -> Answer:
    """What was made here, and not by the engine, with a tag of its own."""
    tag = hashlib.sha256(media_type.encode() + body).hexdigest()[:32]
    return Answer(media_type, body, length=len(body), seconds=seconds, tag=tag)


def send(http: HttpRequest, answer: Answer) -> Response:
    """The response that carries an answer which was made here, or says that the client has it."""
    response = unchanged(http, answer.tag or "", exists=True) or respond(http, answer)
    response.headers.update(answer.headers)
    return response


def once(http: HttpRequest, answer: Answer) -> Response:
    """The response with an answer that may be another the next time, so that nobody is to keep it.

    Source: RFC 9111, section 5.2.2.5 (no-store).
    """
    return respond(http, replace(answer, tag=None))


def unchanged(http: HttpRequest, tag: str, *, exists: bool = False) -> Response | None:
    """304, where the client says that it has what `tag` names; None where it must be sent.

    Args:
        http: the request.
        tag: the answer's tag.
        exists: whether there is known to be an answer, which is what ``If-None-Match: *`` asks.
    """
    header = http.headers.get("if-none-match", "").strip()
    if http.method not in ("GET", "HEAD") or not header:
        return None
    if header == "*":
        return _not_modified(tag) if exists else None
    known = set(_ENTITY_TAG.findall(header))
    possible = [*encoding.acceptable(http.headers.get("accept-encoding")), ""]
    return next((_not_modified(tag, coding) for coding in possible if _name(tag, coding) in known), None)


def receipt(answer: Answer) -> dict[str, str]:
    """What the answer cost, as headers; the second is a dictionary of RFC 9651."""
    parts = [f"seconds={answer.seconds:.3f}", *([] if answer.rows is None else [f"rows={answer.rows}"])]
    parts += [f"bytes={_length(answer)}", f"cache={'hit' if answer.cached else 'miss'}"]
    return {"Server-Timing": f"query;dur={answer.seconds * 1000:.3f}", "X-Defkg-Receipt": ", ".join(parts)}


def head(answer: Answer, coding: str) -> dict[str, str]:
    """The headers that tell of an answer, but for its media type; the length is that of the answer as it is."""
    headers = {
        "Content-Length": str(_length(answer)),
        "Vary": _VARY,
        **_validators(answer.tag, coding),
        **receipt(answer),
    }
    if coding:
        headers["Content-Encoding"] = coding
    return headers


class _AnswerResponse(Response):
    """Sends an answer. The body is compressed when it is sent: who makes a response does not wait for it."""

    def __init__(self, answer: Answer, coding: str) -> None:
        super().__init__(answer.body, headers=head(answer, coding), media_type=answer.media_type)
        self._spool = answer.spool
        self._coding = coding
        self._length = _length(answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._encoded()
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
            elif self._spool is None:
                await send({"type": "http.response.body", "body": body})
            else:
                await self._stream(self._spool, HttpRequest(scope, receive), send)
        finally:
            if self._spool is not None:
                self._spool.close()

    async def _encoded(self) -> bytes:
        body = bytes(self.body)
        if not self._coding:
            return body
        if len(body) <= QUICK:
            body = encoding.compress(self._coding, body)
        else:
            body = await to_thread.run_sync(encoding.compress, self._coding, body)
        self.headers["Content-Length"] = str(len(body))
        return body

    async def _stream(self, spool: BinaryIO, http: HttpRequest, send: Send) -> None:
        sent = 0
        while sent < self._length and not await http.is_disconnected():
            chunk = await to_thread.run_sync(os.pread, spool.fileno(), min(_CHUNK, self._length - sent), sent)
            if not chunk:
                raise OSError(f"the answer's file ends after {sent} of {self._length} bytes")
            sent += len(chunk)
            with anyio.move_on_after(_STALL) as stalled:
                await send({"type": "http.response.body", "body": chunk, "more_body": sent < self._length})
            if stalled.cancelled_caught:
                raise ClientDisconnect


def _length(answer: Answer) -> int:
    return len(answer.body) if answer.spool is None else answer.length


def _name(tag: str, coding: str) -> str:
    return f"{tag}-{coding}" if coding else tag


def _validators(tag: str | None, coding: str) -> dict[str, str]:
    if tag is None:
        return {"Cache-Control": "no-store"}
    return {"Cache-Control": _KEPT, "ETag": f'"{_name(tag, coding)}"'}


def _not_modified(tag: str, coding: str = "") -> Response:
    return Response(status_code=304, headers={"Vary": _VARY, **_validators(tag, coding)})
