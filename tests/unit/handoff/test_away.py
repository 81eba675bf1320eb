"""Colleagues say when they are away, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import away, routing
from bot.handoff.away import Return
from bot.members import absences
from tests.support import cast
from tests.support.cast import MARIA
from tests.support.house import TUESDAY, House
from tests.unit.handoff.offices import programme

DAY = timedelta(days=1)
INBOX, NEW_YORK = programme().inbox, ZoneInfo("America/New_York")


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.begin() as opened:
        yield opened


@pytest.mark.parametrize(
    ("said", "starts", "ends"),
    [
        ("until Friday", TUESDAY, datetime(2026, 11, 27, 5, tzinfo=UTC)),
        ("Until 4 December", TUESDAY, datetime(2026, 12, 4, 5, tzinfo=UTC)),
        ("until 16:30", TUESDAY, TUESDAY + timedelta(hours=6, minutes=30)),
        ("tomorrow", datetime(2026, 11, 25, 5, tzinfo=UTC), datetime(2026, 11, 26, 5, tzinfo=UTC)),
        ("today", TUESDAY, datetime(2026, 11, 25, 5, tzinfo=UTC)),
        ("1 May", datetime(2027, 5, 1, 4, tzinfo=UTC), datetime(2027, 5, 2, 4, tzinfo=UTC)),
        ("1 May..4 May", datetime(2027, 5, 1, 4, tzinfo=UTC), datetime(2027, 5, 5, 4, tzinfo=UTC)),
        ("2026-12-01..2026-12-04", datetime(2026, 12, 1, 5, tzinfo=UTC), datetime(2026, 12, 5, 5, tzinfo=UTC)),
        ("from 1 May to 4 May", datetime(2027, 5, 1, 4, tzinfo=UTC), datetime(2027, 5, 5, 4, tzinfo=UTC)),
        ("23 Nov \u2026 25 Nov", TUESDAY, datetime(2026, 11, 26, 5, tzinfo=UTC)),
    ],
)
def test_days_are_the_teams_own_and_a_range_ends_with_its_last_day(said: str, starts: datetime, ends: datetime) -> None:
    assert away.read(said, TUESDAY, NEW_YORK) == (starts, ends)


@pytest.mark.parametrize("said", ["", "maybe", "until 31 February", "for ever", "x" * 5000])
def test_what_gives_no_time_is_refused_with_examples(said: str) -> None:
    with pytest.raises(Refused, match=r"until Friday"):
        away.read(said, TUESDAY, NEW_YORK)


def test_who_is_away_gets_no_cases_until_they_are_back(session: Session) -> None:
    maria = cast.colleague(session, MARIA)
    away.go(session, INBOX, maria, "until Friday", TUESDAY)
    assert routing.is_absent(session, maria, TUESDAY + DAY)
    assert not routing.is_absent(session, maria, TUESDAY + 3 * DAY)
    assert away.come_back(session, maria, TUESDAY + DAY) == Return(ended=1, planned=0)
    assert not routing.is_absent(session, maria, TUESDAY + DAY)


def test_back_ends_what_a_calendar_said_too(session: Session) -> None:
    maria = cast.colleague(session, MARIA)
    absences.add(session, maria, TUESDAY - DAY, TUESDAY + DAY, absences.CALENDAR, None, TUESDAY)
    assert away.come_back(session, maria, TUESDAY) == Return(1, 0)


def test_back_before_leaving_forgets_what_was_said_and_not_the_calendar(session: Session) -> None:
    maria = cast.colleague(session, MARIA)
    away.go(session, INBOX, maria, "1 Dec..4 Dec", TUESDAY)
    absences.add(session, maria, TUESDAY + 30 * DAY, TUESDAY + 31 * DAY, absences.CALENDAR, None, TUESDAY)
    assert len(away.coming(session, maria, TUESDAY)) == 2
    assert away.come_back(session, maria, TUESDAY) == Return(0, 1)
    assert [one.source for one in away.coming(session, maria, TUESDAY)] == [absences.CALENDAR]
    assert away.come_back(session, maria, TUESDAY) == Return(0, 0)


@pytest.mark.parametrize(("said", "is_back"), [("back", True), (" I'm back! ", True), ("back on Friday", False)])
def test_the_word_that_ends_an_absence(said: str, is_back: bool) -> None:
    assert away.is_back(said) is is_back


def test_the_days_of_somebody_whom_no_team_names_are_those_of_utc(session: Session) -> None:
    assert away.zone_of(INBOX, cast.colleague(session, "lara@example.org")) == ZoneInfo("UTC")
    assert away.zone_of(INBOX, cast.colleague(session, MARIA)) == NEW_YORK
