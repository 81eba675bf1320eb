"""What was counted, kept: a month or a period a row. Counting again gives the same rows, so it does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from time import perf_counter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.insights.measures import surveys, windows
from bot.insights.measures.catalogue import MEASURES
from bot.insights.measures.counts import FORM, Counts, load
from bot.insights.measures.kinds import Kind
from bot.insights.measures.measure import Counted
from bot.lanes.put import upsert
from bot.model import MeasurePart
from bot.programme.models import Programme

FRESH = timedelta(minutes=5)
"""What may still change is counted again after that long..."""
SETTLED = timedelta(hours=6)
"""...and what is over, after that long: it changes only when something is told late."""
SHARE = 300
"""Whatever takes long is counted less often: at most one part in so many of the time goes into it."""
AT_ONCE = 0.2
"""Seconds of counting in one transaction. On SQLite nobody else writes meanwhile."""


@dataclass(frozen=True)
class Part:
    """One row to be; what `counts` give is added up."""

    name: str
    part: str
    age: timedelta
    counts: Sequence[Callable[[Session], Counts]]


def parts(programme: Programme, now: datetime) -> Iterator[Part]:
    """All that is kept, what changes first."""
    today, longest = now.date(), max(windows.PERIODS)
    for back, month in enumerate(reversed(windows.months(today, longest + 1))):
        for kind in MEASURES.values():
            age = FRESH if back < kind.least_months else SETTLED
            pieces = windows.slices(windows.month(month), kind.slice_days)
            yield Part(kind.name, month, age, [partial(_count, kind, programme, piece, now) for piece in pieces])
        if back == 0:
            yield from _periods(programme, now)


def _periods(programme: Programme, now: datetime) -> Iterator[Part]:
    for months in windows.PERIODS:
        window, name = windows.period(now.date(), months), period_name(months)
        for kind in MEASURES.values():
            if not kind.is_additive:
                yield Part(kind.name, name, FRESH, [partial(_count, kind, programme, window, now)])
        for key in programme.surveys:
            yield Part(surveys.name_of(key), name, FRESH, [partial(surveys.count_of, key=key, window=window)])


def _count(kind: Kind, programme: Programme, window: windows.Window, now: datetime, session: Session) -> Counts:
    return kind.count(session, programme, window, now)


def period_name(months: int) -> str:
    return f"last-{months}"


def refresh(db: Database, programme: Programme, clock: Clock) -> int:
    """The tick: counts what is due to be counted again; returns how many rows were written. Any number may run."""
    now, written = clock.now(), 0
    with db.begin() as session:
        due = [_Going(part, list(part.counts)) for part in _due(session, list(parts(programme, now)), now)]
    while due:
        with db.begin() as session:
            started = perf_counter()
            while due and perf_counter() - started < AT_ONCE:
                if due[0].go_on(session):
                    _write(session, due.pop(0), now)
                    written += 1
    return written


@dataclass
class _Going:
    """A part that is being counted, over several transactions."""

    part: Part
    left: list[Callable[[Session], Counts]]
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0

    def go_on(self, session: Session) -> bool:
        """Counts the next piece; says whether it was the last."""
        started = perf_counter()
        self.counts.add(self.left.pop(0)(session))
        self.seconds += perf_counter() - started
        return not self.left


def _due(session: Session, wanted: Sequence[Part], now: datetime) -> list[Part]:
    known = {
        (row.name, row.part): row
        for row in session.execute(
            sa.select(MeasurePart.name, MeasurePart.part, MeasurePart.form, MeasurePart.counted_at, MeasurePart.took_ms)
        )
    }

    def is_due(part: Part) -> bool:
        row = known.get((part.name, part.part))
        if row is None or row.form != FORM or _of_other_month(row.counted_at, now, part):
            return True
        age: timedelta = abs(now - row.counted_at)
        return age >= max(part.age, timedelta(milliseconds=row.took_ms * SHARE))

    return [part for part in wanted if is_due(part)]


def _of_other_month(counted_at: datetime, now: datetime, part: Part) -> bool:
    """A period ends with another month than when it was counted."""
    return part.part.startswith("last-") and windows.month_of(counted_at.date()) != windows.month_of(now.date())


def _write(session: Session, done: _Going, now: datetime) -> None:
    values = {
        "form": FORM, "counted_at": now, "took_ms": round(done.seconds * 1000),
        "whole": done.counts.dump(whole=True), "body": done.counts.dump(whole=False),
    }  # fmt: skip
    insert = upsert(session, MeasurePart).values(name=done.part.name, part=done.part.part, **values)
    session.execute(insert.on_conflict_do_update(index_elements=["name", "part"], set_=values))


def read(session: Session, kind: Kind, now: datetime, months: int, *, whole: bool = False) -> Counted:
    """What was counted of a measure over the last months; `whole`: without its breakdowns, which is faster."""
    return read_all(session, [kind], now, months, whole=whole)[kind.name]


def read_all(
    session: Session, kinds: Sequence[Kind], now: datetime, months: int, *, whole: bool = True
) -> Mapping[str, Counted]:
    """The same of several measures."""
    wanted, period = windows.months(now.date(), months + 1), period_name(months)
    body: Any = sa.null() if whole else MeasurePart.body
    found = sa.select(
        MeasurePart.name, MeasurePart.part, MeasurePart.counted_at, MeasurePart.whole, body.label("body")
    ).where(
        MeasurePart.name.in_([kind.name for kind in kinds]), MeasurePart.part.in_([*wanted, period]),
        MeasurePart.form == FORM,
    )  # fmt: skip
    kept: dict[str, dict[str, Kept]] = {}
    for name, part, counted_at, rows, further in session.execute(found):
        kept.setdefault(name, {})[part] = Kept(counted_at, rows, further or [])
    return {
        kind.name: _counted(kind, kept.get(kind.name, {}), wanted[:-1] if kind.whole_months else wanted[1:], period)
        for kind in kinds
    }


class Kept(NamedTuple):
    """One row, as it is kept."""

    counted_at: datetime
    whole: list[list[Any]]
    body: list[list[Any]]


def _counted(kind: Kind, kept: Mapping[str, Kept], wanted: Sequence[str], period: str) -> Counted:
    """Of the months only the whole is told, so only the period has its breakdowns."""
    by_month = {month: load(kept[month].whole) if month in kept else Counts() for month in wanted}
    of_period = [kept[part] for part in (wanted if kind.is_additive else [period]) if part in kept]
    total = load(chain.from_iterable(chain(one.whole, one.body) for one in of_period))
    present = kept.get(wanted[-1])
    ages = [one.counted_at for one in kept.values()]
    return Counted(by_month, total, present.counted_at if present is not None else max(ages, default=None))
