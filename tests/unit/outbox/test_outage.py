"""What waits for a provider that is away, on a channel that has the patience for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import Database
from bot.handoff import desk
from bot.handoff.cases import Need, open_case
from bot.model import HandOff, HandOffReason, Member, OutboxMessage, OutboxState, Purpose, Rate
from bot.outbox.deliver import LONGEST_OUTAGE, RECONCILE_TRIES
from bot.ports import Capabilities, RetryLater, Unknown
from tests.support.fake_channel import FakeChannel
from tests.support.house import House

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def house(db: Database) -> House:
    made = House(db, staff=FakeChannel("staff", Capabilities(3000, patient=True)))
    made.bring("Ana")
    return made


def opened(house: House) -> int:
    with house.db.begin() as session:
        ana = session.get_one(Member, house.member().id)
        need = Need(HandOffReason.ASKED, "Asked for a person.", "sms", "+1", ana)
        return open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def shown_again(house: House, case_id: int) -> None:
    with house.db.begin() as session:
        case = session.get_one(HandOff, case_id)
        desk.show(session, case, now=house.clock.now(), wall=house.clock.wall())


def told(house: House, case_id: int, occasion: str, kind: str = "member_message", **facts: int) -> None:
    with house.db.begin() as session:
        case = session.get_one(HandOff, case_id)
        desk.tell(session, case, kind, occasion, now=house.clock.now(), wall=house.clock.wall(), **facts)


def staff_rows(house: House) -> list[OutboxMessage]:
    return house.rows(OutboxMessage, OutboxMessage.channel == "staff")


def wait(house: House, rounds: int, each: timedelta = MINUTE) -> None:
    for _ in range(rounds):
        house.clock.pass_real(each)
        house.deliver()


def test_a_card_outlasts_hours_without_slack_and_then_appears_once(house: House) -> None:
    house.staff.is_away = True
    opened(house)
    house.deliver()
    wait(house, 90)
    assert [row.state for row in staff_rows(house)] == [OutboxState.PENDING]
    house.staff.is_away = False
    wait(house, 2)
    assert [row.state for row in staff_rows(house)] == [OutboxState.SENT]
    assert len(house.staff.taken) == 1


def test_an_outage_is_noticed_by_about_one_call_a_minute_whatever_waits(house: House) -> None:
    house.bring("Ben")
    house.staff.is_away = True
    for member in house.rows(Member):
        for number in range(20):
            house.enqueue(channel="staff", who=f"case:{member.id}:{number}", purpose=Purpose.STAFF)
    house.deliver()
    wait(house, 30)
    assert len(house.staff.calls) < 40
    house.staff.is_away = False
    wait(house, 2)
    assert {row.state for row in staff_rows(house)} == {OutboxState.SENT}


def test_a_post_whose_answer_was_lost_as_slack_went_away_is_asked_for_until_it_is_back(house: House) -> None:
    case_id = opened(house)
    [row] = staff_rows(house)
    house.staff.answers(Unknown("reset", whole_provider=True))
    house.deliver()
    house.staff.is_away = True
    wait(house, 120)
    assert len(house.staff.reconciled) > RECONCILE_TRIES
    assert house.get(OutboxMessage, row.id).state is OutboxState.SENDING
    house.staff.takes(row.id)
    house.staff.is_away = False
    wait(house, 3)
    assert house.get(OutboxMessage, row.id).state is OutboxState.SENT
    assert len(house.staff.calls) == 1
    assert house.get(HandOff, case_id).card_edition == 1


def test_a_post_that_never_arrived_is_made_when_slack_is_back(house: House) -> None:
    opened(house)
    house.staff.answers(Unknown("reset", whole_provider=True))
    house.deliver()
    house.staff.is_away = True
    wait(house, 60)
    house.staff.is_away = False
    wait(house, 3)
    assert [row.state for row in staff_rows(house)] == [OutboxState.SENT]
    assert len(house.staff.calls) == 2


def test_silence_makes_others_wait_a_little(house: House) -> None:
    opened(house)
    house.staff.answers(Unknown("timeout", whole_provider=True))
    house.deliver()
    assert house.get(Rate, "staff").next_at > house.clock.wall() + timedelta(seconds=10)


def test_even_patience_ends(house: House) -> None:
    house.staff.is_away = True
    opened(house)
    house.deliver()
    house.clock.push(LONGEST_OUTAGE)
    wait(house, 2)
    assert [row.state for row in staff_rows(house)] == [OutboxState.DEAD]


def test_other_channels_have_their_dead_letters_as_before(house: House) -> None:
    house.sms.answers(*[RetryLater("no connection")] * 10)
    number = house.enqueue("hello")
    house.deliver()
    wait(house, 10, HOUR)
    assert house.get(OutboxMessage, number).state is OutboxState.DEAD


def test_of_many_editions_the_first_is_posted_and_the_last_shown(house: House) -> None:
    house.staff.is_away = True
    case_id = opened(house)
    for _ in range(4):
        shown_again(house, case_id)
    told(house, case_id, "inbox:1")
    shown_again(house, case_id)
    house.deliver()
    house.staff.is_away = False
    wait(house, 3)
    states = [str(row.state) for row in staff_rows(house)]
    assert states == ["sent", "refused", "refused", "refused", "refused", "sent", "sent"]
    assert {row.error for row in staff_rows(house) if row.state is OutboxState.REFUSED} == {desk.SUPERSEDED}


def test_of_what_became_of_a_reply_only_the_last_is_shown(house: House) -> None:
    case_id = opened(house)
    for reply, occasion in ((7, "new"), (8, "new")):
        told(house, case_id, f"{reply}:{occasion}", kind="reply", reply=reply)
    house.deliver()
    house.staff.is_away = True
    for occasion in ("sent", "delivered", "read"):
        told(house, case_id, f"7:{occasion}", kind="reply", reply=7)
    told(house, case_id, "8:sent", kind="reply", reply=8)
    house.deliver()
    house.staff.is_away = False
    wait(house, 3)
    states = [str(row.state) for row in staff_rows(house)]
    assert states == ["sent", "sent", "sent", "refused", "refused", "sent", "sent"]


def test_without_an_inbox_in_slack_a_card_is_no_dead_letter(house: House) -> None:
    channels = house.deliveries.handler.channels  # type: ignore[attr-defined]
    del channels["staff"]
    opened(house)
    house.deliver()
    assert [(row.state, row.error) for row in staff_rows(house)] == [(OutboxState.REFUSED, desk.NO_INBOX)]
