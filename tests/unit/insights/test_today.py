"""The first page in figures: each number is known beforehand."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.handoff.cases import Need, open_case
from bot.insights import today
from bot.insights.tally import Slice
from bot.insights.today import Begun
from bot.model import (
    AuditEntry,
    AuditFinding,
    CheckInKind,
    HandOffReason,
    InboxMessage,
    InboxState,
    Member,
    MemberStatus,
    OutboxMessage,
    OutboxState,
    Pause,
    Priority,
    Purpose,
    Team,
)
from bot.queues import alive
from tests.support import cast
from tests.support.fake_dialogue import say
from tests.support.house import TUESDAY, House
from tests.unit.insights.histories import member

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def needs(house: House) -> today.Needs:
    with house.db.begin() as session:
        return today.needs(session, house.programme, house.channels(), house.times())


def test_nothing_needs_anybody_in_the_beginning(house: House) -> None:
    found = needs(house)
    assert (found.cases, found.overdue, found.first, found.has_any) == (0, 0, (), False)


def test_what_waits_for_people_is_counted(house: House) -> None:
    lost = house.enqueue()
    house.change(OutboxMessage, lost, lambda row: setattr(row, "state", OutboxState.DEAD))
    unread = house.hear("hello")
    house.change(InboxMessage, unread, lambda row: setattr(row, "state", InboxState.DEAD))
    with house.db.begin() as session:
        ana = session.get_one(Member, house.member().id)
        need = Need(
            HandOffReason.ASKED, "Asked.", "sms", cast.NUMBERS["Ana"], ana, Priority.URGENT, Team.MEMBER_SUCCESS
        )
        open_case(session, need, house.programme, now=TUESDAY - 9 * DAY, wall=TUESDAY)
        session.add(AuditFinding(kind="missed_touch", subject="touch:1", summary="", first_seen_at=TUESDAY,
                                 last_seen_at=TUESDAY))  # fmt: skip
        session.add(AuditFinding(kind="missed_touch", subject="touch:2", summary="", first_seen_at=TUESDAY,
                                 last_seen_at=TUESDAY, cleared_at=TUESDAY))  # fmt: skip
        session.add(Pause(what="outreach", reason="too much", since=TUESDAY))
        alive.beat(session, alive.name_of("worker", "host1", 7), house.clock.wall() - timedelta(minutes=10))
    found = needs(house)
    assert (found.cases, found.overdue, found.unread, found.unsent, found.findings) == (1, 1, 1, 1, 1)
    assert [one.who for one in found.first] == ["Ana Smith"]
    assert (found.paused, found.silent) == ((("outreach", "too much"),), ("worker on host1",))
    assert found.has_any


def test_the_last_day_is_told_by_what_happened_in_it(house: House) -> None:
    house.settle()
    house.dialogue.answer = say("Fine.", intent="affirm")
    house.says("hello")
    house.settle()
    with house.db.begin() as session:
        for hours, action in ((1, "step.done"), (23, "step.done"), (25, "step.done"), (2, "touch.held")):
            session.add(AuditEntry(at=TUESDAY - hours * HOUR, actor="bot", action=action))
        session.flush()
        found = today.done(session, TUESDAY - DAY)
    assert found.heard == {"sms": 1}
    assert found.sent == {Purpose.TOUCH: 1, Purpose.REPLY: 1}
    assert found.happened["journey.entered"] == 1


def test_rows_since_a_moment_are_found_by_their_ids(house: House) -> None:
    with house.db.begin() as session:
        session.execute(sa.delete(AuditEntry))
        for hours in range(50, 0, -1):
            session.add(AuditEntry(at=TUESDAY - hours * HOUR, actor="bot", action="step.done"))
            session.flush()
        session.execute(sa.delete(AuditEntry).where(AuditEntry.at == TUESDAY - 24 * HOUR))
        assert [today.done(session, TUESDAY - hours * HOUR).happened.get("step.done", 0)
                for hours in (0, 1, 24, 25, 50, 90)] == [0, 1, 23, 24, 49, 49]  # fmt: skip


def test_what_comes_next_is_counted_and_the_first_are_named(house: House) -> None:
    house.tick()
    house.bring("Hal", joined_on=TUESDAY.date())
    house.tick()
    with house.db.begin() as session:
        found = today.coming(session, TUESDAY)
    assert (found.hour <= found.day, found.entries) == (True, 0)
    assert [(one.kind, one.journey) for one in found.first][-1] == (CheckInKind.STEP, "onboarding")
    assert {one.name for one in found.first} <= {"Ana Smith", "Hal Smith"}
    assert [one.at for one in found.first] == sorted(one.at for one in found.first)


def test_members_are_counted_by_status_and_their_journeys(house: House) -> None:
    with house.db.begin() as session:
        member(session, status=MemberStatus.LEFT)
        member(session, status=MemberStatus.LAPSED)
        whole = today.people(session, Slice(0, 10**6), TUESDAY)
        parts = today.people(session, Slice(0, 1), TUESDAY)
        parts.add(today.people(session, Slice(1, 10**6), TUESDAY))
    assert dict(whole.statuses) == {MemberStatus.ACTIVE: 1, MemberStatus.LEFT: 1, MemberStatus.LAPSED: 1}
    assert dict(whole.journeys) == {"onboarding": 1}
    assert parts == whole


def test_the_first_steps_tick_themselves(house: House) -> None:
    with house.db.begin() as session:
        maria = cast.colleague(session)
        assert today.begun(session, maria.id) == Begun(members=True, colleagues=False, sent=False, heard=False)
        cast.colleague(session, cast.JONAS)
    house.settle()
    house.says("hi")
    with house.db.begin() as session:
        assert today.begun(session, maria.id).is_complete
