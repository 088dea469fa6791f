"""Pages for people: their templates, and what every page must say."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import jinja2
from starlette.responses import HTMLResponse

from defkg.terms import compact
from defkg.web.links import link
from defkg.web.quality import Quality, view


class Pages:
    """Renders templates; knows what every page must say.

    Args:
        notice: one line that stands above each page; may be empty.
    """

    def __init__(self, notice: str = "") -> None:
        loader = jinja2.FileSystemLoader(str(files("defkg.web") / "templates"))
        self._env = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._env.filters |= {"compact": compact, "link": link}
        self._env.globals |= {"notice": notice, "style": ""}

    def render(self, template: str, values: Mapping[str, object]) -> bytes:
        """A template filled in."""
        return self._env.get_template(template).render(values).encode()

    def respond(self, page: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
        """A page as a response."""
        return HTMLResponse(page, status, {"Vary": "Accept", "Cache-Control": "no-cache", **(headers or {})})

    def quality_file(self, quality: Quality) -> str:
        """The page on quality as one file that needs nothing else."""
        style = (files("defkg.web") / "static" / "defkg.css").read_text(encoding="utf-8")
        return self.render("quality.html", {**view(quality, alone=True), "style": style}).decode()
