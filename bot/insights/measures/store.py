"""What was counted, kept: a month or a period a row. Counting again gives the same rows, so it does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
from bot.insights.measures.windows import Window
from bot.lanes.put import upsert
from bot.model import MeasurePart, Member
from bot.programme.models import Programme

FRESH = timedelta(minutes=5)
"""What may still change is counted again after that long..."""
SETTLED = timedelta(hours=6)
"""...and what is over, after that long: it changes only when something is told late."""
SHARE = 300
"""Whatever takes long is counted less often: at most one part in so many of the time goes into it."""
AT_ONCE = 0.2
"""Seconds of counting in one transaction. On SQLite nobody else writes meanwhile."""
_UNCOMPILED = sa.text("set local jit = off")
"""PostgreSQL's compiler takes several seconds for statements that run for one."""
QUICK_MS = 300
"""What took less the last time is counted at once."""


@dataclass(frozen=True)
class Part:
    """One row to be: what `count` gives in a window, at once or, where that takes long, in pieces of so many days."""

    name: str
    part: str
    age: timedelta
    window: Window
    days: int
    count: Callable[[Session, Window], Counts]


def parts(programme: Programme, now: datetime, since: date) -> Iterator[Part]:
    """All that is kept, what changes first; before the month of `since` nothing has happened."""
    longest, first = max(windows.PERIODS), windows.month_of(since)
    for back, month in enumerate(reversed(windows.months(now.date(), longest + 1))):
        for kind in MEASURES.values() if month >= first or back == 0 else ():
            age = FRESH if back < kind.least_months else SETTLED
            count = partial(_count, kind, programme, now)
            yield Part(kind.name, month, age, windows.month(month), kind.slice_days, count)
        if back == 0:
            yield from _periods(programme, now)


def _periods(programme: Programme, now: datetime) -> Iterator[Part]:
    for months in windows.PERIODS:
        window, name = windows.period(now.date(), months), period_name(months)
        for kind in MEASURES.values():
            if not kind.is_additive:
                yield Part(kind.name, name, FRESH, window, 0, partial(_count, kind, programme, now))
        for key in programme.surveys:
            yield Part(surveys.name_of(key), name, FRESH, window, 0, partial(surveys.count_of, key))


def _count(kind: Kind, programme: Programme, now: datetime, session: Session, window: Window) -> Counts:
    return kind.count(session, programme, window, now)


def period_name(months: int) -> str:
    return f"last-{months}"


def refresh(db: Database, programme: Programme, clock: Clock) -> int:
    """The tick: counts what is due to be counted again; returns how many rows were written. Any number may run."""
    now, written = clock.now(), 0
    with db.begin() as session:
        due = _due(session, programme, now)
    while due:
        with db.begin() as session:
            if not db.is_sqlite:
                session.execute(_UNCOMPILED)
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
    left: list[Window]
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0

    def go_on(self, session: Session) -> bool:
        """Counts the next piece; says whether it was the last."""
        started = perf_counter()
        self.counts.add(self.part.count(session, self.left.pop(0)))
        self.seconds += perf_counter() - started
        return not self.left


def _due(session: Session, programme: Programme, now: datetime) -> list[_Going]:
    known = {
        (row.name, row.part): row
        for row in session.execute(
            sa.select(MeasurePart.name, MeasurePart.part, MeasurePart.form, MeasurePart.counted_at, MeasurePart.took_ms)
        )
    }
    first = session.scalars(sa.select(sa.func.min(Member.created_at))).one()
    found = []
    for part in parts(programme, now, (first or now).date()):
        row = known.get((part.name, part.part))
        if row is None or _is_due(part, row, now):
            is_quick = row is not None and row.took_ms < QUICK_MS
            found.append(_Going(part, windows.slices(part.window, 0 if is_quick else part.days)))
    return found


def _is_due(part: Part, row: Any, now: datetime) -> bool:
    """Counted in another form, of a period that ended with another month, or too long ago."""
    of_other_month = windows.month_of(row.counted_at.date()) != windows.month_of(now.date())
    if row.form != FORM or (part.part.startswith("last-") and of_other_month):
        return True
    age: timedelta = abs(now - row.counted_at)
    return age >= max(part.age, timedelta(milliseconds=row.took_ms * SHARE))


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
