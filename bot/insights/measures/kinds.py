"""What there is to say about a measure before anything is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.insights.measures.counts import Counts
from bot.insights.measures.windows import Window
from bot.programme.models import Programme

Count = Callable[[Session, Programme, Window, datetime], Counts]


class Unit(StrEnum):
    """What a value is: of a `share` percent, of `points` from -100 to 100, of a `score` the mean, `per_100` things a
    hundred members and month."""

    SHARE = "share"
    POINTS = "points"
    SCORE = "score"
    PER_100 = "per_100"


@dataclass(frozen=True)
class Kind:
    """One measure. `target` is what the value has to be above, or at least if `reaches`; None: there is none.

    `how` says how it is computed, a sentence an item. `breakdowns` are titles by key; those in `share_whole` divide by
    all that is counted, not by their own. `is_additive`: months add up to a period. `needs` is what has to happen
    before there is anything to count, `things` what `n` counts, `waiting` what can't be counted yet.
    """

    name: str
    title: str
    definition: str
    how: tuple[str, ...]
    unit: Unit
    count: Count
    things: str
    needs: str
    target: Fraction | None = None
    reaches: bool = True
    breakdowns: Mapping[str, str] = field(default_factory=dict)
    share_whole: frozenset[str] = frozenset()
    is_additive: bool = True
    is_survey: bool = False
    waiting: str = ""
    timed: str = ""
    """What its minutes are, where it has some."""
    whole_months: bool = False
    """Of the present month only a part has happened: it is left out, and a period ends with the month before."""
    slice_days: int = 0
    """A month is counted so many days at a time: on SQLite nobody else writes meanwhile. 0: at once."""
    least_months: int = 1
    """In so many of the last months what was counted may still change from day to day."""


COHORT = "cohort"
OF_COHORT = {COHORT: "By month of joining"}
