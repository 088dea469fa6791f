"""Services that the tests start themselves, each on private ports and in a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT
from tests.server import free_port, until

_START = 60
_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
SchedulerInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""

_NGINX = """worker_processes 1; pid nginx.pid; error_log stderr; daemon off;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    {}
}}
"""
_REPLICAS = (8001, 8002, 8003)


@dataclass(frozen=True)
class Service:
    """A running service: where it takes queries, and who may write to it."""

    address: str
    environment: dict[str, str]


def program(name: str, package: str) -> str:
    """Where a program is; the test is skipped where it is missing, but not in CI."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if path is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not here: apt-get install {package}")
    assert path, f"CI must have {name}"
    return path


@contextmanager
def oxigraph() -> Iterator[Service]:
    """``oxigraph serve`` over an empty folder."""
    port, binary = free_port(), Path(sys.executable).with_name("oxigraph")
    with tempfile.TemporaryDirectory(prefix="defkg-test-") as folder:
        words = [str(binary), "serve", "--location", f"{folder}/store", "--bind", f"127.0.0.1:{port}"]
        address = f"http://127.0.0.1:{port}/query"
        with running(words, Path(folder), address):
            yield Service(address, {})


@contextmanager
def virtuoso(rows: int = 1_048_576) -> Iterator[Service]:
    """Virtuoso over an empty database, with its own limit on the rows of an answer."""
    binary, sql, port = program("virtuoso-t", "virtuoso-opensource"), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="defkg-test-") as folder:
        Path(folder, "virtuoso.ini").write_text(_INI.format(sql=sql, http=port, rows=rows))
        address = f"http://127.0.0.1:{port}/sparql"
        with running([binary, "+foreground", "+configfile", "virtuoso.ini"], Path(folder), address):
            user = {"DEFKG_STORE_USER": "dba", "DEFKG_STORE_PASSWORD": "dba"}
            yield Service(address, user)


@contextmanager
def nginx(ports: Sequence[int], folder: Path) -> Iterator[str]:
    """The address of nginx before some servers of this machine, three at most."""
    binary, port = program("nginx", "nginx-light"), free_port()
    (folder / "nginx.conf").write_text(configuration(ports, port))
    words = [binary, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    with running(words, folder, f"http://127.0.0.1:{port}/sparql") as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()  # which ends its workers too
            process.wait()


def configuration(ports: Sequence[int], port: int) -> str:
    """What the documentation tells of nginx, with these servers before that port."""
    (told,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "remote.md").read_text(), re.DOTALL)
    for number, own in zip((*_REPLICAS, 8080), [*ports, *[0] * (len(_REPLICAS) - len(ports)), port], strict=True):
        assert f"127.0.0.1:{number}" in told
        told = told.replace(f"127.0.0.1:{number}", f"127.0.0.1:{own}")
    return _NGINX.format(re.sub(r" *server 127\.0\.0\.1:0 .*\n", "", told))


@contextmanager
def running(words: Sequence[str], folder: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that answers queries at an address; it has ended afterwards."""
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def answers() -> bool:
        assert process.poll() is None, (folder / "said").read_text()
        with suppress(httpx.HTTPError):
            return httpx.post(address, data={"query": "ASK {}"}, timeout=5).status_code == 200
        return False

    try:
        assert until(answers, _START), (folder / "said").read_text()
        yield process
    finally:
        process.kill()
        process.wait()
