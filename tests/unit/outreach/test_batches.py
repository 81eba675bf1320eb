"""Many check-ins in one look: few statements, and no one who holds up the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.members.enrol import enrol
from bot.model import AuditEntry, CheckIn, Lane, Member, OutboxMessage, Touch, Urgency
from tests.support import cast
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, make_programme, step

HOUR = timedelta(hours=1)


def crowd(db: Database, count: int, **programme: Any) -> House:
    """A house with so many members, who are all due; each lane is somebody's phone."""
    house = House(db, make_programme(**programme))
    with db.begin() as session:
        for n in range(count):
            one = cast.row("Hal", first_name=f"Hal {n}", member_number=f"n{n}", phone=f"+1202555{2000 + n}")
            enrol(session, house.programme, one, source="test", now=TUESDAY)
    return house


def statements(house: House) -> int:
    """How many statements a tick takes."""
    count = 0

    def one_more(*_: Any) -> None:
        nonlocal count
        count += 1

    sa.event.listen(house.db.engine, "before_cursor_execute", one_more)
    try:
        house.tick()
    finally:
        sa.event.remove(house.db.engine, "before_cursor_execute", one_more)
    return count


def spoil(house: House, who: str) -> None:
    """Nothing can be decided about a member whose time zone does not exist."""
    house.change(Member, house.member(who).id, lambda one: setattr(one, "time_zone", "Nowhere/Never"))


def test_forty_are_asked_with_as_many_statements_as_four(db: Database) -> None:
    few = crowd(db, 4)
    taken = statements(few)
    assert len(few.outbox()) == 4
    with db.begin() as session:
        for n in range(40):
            one = cast.row("Hal", member_number=f"m{n}", phone=f"+1202555{4000 + n}")
            enrol(session, few.programme, one, source="test", now=TUESDAY)
    assert statements(few) == taken
    assert len(few.outbox()) == 44


def test_each_message_of_a_batch_belongs_to_its_own_touch_and_lane(db: Database) -> None:
    house = crowd(db, 30)
    house.tick()
    check_ins = {one.id: one for one in house.rows(CheckIn)}
    touches = {one.id: one for one in house.rows(Touch)}
    for message in house.outbox():
        touch = touches[message.touch_id or 0]
        assert (message.member_id, message.dedupe) == (touch.member_id, f"touch:{touch.id}:1")
        assert check_ins[touch.check_in_id].member_id == touch.member_id
    lanes = house.rows(Lane, Lane.kind == "delivery")
    assert {lane.key for lane in lanes} == {message.lane for message in house.outbox()}
    assert {lane.urgency for lane in lanes} == {Urgency.OUTREACH}
    assert {(one.rung, str(one.state), one.opened_at) for one in check_ins.values()} == {(1, "open", TUESDAY)}


def test_the_ladder_is_kept_with_each_check_in_and_stays_as_it_is(db: Database) -> None:
    house = crowd(db, 3)
    house.settle()
    kept = [one.ladder for one in house.rows(CheckIn)]
    assert kept[0] is not None
    assert kept[0]["rungs"][0]["text"]
    assert kept == [kept[0]] * 3
    house.clock.push(timedelta(days=2))
    house.settle()
    assert [one.ladder for one in house.rows(CheckIn)] == kept
    assert [one.rung for one in house.rows(CheckIn)] == [2, 2, 2]


@pytest.mark.parametrize("count", [3, 30], ids=["a few", "more than are tried again together"])
def test_one_who_can_not_be_handled_holds_up_nobody_else(db: Database, count: int) -> None:
    house = crowd(db, count)
    spoil(house, "Hal 1")
    assert house.tick() == count
    assert len(house.outbox()) == count - 1
    assert len({message.member_id for message in house.outbox()}) == count - 1
    bad = house.one(CheckIn, CheckIn.member_id == house.member("Hal 1").id)
    assert (bad.rung, bad.next_touch_at, bad.ladder) == (0, TUESDAY + HOUR, None)
    [fault] = house.rows(AuditEntry, AuditEntry.action == "touch.fault")
    assert fault.member_id == bad.member_id
    assert house.tick() == 0


def test_what_somebody_else_has_in_hand_is_left_to_them_and_found_later(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    house = crowd(db, 5)
    busy = house.member("Hal 2").id
    with db.begin() as other:
        other.execute(sa.select(Member).where(Member.id == busy).with_for_update())
        house.tick()
        assert busy not in {message.member_id for message in house.outbox()}
        assert len(house.outbox()) == 4
    house.tick()
    assert len(house.outbox()) == 5


def test_no_more_is_planned_than_the_outbox_has_room_for(db: Database) -> None:
    house = crowd(db, 6)
    house.tick(outbox_limit=3)
    assert len(house.outbox()) == 4  # it stops when the limit is passed
    house.tick(outbox_limit=3)
    assert len(house.outbox()) == 4
    house.deliver()
    house.tick(outbox_limit=3)
    assert len(house.outbox()) == 6


def test_questions_that_may_share_a_message_do_so_for_everybody(db: Database) -> None:
    first, second = ({"m": [step(name, "joined", "1d", bundle=True)]} for name in ("form", "tour"))
    journeys = {"onboarding": journey(milestones=first), "second": journey("second", second)}
    house = crowd(db, 12, journeys=journeys)
    taken = statements(house)
    assert [message.body["text"] for message in house.outbox()] == [
        "Compass: Is your form done? Also: Is your tour done?"
    ] * 12
    assert taken < 80
    bundled = house.rows(AuditEntry, AuditEntry.action == "check_in.bundled")
    assert len(bundled) == 12
    assert sorted(one.bundled_with_id is None for one in house.rows(CheckIn)) == [False] * 12 + [True] * 12


def test_those_who_are_handed_over_in_a_batch_are_told_apart(db: Database) -> None:
    house = crowd(db, 3)
    with db.begin() as session:
        session.execute(sa.text("update contact_point set consented_at = null where address like '%2001'"))
    house.tick()
    [case] = house.cases()
    assert (case.member_id, case.reason) == (house.member("Hal 1").id, "unreachable")
    assert case.summary == "Could not be asked about your form: no consent."
    assert {message.member_id for message in house.rows(OutboxMessage, OutboxMessage.channel == "sms")} == {
        house.member("Hal 0").id,
        house.member("Hal 2").id,
    }
