"""Where the boxes of a graph stand: in layers from left to right, with as few crossing lines as a few sweeps find.

Source: Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures" (1981): cycles
broken, layers by the longest path, long lines led through every layer, order by barycentres.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Line = tuple[str, str]
_SWEEPS = 12


@dataclass
class Layering:
    """Boxes in layers.

    Attributes:
        layers: the names of the boxes in each layer, from top to bottom, with those that only lead a line through.
        paths: for each line the boxes that it passes, from left to right.
        reversed: the lines whose end stands left of their start.
    """

    layers: list[list[str]]
    paths: dict[Line, list[str]] = field(default_factory=dict)
    reversed: set[Line] = field(default_factory=set)

    @property
    def steps(self) -> list[Line]:
        """The pieces of the lines, each from one layer to the next."""
        return [step for path in self.paths.values() for step in pairwise(path)]


def arrange(boxes: Sequence[str], found: Iterable[Line]) -> Layering:
    """Layers for boxes and the lines between them; the same input gives the same layers."""
    lines = [line for line in dict.fromkeys(found) if line[0] != line[1]]
    back = _closing(boxes, lines)
    forward = {line: (line[1], line[0]) if line in back else line for line in lines}
    depth = _depths(boxes, list(forward.values()))
    layering = Layering([[] for _ in range(max(depth.values(), default=0) + 1)], reversed=back)
    for box in boxes:
        layering.layers[depth[box]].append(box)
    for line, (start, end) in forward.items():
        layering.paths[line] = [start, *_led_through(layering, line, depth[start], depth[end]), end]
    _order(layering)
    return layering


def _closing(boxes: Sequence[str], lines: Sequence[Line]) -> set[Line]:
    """The lines that close a cycle, as a walk in depth finds them."""
    after = {box: [line for line in lines if line[0] == box] for box in boxes}
    open_, done, back = set[str](), set[str](), set[Line]()
    for root in boxes:
        stack = [(root, iter(after[root]))] if root not in done else []
        open_ |= {root} if stack else set()
        while stack:
            box, rest = stack[-1]
            line = next(rest, None)
            if line is None:
                stack.pop()
                open_.discard(box)
                done.add(box)
            elif line[1] in open_:
                back.add(line)
            elif line[1] not in done:
                open_.add(line[1])
                stack.append((line[1], iter(after[line[1]])))
    return back


def _depths(boxes: Sequence[str], lines: Sequence[Line]) -> dict[str, int]:
    """The layer of each box: one behind the last of those before it; one without any stands close to what follows."""
    depth = dict.fromkeys(boxes, 0)
    for _ in boxes:
        deeper = {end: depth[start] + 1 for start, end in lines if depth[start] >= depth[end]}
        if not deeper:
            break
        depth |= deeper
    for box in boxes:
        ends = [depth[end] for start, end in lines if start == box]
        if ends and not any(end == box for _, end in lines):
            depth[box] = min(ends) - 1
    return depth


def _led_through(layering: Layering, line: Line, start: int, end: int) -> list[str]:
    names = [f"\0{line[0]}\0{line[1]}\0{layer}" for layer in range(start + 1, end)]
    for layer, name in enumerate(names, start + 1):
        layering.layers[layer].append(name)
    return names


def _order(layering: Layering) -> None:
    """Sorts each layer by where its neighbours stand, to and fro, and keeps the order with the fewest crossings."""
    steps = layering.steps
    before, after = _neighbours(steps, 1), _neighbours(steps, 0)
    best, fewest = [list(layer) for layer in layering.layers], _crossings(layering.layers, steps)
    for sweep in range(_SWEEPS):
        beside = after if sweep % 2 else before
        for layer in reversed(layering.layers) if sweep % 2 else layering.layers:
            at = {box: number for boxes in layering.layers for number, box in enumerate(boxes)}
            middle = {box: _mean([at[other] for other in beside.get(box, ())], at[box]) for box in layer}
            layer.sort(key=middle.__getitem__)
        crossings = _crossings(layering.layers, steps)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layering.layers], crossings
    layering.layers = best


def _neighbours(steps: Sequence[Line], side: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for step in steps:
        found.setdefault(step[side], []).append(step[1 - side])
    return found


def _crossings(layers: Sequence[Sequence[str]], steps: Sequence[Line]) -> int:
    at = {box: (depth, number) for depth, boxes in enumerate(layers) for number, box in enumerate(boxes)}
    ends = sorted((at[start], at[end]) for start, end in steps)
    return sum(
        1
        for number, (start, end) in enumerate(ends)
        for other, further in ends[number + 1 :]
        if start[0] == other[0] and start != other and further < end
    )


def heights(layering: Layering, tall: Mapping[str, float], gap: float) -> dict[str, float]:
    """The middle of each box: near its neighbours', and no two of a layer closer than a gap; from 0 down."""
    both = _neighbours([*layering.steps, *((end, start) for start, end in layering.steps)], 0)
    at: dict[str, float] = {}
    for layer in layering.layers:
        at |= _apart(layer, dict.fromkeys(layer, 0.0), tall, gap)
    for sweep in range(_SWEEPS):
        for layer in reversed(layering.layers) if sweep % 2 else layering.layers:
            wanted = {box: _mean([at[other] for other in both.get(box, ())], at[box]) for box in layer}
            at |= _apart(layer, wanted, tall, gap)
    top = min(at[box] - tall[box] / 2 for box in at)
    return {box: middle - top for box, middle in at.items()}


def _apart(
    layer: Sequence[str], wanted: Mapping[str, float], tall: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Middles in the order of a layer, moved down until none overlap, then all moved by the mean of what that added."""
    found: dict[str, float] = {}
    floor = float("-inf")
    for box in layer:
        found[box] = max(wanted[box], floor + tall[box] / 2)
        floor = found[box] + tall[box] / 2 + gap
    shift = _mean([found[box] - wanted[box] for box in layer], 0.0)
    return {box: middle - shift for box, middle in found.items()}


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
