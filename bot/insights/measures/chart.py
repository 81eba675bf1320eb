"""A measure month by month, as whoever draws it needs it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.insights.measures import wording
from bot.insights.measures.kinds import Unit
from bot.insights.measures.measure import Measure


@dataclass(frozen=True)
class Point:
    """One month: its value as it is drawn (of a share in percent) and in words; None: there is none."""

    month: str
    value: float | None
    words: str
    n: int


@dataclass(frozen=True)
class Chart:
    """`target` is drawn as a line; `lowest` and `highest` are the ends of the axis; None: as the values need it."""

    title: str
    about: str
    source: str
    points: tuple[Point, ...]
    target: float | None
    target_words: str
    unit: str
    lowest: float | None
    highest: float | None


def of(measure: Measure, organisation: str, whom: str) -> Chart:
    """The chart of a measure over its period."""
    kind = measure.kind
    scale = 100 if kind.unit is Unit.SHARE else 1
    points = tuple(
        Point(
            wording.month(name), round(float(one.value) * scale, 3) if one.value is not None else None,
            wording.value_in(kind, one) if one.n else "nothing to count", one.n,
        )
        for name, one in measure.months
    )  # fmt: skip
    first, last = points[0].month, points[-1].month
    value = wording.value_in(kind, measure.found)
    counted = f", counted on {measure.counted_at:%d %b %Y, %H:%M} UTC" if measure.counted_at else ""
    lowest, highest = {Unit.SHARE: (0.0, None), Unit.POINTS: (None, 100.0), Unit.SCORE: (1.0, 5.0),
                       Unit.PER_100: (0.0, None)}[kind.unit]  # fmt: skip
    return Chart(
        title=kind.title,
        about=f"{first} to {last}, {whom}: {value} (n = {wording.number(measure.found.n)} {kind.things})",
        source=f"{organisation}{counted}",
        points=points,
        target=float(kind.target) * scale if kind.target is not None else None,
        target_words=wording.target(kind),
        unit=wording.NAMED[kind.unit],
        lowest=lowest,
        highest=highest,
    )
