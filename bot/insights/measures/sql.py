"""Dates and times in SQL, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.insights.measures.windows import Window


class iso_day(FunctionElement[str]):  # noqa: N801 - it reads as a function of SQL
    """A date or a moment, or text that begins with one, as the text of its day (UTC); so many days later."""

    type = sa.Text()
    inherit_cache = True

    def __init__(self, value: Any, days: int = 0) -> None:
        super().__init__(value, sa.literal_column(str(int(days))))


class epoch(FunctionElement[int]):  # noqa: N801
    """The whole seconds from 1970 until a moment."""

    type = sa.Integer()
    inherit_cache = True


@compiles(iso_day, "sqlite")
def _day_in_sqlite(element: iso_day, compiler: SQLCompiler, **options: Any) -> str:
    value, days = (compiler.process(one, **options) for one in element.clauses)
    return f"date({value}, '{int(days):+d} days')"


@compiles(iso_day, "postgresql")
def _day_in_postgresql(element: iso_day, compiler: SQLCompiler, **options: Any) -> str:
    clauses = list(element.clauses)
    value, days = (compiler.process(one, **options) for one in clauses)
    kind = clauses[0].type
    if isinstance(kind, sa.types.TypeDecorator | sa.DateTime):
        value = f"timezone('UTC', {value})"
    elif isinstance(kind, sa.String):
        value = f"nullif(left({value}, 10), '')"
    return f"to_char(cast({value} as date) + {int(days)}, 'YYYY-MM-DD')"


@compiles(epoch, "sqlite")
def _epoch_in_sqlite(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"cast(strftime('%s', {compiler.process(element.clauses, **options)}) as integer)"


@compiles(epoch, "postgresql")
def _epoch_in_postgresql(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"cast(floor(extract(epoch from {compiler.process(element.clauses, **options)})) as bigint)"


def month_name(value: Any) -> sa.ColumnElement[str]:
    """The month of a date or moment, as ``2026-11``."""
    return sa.func.substr(iso_day(value), 1, 7)


def offsets(zones: Iterable[str], window: Window) -> sa.CTE:
    """A table of how many seconds each zone is ahead of UTC from `since` until `until` (seconds from 1970)."""
    rows = [row for name in sorted(set(zones)) for row in _offsets(name, window)] or [("UTC", 0, 0, 0)]
    columns = (
        sa.column("zone", sa.Text), sa.column("since", sa.BigInteger), sa.column("until", sa.BigInteger),
        sa.column("ahead", sa.Integer),
    )  # fmt: skip
    return sa.values(*columns, name="offset_rows").data(rows).cte("zone_offset")


def _offsets(name: str, window: Window) -> list[tuple[str, int, int, int]]:
    """Hour by hour would be slow: each change is searched for between two days that differ."""
    zone, found, since = ZoneInfo(name), [], window.starts
    day, last = since, window.ends
    while day < last:
        ahead, following = _ahead(zone, day), min(day + timedelta(days=1), last)
        if _ahead(zone, following) != ahead:
            change = _change(zone, day, following)
            found.append((name, _seconds(since), _seconds(change), ahead))
            since = change
        day = following
    if since < last:
        found.append((name, _seconds(since), _seconds(last), _ahead(zone, since)))
    return found


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first minute at which the clocks of a zone are not as they were at `before`."""
    ahead = _ahead(zone, before)
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        before, after = (middle, after) if _ahead(zone, middle) == ahead else (before, middle)
    return after


def _ahead(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
