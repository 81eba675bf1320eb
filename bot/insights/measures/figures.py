"""What counts come to: values with their margins, judged against the target. Pure; fractions are exact."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from bot.insights.measures.counts import Tally
from bot.insights.measures.kinds import Kind, Unit

LEAST = 20
"""With fewer a value is shown, but not judged: one member more or less would move it by five points."""
SMALLEST_GROUP = 5
"""Of fewer answers to a survey nothing is shown: colleagues who know the four people of a group would know who said
what, and who fears that answers politely or not at all."""
SURE = 1.96
"""Standard errors on each side: 95 of 100 such intervals hold the true value."""


class Verdict(StrEnum):
    """`few`: there are too few to judge."""

    MET = "met"
    MISSED = "missed"
    FEW = "few"
    NO_TARGET = "no_target"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Value:
    """`value` is in the unit of the measure: of a share a fraction of 1. `low` and `high` are its 95 % interval, none
    when there are too few. `is_hidden`: there is a value, of so few people that it is not shown."""

    n: int
    k: int
    value: Fraction | None = None
    low: float | None = None
    high: float | None = None
    median: int | None = None
    p90: int | None = None
    is_hidden: bool = False


def value_of(kind: Kind, tally: Tally) -> Value:
    """What a tally comes to."""
    if not tally.n:
        return Value(0, tally.k)
    if kind.is_survey and tally.n < SMALLEST_GROUP:
        return hidden(tally)
    scale = 100 if kind.unit in (Unit.POINTS, Unit.PER_100) else 1
    low, high = _interval(kind, tally, scale) if tally.n >= LEAST else (None, None)
    return Value(
        tally.n, tally.k, Fraction(scale * tally.k, tally.n), low, high,
        quantile(tally.minutes, Fraction(1, 2)), quantile(tally.minutes, Fraction(9, 10)),
    )  # fmt: skip


def hidden(tally: Tally) -> Value:
    """The value of a group that is too small to be shown."""
    return Value(tally.n, 0, is_hidden=True)


def verdict(kind: Kind, found: Value) -> Verdict:
    """Whether the target is met, by the value as it is; the margin is told beside it."""
    if found.value is None:
        return Verdict.NO_DATA if not found.is_hidden else Verdict.FEW
    if kind.target is None:
        return Verdict.NO_TARGET
    if found.n < LEAST:
        return Verdict.FEW
    is_met = found.value >= kind.target if kind.reaches else found.value > kind.target
    return Verdict.MET if is_met else Verdict.MISSED


def is_within_margin(kind: Kind, found: Value) -> bool:
    """Whether the true value may well be on the other side of the target."""
    if kind.target is None or found.low is None or found.high is None:
        return False
    return found.low <= float(kind.target) <= found.high


def quantile(minutes: Counter[int], share: Fraction) -> int | None:
    """The smallest of the times within which that share lies (nearest rank)."""
    rank, passed = -(-sum(minutes.values()) * share.numerator // share.denominator), 0
    for at in sorted(minutes):
        passed += minutes[at]
        if passed >= rank:
            return at
    return None


def _interval(kind: Kind, tally: Tally, scale: int) -> tuple[float, float]:
    if kind.unit is Unit.SHARE:
        return wilson(tally.k, tally.n)
    mean = tally.k / tally.n
    if kind.unit is Unit.PER_100:
        return around(mean, sqrt(max(tally.k, 1)) / tally.n, scale, 0.0, None)
    spread = max(tally.squares / tally.n - mean**2, 0.0) / max(tally.n - 1, 1)
    lowest, highest = (-1.0, 1.0) if kind.unit is Unit.POINTS else (1.0, 5.0)
    return around(mean, sqrt(spread), scale, lowest, highest)


def around(mean: float, error: float, scale: int, lowest: float, highest: float | None) -> tuple[float, float]:
    """The mean with its margin on both sides, within what is possible."""
    high = mean + SURE * error
    return scale * max(mean - SURE * error, lowest), scale * (min(high, highest) if highest is not None else high)


def wilson(k: int, n: int) -> tuple[float, float]:
    """The interval of a share that is right for few things and for shares near 0 and 1 too."""
    k = min(k, n)
    share, square = k / n, SURE**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = SURE * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def unit_of_share(kind: Kind) -> Unit:
    """The unit of a group that is divided by the whole: a rate stays one, anything else becomes a share."""
    return Unit.PER_100 if kind.unit is Unit.PER_100 else Unit.SHARE
