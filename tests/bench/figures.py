"""What a measurement returns: lines of figures, each compared with an aim where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What one figure should be: at least, or at most."""

    figure: str
    least: float | None = None
    most: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether the value reaches the aim."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        return f"{self.figure} ≥ {self.least:g}" if self.least is not None else f"{self.figure} ≤ {self.most:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table; the names of the figures carry their units."""

    what: str
    figures: Mapping[str, float]
    aims: Sequence[Aim] = field(default=())

    def missed(self) -> tuple[Aim, ...]:
        """Return the aims that the figures do not reach."""
        return tuple(aim for aim in self.aims if not aim.is_met(self.figures[aim.figure]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured: everything, or a quick look."""

    quick: bool

    def of(self, full: int, quick: int) -> int:
        """Choose a number of repetitions."""
        return quick if self.quick else full


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50 and p99 of durations in seconds, as milliseconds."""
    hundredths = quantiles(seconds, n=100, method="inclusive")
    return {"p50 ms": hundredths[49] * 1000, "p99 ms": hundredths[98] * 1000}
