"""What every exchange has: an id, security headers, leave for pages elsewhere to read, and an end that can be shown."""

from __future__ import annotations

import os

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from defkg.engine import Problem
from defkg.web import log
from defkg.web.problems import problem_response
from defkg.web.service import Service

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED = f"{_POLICY}; script-src 'self'; connect-src 'self'"
"""The policy of a page with a script of ours; its response says so itself, and a header of its own wins."""

HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Content-Location, X-Request-Id, Server-Timing, X-Defkg-Receipt, Retry-After, Warning"
    ),
}
"""The headers of every response that does not have them already, but for its id and a notice."""

_AT_ONCE = 256  # ids: each call of the system costs as much as several
_IDS: list[str] = []
_UNEXPECTED = Problem(
    500,
    "unexpected",
    "Something went wrong in the server",
    "The fault is the server's, and its operator can find it by the request's id; asking again may help",
)


class Frame:
    """ASGI middleware around everything else. An id that the client sends is not taken over: it could be another's."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes an exchange on, and turns an error that nobody expected into a problem document."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        exchange = _Exchange(send, self._service.site.notice, state.get("request_id") or new_id())
        state["request_id"] = exchange.id
        try:
            await self._app(scope, receive, exchange.send)
        except ClientDisconnect:
            return
        except Exception as error:
            log.fault(exchange.id, error)
            if exchange.started:
                raise  # the server cuts the connection: the client sees that the answer is not whole
            await problem_response(HttpRequest(scope), _UNEXPECTED)(scope, receive, exchange.send)


class _Exchange:
    def __init__(self, send: Send, notice: str, name: str) -> None:
        self.id = name
        self.started = False
        self._send = send
        self._headers = {**HEADERS, "X-Request-Id": name, **warning(notice)}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def new_id() -> str:
    """An id for a request: 16 hex digits by chance."""
    try:
        return _IDS.pop()
    except IndexError:
        chance = os.urandom(8 * _AT_ONCE).hex()
        _IDS.extend(chance[at : at + 16] for at in range(16, len(chance), 16))
        return chance[:16]


def warning(notice: str) -> dict[str, str]:
    """The header that tells a site's notice, where there is one."""
    return {"Warning": f'199 defkg "{_quotable(notice)}"'} if notice else {}


def _quotable(notice: str) -> str:
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "'" if c == '"' else "?" for c in notice)
