"""What a worker takes away from itself before its first query: sockets, memory, core files, a life after its parent.

Sources: seccomp(2), prctl(2), setrlimit(2), linux/bpf_common.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_MODE_FILTER = 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP = 425


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def die_with_parent(parent: int) -> None:
    """Asks the kernel to kill this process when its parent ends, and ends now if it has ended already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def deny_sockets() -> bool:
    """Makes the kernel refuse new sockets to this process; False where it cannot."""
    architecture = _ARCHITECTURES.get(platform.machine())
    if architecture is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    code = _filter(*architecture)
    program = _Program(len(code) // 8, code)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(architecture: int, socket_number: int) -> bytes:
    instructions = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 0, 3, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_EQUAL, 1, 0, socket_number),
        (_JUMP_EQUAL, 0, 1, _IO_URING_SETUP),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def limit_memory(megabytes: int) -> None:
    """Lets this process map that much more than it has mapped now, and write no core file."""
    ceiling = _mapped() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def bounded_memory(megabytes: int) -> Iterator[None]:
    """The same for a while."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    known = [limit for limit in (soft, _mapped() + (megabytes << 20)) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _mapped() -> int:
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - a kernel file, read once
        return int(statm.read().split()[0]) * resource.getpagesize()


def deny_files() -> None:
    """Lets this process open nothing more: the way out where the kernel has no filters."""
    highest = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest, highest))
