"""Pages that are made from queries: kept while their graph is served, made in threads, and bounded for each client."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem
from defkg.web.answers import send
from defkg.web.asker import Asker
from defkg.web.service import Service, Site
from defkg.web.working import Threads

Make = Callable[[Asker], Answer | Response]


class Rendering:
    """Makes pages for requests.

    Args:
        service: through which all queries go.

    Attributes:
        threads: in which they are made, so many at a time whatever they are.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.threads = Threads(service)

    async def page(self, http: HttpRequest, site: Site, make: Make, variant: str = "") -> Response:
        """A page from the cache, or made now; what is made as an `Answer` is kept, a `Response` is not.

        Args:
            http: the request.
            site: what is asked.
            make: makes the page, in a thread, by asking.
            variant: what tells this page from others of the same address.

        Raises:
            Problem: there is none.
            ClientDisconnect: nobody waits for it any more.
        """
        key = _key(http, site, variant)
        page: Answer | Response | None = self._service.kept(key)
        if page is None:
            page = await self.threads.run(http, site, partial(make, Asker(self._service, http, site)))
        if isinstance(page, Response):
            return page
        self._service.keep(key, page)
        return send(http, page)


async def on_site(service: Service, respond: Callable[[Site], Awaitable[Response]]) -> Response:
    """The response from one site; from the next, where the first was replaced and ended meanwhile."""
    site = service.site
    try:
        return await respond(site)
    except Problem as problem:
        if problem.kind != "shutting-down" or service.site is site:
            raise
    return await respond(service.site)


def _key(http: HttpRequest, site: Site, variant: str) -> str:
    """Over all that a page is made from: its citation has the day, its addresses the host, some sizes of dumps."""
    day = datetime.now(UTC).date().isoformat()
    path, query = http.scope["path"], http.scope["query_string"]
    at = (str(http.base_url), day, variant, path, query)
    seen = (site.engine.digest, sorted(site.earlier), site.notice, len(site.dumped), *at)
    return hashlib.sha256(repr(seen).encode("utf-8", "backslashreplace")).hexdigest()
