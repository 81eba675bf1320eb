"""The week of a team, told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.handoff import digests
from bot.handoff.digests import Digest
from bot.model import JourneyRun, OutboxMessage, StepProgress, StepState, Team
from tests.support import cast
from tests.support.house import House
from tests.unit.handoff.offices import answered, new_case, programme, resolved

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
"""09:00 in New York."""
NEXT = MONDAY + 7 * DAY
WEEK = date(2026, 11, 23)


@pytest.fixture
def office(house: House) -> House:
    """A week of work: Monday is opened, answered after an hour and resolved on Tuesday; Tuesday waits."""
    house.programme = programme()
    with house.db.begin() as session:
        resolved(answered(new_case(session, house, MONDAY), HOUR), DAY)
        new_case(session, house, MONDAY + DAY)
        resolved(new_case(session, house, MONDAY - 7 * DAY), HOUR)
    house.clock.push(NEXT - house.clock.now())
    return house


def tell(house: House) -> list[OutboxMessage]:
    digests.tell_due(house.db, house.programme, house.clock)
    return house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:digest")


def read(row: OutboxMessage) -> Digest:
    return Digest.load(row.body)


def test_it_comes_on_monday_at_nine_in_the_teams_own_zone(office: House) -> None:
    office.clock.push(timedelta(minutes=-1))
    assert tell(office) == []
    office.clock.push(timedelta(minutes=1))
    [row] = tell(office)
    assert (row.dedupe, row.address, row.channel) == ("digest:member_success:2026-W48", "team:member_success", "staff")


def test_it_comes_once(office: House) -> None:
    tell(office)
    office.clock.push(HOUR)
    assert len(tell(office)) == 1
    office.clock.push(7 * DAY)
    assert [row.dedupe for row in tell(office)] == [f"digest:member_success:2026-W{week}" for week in (48, 49)]


def test_later_than_monday_is_too_late(office: House) -> None:
    office.clock.push(timedelta(hours=15))  # midnight
    assert tell(office) == []


def test_it_tells_the_week_and_the_one_before(office: House) -> None:
    [row] = tell(office)
    found = read(row)
    assert (found.name, found.week, found.first, found.last) == ("Team", "2026-W48", WEEK, date(2026, 11, 29))
    assert (found.opened, found.answered, found.resolved, found.first_reply) == (2, 1, 1, 3600.0)
    assert (found.opened_before, found.resolved_before, found.first_reply_before) == (1, 1, None)
    assert (found.unresolved, found.unclaimed, found.overdue) == (1, 1, 1)
    assert found.days == ((1, 0), (1, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0))


def test_it_tells_what_members_did_and_who_may_be_lost(office: House) -> None:
    with office.db.begin() as session:
        ben = cast.bring(session, office.programme, "Ben", MONDAY)
        ben.renews_on = NEXT.date() + 7 * DAY
        run = session.scalars(sa.select(JourneyRun).order_by(JourneyRun.id)).first()
        assert run is not None
        step = session.scalars(sa.select(StepProgress).where(StepProgress.run_id == run.id)).first()
        assert step is not None
        step.state, step.changed_at = StepState.DONE, MONDAY + DAY
    [row] = tell(office)
    members = read(row).members
    assert members is not None
    assert (members.steps, members.journeys, members.high, members.named) == (1, 0, 1, ("Ben Smith",))


def test_a_team_without_a_case_is_not_bothered(office: House) -> None:
    assert [read(row).team for row in tell(office)] == ["member_success"]
    with office.db.begin() as session:
        new_case(session, office, NEXT - DAY, team=Team.TECHNICAL_SUPPORT)
    [_, support] = tell(office)
    assert (read(support).team, read(support).opened, read(support).members) == ("technical_support", 1, None)


def test_a_programme_without_teams_tells_nothing(house: House) -> None:
    house.clock.push(NEXT - house.clock.now())
    assert tell(house) == []


def test_what_the_outbox_keeps_is_what_was_counted(office: House) -> None:
    [row] = tell(office)
    with office.db.begin() as session:
        assert digests.of_week(session, office.programme, Team.MEMBER_SUCCESS, WEEK, NEXT) == read(row)
