"""Pictures of processes: what they show, that nothing lies on anything else, and the files that a verb writes."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.command_line.cli import program
from bot.rendering.pictures.layout import LINE, PlacedBox, layout_of
from bot.rendering.pictures.process_graph import Arrow, Box, BoxId, BoxKind, ProcessGraph, process_graph
from bot.rendering.pictures.process_picture import png, process_svg
from bot.rendering.pictures.ways_back import Way, ways_back
from tests.companies import FOLDER, INPLAT, inplat
from workflows.definitions.load import load_company
from workflows.domain.ids import ProcessId
from workflows.domain.text import Language, Text

ONBOARDING = inplat().definitions[ProcessId("client_onboarding")]
PNG = b"\x89PNG\r\n\x1a\n"

BOXES = st.integers(min_value=0, max_value=7).map(lambda number: BoxId(f"box_{number}"))
WAYS = st.lists(st.tuples(BOXES, BOXES), unique=True, max_size=16)
START = BoxId("box_0")


def graph_of(ways: list[Way], title: str = "Checking the documents of the client") -> ProcessGraph:
    boxes = dict.fromkeys([START, *(box for way in ways for box in way)])
    return ProcessGraph(
        title="Anything",
        boxes=tuple(Box(id=box, kind=BoxKind.STAGE, title=title, doer="Sales") for box in boxes),
        arrows=tuple(Arrow(start=start, end=end, outcomes=("Approved",)) for start, end in ways),
    )


def overlap(one: PlacedBox, other: PlacedBox) -> bool:
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2 and abs(one.y - other.y) < (one.height + other.height) / 2
    )


def circles(ways: list[Way]) -> bool:
    """Whether a walk along the ways can come back to where it was."""
    left = list(ways)
    while ends := {target for _, target in left} - {source for source, _ in left}:
        left = [way for way in left if way[1] not in ends]
    return bool(left)


def test_a_graph_has_a_box_for_each_stage_and_an_end_of_a_branch_for_each_stage_that_reaches_it() -> None:
    graph = process_graph(ONBOARDING, inplat().organisation, Language.RU)
    boxes = {box.id: box for box in graph.boxes}

    assert graph.title == "Подключение клиента"
    assert set(ONBOARDING.stages) <= boxes.keys()
    assert boxes[BoxId("documents")].doer == "Отдел аккаунт-менеджеров"
    assert boxes[BoxId("acquisition")].kind is BoxKind.START
    assert boxes[BoxId("technical_intake acknowledged")].kind is BoxKind.BRANCH_END
    assert boxes[BoxId("connected")].kind is BoxKind.END
    assert (BoxId("signature_and_bank"), BoxId("payment_module")) in {(a.start, a.end) for a in graph.arrows}


def test_what_returns_to_an_earlier_stage_is_drawn_as_a_way_back() -> None:
    layout = layout_of(process_graph(ONBOARDING, inplat().organisation, Language.RU))
    back = {(placed.arrow.start, placed.arrow.end) for placed in layout.arrows if placed.leads_back}

    assert back == {
        ("documents", "acquisition"),
        ("signature_and_bank", "acquisition"),
        ("goods_setup_and_testing", "payment_module"),
    }


@given(WAYS)
def test_without_the_ways_back_there_is_no_circle(ways: list[Way]) -> None:
    back = ways_back(START, ways)

    assert not circles([way for way in ways if way not in back])
    assert circles(ways) or not back


@settings(max_examples=30)
@given(WAYS)
def test_no_box_lies_on_another_and_everything_is_inside_the_picture(ways: list[Way]) -> None:
    layout = layout_of(graph_of(ways))

    assert not any(overlap(one, other) for one, other in combinations(layout.boxes, 2))
    assert all(box.x - box.width / 2 > 0 and box.x + box.width / 2 < layout.width for box in layout.boxes)
    assert all(box.y - box.height / 2 > 0 and box.y + box.height / 2 < layout.height for box in layout.boxes)
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for each in layout.arrows for x, y in each.points)


def test_the_same_process_gives_the_same_picture_however_often_it_is_drawn() -> None:
    company = load_company(FOLDER / "casepress")
    closing = company.definitions[ProcessId("closing")]

    kept: list[object] = []
    pictures = set()
    for _ in range(8):
        pictures.add(process_svg(closing, company.organisation, Language.RU))
        # What the memory holds must not matter.
        kept.append([object() for _ in range(997)])

    assert len(pictures) == 1


def test_a_long_title_is_cut_into_lines_and_its_box_is_higher() -> None:
    short, long = (
        layout_of(graph_of([(START, BoxId("box_1"))], title)).boxes[0] for title in ("Short", "Very long words " * 6)
    )

    assert long.height - short.height == (len(long.title) - len(short.title)) * LINE
    assert len(long.title) > 3


def test_a_hostile_title_stays_a_text() -> None:
    hostile = replace(ONBOARDING, title=Text.same("</title><script>alert(1)</script> & «»"))
    document = ElementTree.fromstring(process_svg(hostile, inplat().organisation, Language.EN))

    assert document.get("aria-label") == "</title><script>alert(1)</script> & «»"
    assert [each.tag for each in document.iter() if each.tag.endswith("script")] == []


def test_the_png_is_drawn_with_the_font_of_the_program() -> None:
    svg = process_svg(ONBOARDING, inplat().organisation, Language.RU)

    assert png(svg).startswith(PNG)
    assert png(svg) != png(svg.replace("Привлечение", "Xxxxxxxxxxx"))


def test_the_verb_writes_both_pictures_of_every_process(tmp_path: Path) -> None:
    result = CliRunner().invoke(program, ["draw", "--company", str(INPLAT), "--into", str(tmp_path)])

    assert result.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"client_onboarding.svg", "client_onboarding.png"}
    assert "Получение ЭЦП и" in (tmp_path / "client_onboarding.svg").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["client_onbording"], "возможно, имелось в виду «client_onboarding»"),
        (["client_onboarding", "--into", "nowhere"], "не записать"),
    ],
)
def test_the_verb_says_why_it_draws_nothing(words: list[str], said: str) -> None:
    result = CliRunner().invoke(program, ["draw", "--company", str(INPLAT), *words])

    assert result.exit_code == 1
    assert said in result.output
