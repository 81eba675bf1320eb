"""The clock that several processes share, and the refusal of times without a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.clock import SharedClock, SystemClock, check_aware, make_clock

NAIVE = datetime(2026, 11, 24, 9)  # noqa: DTZ001 - what is refused
CLOSE = timedelta(seconds=30)


def test_without_its_file_a_shared_clock_is_the_machines(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock.json")
    assert clock.offset() == timedelta()
    assert abs(clock.now() - clock.wall()) < CLOSE


def test_what_one_process_pushes_another_sees(tmp_path: Path) -> None:
    one, other = SharedClock(tmp_path / "new" / "clock.json"), SharedClock(tmp_path / "new" / "clock.json")
    assert other.offset() == timedelta()
    one.push(timedelta(days=2))
    one.push(timedelta(hours=1))
    assert other.offset() == timedelta(days=2, hours=1)


def test_pushing_the_calendar_does_not_move_elapsed_time(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock.json")
    before = clock.wall()
    clock.push(timedelta(days=30))
    assert clock.wall() - before < CLOSE
    assert clock.now() - before >= timedelta(days=30)


def test_a_clock_is_set_to_a_moment_in_any_zone(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock.json")
    moment = datetime(2030, 1, 1, 12, 0, tzinfo=timezone(timedelta(hours=5)))
    assert abs(clock.set(moment) - moment) < CLOSE


def test_a_clock_is_not_set_to_a_time_without_a_zone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        SharedClock(tmp_path / "clock.json").set(NAIVE)


def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    SharedClock(tmp_path / "clock.json").push(timedelta(days=1))
    assert [path.name for path in tmp_path.iterdir()] == ["clock.json"]


def test_the_setting_decides_which_clock_it_is(tmp_path: Path) -> None:
    assert isinstance(make_clock("system"), SystemClock)
    shared = make_clock(str(tmp_path / "clock.json"))
    assert isinstance(shared, SharedClock)
    assert shared.path == tmp_path / "clock.json"


def test_the_systems_clock_is_aware() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.wall().tzinfo is UTC


def test_a_time_is_turned_into_utc() -> None:
    moment = datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=-5)))
    assert check_aware(moment).utcoffset() == timedelta()
    assert check_aware(moment) == moment
