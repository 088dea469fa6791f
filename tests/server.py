"""A server as an operator starts it, in a process of its own, and what can be seen of it from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT

_START = 60
_GRACE = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether something becomes true within so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@dataclass(frozen=True)
class Server:
    """A running ``defkg serve``; `folder` is its own, with its temporary files and what it says."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    client: httpx.Client

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def stop(self) -> str:
        """Ends it as an operator does; gives what it said."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(_GRACE)
        return self.said()

    def ask(self, query: str, **parameters: str) -> httpx.Response:
        """The query by POST, with CSV wanted where it has rows."""
        headers = {"Accept": "text/csv, application/sparql-results+json;q=0.9, */*;q=0.1"}
        return self.client.post(f"{self.address}/sparql", data={"query": query, **parameters}, headers=headers)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=_GRACE)

    def family(self) -> dict[int, int]:
        """The server's processes, known by the folder in their environment, each with its parent; zombies included."""
        parents = dict(_processes())
        mark = f"TMPDIR={self.folder / 'tmp'}\0".encode()
        found = {pid: parent for pid, parent in parents.items() if mark in proc(pid, "environ")}
        return found | {pid: parent for pid, parent in parents.items() if parent in found}

    def zygotes(self) -> list[int]:
        """The processes that hold the graph and fork: all children of the server."""
        return [pid for pid, parent in self.family().items() if parent == self.process.pid]

    def workers(self) -> list[int]:
        """The processes that answer: all children of a zygote."""
        family = self.family()
        return [pid for pid, parent in family.items() if family.get(parent) == self.process.pid]

    def memory(self) -> float:
        """What all processes use, in MB; what they share counts once."""
        text = b"\n".join(proc(pid, "smaps_rollup") for pid in self.family())
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(b"Pss:")) / 1024

    def files(self) -> list[int]:
        """How many files each process has open, in order."""
        return sorted(_open_files(pid) for pid in self.family())

    def temporary(self) -> list[str]:
        """The temporary files, with those that are open and have no name."""
        named = [str(path) for path in (self.folder / "tmp").rglob("*")]
        return sorted(named + [name for pid in self.family() for name in _nameless(pid)])


@contextmanager
def server(*args: str | Path, **environment: str) -> Iterator[Server]:
    """A server on a port of its own, which answers; no process of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="defkg-test-") as name:
        running = _start(Path(name), args, environment)
        try:
            _wait(running)
            yield running
        finally:
            _end(running)


def _start(folder: Path, args: tuple[str | Path, ...], environment: dict[str, str]) -> Server:
    (folder / "tmp").mkdir()
    port = free_port()
    command = [sys.executable, "-m", "defkg", "serve", "--port", str(port), *map(str, args)]
    mark = {"TMPDIR": str(folder / "tmp"), "COLUMNS": "80"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=ROOT,
            env={**os.environ, **environment, **mark},
        )
    client = httpx.Client(timeout=_GRACE, limits=httpx.Limits(max_keepalive_connections=0))
    return Server(process, port, folder, client)


def _wait(running: Server) -> None:
    def answers() -> bool:
        assert running.process.poll() is None, running.said()
        with suppress(httpx.HTTPError):
            return running.ask("ASK {}").status_code == 200
        return False

    assert until(answers, _START), f"the server did not answer: {running.said()}"


def _end(running: Server) -> None:
    family = running.family()
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            running.process.wait(_GRACE)
    for pid in set(family) & set(running.family()):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.process.wait(_GRACE)
    running.client.close()


def _processes() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := proc(int(entry.name), "stat")):
            yield int(entry.name), int(stat.rpartition(b")")[2].split()[1])


def proc(pid: int, name: str) -> bytes:
    """What /proc says of a process under a name; nothing once the process has gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""


def _open_files(pid: int) -> int:
    with suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0


def _nameless(pid: int) -> list[str]:
    names = []
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                names.append(str(link.readlink()))
    return [name for name in names if name.endswith(" (deleted)")]
