"""Counts: what is added up of a measure, by segment and breakdown, and how it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FORM = 1
"""The form in which counts are kept; another number makes everything be counted again."""
WHOLE, WAITING = "", "waiting"
"""The breakdowns that are none: what is counted, and what can't be counted yet."""


@dataclass
class Tally:
    """`n` things, of which `k` (or whose sum is `k`); `squares` is the sum of the squares of what was added to `k`.

    `minutes` has how often something took so many minutes.
    """

    n: int = 0
    k: int = 0
    squares: int = 0
    minutes: Counter[int] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.n, self.k, self.squares = self.n + other.n, self.k + other.k, self.squares + other.squares
        for at, many in other.minutes.items():
            self.minutes[at] = self.minutes.get(at, 0) + many


@dataclass(frozen=True)
class Key:
    """`label` is one of the groups of `breakdown` (a channel, a month), or empty."""

    segment: str
    breakdown: str = WHOLE
    label: str = ""


class Counts:
    """Tallies by key. Those of several segments or months add up."""

    def __init__(self, tallies: Mapping[Key, Tally] | None = None) -> None:
        self.tallies: dict[Key, Tally] = dict(tallies or {})

    def at(self, segment: str, breakdown: str = WHOLE, label: str = "") -> Tally:
        """The tally of this key, to add to."""
        return self.tallies.setdefault(Key(segment, breakdown, label), Tally())

    def put(self, segment: str, breakdown: str = WHOLE, label: str = "", *, n: int = 0, k: int = 0) -> None:
        """Adds things that either count or don't."""
        self.at(segment, breakdown, label).add(Tally(n, k, k))

    def add(self, other: Counts) -> None:
        for key, tally in other.tallies.items():
            self.at(key.segment, key.breakdown, key.label).add(tally)

    def total(self, segment: str | None, breakdown: str = WHOLE, label: str = "") -> Tally:
        """Of one segment, or (None) of all."""
        found = Tally()
        for key, tally in self.tallies.items():
            if (key.breakdown, key.label) == (breakdown, label) and segment in (None, key.segment):
                found.add(tally)
        return found

    def groups(self, breakdown: str, segment: str | None) -> dict[str, Tally]:
        """The tallies of a breakdown by label, of one segment or of all."""
        found: dict[str, Tally] = {}
        for key, tally in self.tallies.items():
            if key.breakdown == breakdown and segment in (None, key.segment):
                found.setdefault(key.label, Tally()).add(tally)
        return found

    def segments(self) -> dict[str, Tally]:
        """The whole of each segment."""
        found: dict[str, Tally] = {}
        for key, tally in self.tallies.items():
            if key.breakdown == WHOLE:
                found.setdefault(key.segment, Tally()).add(tally)
        return found

    def dump(self, *, whole: bool) -> list[list[Any]]:
        """What is kept: of the whole, or of the breakdowns."""
        return [
            [key.segment, key.breakdown, key.label, tally.n, tally.k, tally.squares,
             sorted(tally.minutes.items())]
            for key, tally in self.tallies.items()
            if (key.breakdown in (WHOLE, WAITING)) is whole
        ]  # fmt: skip


def load(kept: Iterable[list[Any]]) -> Counts:
    """What `dump` made; rows of the same key, as several months have, add up."""
    found: dict[tuple[str, str, str], Tally] = {}
    for segment, breakdown, label, n, k, squares, minutes in kept:
        place = segment, breakdown, label
        tally = found.get(place)
        if tally is None:
            found[place] = Tally(n, k, squares, Counter(dict(minutes)))
            continue
        tally.n, tally.k, tally.squares = tally.n + n, tally.k + k, tally.squares + squares
        for at, many in minutes:
            tally.minutes[at] = tally.minutes.get(at, 0) + many
    return Counts({Key(*place): tally for place, tally in found.items()})
