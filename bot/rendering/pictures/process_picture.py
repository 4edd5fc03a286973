"""The picture of a process, as SVG for pages and editors and as PNG for chats."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from bot.rendering.pictures.layout import LINE, Point, layout_of
from bot.rendering.pictures.process_graph import process_graph
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.people import Organisation
from workflows.domain.text import Language

_FOLDER = templates.FOLDER / "pictures"
_SHARPNESS = 2
"""Pixels of the PNG for each pixel of the SVG."""


def process_svg(definition: WorkflowDefinition, organisation: Organisation, language: Language) -> str:
    """Return the picture of a process as an SVG document."""
    graph = process_graph(definition, organisation, language)
    template = _environment().get_template("process.svg.j2")
    return template.render(title=graph.title, layout=layout_of(graph), line_height=LINE)


def png(svg: str) -> bytes:
    """Return an SVG document as PNG; the texts are in the font that comes with the program."""
    return resvg_py.svg_to_bytes(
        svg_string=svg, zoom=_SHARPNESS, skip_system_fonts=True, font_dirs=[str(_FOLDER)], font_family="DejaVu Sans"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["curve"] = _curve
    return environment


def _curve(points: Sequence[Point]) -> str:
    """Return the path through points: vertical at every point between, so that arrows bend softly."""
    (x, y), *_ = points
    path = [f"M{x:.1f} {y:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        half = (y2 - y1) / 2
        path.append(f"C{x1:.1f} {y1 + half:.1f} {x2:.1f} {y2 - half:.1f} {x2:.1f} {y2:.1f}")
    return " ".join(path)
