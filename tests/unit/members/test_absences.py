"""Absences from calendars, from staff and from members, and what they hold back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import NotFound, Refused
from bot.members import absences
from bot.members.absences import Days
from bot.model import Absence, Member, Staff
from tests.support import cast
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)


def ics(*events: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", *events, "END:VCALENDAR", ""]).encode()


def event(uid: str, first: str, after: str, title: str = "OOO") -> str:
    lines = ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", f"DTSTART;VALUE=DATE:{first}",
             f"DTEND;VALUE=DATE:{after}", f"SUMMARY:{title}", "END:VEVENT"]  # fmt: skip
    return "\r\n".join(lines)


def take(house: House, data: bytes) -> None:
    with house.db.begin() as session:
        absences.import_calendar(session, session.get_one(Member, 1), data, house.clock.now())


def add(house: House, starts: datetime, ends: datetime) -> int:
    with house.db.begin() as session:
        ana = session.get_one(Member, 1)
        return absences.add(session, ana, starts, ends, "staff:maria", None, house.clock.now()).id


def times(house: House) -> list[tuple[str, datetime, datetime]]:
    rows = sorted(house.rows(Absence), key=lambda row: row.starts_at)
    return [(row.uid or "", row.starts_at, row.ends_at) for row in rows]


def at(day: int, month: int = 12) -> datetime:
    """Midnight in New York."""
    return datetime(2026, month, day, 5, tzinfo=UTC)


def test_a_calendar_replaces_what_the_last_one_said_of_the_time_to_come(house: House) -> None:
    add(house, at(25), at(27))
    take(house, ics(event("a", "20261123", "20261126"), event("b", "20261203", "20261205")))
    assert times(house) == [("a", at(23, 11), at(26, 11)), ("b", at(3), at(5)), ("", at(25), at(27))]
    take(house, ics(event("a", "20261123", "20261128"), event("c", "20261210", "20261211")))
    assert times(house) == [("a", at(23, 11), at(28, 11)), ("c", at(10), at(11)), ("", at(25), at(27))]
    house.clock.push(10 * DAY)
    take(house, ics())
    assert times(house) == [("a", at(23, 11), at(28, 11)), ("", at(25), at(27))]


def test_titles_are_not_kept(house: House) -> None:
    take(house, ics(event("a", "20261203", "20261205", "Operation, out of office")))
    assert house.one(Absence).note is None


def test_a_colleagues_days_are_in_utc_unless_a_zone_is_named(house: House) -> None:
    data = ics(event("a", "20261203", "20261204"))
    for zone, hour in ((None, 0), (ZoneInfo("America/New_York"), 5)):
        with house.db.begin() as session:
            maria = cast.colleague(session)
            [taken] = absences.import_calendar(session, maria, data, house.clock.now(), time_zone=zone)
            assert taken.starts_at == datetime(2026, 12, 3, hour, tzinfo=UTC)
            assert (taken.member_id, taken.staff_id) == (None, maria.id)


def test_what_is_no_calendar_changes_nothing(house: House) -> None:
    take(house, ics(event("a", "20261203", "20261205")))
    with pytest.raises(Refused):
        take(house, b"not a calendar")
    assert len(house.rows(Absence)) == 1


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (TUESDAY + DAY, TUESDAY + DAY),
        (TUESDAY - 2 * DAY, TUESDAY),
        (TUESDAY, TUESDAY + 4 * 366 * DAY),
    ],
    ids=["no time", "past", "too long"],
)
def test_an_absence_of_no_use_is_refused(house: House, starts: datetime, ends: datetime) -> None:
    with pytest.raises(Refused):
        add(house, starts, ends)
    assert house.rows(Absence) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 12, 2), date(2026, 12, 1)), (date(2026, 12, 2), date.max), (date.min, date(2026, 12, 1))],
)
def test_days_have_an_order_and_an_end(first: date, last: date) -> None:
    with pytest.raises(Refused):
        Days(first, last).moments(ZoneInfo("Europe/London"))


def test_what_overlaps_a_time_is_listed_by_start(house: House) -> None:
    later, now = add(house, at(3), at(5)), add(house, TUESDAY - DAY, TUESDAY + DAY)
    add(house, at(20), at(21))
    with house.db.begin() as session:
        found = absences.of(session, session.get_one(Member, 1), TUESDAY, at(10))
        assert absences.of(session, session.get_one(Staff, 1), TUESDAY, at(10)) == []
    assert [one.id for one in found] == [now, later]


def test_nothing_is_sent_during_an_absence_and_what_it_held_goes_out_when_it_is_removed(house: House) -> None:
    away = add(house, TUESDAY - DAY, TUESDAY + 5 * DAY)
    house.settle()
    assert house.touches() == [(0, "held", "away")]
    with house.db.begin() as session:
        absences.remove(session, session.get_one(Member, 1), away, "staff:maria", house.clock.now())
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_what_is_due_later_is_not_brought_forward(house: House) -> None:
    house.settle()
    due = house.check_in().next_touch_at
    away = add(house, TUESDAY + DAY, TUESDAY + 9 * DAY)
    with house.db.begin() as session:
        absences.remove(session, session.get_one(Member, 1), away, "staff:maria", house.clock.now())
    assert house.check_in().next_touch_at == due


def test_only_the_owners_own_absence_is_removed(house: House) -> None:
    away = add(house, at(3), at(5))
    hal = house.bring("Hal")
    with house.db.begin() as session, pytest.raises(NotFound, match="absence"):
        absences.remove(session, session.get_one(Member, hal), away, "staff:maria", house.clock.now())


def test_a_pause_holds_everything_until_its_end_or_until_it_is_resumed(house: House) -> None:
    for days in (20, 30):
        with house.db.begin() as session:
            ana = session.get_one(Member, 1)
            absences.pause(session, ana, TUESDAY + days * DAY, "staff:maria", house.clock.now())
        house.clock.push(DAY)
    house.settle()
    assert house.texts() == []
    lasting = [row for row in house.rows(Absence) if row.ends_at > house.clock.now()]
    assert [(row.source, row.ends_at) for row in lasting] == [("pause:staff:maria", TUESDAY + 30 * DAY)]
    with house.db.begin() as session:
        ana = session.get_one(Member, 1)
        assert absences.resume(session, ana, "staff:jonas", house.clock.now())
        assert not absences.resume(session, ana, "staff:jonas", house.clock.now())
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_a_pause_has_an_end(house: House) -> None:
    with house.db.begin() as session, pytest.raises(Refused, match="at most a year"):
        absences.pause(session, session.get_one(Member, 1), TUESDAY + 400 * DAY, "staff:maria", house.clock.now())
