"""Which arrows of a process lead back: without them nothing is drawn in a circle, and boxes stand in layers."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence, Set

from bot.rendering.pictures.process_graph import BoxId

Way = tuple[BoxId, BoxId]


def ways_back(start: BoxId, ways: Sequence[Way]) -> frozenset[Way]:
    """Return the ways that lead back.

    These are the ways to a box that everything passes on its way from the start (a dominator), and of the circles that
    are left, which can be entered in more than one place, the ways to a box that is nearer to the start.
    """
    distance = _distances(start, ways)
    dominators = _dominators(start, distance, ways)
    back = {(source, target) for source, target in ways if target in dominators.get(source, ()) or source == target}
    far = len(distance)
    for source, target in ways:
        kept = [way for way in ways if way not in back]
        if (source, target) in back or source not in _reached(target, kept):
            continue
        if distance.get(target, far) <= distance.get(source, far):
            back.add((source, target))
    return frozenset(back)


def _dominators(start: BoxId, boxes: Iterable[BoxId], ways: Sequence[Way]) -> Mapping[BoxId, Set[BoxId]]:
    """Return for each of the boxes, reached from the start, those that every path to it passes, itself among them."""
    before = {box: [source for source, target in ways if target == box] for box in boxes}
    found = {box: frozenset([box]) if box == start else frozenset(before) for box in before}
    changed = True
    while changed:
        changed = False
        for box in before.keys() - {start}:
            passed = frozenset([box]).union(frozenset.intersection(*(found[b] for b in before[box] if b in found)))
            if passed != found[box]:
                found[box], changed = passed, True
    return found


def _distances(start: BoxId, ways: Sequence[Way]) -> Mapping[BoxId, int]:
    distance, waiting = {start: 0}, deque([start])
    while waiting:
        box = waiting.popleft()
        for source, target in ways:
            if source == box and target not in distance:
                distance[target] = distance[box] + 1
                waiting.append(target)
    return distance


def _reached(box: BoxId, ways: Sequence[Way]) -> Set[BoxId]:
    return _distances(box, ways).keys()
