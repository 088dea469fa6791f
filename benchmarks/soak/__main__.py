"""Minutes of mixed load on a `defkg serve` of its own; see benchmarks/README.md.

    python -m benchmarks.soak [--seconds 300] [--connections 32] [--bout 10] [--kill SECONDS] [--reload SECONDS]
        [--store ARTEFACT | --project FOLDER] [--output FILE] [-- FLAGS of defkg serve]

Exit status 0: every answer was right, every hostile client was refused as it should be, and nothing grew; 1: not so;
2: it did not run.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

from benchmarks.soak.load import Plan
from benchmarks.soak.outcome import report, told
from benchmarks.soak.run import soak

_LIMITS = "--timeout 20 --memory 128 --rows 100000 --answer 32 --workers 2 --queue 1000 --client-seconds 0".split()
_BOUTS = 6


def main() -> None:
    """Runs the load, prints a report, and writes it as JSON."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the server is ended too
    words = _words()
    plan = Plan(words.seconds, words.bout, words.connections, words.kill, words.reload)
    what = (
        ["--force", "--store", str(words.store.resolve())]
        if words.store
        else ["--no-check", *(str(path.resolve()) for path in words.project)]
    )
    try:
        outcome = soak([*_LIMITS, *what, *words.flags], plan, words.things)
    except AssertionError as error:  # the server did not start; this is what it said
        print(error, file=sys.stderr)
        sys.exit(2)
    if words.output:
        words.output.write_text(json.dumps(told(outcome), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(report(outcome))
    sys.exit(1 if outcome.faults else 0)


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--seconds", type=float, default=Plan.seconds, help="how long the load lasts, rests not counted"
    )
    parser.add_argument("--bout", type=float, default=Plan.bout, help="seconds from one look at the server to the next")
    parser.add_argument("--connections", type=int, default=Plan.connections)
    parser.add_argument("--things", type=int, default=3, help="how many things of each class are asked about")
    parser.add_argument("--kill", type=float, default=0, help="kill a worker each so many seconds")
    parser.add_argument("--reload", type=float, default=0, help="have the graph loaded again each so many seconds")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--store", type=Path, help="an artefact, as defkg build makes it")
    what.add_argument("--project", type=Path, nargs=1, default=[], help="a project folder; the one here by default")
    parser.add_argument("--output", type=Path, help="a file for the report as JSON")
    parser.add_argument("flags", nargs="*", help="of defkg serve, after --")
    words = parser.parse_args()
    if words.connections < 4 or words.seconds / words.bout < _BOUTS:
        parser.error(f"it takes 4 connections, and at least {_BOUTS} bouts, to tell whether anything grows")
    return words


if __name__ == "__main__":
    main()
