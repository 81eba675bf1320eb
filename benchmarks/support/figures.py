"""Figures: shares of a distribution, rates, ratios between ways that took turns in one run."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Sample:
    """What one way did in all its rounds: seconds of each unit, how many within how many seconds, and what it cost."""

    seconds: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds by process, of all rounds together."""

    def add(self, seconds: Sequence[float], elapsed: float, failures: Sequence[str], cpu: Mapping[str, float]) -> None:
        """Takes in one round."""
        self.seconds.extend(seconds)
        self.rates.append(len(seconds) / elapsed if elapsed > 0 else 0.0)
        self.failures.extend(failures)
        for name, used in cpu.items():
            self.cpu[name] = self.cpu.get(name, 0.0) + used

    @property
    def rate(self) -> float:
        """Units a second in the middle one of the rounds."""
        return statistics.median(self.rates) if self.rates else 0.0

    def milliseconds(self, share: float) -> float:
        return percentile(self.seconds, share) * 1000

    def cpu_milliseconds(self) -> dict[str, float]:
        """Processor milliseconds of a unit, by process."""
        return {name: used * 1000 / max(1, len(self.seconds)) for name, used in self.cpu.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all don't exceed; between two values it is interpolated.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """How many times `other` `one` is: the middle one of the ratios of rounds that belong together.

    Two ways that take turns share the machine's moods, so each round is compared with its neighbour and not with the
    whole.

    Raises:
        ValueError: the rounds don't belong together, or there are none.
    """
    if len(one) != len(other) or not one:
        raise ValueError("rounds don't belong together")
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def interleaved(ways: Mapping[str, Callable[[], None]], rounds: int) -> None:
    """Runs all ways in each round, every second round in reverse order, so that none is always the one that follows."""
    names = list(ways)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            ways[name]()


def most_within(moments: Sequence[float], window: float) -> int:
    """How many moments at most lie within any stretch of `window` seconds, its end excluded."""
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most
