"""Who we are to a service: from the environment only, never from an address, and never told to anybody else."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from urllib.parse import urlsplit

import httpx

from defkg.project import ProjectError

USER, PASSWORD, TOKEN = "DEFKG_STORE_USER", "DEFKG_STORE_PASSWORD", "DEFKG_STORE_TOKEN"


def credentials(environment: Mapping[str, str]) -> httpx.Auth | None:
    """How requests to the store say who sends them; None where the environment names nobody.

    Raises:
        ProjectError: half of them is given, or both kinds.
    """
    user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if token and (user or password):
        raise ProjectError(f"{TOKEN} and {USER} are both set; keep the one that the store wants")
    if bool(user) != bool(password):
        raise ProjectError(f"{USER} and {PASSWORD} go together; set both, or neither")
    if not (token + user + password).isprintable():
        raise ProjectError(f"{USER}, {PASSWORD} or {TOKEN} holds a line break or another character that cannot be sent")
    if token:
        return _Token(token)
    return _AsAsked(user, password) if user else None


def address_of(text: str) -> str:
    """An address of a service, as given; what it must not hold is refused before it is written anywhere.

    Raises:
        ProjectError: it is no http or https address, or carries a user or a password.
    """
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - it raises for a port that is no number
    except ValueError as error:
        raise ProjectError(
            "the store's address cannot be read; give one such as http://127.0.0.1:8890/sparql"
        ) from error
    if "@" in parts.netloc:
        raise ProjectError(f"the store's address holds a user or a password; give them by {USER} and {PASSWORD}")
    if parts.scheme not in ("http", "https") or not parts.hostname or not text.isprintable() or parts.fragment:
        raise ProjectError(
            "the store's address is not http:// or https:// with a host; such as http://127.0.0.1:8890/sparql"
        )
    return text


class _Token(httpx.Auth):
    """A bearer token. Source: RFC 6750, section 2.1."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sends the token with the request."""
        request.headers["Authorization"] = self._header
        yield request


class _AsAsked(httpx.Auth):
    """User and password in the way that the service asks for: Digest where it offers that, else Basic.

    Sources: RFC 7616, RFC 7617.
    """

    def __init__(self, user: str, password: str) -> None:
        self._digest = httpx.DigestAuth(user, password)
        self._basic = httpx.BasicAuth(user, password)
        self._wants_basic = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Asks, and asks again with what the answer wants to know."""
        if self._wants_basic:
            yield from self._basic.auth_flow(request)
            return
        flow = self._digest.auth_flow(request)
        response = yield next(flow)
        while True:
            try:
                again = flow.send(response)
            except StopIteration:
                break
            response = yield again
        if response.status_code == 401 and "basic" in response.headers.get("www-authenticate", "").lower():
            self._wants_basic = True
            yield from self._basic.auth_flow(request)
