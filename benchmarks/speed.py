"""defkg beside other engines on one graph: the same answers, how soon, how many, and what it takes.

    python -m benchmarks.speed [--triples 100000] [--engines defkg,stored,oxigraph,virtuoso,endpoint,comunica]
        [--connections 1,8,32] [--seconds 5] [--rounds 3] [--output benchmarks/results] [--project FOLDER]
        [--data FOLDER] [--only questions|lookups] [--longest 120]

All engines hold the same quads and run at the same time; each measurement is made of one after the other before the
next, so that what the machine does besides falls on all. Writes `<triples>.json`; `python -m benchmarks.report` makes
the tables and the plots of what was written. A run with `--only` is a part: it needs an output of its own, and has no
report.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.answers import Answer, difference, read
from benchmarks.asking import LONGEST, Asked, analytic, ask, lookups
from benchmarks.engines import Data, Endpoint, Engine
from benchmarks.engines.comunica import Comunica
from benchmarks.engines.embedded import Defkg
from benchmarks.engines.endpoint import RdflibEndpoint
from benchmarks.engines.oxigraph import Oxigraph
from benchmarks.engines.virtuoso import Virtuoso
from benchmarks.load import Load, load
from benchmarks.machine import described
from benchmarks.preparing import prepared
from benchmarks.running import Missing
from benchmarks.timing import Timed, timed

ENGINES: Mapping[str, Engine] = {
    "defkg": Defkg(),
    "stored": Defkg(stored=True),
    "oxigraph": Oxigraph(),
    "virtuoso": Virtuoso(),
    "endpoint": RdflibEndpoint(),
    "comunica": Comunica(),
}
_SAMPLE = 25  # lookups whose answers are compared
_RESULTS = Path(__file__).parent / "results"


def measure(words: argparse.Namespace) -> dict[str, Any]:
    """Starts the engines and measures everything; what cannot be had is named and left out."""
    if words.data:
        words.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="defkg-bench-")))
        data, told = prepared(words.triples, words.project, words.data or folder, built="stored" in words.engines)
        endpoints, versions, missing = {}, {}, {}
        for name in words.engines:
            _say(f"starting {name}")
            try:
                endpoints[name] = stack.enter_context(_started(ENGINES[name], data, folder / name))
                versions[name] = f"{ENGINES[name].name} {ENGINES[name].version()}"
            except Missing as error:
                missing[name] = str(error)
                _say(f"left out: {error}")
        client = stack.enter_context(httpx.Client())
        return {
            "machine": described(),
            "data": told,
            "missing": missing,
            "engines": {name: {"version": versions[name], **_costs(endpoints[name])} for name in endpoints},
            **_asked_of(endpoints, client, words),
            "memory": {name: round(endpoint.running.memory()) for name, endpoint in endpoints.items()},
        }


@contextmanager
def _started(engine: Engine, data: Data, folder: Path) -> Iterator[Endpoint]:
    folder.mkdir()
    with engine.serve(data, folder) as endpoint:
        yield endpoint


def _costs(endpoint: Endpoint) -> dict[str, float]:
    """What loading and starting took: seconds, and MB before anything was asked."""
    return {
        "load": round(endpoint.load, 2),
        "start": round(endpoint.running.seconds, 3),
        "memory": round(endpoint.running.memory()),
        "disk": round(endpoint.disk),
    }


def _asked_of(endpoints: Mapping[str, Endpoint], client: httpx.Client, words: argparse.Namespace) -> dict[str, Any]:
    """The library's questions and the lookups, or the one of them that is wanted."""
    found: dict[str, Any] = {}
    if words.only != "lookups":
        asked = _asked(endpoints, client, words)
        found["questions"] = [_question(one, endpoints, client, words.longest) for one in asked]
    if words.only != "questions":
        found["lookups"] = _lookups(endpoints, client, words)
    return found


def _asked(endpoints: Mapping[str, Endpoint], client: httpx.Client, words: argparse.Namespace) -> list[Asked]:
    kept = words.data / "busiest.json" if words.data else None
    return analytic(next(iter(endpoints.values())), client, words.longest, kept)


