"""What a team did, in figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import figures
from bot.handoff.figures import Figures, Progress
from bot.model import HandOffState, JourneyRun, RunState, StepProgress, StepState, Team
from tests.support.house import TUESDAY, House
from tests.unit.handoff.offices import answered, new_case, programme, resolved

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INBOX, ZONE = programme().inbox, ZoneInfo("America/New_York")
SUCCESS = (Team.MEMBER_SUCCESS,)
TODAY = figures.day_of(TUESDAY, ZONE)


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    with house.db.begin() as opened:
        yield opened


def today(session: Session) -> Figures:
    return figures.of(session, INBOX, SUCCESS, TODAY, TUESDAY)


def test_a_day_is_the_teams_own() -> None:
    assert TODAY.first == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert not TODAY.holds(TODAY.until)
    assert TODAY.holds(TODAY.until - timedelta(microseconds=1))


def test_nothing_happened(session: Session) -> None:
    assert today(session) == Figures(0, 0, 0, None, 0, 0, 0)


def test_what_was_opened_answered_and_resolved_in_the_day(house: House, session: Session) -> None:
    new_case(session, house)
    new_case(session, house, team=Team.TECHNICAL_SUPPORT)
    answered(new_case(session, house, TUESDAY - HOUR), timedelta(minutes=10))
    resolved(answered(new_case(session, house, TUESDAY - DAY), HOUR), DAY)
    resolved(new_case(session, house, TUESDAY - 9 * DAY), HOUR)
    found = today(session)
    assert (found.opened, found.answered, found.resolved) == (2, 1, 1)
    assert found.first_reply == timedelta(minutes=10)


def test_the_first_reply_is_in_working_time_and_the_median_of_all(house: House, session: Session) -> None:
    for after in (timedelta(minutes=20), HOUR, 18 * HOUR):  # 16:00 on Monday until 10:00 on Tuesday: two hours of work
        answered(new_case(session, house, TUESDAY - 18 * HOUR), after)
        answered(new_case(session, house, TUESDAY - 18 * HOUR), after)
    assert today(session).first_reply == 2 * HOUR


def test_how_things_stand_now(house: House, session: Session) -> None:
    new_case(session, house, TUESDAY - 3 * DAY)
    new_case(session, house, TUESDAY - 3 * DAY, snoozed_until=TUESDAY + DAY, snoozed_at=TUESDAY - 2 * DAY)
    new_case(session, house, state=HandOffState.CLAIMED)
    resolved(new_case(session, house, TUESDAY - 3 * DAY), HOUR)
    found = today(session)
    assert (found.unresolved, found.unclaimed, found.overdue) == (3, 2, 1)


def test_day_by_day(house: House, session: Session) -> None:
    resolved(new_case(session, house, datetime(2026, 11, 24, 4, 59, tzinfo=UTC)), HOUR)  # Monday night in New York
    new_case(session, house)
    new_case(session, house, TUESDAY - 30 * DAY)
    found = figures.by_day(session, SUCCESS, date(2026, 11, 23), date(2026, 11, 26), ZONE)
    assert found == [(1, 0), (1, 1), (0, 0)]


def test_what_members_did(house: House, session: Session) -> None:
    run = session.scalars(sa.select(JourneyRun)).one()
    first, second, *_ = session.scalars(sa.select(StepProgress).where(StepProgress.run_id == run.id))
    for step, at in ((first, TUESDAY), (second, TUESDAY - 3 * DAY)):
        step.state, step.changed_at = StepState.DONE, at
    assert figures.progress(session, TODAY) == Progress(1, 0)
    run.state, run.ended_at = RunState.COMPLETED, TUESDAY
    assert figures.progress(session, TODAY) == Progress(1, 1)
