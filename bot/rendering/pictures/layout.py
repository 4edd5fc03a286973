"""Where the boxes and arrows of a process stand: layers from top to bottom (Sugiyama), calculated by grandalf."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any, Final

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout
from grandalf.routing import EdgeViewer

from bot.rendering.pictures.process_graph import Arrow, Box, BoxId, ProcessGraph
from bot.rendering.pictures.ways_back import Way, ways_back

LINE: Final = 18
"""The height of a line of text, in pixels; widths are those of DejaVu Sans of 13 pixels."""
CHARACTER: Final = 7.8
_CHARACTERS: Final = 24
_LABEL_CHARACTERS: Final = 19
_PADDING: Final = 12
_GAP: Final = 36
_ROUNDS: Final = 12

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """A box with its middle (`x`, `y`), its size in pixels, and its texts cut into lines."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    title: tuple[str, ...]
    doer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedArrow:
    """An arrow with the points of its way, and its label in lines around the point `label_at`."""

    arrow: Arrow
    points: tuple[Point, ...]
    label: tuple[str, ...]
    label_at: Point
    leads_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A picture of `width` times `height` pixels; every coordinate in it is positive."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]


class _Vertex(Vertex):  # type: ignore[misc]  # the library has no types
    """A vertex with a number: sets of them have the same order in every run, and so has the picture."""

    def __init__(self, number: int, box_id: BoxId) -> None:
        self._number = number
        super().__init__(box_id)

    def __hash__(self) -> int:
        return self._number


class _Edge(Edge):  # type: ignore[misc]  # the library has no types
    """An edge with a number, as `_Vertex`."""

    def __init__(self, number: int, upper: Any, lower: Any) -> None:
        self._number = number
        super().__init__(upper, lower)

    def __hash__(self) -> int:
        return self._number


class _Room:
    """The room that a vertex takes, which is as wide for all; the library writes its middle into `xy`."""

    def __init__(self, width: float, height: float) -> None:
        self.w, self.h = width, height
        self.xy: Point = (0.0, 0.0)


def layout_of(graph: ProcessGraph) -> Layout:
    """Place a process: the start on top, each stage below those that lead to it, ways back beside them."""
    back = ways_back(graph.boxes[0].id, [(arrow.start, arrow.end) for arrow in graph.arrows])
    labels = [_label(arrow) for arrow in graph.arrows]
    boxes, between = _placed(graph, back, max(map(len, labels), default=0))
    return _at_origin(
        tuple(boxes.values()),
        tuple(
            _placed_arrow(arrow, boxes, between, label, leads_back=(arrow.start, arrow.end) in back)
            for arrow, label in zip(graph.arrows, labels, strict=True)
        ),
    )


def _label(arrow: Arrow) -> tuple[str, ...]:
    return tuple(line for title in arrow.outcomes for line in wrap(title, _LABEL_CHARACTERS))


def _placed(
    graph: ProcessGraph, back: frozenset[Way], label_lines: int
) -> tuple[Mapping[BoxId, PlacedBox], Mapping[Way, tuple[Point, ...]]]:
    """Return the boxes in their places, and the points between the two boxes of each arrow that passes layers."""
    unplaced = {box.id: _unplaced(box) for box in graph.boxes}
    widest = max(each.width for each in unplaced.values())
    vertices: dict[BoxId, Any] = {}
    for box_id, each in unplaced.items():
        vertices[box_id] = _Vertex(len(vertices), box_id)
        vertices[box_id].view = _Room(widest, each.height)
    edges: dict[Way, Any] = {}
    for arrow in graph.arrows:
        way = (arrow.start, arrow.end)
        upper, lower = reversed(way) if way in back else way
        if arrow.start != arrow.end:
            edges[way] = _Edge(len(edges), vertices[upper], vertices[lower])
            edges[way].view = EdgeViewer()
    left = 0.0
    for component in Graph(list(vertices.values()), list(edges.values())).C:
        left = _place(component, label_lines * LINE + _GAP, left)
    boxes = {
        box_id: replace(each, x=vertices[box_id].view.xy[0], y=vertices[box_id].view.xy[1])
        for box_id, each in unplaced.items()
    }
    between = {way: tuple(edge.view._pts[1:-1]) for way, edge in edges.items()}
    return boxes, {way: points[::-1] if way in back else points for way, points in between.items()}


