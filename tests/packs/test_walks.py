"""`handover try` walks through every process of every company: whatever is chosen, each case comes to an end."""

import random
import re

import pytest

from bot.host.settings import load_settings
from bot.rendering.language.i18n import words_in
from bot.trial.walk import walk
from tests.companies import FOLDER
from tests.taxpayers import inn_number
from workflows.domain.ids import ProcessId
from workflows.domain.text import Language

pytestmark = pytest.mark.system

ANSWERS = (
    *("Ромашка", "15", "05.04.2030", "14:30", "05.04.2030 14:30", "да", "+7 495 123-45-67", "a@b.example"),
    *(inn_number(5), "1027700132195", "770801001", "044525225", "112-233-445 95", "b.example"),
)
"""An answer to each kind of question: the next one is tried when the last was refused."""
MOST_LINES = 4_000

PROCESSES = sorted(
    (company.name, file.stem) for company in FOLDER.iterdir() for file in (company / "workflows").glob("*.yaml")
)


class Chance:
    """A terminal whose author knows nothing: decisions by chance, suggestions accepted, answers until one is taken."""

    def __init__(self, seed: str) -> None:
        self.words = words_in(Language.RU)
        self.lines: list[str] = []
        self._chance = random.Random(seed)
        self._options = 0
        self._asked: dict[str, int] = {}

    def show(self, text: str = "") -> None:
        """Remember how many things there are to choose from."""
        self.lines.append(text)
        option = re.match(r" +(\d+)\. ", text)
        self._options = int(option[1]) if option else 0

    def read(self, prompt: str) -> str:
        """Return an answer; rows end after the first one."""
        assert len(self.lines) < MOST_LINES, "\n".join(self.lines[-50:])
        options, self._options = self._options, 0
        if self.lines[-1].strip() == "2.":
            answer = ""
        elif options:
            answer = str(self._chance.randint(1, options))
        elif prompt.endswith("]: "):
            answer = ""
        else:
            turn = self._asked.get(prompt, 0)
            self._asked[prompt] = turn + 1
            answer = ANSWERS[turn % len(ANSWERS)]
        self.lines.append(prompt + answer)
        return answer


@pytest.mark.parametrize(("company", "process"), PROCESSES, ids=str)
async def test_a_walk_by_chance_comes_to_an_end(company: str, process: str) -> None:
    settings = load_settings().model_copy(update={"company": FOLDER / company})
    chance = Chance(process)

    await walk(settings, ProcessId(process), chance)

    *_, before, last = "\n".join(chance.lines).replace("\u00a0", " ").split("\n\n")
    assert re.fullmatch(r"([A-Z]+-\d+: .+\n?)+", last), before + last
