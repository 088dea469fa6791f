"""A server started for a measurement, on a port and in a folder of its own, with what it uses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_WAIT = 900  # seconds that a server may take before it answers
_GRACE = 30
_LOOK, _IDLE = 0.2, 0.2  # seconds between two looks; the share of one processor that is next to nothing


class Missing(Exception):
    """An engine, or a tool, is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Running:
    """A server that answers.

    Attributes:
        process: its first process, the leader of its group.
        seconds: from its start to its first answer.
    """

    process: subprocess.Popen[bytes]
    seconds: float

    def memory(self) -> float:
        """What all its processes use, in MB (1,000,000 bytes); what they share counts once."""
        return sum(proportional(pid) for pid in group(self.process.pid)) * 1024 / 1e6

    def settle(self, longest: float = 60) -> bool:
        """Waits until its processes are idle: some work on long after whoever asked has gone.

        Args:
            longest: seconds to wait at most.

        Returns:
            whether they are.
        """
        end = time.monotonic() + longest
        before = self._worked()
        while time.monotonic() < end:
            time.sleep(_LOOK)
            now = self._worked()
            if now - before < _LOOK * _IDLE:
                return True
            before = now
        return False

    def _worked(self) -> float:
        """Seconds of processor time that its living processes have used."""
        return sum(map(_used, group(self.process.pid)))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def found(name: str | Path, remedy: str) -> str:
    """The path of a program.

    Raises:
        Missing: it is not there.
    """
    places = [Path(folder) / name for folder in (*os.environ["PATH"].split(os.pathsep), "/usr/sbin", "/sbin")]
    for path in places:
        if os.access(path, os.X_OK):
            return str(path)
    raise Missing(f"{name} is not installed: {remedy}")


@contextmanager
def running(
    words: list[str], folder: Path, answers: Callable[[], bool], environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Starts a server, waits until it answers, and ends it with all its processes.

    Args:
        words: the command.
        folder: where it runs; what it says goes to ``said`` there.
        answers: whether it answers by now.
        environment: variables beside those of this process.

    Raises:
        Missing: it ended by itself, or did not answer in 15 minutes; the message is the end of what it said.
    """
    said = folder / "said"
    begun = time.perf_counter()
    with said.open("ab") as output:
        process = subprocess.Popen(
            words, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
    try:
        _wait(process, answers, said)
        yield Running(process, time.perf_counter() - begun)
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool], said: Path) -> None:
    end = time.monotonic() + _WAIT
    while not answers():
        if process.poll() is not None or time.monotonic() > end:
            raise Missing(f"{process.args!r} does not answer: {said.read_text(errors='replace')[-2000:]}")
        time.sleep(0.005)


def _end(process: subprocess.Popen[bytes]) -> None:
    members = group(process.pid)  # once it is gone, nothing tells whose children those in sessions of their own were
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        process.send_signal(signal.SIGTERM)
        process.wait(_GRACE)
    for pid in {*members, *group(process.pid)} & {pid for pid, _ in _processes()}:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(_GRACE)


def group(leader: int) -> list[int]:
    """The processes of a session that was started for one server, and those that its processes started."""
    table = dict(_processes())
    members = {pid for pid, (_, session) in table.items() if session == leader}
    while more := {pid for pid, (parent, _) in table.items() if parent in members} - members:
        members |= more
    return sorted(members)


def _processes() -> Iterator[tuple[int, tuple[int, int]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                yield int(entry.name), (int(fields[1]), int(fields[3]))


def _used(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def proportional(pid: int) -> int:
    """The proportional set size of a process, in KiB."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1])
    return 0


def disk(folder: Path) -> float:
    """What the files of a folder take on the disk, in MB (1,000,000 bytes)."""
    if folder.is_file():
        return folder.stat().st_blocks * 512 / 1e6
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 1e6
