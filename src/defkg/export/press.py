"""Files made in a process of its own, from the answer of a query: for a server that goes on answering meanwhile.

The two ends are the same program: nothing from outside is unpickled.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from defkg.export.content import Content
from defkg.export.files import Made, media_type, sha256, with_sums
from defkg.export.package import package
from defkg.holding import triple_of
from defkg.selfdescription import Description
from defkg.table import Table

QUERY = "SELECT ?g ?s ?p ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
"""What gives each triple of the default graph, and each of the named graphs with its graph."""


class Failed(Exception):
    """The process ended without the files; the text says how."""


async def press(description: Description, answer: bytes, out: BinaryIO, seconds: float) -> list[Made]:
    """Makes the files of a package, one after another in an open file.

    Args:
        description: what is said of the dataset as a whole.
        answer: that to `QUERY`, in SPARQL's JSON.
        out: where the files go; the process writes to it.
        seconds: how long that may take.

    Raises:
        Failed: there are none.
    """
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "defkg.export.press", str(out.fileno())],
        pass_fds=(out.fileno(),),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        given = pickle.dumps((description, answer))
        said, _ = await asyncio.wait_for(process.communicate(given), seconds)
    except TimeoutError as error:
        raise Failed(f"it took more than {seconds:g} seconds") from error
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode:
        raise Failed(f"its process ended with status {process.returncode}")
    made: list[Made] = pickle.loads(said)
    return made


def quads_of(answer: bytes) -> Iterator[Quad]:
    """The quads in an answer to `QUERY`."""
    for row in Table.parse(answer).rows:
        subject, predicate, value = triple_of(row["s"], row["p"], row["o"])
        graph = row.get("g")
        yield Quad(subject, predicate, value, graph if isinstance(graph, NamedNode | BlankNode) else DefaultGraph())


def write(description: Description, answer: bytes, out: BinaryIO) -> list[Made]:
    """The same as `press`, here."""
    made, at = [], 0
    for name, body in with_sums(package(Content.of(quads_of(answer), description))):
        out.write(body)
        made.append(Made(name, media_type(name), len(body), sha256(body), at))
        at += len(body)
    out.flush()
    return made


def main() -> None:
    """Makes the files of what is pickled on standard input; they go to the open file named, the list to the output."""
    description, answer = pickle.load(sys.stdin.buffer)
    with open(int(sys.argv[1]), "r+b") as out:  # noqa: PTH123 - a descriptor, not a path
        made = write(description, answer, out)
    pickle.dump(made, sys.stdout.buffer)


if __name__ == "__main__":
    from defkg.export.press import main as importable  # what is pickled must not belong to a module called __main__

    importable()
