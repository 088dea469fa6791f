"""``/openapi.json``: the whole surface, with the questions of the site that is served.

Source: OpenAPI 3.1.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer
from defkg.web.answers import made, send
from defkg.web.methods import close_methods
from defkg.web.questions.operations import question_components, question_paths, question_tags
from defkg.web.service import Service, Site

_PATH = "/openapi.json"
_JSON = "application/json"


def surface_router(app: FastAPI, service: Service) -> APIRouter:
    """The route of the description."""
    router = APIRouter()
    written = _Written(app)

    async def surface(http: HttpRequest) -> Response:
        return send(http, written.of(service.site))

    router.add_api_route(_PATH, surface, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
    close_methods(router, _PATH, "GET, HEAD, OPTIONS", "The description is only read")
    return router


class _Written:
    """The description as it was last written, and for which site."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._site: Site | None = None
        self._answer = Answer(_JSON)

    def of(self, site: Site) -> Answer:
        if site is not self._site:
            body = json.dumps(described(self._app, site), ensure_ascii=False).encode()
            self._answer, self._site = made(_JSON, body), site
        return self._answer


def described(app: FastAPI, site: Site) -> dict[str, Any]:
    """The description of an application that serves a site."""
    fixed = app.openapi()
    components = {**fixed.get("components", {}), **question_components(site.questions, site.names)}
    paths = {**fixed["paths"], **question_paths(site.questions, site.names)}
    return {**fixed, "paths": paths, "components": components, "tags": question_tags(site.questions)}
