"""Whatever happens to a file, people get problems and the program gets no surprise."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.companies import FOLDER
from tests.definitions.pack import FILES, Pack
from workflows.definitions.load import check_company

WORDS = st.one_of(
    st.sampled_from(
        [
            "",
            "~",
            "[]",
            "{}",
            "- x",
            "intake",
            "packing",
            "[a, b]",
            "{a: b}",
            "true",
            "5",
            "3d",
            ": :",
            "&a",
            "*a",
            "{{",
            "%}",
        ]
    ),
    st.text(max_size=8),
)


@st.composite
def damage(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a file and a damaged text for it: lines deleted, doubled, moved in, or a value replaced."""
    file = draw(st.sampled_from(sorted(FILES)))
    lines = FILES[file].splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "double", "move", "value", "cut"])):
            case "delete" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case "move":
                lines[at] = " " * draw(st.integers(0, 8)) + lines[at].strip()
            case "value":
                lines[at] = lines[at].partition(":")[0] + ": " + draw(WORDS)
            case _:
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))] + draw(WORDS)
    return file, "\n".join(lines)


@settings(max_examples=settings().max_examples * 2)
@given(damage())
def test_random_damage_never_gives_anything_but_problems(damaged: tuple[str, str]) -> None:
    file, text = damaged
    with TemporaryDirectory() as folder:
        pack = Pack.write(Path(folder))
        (pack.folder / file).write_bytes(text.encode("utf-8", "surrogatepass"))

        for problem in pack.problems():
            assert problem.line >= 1
            assert problem.file.startswith(folder)
            assert problem.ru
            assert problem.en


SLIPS = (
    "",
    "",
    " ",
    "  ",
    ":",
    ",",
    "[",
    "}",
    "-",
    "#",
    "'",
    '"',
    "|",
    "%",
    "\t",
    "\n",
    "x",
    "ы",
    "0",
    "{{",
    "when",
    "null",
)
"""What slips in while a person types, or (nothing) slips out."""


@pytest.mark.parametrize("company", sorted(path.name for path in FOLDER.iterdir()))
def test_no_slip_of_the_finger_in_a_company_gives_anything_but_sentences(company: str) -> None:
    files = sorted(path.relative_to(FOLDER / company) for path in (FOLDER / company).rglob("*.*"))

    with TemporaryDirectory() as name:
        folder = Path(name) / company
        shutil.copytree(FOLDER / company, folder)

        @settings(max_examples=max(settings().max_examples // 10, 5), deadline=None)
        @given(st.data())
        def slip(data: st.DataObject) -> None:
            path = folder / data.draw(st.sampled_from(files))
            text = path.read_text(encoding="utf-8")
            at = data.draw(st.integers(0, len(text) - 1))
            gone = data.draw(st.integers(0, 12))
            slipped = text[:at] + data.draw(st.sampled_from(SLIPS)) + text[at + gone :]
            try:
                path.write_text(slipped, encoding="utf-8")
                problems = check_company(folder)
            finally:
                path.write_text(text, encoding="utf-8")
            for problem in problems:
                assert problem.file.startswith(str(folder))
                assert problem.line >= 1
                assert ";" in problem.ru
                assert ";" in problem.en

        slip()
