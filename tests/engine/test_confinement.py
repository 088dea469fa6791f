"""What a worker takes away from itself is gone."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

SOCKET = """
from defkg.engine.confinement import deny_sockets
import socket, tempfile
assert deny_sockets()
tempfile.TemporaryFile().write(b"files still open")
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    try:
        socket.socket(family)
    except PermissionError:
        continue
    raise SystemExit("a socket was opened")
"""
MEMORY = """
from defkg.engine.confinement import limit_memory
import resource
limit_memory(64)
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
bytearray(32 << 20)
try:
    bytearray(128 << 20)
except MemoryError:
    raise SystemExit(0)
raise SystemExit("128 MB were mapped")
"""
FILES = """
from defkg.engine.confinement import deny_files
import tempfile
kept = tempfile.TemporaryFile()
deny_files()
kept.write(b"what is open stays open")
try:
    open("/dev/null")
except OSError:
    raise SystemExit(0)
raise SystemExit("a file was opened")
"""
ORPHAN = """
import os, sys, time
from defkg.engine.confinement import die_with_parent
parent = os.getpid()
if os.fork() == 0:
    die_with_parent(parent)
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(0.5)
os.kill(parent, 9)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("code", [SOCKET, MEMORY, FILES], ids=["sockets", "memory", "files"])
def test_it_is_gone(code: str) -> None:
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_child_ends_with_its_parent() -> None:
    started = time.monotonic()
    assert run(ORPHAN).stdout.strip().isdigit()
    assert time.monotonic() - started < 20  # the pipe closes when the child is gone, not after its minute
