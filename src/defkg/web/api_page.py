"""``/api/``: the operations of this server as a page for people, made from the description that programs read.

Source: OpenAPI 3.1. There is no script in it: what it says is what ``/openapi.json`` says.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer
from defkg.terms import ONTOLOGY, expand
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.editor.guide import limits_in_words
from defkg.web.links import link
from defkg.web.methods import close_methods
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service
from defkg.web.surface import described

Json = Mapping[str, Any]
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "The page is only read"
_BOUNDS = (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"))


def api_router(app: FastAPI, service: Service, rendering: Rendering) -> APIRouter:
    """The routes of ``/api/``."""
    router = APIRouter()

    async def page(http: HttpRequest) -> Response:
        def make(asker: Asker) -> Answer:
            site = asker.site
            values = api_values(described(app, site), str(http.base_url).rstrip("/"))
            values["limits"] = limits_in_words(site.engine.limits)
            return made("text/html", site.pages.render("api.html", values))

        return await on_site(service, lambda site: rendering.page(http, site, make))

    async def move() -> Response:
        return RedirectResponse("/api/", 308)

    for path, endpoint in (("/api", move), ("/api/", page)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)
    return router


def api_values(description: Json, base: str) -> dict[str, object]:
    """What the template of the page asks for.

    Args:
        description: the server's, in OpenAPI.
        base: the address of this server, without a slash at its end.
    """
    found = [
        _operation(description, base, path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    groups: dict[str, list[dict[str, object]]] = {str(tag["name"]): [] for tag in description.get("tags", [])}
    for one in found:
        groups.setdefault(str(one["tag"]), []).append(one)
    protocol = groups.pop("", [])
    components = description.get("components", {})
    return {
        "base": base,
        "version": description["info"]["version"],
        "protocol": protocol,
        "groups": groups,
        "shared": [_parameter(description, one) for one in components.get("parameters", {}).values()],
        "problems": _problems(description),
        "example": next((one for of_tag in groups.values() for one in of_tag if one["example"]), None),
        "total": len(found),
    }


def _operation(description: Json, base: str, path: str, method: str, operation: Json) -> dict[str, object]:
    given = operation.get("parameters", [])
    own = [_parameter(description, one) for one in given if "$ref" not in one]
    body = operation.get("requestBody", {}).get("content", {})
    asked = {one["name"]: one["example"] for one in given if "example" in one}
    address = path + (f"?{urlencode(asked, safe=':/')}" if asked else "")
    return {
        "id": operation.get("operationId", f"{method}{path}"),
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "tag": next(iter(operation.get("tags", [])), ""),
        "parameters": own,
        "bodies": list(body),
        "example": address if asked and method == "get" else "",
        "curl": f"curl -H 'Accept: text/csv' {shlex.quote(base + address)}",
        "formats": list(operation["responses"].get("200", {}).get("content", {})),
    }


def _parameter(description: Json, parameter: Json) -> dict[str, object]:
    words, href = _type(description, parameter["schema"])
    return {
        "name": parameter["name"],
        "required": parameter.get("required", False),
        "type": words,
        "href": href,
        "default": parameter["schema"].get("default"),
        "words": parameter.get("description", ""),
    }


def _type(description: Json, schema: Json) -> tuple[str, str]:
    """What a value is, in words, and the page that describes its class."""
    named = [part["$ref"].rpartition("/")[2] for part in schema.get("allOf", []) if "$ref" in part]
    if named:
        kind = str(description["components"]["schemas"][named[0]]["description"]).partition(": ")[0]
        return kind, link(expand(kind)) if expand(kind).startswith(ONTOLOGY) else ""
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"])), ""
    kinds = [one.get("format") or one.get("type", "text") for one in schema.get("anyOf", [schema])]
    of = f" of {schema['items'].get('format', 'text')}" if "items" in schema else ""
    bounds = [f"{word} {schema[key]}" for key, word in _BOUNDS if key in schema]
    return " ".join([" or ".join(kind for kind in kinds if kind != "null") + of, *bounds]), ""


def _problems(description: Json) -> dict[str, str]:
    """What each status means, of all operations; the protocol's words first."""
    found: dict[str, str] = {}
    for methods in description["paths"].values():
        for operation in methods.values():
            for status, response in operation.get("responses", {}).items():
                if status != "200" and "description" in response:
                    found.setdefault(status, response["description"])
    named = description.get("components", {}).get("responses", {})
    for key, response in named.items():
        found.setdefault(key.removeprefix("Problem"), response["description"])
    return dict(sorted(found.items()))
