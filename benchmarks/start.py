"""How long `defkg serve` takes from its start to its first answer: cold processes, files that were read before.

    python -m benchmarks.start [--runs 7] [WORD...]

The words are those of `defkg serve`: by default it serves the bundled graph, with all checks. Bytecode is kept in a
temporary folder, as an installed package has it beside its modules; the first run fills it, and is not counted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import quote

from benchmarks.running import free_port, running

_LOOKUP = "SELECT * { <https://w3id.org/defkg/id/official/amitabh-prasad> ?p ?o }"


def start(words: list[str], folder: Path) -> float:
    """Seconds from the start of a server to its first answer.

    Raises:
        Missing: it ended, or did not answer.
    """
    port = free_port()
    command = [sys.executable, "-m", "defkg", "serve", "--port", str(port), *words]
    kept = {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
    with running(command, folder, lambda: _answers(port), kept) as server:
        return server.seconds


def _answers(port: int) -> bool:
    """Whether a lookup is answered by now; asking costs little, for the server starts on the same processors."""
    with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/sparql?query=" + quote(_LOOKUP, safe=""))
        return connection.getresponse().status == 200
    return False


def main() -> None:
    """Prints the median and the range."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    told, words = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="defkg-bench-") as folder:
        start(words, Path(folder))
        found = [start(words, Path(folder)) for _ in range(told.runs)]
    print(f"{median(found):.2f} s to the first answer (median of {told.runs}; {min(found):.2f} to {max(found):.2f})")


if __name__ == "__main__":
    main()
