"""The diagram of the vocabulary: where each class stands, and how the lines run between them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

# Units: pixels of the drawing.
BOX_WIDTH, BOX_HEIGHT, COLUMN, ROW, LANE, MARGIN = 152, 46, 202, 62, 24, 8
ROUNDS = 12


@dataclass(frozen=True)
class Box:
    """A class: its IRI, the number of its things, the left upper corner."""

    iri: str
    count: int
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A line between two classes: the properties with their uses, the path to draw, its width."""

    start: str
    end: str
    properties: tuple[tuple[str, int], ...]
    path: str
    width: float


@dataclass(frozen=True)
class Diagram:
    """The drawing. Shape: boxes, lines, width, height. Links of a class with itself are not drawn."""

    boxes: list[Box]
    lines: list[Line]
    width: int
    height: int
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(classes: Mapping[str, int], links: Sequence[tuple[str, str, str, int]]) -> Diagram:
    """Give the drawing of the classes that are linked: each in a column right of those that lead to it."""
    pairs: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for start, prop, end, uses in links:
        if start != end and start in classes and end in classes:
            pairs[(start, end)].append((prop, uses))
    layers = _layers(pairs)
    columns, chains = _columns(pairs, layers)
    _order(columns, chains)
    # A line that passes by needs less room than a class.
    heights = [[ROW if isinstance(node, str) else LANE for node in column] for column in columns]
    height = max(map(sum, heights), default=0) + 2 * MARGIN
    places = {}
    for number, (column, rooms) in enumerate(zip(columns, heights, strict=True)):
        stretch, top = (height - 2 * MARGIN) / sum(rooms), MARGIN
        for node, room in zip(column, rooms, strict=True):
            places[node] = (MARGIN + number * COLUMN, top + stretch * room / 2)
            top += stretch * room
    boxes = [Box(node, classes[node], x, y - BOX_HEIGHT / 2) for node, (x, y) in places.items() if isinstance(node, str)]
    lines = [
        Line(start, end, tuple(sorted(found)), _path([places[node] for node in chains[(start, end)]]), 1 + 0.8 * log10(1 + sum(uses for _, uses in found)))
        for (start, end), found in sorted(pairs.items())
    ]
    return Diagram(sorted(boxes, key=lambda box: (box.x, box.y)), lines, MARGIN * 2 + max(0, len(columns) - 1) * COLUMN + BOX_WIDTH, round(height))


def _layers(pairs: Mapping[tuple[str, str], object]) -> dict[str, int]:
    """Give the column of each class; a line that would close a circle is passed over."""
    following: dict[str, list[str]] = defaultdict(list)
    for start, end in sorted(pairs):
        if not _reaches(following, end, start):
            following[start].append(end)
    depth: dict[str, int] = {}

    def of(node: str) -> int:
        if node not in depth:
            depth[node] = 1 + max((of(other) for other in following[node]), default=-1)
        return depth[node]

    for node in sorted({one for pair in pairs for one in pair}):
        of(node)
    deepest = max(depth.values(), default=0)
    return {node: deepest - found for node, found in depth.items()}


def _reaches(following: Mapping[str, list[str]], start: str, goal: str) -> bool:
    todo, seen = [start], set()
    while todo:
        node = todo.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            todo += following.get(node, [])
    return False


def _columns(pairs, layers):
    """Give the nodes of each column, and the nodes that each line runs through: a place of its own in every column it crosses."""
    columns: list[list] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for node in sorted(layers):
        columns[layers[node]].append(node)
    chains = {}
    for start, end in sorted(pairs):
        step = 1 if layers[end] > layers[start] else -1
        between = [(start, end, number) for number in range(layers[start] + step, layers[end], step)]
        for node in between:
            columns[node[2]].append(node)
        chains[(start, end)] = [start, *between, end]
    return columns, chains


def _order(columns: list[list], chains: Mapping) -> None:
    """Sort each column by the middle of what its nodes are linked to, to and fro, so that few lines cross."""
    beside = defaultdict(set)
    for chain in chains.values():
        for one, other in zip(chain, chain[1:], strict=False):
            beside[one].add(other)
            beside[other].add(one)
    rows = {node: (row + 0.5) / len(column) for column in columns for row, node in enumerate(column)}
    for turn in range(ROUNDS):
        for column in columns if turn % 2 else reversed(columns):
            def middle(node, own=frozenset(column)):
                near = [rows[other] for other in beside[node] if other not in own]
                return sum(near) / len(near) if near else rows[node]

            column.sort(key=lambda node: (middle(node), str(node)))
            rows.update({node: (row + 0.5) / len(column) for row, node in enumerate(column)})


def _path(points: list[tuple[float, float]]) -> str:
    """Give the curve from the edge of the first box through the places between to the edge of the last."""
    is_forward = points[-1][0] >= points[0][0]
    leave, arrive = (BOX_WIDTH, -5) if is_forward else (0, BOX_WIDTH + 5)
    if points[0][0] == points[-1][0]:
        leave = arrive = BOX_WIDTH
    stops = [(points[0][0] + leave, points[0][1])]
    for x, y in points[1:-1]:
        stops += [(x, y), (x + BOX_WIDTH, y)] if is_forward else [(x + BOX_WIDTH, y), (x, y)]
    stops.append((points[-1][0] + arrive, points[-1][1]))
    text = f"M{stops[0][0]:.0f} {stops[0][1]:.0f}"
    for (x, y), (to_x, to_y) in zip(stops, stops[1:], strict=False):
        bend = (to_x - x) / 2 or 40
        text += f" C{x + bend:.0f} {y:.0f} {to_x - bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"
    return text
