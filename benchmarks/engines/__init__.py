"""The engines that are measured: how each is loaded, started and asked."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import httpx

from benchmarks.running import Running

JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Endpoint:
    """A server that answers, and how to ask it.

    Attributes:
        base: the address, up to and with the name of the query's parameter.
        running: the server.
        load: seconds that loading took before it was started; 0 where it loads when it starts.
        disk: MB of what it keeps on the disk.
    """

    base: str
    running: Running
    load: float = 0
    disk: float = 0

    def address(self, query: str) -> str:
        """The address of a query; the query is its end."""
        return self.base + quote(query, safe="")


class Engine(Protocol):
    """One engine.

    Attributes:
        name: as tables show it.
        analytic: whether it is asked the whole library, or lookups only.
    """

    name: str
    analytic: bool

    def version(self) -> str:
        """Its version.

        Raises:
            Missing: it is not installed.
        """

    def serve(self, data: Data, folder: Path) -> AbstractContextManager[Endpoint]:
        """Loads and starts it in an empty folder.

        Raises:
            Missing: it is not installed, or did not start.
        """


@dataclass(frozen=True)
class Data:
    """What is loaded: the same for every engine.

    Attributes:
        project: the project folder.
        quads: all that defkg serves of it, closed, as N-Quads.
        artefact: the same as `defkg build` makes it; None where it was not built.
    """

    project: Path
    quads: Path
    artefact: Path | None = None


def answered(base: str) -> bool:
    """Whether a server answers a query by now."""
    with suppress(httpx.HTTPError):
        return httpx.get(base + quote("ASK {}", safe=""), headers={"Accept": JSON}, timeout=60).status_code == 200
    return False
