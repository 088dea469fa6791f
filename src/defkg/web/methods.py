"""The methods of an address: OPTIONS says which there are, and the others are refused.

Source: RFC 9110, sections 9.3.7 and 15.5.6; Fetch (WHATWG) for the preflight of a page elsewhere.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from defkg.engine import Problem


class _Others:
    def __init__(self, allow: str, why: str) -> None:
        self._allow = allow
        self._why = why

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=self._options(Headers(scope=scope)))(scope, receive, send)
            return
        detail = f"{self._why}; this address takes {self._allow}, not {scope['method'][:20]}"
        headers = {"Allow": self._allow}
        raise Problem(405, "method", "The method is not allowed here", detail, headers=headers)

    def _options(self, asked: Headers) -> dict[str, str]:
        if "access-control-request-method" not in asked:
            return {"Allow": self._allow}
        return {
            "Allow": self._allow,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": self._allow,
            "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
            "Access-Control-Max-Age": "86400",
        }


def close_methods(router: APIRouter, path: str, allow: str, why: str) -> None:
    """Answers OPTIONS at a path, and every method that has no route there with 405.

    Args:
        router: where the routes of the other methods are already.
        path: the address.
        allow: its methods, as the Allow header lists them.
        why: the reason for the refusal.
    """
    router.routes.append(Route(path, _Others(allow, why), include_in_schema=False))
