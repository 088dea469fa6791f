"""Static files: our own, which change, and those that others made, which never do under the same name.

Source: RFC 8246 for ``immutable``; the project's decision 0011, `docs/decisions/0011-vendored-files.md`.
"""

from __future__ import annotations

from functools import lru_cache
from os import PathLike, stat_result
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from defkg.web import encoding

_OWN = "public, max-age=3600"
_VENDORED = "public, max-age=31536000, immutable"
_FOLDER = "vendor"


class Static(StaticFiles):
    """Static files: ours for an hour before they are asked for again, those of others for a year, and compressed."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The response with a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        vendored = Path(full_path).parent.name == _FOLDER
        response.headers["Cache-Control"] = _VENDORED if vendored else _OWN
        response.headers["Vary"] = "Accept-Encoding"
        coding = encoding.choose(Headers(scope=scope).get("accept-encoding"))
        if not vendored or not coding or response.status_code != 200 or "range" in Headers(scope=scope):
            return response
        return _compressed(str(full_path), coding, response)


def _compressed(path: str, coding: str, plain: Response) -> Response:
    kept = {name: value for name, value in plain.headers.items() if name not in ("content-length", "accept-ranges")}
    weak = f"W/{plain.headers['etag']}"  # the same file, though not the same bytes
    return Response(_body(path, coding), headers={**kept, "content-encoding": coding, "etag": weak})


@lru_cache(maxsize=16)
def _body(path: str, coding: str) -> bytes:
    return encoding.compress(coding, Path(path).read_bytes())