def _question(asked: Asked, endpoints: Mapping[str, Endpoint], client: httpx.Client, longest: float) -> dict[str, Any]:
    """One question of the library, put to each engine; the first is what the others are compared with."""
    analytic = {name: one for name, one in endpoints.items() if ENGINES[name].analytic}
    found = timed(analytic, asked.query, client, longest)
    _say(asked.name)
    first = next(iter(found.values()))
    return {
        "name": asked.name,
        "about": asked.about,
        "rows": first.answer if isinstance(first.answer, bool) else first.answer.total(),
        "engines": {name: _told(one, first) for name, one in found.items()},
    }


def _told(one: Timed, first: Timed) -> dict[str, Any]:
    if one.failed:
        return {"failed": one.failed}
    times = {f"p{share}": round(one.percentile(share / 100), 2) for share in (50, 95, 99)}
    differs = "" if first.failed else difference(first.answer, one.answer)
    return {**times, "runs": len(one.milliseconds), **({"differs": differs} if differs else {})}


def _lookups(endpoints: Mapping[str, Endpoint], client: httpx.Client, words: argparse.Namespace) -> dict[str, Any]:
    """Answers a second and latencies: by whether queries are new or kept, by engine, by connections."""
    queries = lookups(next(iter(endpoints.values())), client)
    differs = _other_answers(queries, endpoints, client)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in ("new", "kept"):
        found[kind] = {name: {} for name in endpoints}
        for connections in words.connections:
            _say(f"lookups, {kind}, {connections} connections")
            rounds: list[dict[str, Load]] = []
            for _ in range(words.rounds):
                rounds.append(_round(queries, endpoints, connections, words.seconds, kind))
            for name in endpoints:
                found[kind][name][str(connections)] = _middle([one[name] for one in rounds])
    return {"queries": len(queries), "differs": differs, **found}


def _round(
    queries: list[str], endpoints: Mapping[str, Endpoint], connections: int, seconds: float, kind: str
) -> dict[str, Load]:
    """Each engine in turn under load; the next begins when the one before works no more."""
    found = {}
    for name, endpoint in endpoints.items():
        asked = [endpoint.address(query) for query in queries]
        found[name] = load(asked, connections, seconds, unique=kind == "new")
        endpoint.running.settle()
    return found


def _other_answers(queries: list[str], endpoints: Mapping[str, Endpoint], client: httpx.Client) -> dict[str, list[str]]:
    """How the lookups of each engine differ from those of the first, for some spread over all."""
    found: dict[str, list[str]] = {}
    for query in queries[:: max(1, len(queries) // _SAMPLE)]:
        answers = {name: _answer(endpoint, query, client) for name, endpoint in endpoints.items()}
        first = next(iter(answers.values()))
        for name, answer in answers.items():
            differs = answer if isinstance(answer, str) else "" if isinstance(first, str) else difference(first, answer)
            if differs:
                found.setdefault(name, []).append(differs)
    return found


def _answer(endpoint: Endpoint, query: str, client: httpx.Client) -> Answer | str:
    """An answer; or in words, why there is none."""
    try:
        return read(ask(endpoint, query, client).json())
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return f"no answer: {error!r}"[:200]


def _middle(loads: list[Load]) -> dict[str, float]:
    """The medians of several rounds."""
    kinds = ("rate", "p50", "p95", "p99")
    return {
        **{kind: round(median(getattr(one, kind) for one in loads), 2) for kind in kinds},
        "failed": sum(one.failed for one in loads),
    }


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    """Measures and writes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended too
    words = _words()
    found = measure(words)
    words.output.mkdir(parents=True, exist_ok=True)
    path = words.output / f"{words.triples}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path)


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.partition("\n")[0])
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--project", type=Path, help="a project folder that was made before")
    parser.add_argument("--data", type=Path, help="a folder for graph and artefact, which stay and are taken again")
    parser.add_argument("--output", type=Path, default=_RESULTS)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=lambda text: [int(n) for n in text.split(",")], default=[1, 8, 32])
    parser.add_argument("--longest", type=float, default=LONGEST, help="seconds that a question may take")
    parser.add_argument("--only", choices=("questions", "lookups"), help="what to ask; both, unless told")
    parser.add_argument("--engines", type=lambda text: text.split(","), default=list(ENGINES))
    words = parser.parse_args()
    if words.only and words.output == _RESULTS:
        parser.error(f"--only measures a part: name a folder with --output, so that {_RESULTS} stays whole")
    return words


if __name__ == "__main__":
    main()
