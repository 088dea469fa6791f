"""Virtuoso, as Debian packages it: a database of its own in a temporary folder."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.engines import Data, Endpoint, answered
from benchmarks.running import disk, found, free_port, running

MERGED = "https://w3id.org/defkg/graph/merged"
"""The graph that holds what is in the default graph elsewhere: Virtuoso's own is the union of all its graphs."""

_REMEDY = "apt-get install virtuoso-opensource"
_PAGE = 8192
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}, {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxClientConnections = 100
ServerThreads = 100
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2
MaxQueryMem = 2G
VectorSize = 1000
AdjustVectorSize = 0
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
MaxClientConnections = 100
ServerThreads = 100
MaxKeepAlives = 100
KeepAliveTimeout = 60
EnabledGzipContent = 0
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""


class Virtuoso:
    """``virtuoso-t``, with buffers for the whole graph, no cap on rows that matters, and no limit of time."""

    name = "Virtuoso"
    analytic = True

    def version(self) -> str:
        """Its version.

        Raises:
            Missing: it is not installed.
        """
        said = subprocess.run([found("virtuoso-t", _REMEDY), "-?"], capture_output=True, text=True)
        return next(line for line in (said.stderr + said.stdout).splitlines() if line.startswith("Version")).split()[1]

    @contextmanager
    def serve(self, data: Data, folder: Path) -> Iterator[Endpoint]:
        """Loads the quads by its bulk loader, writes a checkpoint, and starts it again."""
        sql, http = free_port(), free_port()
        buffers = max(20_000, data.quads.stat().st_size // _PAGE)
        (folder / "virtuoso.ini").write_text(
            _INI.format(
                folder=folder, data=data.quads.parent, sql=sql, http=http, buffers=buffers, dirty=buffers * 3 // 4
            )
        )
        base = f"http://127.0.0.1:{http}/sparql?default-graph-uri={quote(MERGED, safe='')}&query="
        words = [found("virtuoso-t", _REMEDY), "+foreground", "+configfile", str(folder / "virtuoso.ini")]
        with running(words, folder, lambda: answered(base)):
            begun = time.perf_counter()
            _load(data.quads, sql)
            took = time.perf_counter() - begun
        with running(words, folder, lambda: answered(base)) as server:
            yield Endpoint(base, server, took, disk(folder / "virtuoso.db"))


def _load(quads: Path, port: int) -> None:
    """Loads a file, as its manual says.

    Source: OpenLink Virtuoso, "Bulk Loading RDF Source Files into one or more Graph IRIs".
    """
    steps = (
        f"ld_dir('{quads.parent}', '{quads.name}', '{MERGED}')",
        "rdf_loader_run()",
        "checkpoint",
        "select count(*) from DB.DBA.load_list where ll_error is not null",
    )
    for step in steps:
        words = [
            found("isql-vt", _REMEDY),
            f"127.0.0.1:{port}",
            "dba",
            "dba",
            "VERBOSE=OFF",
            "BANNER=OFF",
            f"exec={step};",
        ]
        said = subprocess.run(words, check=True, capture_output=True, text=True)
        if "Error" in said.stdout + said.stderr:
            raise RuntimeError(f"Virtuoso did not load {quads}: {said.stdout}{said.stderr}")
    if said.stdout.split()[-1] != "0":
        raise RuntimeError(f"Virtuoso did not load all of {quads}")
