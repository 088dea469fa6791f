"""``/dumps/``: the graph that is served as files, made once for it when they are first asked for, and their list.

Sources: RFC 9110, section 8.8.3 (ETag) and 9.3.2 (HEAD); RFC 6266 (Content-Disposition).
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Mapping
from contextlib import closing
from io import BytesIO
from time import perf_counter
from typing import BinaryIO

from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer, Problem, Request
from defkg.engine.embedded import EmbeddedEngine
from defkg.export.files import SUMS, Made
from defkg.export.press import QUERY, Failed, press
from defkg.loading import spool
from defkg.web.answers import head, made, send, unchanged
from defkg.web.connection import while_connected
from defkg.web.documents import HTML
from defkg.web.methods import close_methods
from defkg.web.rendering import on_site
from defkg.web.service import Service, Site

MOST = 100_000
"""Quads of a graph that files are made of."""
_SECONDS = 120.0
_SMALL = 1 << 20  # bytes of a file that is sent from memory, and compressed where a client wants that
_PATH = "/dumps/"
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "A dump is only read"


class _Files:
    """The files of one site: where each begins in an open file without a name, which ends when nobody needs it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.made: Mapping[str, Made] = {}
        self.data: BinaryIO = spool()
        weakref.finalize(self, self.data.close)

    def answer(self, name: str) -> Answer:
        """A file; a large one as an open file of its own."""
        file = self.made[name]
        headers = {"Content-Disposition": f'attachment; filename="{name.rpartition("/")[2]}"'}
        told = {"length": file.size, "tag": file.sha256[:32], "headers": headers}
        body = os.pread(self.data.fileno(), file.size, file.at) if file.size <= _SMALL else b""
        spool = None if file.size <= _SMALL else self._copied(file)
        return Answer(file.media_type, body, spool, **told)  # type: ignore[arg-type]

    def _copied(self, file: Made) -> BinaryIO:
        copy, at, left = spool(), file.at, file.size
        while left:
            sent = os.sendfile(copy.fileno(), self.data.fileno(), at, left)
            if not sent:
                copy.close()
                raise OSError(f"the dumps end {left} bytes too early")
            at, left = at + sent, left - sent
        return copy


class Press:
    """Makes the files of the site that is served, for whoever asks first; others wait for the same.

    Args:
        service: through which the triples are asked for.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._files: _Files | None = None
        self._making = asyncio.Lock()

    async def files(self, http: HttpRequest, site: Site) -> _Files:
        """The files of a site.

        Raises:
            Problem: 404, there are none of this graph; 503, they could not be made; or the graph could not be asked.
            ClientDisconnect: nobody waits for them any more.
        """
        why = refusal(site)
        if why:
            raise Problem(404, "no-dumps", "There are no dumps of this graph", why)
        if self._of(site) is None:
            limits, clients = site.engine.limits, self._service.clients
            clients.admit(http, limits.client_seconds)
            with clients.place(http, limits):
                async with self._making:
                    if self._of(site) is None:
                        self._files = await self._make(http, site)
                        site.dumped.update(self._files.made)
        files = self._of(site)
        assert files
        return files

    def _of(self, site: Site) -> _Files | None:
        return self._files if self._files and self._files.site is site else None

    async def _make(self, http: HttpRequest, site: Site) -> _Files:
        answer = await self._service.answer(http, Request(QUERY), site)
        body = await to_thread.run_sync(_read, answer)
        files, begun = _Files(site), perf_counter()
        try:
            work = press(site.description, body, files.data, _SECONDS)
            files.made = {file.name: file for file in await while_connected(http, work)}
        except Failed as error:
            detail = f"The files could not be made: {error}; ask again later, or use `defkg export`"
            raise Problem(503, "dumps", "The dumps are not there", detail, headers={"Retry-After": "60"}) from error
        finally:
            self._service.charge(http, site.engine, begun, None)
        return files


def refusal(site: Site) -> str:
    """Why there are no dumps of a site's graph, and what there is instead, in words; empty where there are."""
    if not isinstance(site.engine, EmbeddedEngine):
        return (
            "Another service holds this graph; `defkg export` makes dumps of a project, `defkg build` of a large one."
        )
    count, most = sum(site.engine.graphs.values()), min(MOST, site.engine.limits.rows)
    if count <= most:
        return ""
    told = f"This graph has {count:,} triples in all its graphs, and this server makes dumps of {most:,} at most"
    return f"{told}; `defkg build` makes graph.nq.gz of a project of any size, and /graph-store gives one graph."


def dumps_router(service: Service) -> APIRouter:
    """The routes of the dumps."""
    router, presses = APIRouter(), Press(service)

    async def listed(http: HttpRequest) -> Response:
        async def respond(site: Site) -> Response:
            files = None if refusal(site) else await presses.files(http, site)
            return send(http, made(HTML, _page(site, files)))

        return await on_site(service, respond)

    async def file(http: HttpRequest, name: str) -> Response:
        async def respond(site: Site) -> Response:
            files = await presses.files(http, site)
            if name not in files.made:
                detail = f"There is no dump called {name[:200]}; /dumps/ lists them"
                raise Problem(404, "not-found", "There is no such dump", detail)
            tag = files.made[name].sha256[:32]
            return unchanged(http, tag, exists=True) or await _sent(http, files, name)

        return await on_site(service, respond)

    async def move(http: HttpRequest) -> Response:
        return RedirectResponse(_PATH, 308)

    for path, endpoint in ((_PATH.rstrip("/"), move), (_PATH, listed), (_PATH + "{name:path}", file)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


async def _sent(http: HttpRequest, files: _Files, name: str) -> Response:
    answer = await to_thread.run_sync(files.answer, name)
    if answer.spool or not name.endswith(".gz"):
        return send(http, answer)
    headers = {**head(answer, ""), **answer.headers}  # what is compressed already is sent as it is
    return Response(answer.body, headers=headers, media_type=answer.media_type)


def _read(answer: Answer) -> bytes:
    with closing(answer.spool or BytesIO(answer.body)) as body:
        body.seek(0)
        return body.read()


def _page(site: Site, files: _Files | None) -> bytes:
    shown = sorted(files.made.values(), key=_place) if files else []
    values = {
        "why": refusal(site),
        "files": shown,
        "digest": site.engine.digest,
        "told": site.description,
        "sums": SUMS,
    }
    return site.pages.render("dumps.html", values)


def _place(file: Made) -> tuple[int, str]:
    """The whole first, then what describes it, then tables, graphs and documents."""
    folder = file.name.partition("/")[0] if "/" in file.name else ""
    return ["", "sources", "graphs", "others", "tables"].index(folder), file.name
