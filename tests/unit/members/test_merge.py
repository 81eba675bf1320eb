"""Two records of one person: made one, taken apart, and what the next import makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.errors import NotFound, Refused
from bot.handoff import acts, cases
from bot.handoff.cases import Need
from bot.members import goals, merge, preferences
from bot.members.consent import Evidence
from bot.members.enrol import enrol
from bot.model import (
    AuditEntry,
    Base,
    CaseEntry,
    CheckIn,
    ContactPoint,
    HandOff,
    HandOffReason,
    HandOffState,
    InboxMessage,
    JourneyRun,
    Member,
    MemberStatus,
    Merge,
    OutboxMessage,
    Touch,
)
from tests.support import cast
from tests.support.cast import NUMBERS
from tests.support.house import House
from tests.support.small_programme import journey, make_programme


@pytest.fixture
def two(db: Database) -> House:
    """Ana and Hal, who are one person; each has been written to and has answered."""
    house = House(db)
    house.bring("Ana", "Hal")
    house.settle()
    house.says("hello", "Hal")
    house.deliver()
    return house


def do_merge(house: House, keep: str = "Ana", other: str = "Hal") -> int:
    first, second = house.member(keep).id, house.member(other).id
    with house.db.begin() as session:
        record = merge.merge(
            session,
            session.get_one(Member, first),
            session.get_one(Member, second),
            cast.colleague(session),
            house.clock.now(),
        )
        return record.id


def undo(house: House, number: int) -> None:
    with house.db.begin() as session:
        merge.undo(session, number, cast.colleague(session), house.clock.now())


def owners(house: House, model: type[Base]) -> list[int | None]:
    return [row.member_id for row in house.rows(model)]  # type: ignore[attr-defined]


OWNED: tuple[type[Base], ...] = (ContactPoint, InboxMessage, OutboxMessage, JourneyRun, CheckIn, Touch, HandOff)


def test_a_merge_moves_addresses_messages_and_what_waits(two: House) -> None:
    do_merge(two)
    assert owners(two, ContactPoint) == [1, 1]
    assert owners(two, InboxMessage) == [1]
    assert set(owners(two, OutboxMessage)) == {1}
    assert two.member("Hal").status is MemberStatus.MERGED


def test_who_writes_from_either_address_is_one_member(two: House) -> None:
    do_merge(two)
    two.says("from the old phone", "Hal")
    two.says("from the new phone", "Ana")
    assert [turn.conversation_id for turn in two.dialogue.turns[-2:]] == ["member-1"] * 2
    two.deliver()
    assert two.texts("Hal")[-1] == "you said: from the old phone"
    assert two.texts("Ana")[-1] == "you said: from the new phone"


def test_a_journey_that_both_are_in_goes_on_once(two: House) -> None:
    do_merge(two)
    assert owners(two, JourneyRun) == [1, 2]
    sent = len(two.sms.calls)
    two.clock.push(timedelta(days=10))
    two.settle()
    assert {call.address for call in two.sms.calls[sent:]} <= {NUMBERS["Ana"]}
    assert [row.state for row in two.rows(CheckIn, CheckIn.member_id == 2)] == ["open"]


def test_a_journey_of_the_other_alone_goes_on(db: Database) -> None:
    programme = make_programme(journeys={"onboarding": journey(), "second": journey("second")})
    house = House(db, programme=programme)
    house.bring("Ana")
    with db.begin() as session:
        session.execute(sa.delete(JourneyRun).where(JourneyRun.journey == "second"))
    house.bring("Hal")
    do_merge(house)
    runs = [(run.journey, run.member_id) for run in house.rows(JourneyRun)]
    assert sorted(runs) == [("onboarding", 1), ("onboarding", 2), ("second", 1)]


def test_undo_gives_everything_back(two: House) -> None:
    two.perform("action_request_human", "a person please")
    with two.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Hal asked.", "sms", NUMBERS["Hal"], session.get_one(Member, 2))
        cases.open_case(session, need, two.programme, now=two.clock.now(), wall=two.clock.wall())
    two.settle()
    before = {model: owners(two, model) for model in OWNED}
    due = [row.next_touch_at for row in two.rows(CheckIn)]
    states = [(case.subject, case.state, case.outcome) for case in two.cases()]
    number = do_merge(two)
    assert [case.subject for case in two.cases()] == ["member:1"] * 2
    assert [case.state for case in two.cases()] == [HandOffState.OPEN, HandOffState.RESOLVED]
    assert "Hal asked." in two.rows(CaseEntry, CaseEntry.hand_off_id == 1)[-1].text
    undo(two, number)
    assert {model: owners(two, model) for model in OWNED} == before
    assert [row.next_touch_at for row in two.rows(CheckIn)] == due
    assert [(case.subject, case.state, case.outcome) for case in two.cases()] == states
    assert two.member("Hal").status is MemberStatus.ACTIVE


def test_what_came_after_the_merge_stays(two: House) -> None:
    number = do_merge(two)
    item = two.says("later", "Ana")
    undo(two, number)
    assert two.get(InboxMessage, item.id).member_id == 1


def test_an_open_case_of_the_other_goes_over_with_who_holds_it(two: House) -> None:
    with two.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Hal asked.", "sms", NUMBERS["Hal"], session.get_one(Member, 2))
        case = cases.open_case(session, need, two.programme, now=two.clock.now(), wall=two.clock.wall()).id
    with two.db.begin() as session:
        acts.claim(session, two.act(case))
    do_merge(two)
    assert two.says("are you there?", "Ana").outcome == "forwarded"


def test_undo_once_and_only_of_a_merge(two: House) -> None:
    number = do_merge(two)
    undo(two, number)
    with pytest.raises(Refused, match="undone already"):
        undo(two, number)
    with pytest.raises(NotFound):
        undo(two, 99)


def test_a_merge_inside_a_merge_is_undone_from_the_outside(two: House) -> None:
    first = do_merge(two)
    two.bring("Ida")
    second = do_merge(two, "Ida", "Ana")
    with pytest.raises(Refused, match="undo that first"):
        undo(two, first)
    undo(two, second)
    undo(two, first)
    assert owners(two, ContactPoint) == [1, 2, 3]


@pytest.mark.parametrize(("keep", "other", "why"), [("Ana", "Ana", "one record"), ("Ana", "Hal", "merged already")])
def test_what_can_not_be_merged(two: House, keep: str, other: str, why: str) -> None:
    if why == "merged already":
        do_merge(two)
    with pytest.raises(Refused, match=why):
        do_merge(two, keep, other)
    assert len(two.rows(Merge)) == (1 if why == "merged already" else 0)


def test_the_next_import_leaves_a_merged_record_alone(two: House) -> None:
    do_merge(two)
    with two.db.begin() as session:
        taken = enrol(session, two.programme, cast.row("Hal", first_name="Henry"), source="test", now=two.clock.now())
    assert (taken.member_id, taken.is_new) == (1, False)
    assert {member.first_name for member in two.rows(Member)} == {"Ana", "Hal"}
    assert owners(two, ContactPoint) == [1, 1]


def test_the_log_tells_who_merged_and_who_undid(two: House) -> None:
    undo(two, do_merge(two))
    told = two.rows(AuditEntry, AuditEntry.action.in_(["member.merged", "member.unmerged"]))
    assert [(entry.actor, entry.action, entry.member_id) for entry in told] == [
        (cast.MARIA, "member.merged", 1),
        (cast.MARIA, "member.merged", 2),
        (cast.MARIA, "member.unmerged", 1),
        (cast.MARIA, "member.unmerged", 2),
    ]


def test_what_was_declined_and_the_goal_go_over_and_come_back(two: House) -> None:
    hal, ana = two.member("Hal").id, two.member("Ana").id
    with two.db.begin() as session:
        member = session.get_one(Member, hal)
        preferences.decline(session, two.programme, member, "promotional", Evidence("test", "no"), two.clock.now())
        goals.set_goal(session, member, "pass the exam", "test", two.clock.now())
    record = do_merge(two)
    assert two.member("Ana").goal == "pass the exam"
    with two.db.begin() as session:
        assert preferences.declined(session, ana) == {"promotional"}
        merge.undo(session, record, cast.colleague(session), two.clock.now())
    assert (two.member("Ana").goal, two.member("Hal").goal) == (None, "pass the exam")
    with two.db.begin() as session:
        assert not preferences.declined(session, ana)
        assert preferences.declined(session, hal) == {"promotional"}