def _unplaced(box: Box) -> PlacedBox:
    title, doer = wrap(box.title, _CHARACTERS), wrap(box.doer or "", _CHARACTERS)
    lines = [*title, *doer]
    return PlacedBox(
        box=box,
        x=0,
        y=0,
        width=max(map(len, lines), default=1) * CHARACTER + 2 * _PADDING,
        height=len(lines) * LINE + 2 * _PADDING,
        title=tuple(title),
        doer=tuple(doer),
    )


def _place(component: Any, between_layers: float, left: float) -> float:
    """Place a connected part of the graph right of *left*; return where the next one may begin."""
    vertices = list(component.V())
    if len(vertices) > 1:
        sugiyama = SugiyamaLayout(component)
        sugiyama.xspace, sugiyama.yspace = _GAP, between_layers
        sugiyama.init_all()
        sugiyama.draw(_ROUNDS)
    shift = left - min(vertex.view.xy[0] - vertex.view.w / 2 for vertex in vertices)
    for vertex in vertices:
        vertex.view.xy = (vertex.view.xy[0] + shift, vertex.view.xy[1])
    for edge in component.E():
        edge.view._pts = [(x + shift, y) for x, y in edge.view._pts]
    return float(max(vertex.view.xy[0] + vertex.view.w / 2 for vertex in vertices) + _GAP)


def _placed_arrow(
    arrow: Arrow,
    boxes: Mapping[BoxId, PlacedBox],
    between: Mapping[Way, tuple[Point, ...]],
    label: tuple[str, ...],
    *,
    leads_back: bool,
) -> PlacedArrow:
    start, end = boxes[arrow.start], boxes[arrow.end]
    if arrow.start == arrow.end:
        return _loop(arrow, start, label)
    middle = between[arrow.start, arrow.end]
    if leads_back and not middle:
        # Beside the arrow that leads down between the same two boxes.
        middle = (((start.x + end.x) / 2 + (start.width + end.width) / 4 + _GAP, (start.y + end.y) / 2),)
    way = [(start.x, start.y), *middle, (end.x, end.y)]
    points = (_on_border(start, way[1]), *middle, _on_border(end, way[-2]))
    half = len(points) // 2
    at = points[half] if len(points) % 2 else _between(points[half - 1], points[half])
    return PlacedArrow(arrow=arrow, points=points, label=label, label_at=at, leads_back=leads_back)


def _loop(arrow: Arrow, box: PlacedBox, label: tuple[str, ...]) -> PlacedArrow:
    """Return the arrow from a box back to itself, on its right side."""
    right = box.x + box.width / 2
    points = ((right, box.y - LINE / 2), (right + _GAP, box.y), (right, box.y + LINE / 2))
    return PlacedArrow(arrow=arrow, points=points, label=label, label_at=points[1], leads_back=True)


def _between(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _on_border(box: PlacedBox, towards: Point) -> Point:
    """Return where the upper or lower side of a box is left on the way to a point; a beam towards it, softened."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    reach = box.width / 2 - _PADDING
    x = box.x + max(-reach, min(reach, dx / 3))
    return x, box.y + (box.height / 2 if dy >= 0 else -box.height / 2)


def _at_origin(boxes: tuple[PlacedBox, ...], arrows: tuple[PlacedArrow, ...]) -> Layout:
    """Move everything so that the picture begins at (0, 0) with a margin."""
    xs = [each.x + side * each.width / 2 for each in boxes for side in (-1, 1)]
    ys = [each.y + side * each.height / 2 for each in boxes for side in (-1, 1)]
    for placed in arrows:
        half = max(map(len, placed.label), default=0) * CHARACTER / 2
        xs += [placed.label_at[0] - half, placed.label_at[0] + half, *(x for x, _ in placed.points)]
        ys += [y for _, y in placed.points]
    left, top = min(xs) - _GAP / 2, min(ys) - _GAP / 2

    def moved(point: Point) -> Point:
        return point[0] - left, point[1] - top

    return Layout(
        width=max(xs) + _GAP / 2 - left,
        height=max(ys) + _GAP / 2 - top,
        boxes=tuple(replace(each, x=each.x - left, y=each.y - top) for each in boxes),
        arrows=tuple(
            replace(each, points=tuple(map(moved, each.points)), label_at=moved(each.label_at)) for each in arrows
        ),
    )
