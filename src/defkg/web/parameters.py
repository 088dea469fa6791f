"""What a request carries: the parameters of its address and of its body.

Source: SPARQL 1.1 Protocol, sections 2.1.1 to 2.1.3.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from urllib.parse import parse_qsl

from anyio import fail_after, move_on_after, to_thread
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from defkg.engine import Problem
from defkg.engine.limits import Limits

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
BODY_SECONDS = 10.0
_DISCARD_SECONDS = 1.0
_DISCARDED = 16 << 20
_FIELDS = 2_000
_PAIRS = 100  # that are read quickly
_QUICK = 1 << 16
_KB = 1024


class Parameters:
    """Names and values in the order they came in."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)

    def names(self) -> set[str]:
        """The names that are there."""
        return {name for name, _ in self.pairs}

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a name."""
        return tuple([value for key, value in self.pairs if key == name])

    def one(self, name: str) -> str | None:
        """The value of a name that may stand once; None where it does not.

        Raises:
            Problem: 400, it stands twice.
        """
        values = self.every(name)
        if len(values) > 1:
            detail = f"{name}= is there {len(values)} times; give it once"
            raise Problem(400, "parameter", "A parameter is doubled", detail)
        return values[0] if values else None


async def read_parameters(http: HttpRequest, limits: Limits) -> Parameters:
    """The parameters of a GET, of a form, or of a query sent as the body: that is one more ``query``.

    Raises:
        Problem: 400 not UTF-8, 403 an update, 408 the body is slow, 413 it is large, 415 it is of another type.
    """
    pairs = await _read(_text(http.scope["query_string"], "The address"), "The address")
    if http.method == "POST":
        pairs += await _posted(http, limits.body * _KB)
    parameters = Parameters(pairs)
    if "update" in parameters.names():
        raise _update()
    return parameters


async def _posted(http: HttpRequest, limit: int) -> list[tuple[str, str]]:
    chunks = http.stream()
    try:
        media_type = _media_type(http)
        body = _text(await _body(http, chunks, limit))
    except Problem as problem:
        if "expect" in http.headers or not await _discard(chunks):
            problem.headers["Connection"] = "close"
        raise
    return await _read(body, "The body") if media_type == FORM else [("query", body)]


def _media_type(http: HttpRequest) -> str:
    media_type, *parameters = (piece.strip() for piece in http.headers.get("content-type", "").split(";"))
    if media_type.lower() == UPDATE:
        raise _update()
    if media_type.lower() not in (FORM, QUERY):
        detail = f"The body is {media_type or 'of no stated type'}; send a form ({FORM}) or the query itself ({QUERY})"
        headers = {"Accept-Post": f"{QUERY}, {FORM}"}
        raise Problem(415, "media-type", "The body's media type is not one of SPARQL's", detail, headers=headers)
    for parameter in parameters:
        _check_charset(parameter)
    return media_type.lower()


def _check_charset(parameter: str) -> None:
    name, _, value = parameter.partition("=")
    charset = value.strip().strip('"')
    if name.strip().lower() == "charset" and charset.lower() not in ("utf-8", "utf8"):
        detail = f"The body is in {charset or 'no named charset'}; SPARQL's is UTF-8: encode it so, and say so"
        raise Problem(415, "charset", "The body is not in UTF-8", detail)


def _update() -> Problem:
    detail = "This service answers queries and changes nothing; send a query, as query="
    return Problem(403, "update-refused", "Updates are refused", detail)


async def _body(http: HttpRequest, chunks: AsyncIterator[bytes], limit: int) -> bytes:
    stated = http.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated) > limit:
        raise _too_large(limit)
    try:
        with fail_after(BODY_SECONDS):
            return await _collect(chunks, limit)
    except TimeoutError as error:
        detail = f"The body did not arrive within {BODY_SECONDS:g} seconds; send the request again"
        raise Problem(408, "body-slow", "The body is slow", detail, headers={"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise Problem(400, "body-incomplete", "The body is incomplete", "The client hung up") from error


async def _collect(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Problem:
    detail = f"The body has more than {limit // _KB} KB; send a shorter query, or name fewer graphs"
    return Problem(413, "body-too-large", "The body is too large", detail, {"limit": limit // _KB})


async def _discard(chunks: AsyncIterator[bytes]) -> bool:
    """Reads what is left of a body, within reason: a client that still sends would lose the answer to a reset."""
    size = 0
    with move_on_after(_DISCARD_SECONDS), suppress(ClientDisconnect):
        async for chunk in chunks:
            size += len(chunk)
            if size > _DISCARDED:
                return False
        return True
    return False


def read_address(query_string: bytes) -> Parameters:
    """The parameters of a short address.

    Raises:
        Problem: 400, not UTF-8, or too many.
    """
    quickly = _split_quickly(query_string)
    return Parameters(_split(_text(query_string, "The address"), "The address") if quickly is None else quickly)


def _split_quickly(query_string: bytes) -> list[tuple[str, str]] | None:
    """What `_split` gives, by a decoder written in C; None where something is unusual."""
    pairs = [part.partition(b"=")[::2] for part in query_string.split(b"&") if part]
    if not query_string.isascii() or len(pairs) > _PAIRS:
        return None
    try:
        return [(_unquoted(name), _unquoted(value)) for name, value in pairs]
    except UnicodeDecodeError:
        return None


def _unquoted(text: bytes) -> str:
    escaped = text.replace(b"\\", b"\\\\").replace(b"+", b" ").replace(b"%", b"\\x")
    return escaped.decode("unicode_escape").encode("latin-1").decode("utf-8")


async def _read(text: str, where: str) -> list[tuple[str, str]]:
    if len(text) < _QUICK:
        return _split(text, where)
    return await to_thread.run_sync(_split, text, where)  # a megabyte of percent signs takes half a second


def _split(text: str, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise _not_utf8(where, error) from error
    except ValueError as error:
        raise Problem(400, "parameter", "There are too many parameters", f"{where} may have {_FIELDS:,}") from error


def _text(body: bytes, where: str = "The body") -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(where, error) from error


def _not_utf8(where: str, error: UnicodeDecodeError) -> Problem:
    detail = f"{where} has bytes that are not UTF-8 ({error.reason}); encode the query as UTF-8"
    return Problem(400, "encoding", f"{where} is not UTF-8", detail)
