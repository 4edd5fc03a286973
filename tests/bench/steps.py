"""What is typed into the forms of the three-step process; the same for every engine."""

from collections.abc import Mapping

OPENING: Mapping[str, str] = {"contact": "Мария Ивановна", "site": "client.example"}
STEPS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "documents": ("approved", {"agreement": "17/2030", "signed_on": "2030-08-01"}),
    "setup": ("ready", {"terminal": "T-4711", "tested_on": "2030-08-05"}),
    "launch": ("launched", {"launched_on": "2030-08-09", "confirmed_by": "Мария Ивановна"}),
}
"""Each stage with the outcome chosen and the form, in the order of the process."""
RACERS = 5


def racers(department: str) -> tuple[str, ...]:
    """Name the people who press at once; each department is called as its stage."""
    return tuple(f"{department}_{number}" for number in range(1, RACERS + 1))
