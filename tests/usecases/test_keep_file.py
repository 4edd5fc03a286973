"""Files that people send are stored under a name that is safe to show."""

import pytest

from tests.fakes.clock import HandClock
from tests.fakes.memory import Memory
from tests.onboarding import ANNA
from workflows.domain.text import MAX_FILE_NAME
from workflows.usecases.keep_file import MAX_BYTES, FileEmpty, FileKeeper, FileTooLarge


@pytest.fixture
def keeper() -> FileKeeper:
    return FileKeeper(storage=Memory(), clock=HandClock())


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("устав.pdf", "устав.pdf"),
        ("C:\\Документы\\устав.pdf", "устав.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe\n", "afdp.exe"),
        ("ж" * 300 + ".pdf", "ж" * (MAX_FILE_NAME - 4) + ".pdf"),
        (" / ", "file"),
    ],
)
async def test_a_file_is_kept_under_the_end_of_its_name(keeper: FileKeeper, told: str, kept: str) -> None:
    file = await keeper.keep(b"x", name=told, by=ANNA)

    assert (file.name, file.content) == (kept, b"x")


async def test_what_is_empty_or_too_large_is_refused(keeper: FileKeeper) -> None:
    with pytest.raises(FileEmpty):
        await keeper.keep(b"", name="a", by=ANNA)
    with pytest.raises(FileTooLarge):
        await keeper.keep(b"x" * (MAX_BYTES + 1), name="a", by=ANNA)
