"""Dates as members write them, from the table in tests/dialogue/data/dates.tsv, and the edges of the clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.language.dates import When, WhenKind, read_when
from bot.language.days import easter

TABLE = Path(__file__).parents[2] / "dialogue" / "data" / "dates.tsv"
LONDON = ZoneInfo("Europe/London")
_LOCALE = re.compile(r"^\[(en-GB|en-US)\]\s*")


def _rows() -> list[list[str]]:
    return [line.split("\t") for line in TABLE.read_text(encoding="utf-8").split("\n")[1:] if line]


def _moment(value: str) -> date | datetime | None:
    if not value:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


@pytest.mark.parametrize(("now", "text", "kind", "start", "end"), _rows())
def test_a_row_of_the_table(now: str, text: str, kind: str, start: str, end: str) -> None:
    moment, _, zone = now.rstrip("]").partition("[")
    locale = "en-GB"
    if said := _LOCALE.match(text):
        locale, text = said[1], text[said.end() :]
    found = read_when(text, now=datetime.fromisoformat(moment), zone=ZoneInfo(zone), locale=locale)
    if kind == "none":
        assert found is None
    else:
        first = _moment(start)
        assert first is not None
        assert found == When(WhenKind(kind), first, _moment(end))


def test_the_members_zone_decides_what_day_it_is() -> None:
    now = datetime(2026, 6, 10, 22, 30, tzinfo=UTC)
    assert read_when("tomorrow", now=now, zone=ZoneInfo("UTC")) == When(WhenKind.AT, date(2026, 6, 11))
    assert read_when("tomorrow", now=now, zone=ZoneInfo("Asia/Tokyo")) == When(WhenKind.AT, date(2026, 6, 12))


def test_hours_are_elapsed_time_over_the_change_of_clocks() -> None:
    now = datetime(2026, 3, 28, 12, 0, tzinfo=LONDON)
    found = read_when("remind me in 24 hours", now=now, zone=LONDON)
    assert found is not None
    assert isinstance(found.start, datetime)
    assert found.start.astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=24)
    assert found.start.hour == 13


def test_an_hour_that_the_clocks_leave_out_moves_on() -> None:
    found = read_when("sunday at 1:30am", now=datetime(2026, 3, 25, 9, 0, tzinfo=LONDON), zone=LONDON)
    assert found == When(WhenKind.AT, datetime(2026, 3, 29, 2, 30, tzinfo=LONDON))


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        read_when("tomorrow", now=datetime(2026, 3, 25), zone=LONDON)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)]
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)
