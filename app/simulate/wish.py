"""What is to be simulated, and in which parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.simulate.habits import Habits
from app.simulate.people import rng_of

START = date(2027, 1, 4)
"""A Monday. Not today, so that a seed means the same simulation tomorrow."""
MOST_PARTS = 4
"""The same on every machine, so that a seed means the same simulation on all of them."""
SMALL = 100
"""Fewer members than that are not worth a second process."""


@dataclass(frozen=True)
class Wish:
    """How much is to be simulated."""

    members: int = 1000
    days: int = 90
    seed: int = 1
    start: date = START


@dataclass(frozen=True)
class Part:
    """Some of the colleagues with their members: nobody else's member ever has to do with them."""

    number: int = 0
    of: int = 1

    def colleagues(self, habits: Habits) -> list[int]:
        """Their numbers among all colleagues, the first is 1."""
        return list(range(self.number + 1, habits.colleagues.people + 1, self.of))

    def seed(self, seed: int) -> int:
        """Chance of their own: rows of different parts have the same ids."""
        return rng_of(seed, "part", self.number).getrandbits(32) if self.of > 1 else seed


def parts_of(wish: Wish, habits: Habits) -> list[Part]:
    """Each part has two colleagues at least, who stand in for each other."""
    count = 1 if wish.members < SMALL else max(1, min(MOST_PARTS, habits.colleagues.people // 2))
    return [Part(number, count) for number in range(count)]
