"""Tables in Markdown and plots of what `benchmarks.speed` measured.

    python -m benchmarks.report [FOLDER]

Reads every ``<triples>.json`` of the folder, and writes beside it ``<triples>.md`` with every question, and plots. What
sums it up goes between two marks of this folder's README; with another folder, it is printed.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import plots
from benchmarks.machine import sentence
from benchmarks.speed import ENGINES

_FOLDER = Path(__file__).parent / "results"
_README = Path(__file__).with_name("README.md")
_START, _END = "<!-- measured -->", "<!-- end of what was measured -->"
_KINDS = {"new": "each query new", "kept": "the same queries again"}
Found = Mapping[str, Any]


def summary(found: Found) -> Iterator[str]:
    """The lines that sum up one size."""
    data = found["data"]
    yield f"## {data['triples']:,} triples\n"
    yield f"{data['triples']:,} asserted, {data['quads']:,} quads once closed (merged and by graph)."
    yield f"{sentence(found['machine'])} {'; '.join(one['version'] for one in found['engines'].values())}."
    yield from (f"Not measured: {name}: {why}" for name, why in found["missing"].items())
    yield from ("", *_lookups(found), "", *_costs(found), "", *_summaries(found), "")


def details(found: Found) -> Iterator[str]:
    """The lines with every question, and every answer that differs."""
    yield f"# The library's questions, {found['data']['triples']:,} triples\n"
    yield from (*_questions(found), "", *_summaries(found), "", *_differences(found))


def _lookups(found: Found) -> Iterator[str]:
    connections = list(next(iter(found["lookups"]["new"].values())))
    heads = [f"{number} connection{'s' * (number != '1')}" for number in connections]
    yield f"| answers/s (p50, p95, p99 in ms) | {' | '.join(heads)} |"
    yield "|---" * (len(connections) + 1) + "|"
    for kind, words in _KINDS.items():
        for name, by in found["lookups"][kind].items():
            yield f"| {ENGINES[name].name}, {words} | {' | '.join(_load(by[number]) for number in connections)} |"


def _load(load: Found) -> str:
    failed = f", **{load['failed']} failed**" if load["failed"] else ""
    return f"{load['rate']:,.0f} ({load['p50']:.1f}, {load['p95']:.1f}, {load['p99']:.1f}{failed})"


def _costs(found: Found) -> Iterator[str]:
    yield "| engine | load, s | start to first answer, s | memory, MB | memory after all, MB | disk, MB |"
    yield "|---|---|---|---|---|---|"
    for name, one in found["engines"].items():
        numbers = one["load"], f"{one['start']:.2f}", one["memory"], found["memory"][name], one["disk"] or "–"
        yield f"| {ENGINES[name].name} | {' | '.join(map(_number, numbers))} |"


def _number(number: object) -> str:
    return f"{number:,}" if isinstance(number, int) else str(number)


def _questions(found: Found) -> Iterator[str]:
    """Every question, the slowest first."""
    names = _analytic(found)
    yield f"| question (p50, p95 in ms) | rows | {' | '.join(ENGINES[name].name for name in names)} |"
    yield "|---" * (len(names) + 2) + "|"
    order = sorted(found["questions"], key=lambda one: -max(map(_median, one["engines"].values())))
    for one in order:
        cells = " | ".join(_time(one["engines"][name]) for name in names)
        yield f"| {one['name']} | {_number(one['rows'])} | {cells} |"


def _summaries(found: Found) -> Iterator[str]:
    """The whole library in a line for each pair of engines, and how many answers differ."""
    names = _analytic(found)
    yield from (_summary(found, names[0], name) for name in names[1:])
    for name in found["engines"]:
        own = [one["engines"][name] for one in found["questions"] if name in one["engines"]]
        failed, other = (sum(key in one for one in own) for key in ("failed", "differs"))
        if failed or other:
            yield f"* {ENGINES[name].name} answers {other} of {len(own)} questions otherwise, and {failed} not at all."


def _analytic(found: Found) -> list[str]:
    return [name for name in found["engines"] if ENGINES[name].analytic]


def _median(engine: Found) -> float:
    median: float = engine.get("p50", math.inf)
    return median


def _time(engine: Found) -> str:
    if "failed" in engine:
        return "no answer"
    return f"{engine['p50']:,.1f}, {engine['p95']:,.1f}{' ≠' if 'differs' in engine else ''}"


def _summary(found: Found, one: str, other: str) -> str:
    pairs = [(both[one]["p50"], both[other]["p50"]) for both in _both(found, one, other)]
    if not pairs:
        return f"* {ENGINES[one].name} and {ENGINES[other].name} have no answer in common."
    faster = sum(mine <= theirs for mine, theirs in pairs)
    mean = math.exp(fmean(math.log(theirs / mine) for mine, theirs in pairs))
    return (
        f"* {ENGINES[one].name} beside {ENGINES[other].name}: as fast or faster on {faster} of {len(pairs)} questions "
        f"that both answer; {mean:.2f} times as fast in the geometric mean."
    )


def _both(found: Found, one: str, other: str) -> Iterator[Mapping[str, Found]]:
    for question in found["questions"]:
        engines = question["engines"]
        if "p50" in engines.get(one, {}) and "p50" in engines.get(other, {}):
            yield engines


def _differences(found: Found) -> Iterator[str]:
    told = [
        f"* {one['name']}, {ENGINES[name].name}: {engine.get('failed') or engine['differs']}"
        for one in found["questions"]
        for name, engine in one["engines"].items()
        if engine.get("failed") or engine.get("differs")
    ]
    told += [f"* lookups, {ENGINES[name].name}: {said[0]}" for name, said in found["lookups"]["differs"].items()]
    first = ENGINES[next(iter(found["engines"]))].name
    yield f"Where an answer is not that of {first} (≠): {len(told) or 'nowhere'}{':' if told else '.'}"
    yield ""
    yield from told


def draw(everything: Mapping[int, Found], folder: Path) -> None:
    """Writes the plots of all sizes."""
    for size, found in everything.items():
        for kind, words in _KINDS.items():
            groups = {
                f"{number} conn.": {
                    ENGINES[name].name: by[number]["rate"] for name, by in found["lookups"][kind].items()
                }
                for number in next(iter(found["lookups"][kind].values()))
            }
            title = f"Lookups a second, {size:,} triples, {words}"
            (folder / f"lookups-{kind}-{size}.svg").write_text(plots.bars(title, groups, "Answers a second"))
        for other in ("virtuoso", "oxigraph"):
            _draw_questions(size, found, other, folder)
    _draw_sizes(everything, folder)


def _draw_questions(size: int, found: Found, other: str, folder: Path) -> None:
    first = next(iter(found["engines"]))
    points = [
        (one["name"], one["engines"][other]["p50"], one["engines"][first]["p50"])
        for one in found["questions"]
        if "p50" in one["engines"].get(other, {}) and "p50" in one["engines"][first]
    ]
    if points:
        axes = ENGINES[other].name, ENGINES[first].name
        title = f"The library's questions, {size:,} triples"
        (folder / f"questions-{other}-{size}.svg").write_text(plots.scatter(title, points, axes))


def _draw_sizes(everything: Mapping[int, Found], folder: Path) -> None:
    series: dict[str, dict[int, float]] = {}
    for size, found in everything.items():
        for name, by in found["lookups"]["new"].items():
            series.setdefault(ENGINES[name].name, {})[size] = by[list(by)[-1]]["rate"]
    title = "Lookups a second by the size of the graph, most connections, each query new"
    (folder / "lookups-by-size.svg").write_text(plots.lines(title, series, "Answers a second"))


def main() -> None:
    """Draws and prints."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    files = sorted(folder.glob("*.json"), key=lambda path: int(path.stem))
    if not files:
        sys.exit(f"{folder} has no measurements; make them with python -m benchmarks.speed")
    everything = {int(path.stem): json.loads(path.read_text(encoding="utf-8")) for path in files}
    draw(everything, folder)
    for size, found in everything.items():
        (folder / f"{size}.md").write_text("\n".join(details(found)) + "\n", encoding="utf-8")
    text = "\n".join("\n".join([*summary(found), *_shown(size, folder)]) for size, found in everything.items())
    if folder == _FOLDER:
        text = f"{text}\n\n{_picture('lookups-by-size', 'Lookups a second by the size of the graph')}"
        _README.write_text(between(_README.read_text(encoding="utf-8"), text), encoding="utf-8")
    else:
        print(text)


def between(readme: str, text: str) -> str:
    """A text with what stands between the two marks replaced.

    Raises:
        ValueError: it has no such marks.
    """
    before, start, rest = readme.partition(_START)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise ValueError(f"benchmarks/README.md has no {_START} … {_END}: put them where the tables belong")
    return f"{before}{start}\n\n{text}\n\n{end}{after}"


def _shown(size: int, folder: Path) -> Iterator[str]:
    drawn = sorted(folder.glob(f"*-{size}.svg"))
    yield from (_picture(path.stem, f"{path.stem.replace('-', ' ')} triples") for path in drawn)
    yield f"\nEvery question and every other answer: [{size}.md](results/{size}.md)\n"


def _picture(stem: str, words: str) -> str:
    return f"![{words}](results/{stem}.svg)"


if __name__ == "__main__":
    main()
