"""Deliveries: what providers answer, and what that means for the message, the touch, the address and the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Times
from bot.db import Database
from bot.errors import Refused
from bot.handoff import acts, replies
from bot.handoff.cases import Need, open_case
from bot.lanes.retry import LONGEST
from bot.members import consent
from bot.model import (
    CheckInState,
    ConsentEvent,
    ConsentKind,
    ContactPoint,
    HandOffReason,
    Member,
    OutboxMessage,
    OutboxState,
    Purpose,
    Touch,
)
from bot.outbox.again import send_again
from bot.outbox.checks import PERSON_HOLDS
from bot.outbox.deliver import RECONCILE_AFTER, RECONCILE_TRIES, Delivery
from bot.ports import Failed, RetryLater, Sent, Unknown
from tests.support import cast
from tests.support.fake_channel import Killed
from tests.support.house import LEASE, House

MINUTE = timedelta(minutes=1)


def message(house: House, number: int) -> OutboxMessage:
    return house.get(OutboxMessage, number)


def outlive(house: House, rounds: int = 12, each: timedelta = LONGEST * 2) -> None:
    """Real time passes, far longer than any pause."""
    for _ in range(rounds):
        house.clock.pass_real(each)
        house.deliver()


def test_a_message_is_sent_once_and_named(house: House) -> None:
    number = house.enqueue("hello")
    house.deliver()
    house.deliver()
    sent = message(house, number)
    assert (sent.state, sent.provider_id, sent.attempts) == (OutboxState.SENT, f"sms-{number}", 1)
    assert sent.sent_at == house.clock.now()
    assert house.texts() == ["hello"]


def test_messages_to_one_address_go_out_in_their_order(house: House) -> None:
    house.sms.answers(RetryLater("busy"))
    for text in ("one", "two", "three"):
        house.enqueue(text)
    house.deliver()
    assert house.texts() == []
    outlive(house, 1)
    assert house.texts() == ["one", "two", "three"]


def test_one_address_that_is_refused_for_now_does_not_hold_the_others(house: House) -> None:
    house.bring("Hal")
    house.sms.answers(RetryLater("busy"))
    house.enqueue("one")
    house.enqueue("two", "Hal")
    house.deliver()
    assert house.texts("Hal") == ["two"]


def test_a_provider_that_says_when_is_asked_then_and_not_a_second_earlier(house: House) -> None:
    house.sms.answers(RetryLater("busy", timedelta(seconds=60)))
    number = house.enqueue()
    house.deliver()
    house.clock.pass_real(timedelta(seconds=59))
    house.deliver()
    assert (message(house, number).state, message(house, number).error) == (OutboxState.PENDING, "busy")
    house.clock.pass_real(timedelta(seconds=1))
    house.deliver()
    assert (message(house, number).state, message(house, number).error) == (OutboxState.SENT, None)


def test_a_provider_that_refuses_for_the_whole_account_gets_nothing_from_anybody(house: House) -> None:
    house.bring("Hal")
    house.sms.answers(RetryLater("429", timedelta(seconds=60), whole_provider=True))
    house.enqueue("one")
    house.enqueue("two", "Hal")
    house.deliver()
    house.clock.pass_real(timedelta(seconds=59))
    house.deliver()
    assert len(house.sms.calls) == 1
    outlive(house, 2, timedelta(seconds=1))
    assert sorted(house.sms.texts()) == ["one", "two"]


def test_messages_that_had_a_place_already_wait_for_the_whole_provider_too(house: House) -> None:
    house.bring("Hal", "Ida")
    house.sms.per_second = 1.0
    house.sms.answers(RetryLater("429", timedelta(seconds=60), whole_provider=True))
    house.sms.meanwhile = lambda: house.new_delivery_worker().run_one()  # Hal's takes the place one second later
    house.enqueue("one")
    house.enqueue("two", "Hal")
    house.deliver()
    house.clock.pass_real(timedelta(seconds=30))
    house.deliver()
    assert len(house.sms.calls) == 1
    outlive(house, 4, timedelta(seconds=31))
    assert sorted(house.sms.texts()) == ["one", "two"]


def test_a_message_that_is_refused_for_now_too_often_is_set_aside(house: House) -> None:
    house.sms.answers(*[RetryLater("busy")] * 3)
    number = house.enqueue("hello")
    house.enqueue("next")
    house.deliver()
    outlive(house)
    assert (message(house, number).state, message(house, number).error) == (OutboxState.DEAD, "busy")
    assert len(house.sms.calls) == 4
    assert house.texts() == ["next"]


def test_a_dead_letter_is_sent_again_by_a_person(house: House) -> None:
    house.sms.answers(*[RetryLater("busy")] * 3)
    number = house.enqueue("hello")
    house.deliver()
    outlive(house)
    with house.db.begin() as session:
        send_again(session, session.get_one(OutboxMessage, number), house.times())
    house.deliver()
    assert house.texts() == ["hello"]


def test_what_may_have_arrived_is_not_sent_again_by_a_person(house: House) -> None:
    number = house.enqueue("hello")
    house.deliver()
    with house.db.begin() as session, pytest.raises(Refused, match="only dead and failed"):
        send_again(session, session.get_one(OutboxMessage, number), house.times())


def test_a_touch_is_not_sent_again_by_a_person(house: House) -> None:
    house.sms.answers(Failed("gone"))
    house.tick()
    house.deliver()
    with house.db.begin() as session, pytest.raises(Refused, match="ladder has gone on"):
        send_again(session, session.get_one(OutboxMessage, house.outbox()[0].id), house.times())


def test_a_number_that_does_not_work_is_marked(house: House) -> None:
    house.sms.answers(Failed("21211 not a number", unusable=True))
    number = house.enqueue()
    house.deliver()
    [point] = house.rows(ContactPoint)
    assert (point.unusable_at, point.unusable_reason) == (house.clock.now(), "21211 not a number")
    assert point.opted_out_at is None
    assert message(house, number).state is OutboxState.FAILED


def test_an_opt_out_that_only_the_provider_knew_is_kept_with_its_source(house: House) -> None:
    house.sms.answers(Failed("21610", opted_out=True))
    house.tick()
    house.deliver()
    [point] = house.rows(ContactPoint)
    assert point.opted_out_at == house.clock.now()
    event = house.rows(ConsentEvent)[-1]
    assert (event.kind, event.source, event.wording) == (ConsentKind.WITHDRAWN, "provider", "21610")
    assert house.check_in().state is CheckInState.CANCELLED
    house.settle()
    assert len(house.sms.calls) == 1


def test_a_touch_to_a_number_that_does_not_work_leads_to_a_person(house: House) -> None:
    house.sms.answers(Failed("21211", unusable=True))
    house.settle()
    assert house.touches() == [(0, "failed", "21211"), (1, "skipped", "unusable_address")]
    assert [case.reason for case in house.cases()] == [HandOffReason.UNREACHABLE]


def test_a_message_that_can_not_be_rendered_is_set_aside_with_the_reason(house: House) -> None:
    house.sms.unrenderable = "The text is empty."
    number = house.enqueue()
    house.deliver()
    assert message(house, number).state is OutboxState.DEAD
    assert "The text is empty." in str(message(house, number).error)
    assert house.sms.calls == []


def test_a_message_for_a_channel_that_is_switched_off_is_set_aside(house: House) -> None:
    number = house.enqueue(channel="carrier_pigeon")
    house.deliver()
    assert message(house, number).error == "channel carrier_pigeon is not configured"


# What nobody knows


@pytest.mark.parametrize("outcome", [Unknown("timeout"), RuntimeError("connection reset"), Killed()], ids=str)
def test_a_send_without_an_outcome_is_looked_up_at_the_provider_and_not_repeated(
    house: House, outcome: Unknown | BaseException
) -> None:
    house.sms.answers(outcome)
    number = house.enqueue("hello")
    if isinstance(outcome, Unknown):
        house.sms.takes(number)
    try:
        house.deliver()
    except Killed:
        assert message(house, number).state is OutboxState.SENDING
    tried = house.clock.wall()
    house.clock.pass_real(RECONCILE_AFTER + LEASE)
    outlive(house, 2)
    assert (message(house, number).state, message(house, number).provider_id) == (OutboxState.SENT, f"sms-{number}")
    assert len(house.sms.calls) == 1
    assert house.sms.reconciled == [(number, tried)]


def test_a_reply_that_the_provider_never_saw_is_sent_after_all(house: House) -> None:
    house.sms.answers(Unknown("timeout"))
    number = house.enqueue("hello")
    house.deliver()
    outlive(house)
    assert message(house, number).state is OutboxState.SENT
    assert len(house.sms.calls) == 2


def test_a_touch_that_the_provider_never_saw_is_not_repeated(house: House) -> None:
    house.sms.answers(Unknown("timeout"))
    house.tick()
    house.deliver()
    outlive(house, 3)
    assert house.outbox()[0].state is OutboxState.UNKNOWN
    assert house.touches() == [(0, "unknown", None)]
    assert len(house.sms.calls) == 1


def test_when_the_provider_can_not_be_asked_the_message_is_of_unknown_fate(house: House) -> None:
    house.sms.answers(Unknown("timeout"))
    house.sms.keeps_no_records = True
    number = house.enqueue("hello")
    house.enqueue("next")
    house.deliver()
    outlive(house, 40)
    assert message(house, number).state is OutboxState.UNKNOWN
    assert len(house.sms.reconciled) == RECONCILE_TRIES
    assert house.texts() == ["next"]


def test_an_answer_that_waited_until_the_window_closed_is_refused_and_no_dead_letter(house: House) -> None:
    house.sms.closed = "the member wrote a week ago"
    number = house.enqueue("hello")
    house.enqueue("next")
    house.deliver()
    assert (message(house, number).state, message(house, number).error) == (OutboxState.REFUSED, house.sms.closed)
    assert house.sms.calls == []


def test_where_a_provider_never_can_be_asked_nobody_waits_to_ask(house: House) -> None:
    house.sms.capabilities = replace(house.sms.capabilities, keeps_records=False)
    house.sms.answers(Unknown("timeout"))
    number = house.enqueue("hello")
    house.enqueue("next")
    house.deliver()
    assert message(house, number).state is OutboxState.UNKNOWN
    assert house.texts() == ["next"]
    assert house.sms.reconciled == []


def test_a_worker_that_was_presumed_dead_keeps_what_the_provider_took(house: House) -> None:
    """Its lease ends while it sends; another worker takes the lane; the acceptance is stored all the same."""
    number = house.enqueue("hello")

    def presumed_dead() -> None:
        house.clock.pass_real(LEASE * 2)
        house.new_delivery_worker().claim()

    house.sms.meanwhile = presumed_dead
    house.deliver()
    assert (message(house, number).state, message(house, number).provider_id) == (OutboxState.SENT, f"sms-{number}")


def test_a_worker_that_was_presumed_dead_writes_no_failure(house: House) -> None:
    number = house.enqueue("hello")

    def presumed_dead() -> None:
        house.clock.pass_real(LEASE * 2)
        house.new_delivery_worker().claim()

    house.sms.meanwhile = presumed_dead
    house.sms.answers(Failed("no", unusable=True))
    house.deliver()
    assert message(house, number).state is OutboxState.SENDING
    assert house.rows(ContactPoint)[0].unusable_at is None


# The last look


def test_consent_that_is_taken_back_between_planning_and_sending_stops_the_touch(house: House) -> None:
    house.tick()
    with house.db.begin() as session:
        consent.withdraw(session, cast.point(session, "Ana"), consent.Evidence("letter", "no"), house.clock.now())
    house.deliver()
    assert (house.outbox()[0].state, house.outbox()[0].error) == (OutboxState.REFUSED, "no_longer_open")
    assert house.check_in().state is CheckInState.CANCELLED
    assert house.touches() == [(0, "cancelled", "no_longer_open")]
    assert house.sms.calls == []


def test_an_opt_out_that_left_the_question_open_cancels_it_at_sending(house: House) -> None:
    house.tick()
    house.change(ContactPoint, 1, lambda point: setattr(point, "opted_out_at", house.clock.now()))
    house.deliver()
    assert house.touches() == [(0, "cancelled", "said_stop")]
    assert (house.check_in().state, house.check_in().outcome) == (CheckInState.CANCELLED, "said_stop")


def test_quiet_hours_that_begin_before_the_send_hold_the_touch_and_it_goes_out_once(house: House) -> None:
    house.clock.set(datetime(2026, 11, 25, 0, 59, tzinfo=UTC))  # 19:59 in New York
    house.tick()
    house.clock.push(MINUTE)
    house.deliver()
    assert (house.outbox()[0].state, house.touches()) == (OutboxState.REFUSED, [(0, "held", "quiet_hours")])
    house.clock.set(datetime(2026, 11, 25, 14, 0, tzinfo=UTC))
    house.settle()
    house.clock.push(timedelta(hours=3))
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]
    assert house.touches() == [(0, "sent", None)]
    assert house.check_in().rung == 1
    assert house.check_in().next_touch_at == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_a_number_that_fails_before_the_send_skips_the_rung(house: House) -> None:
    house.tick()
    house.change(ContactPoint, 1, lambda point: setattr(point, "unusable_at", house.clock.now()))
    house.settle()
    assert house.touches() == [(0, "skipped", "unusable_address"), (1, "skipped", "unusable_address")]


def test_an_answer_before_the_send_cancels_the_touch(house: House) -> None:
    house.tick()
    house.perform("action_report_done", "I did it")
    house.deliver()
    assert house.outbox()[0].error == "no_longer_open"
    assert house.sms.calls == []


def test_somebody_who_goes_away_before_the_send_is_not_written_to(house: House) -> None:
    house.tick()
    house.change(Member, house.member().id, lambda ana: setattr(ana, "away_until", cast.RETURN))
    house.deliver()
    assert house.touches() == [(0, "held", "away")]


def claimed(house: House) -> int:
    """A case about Ana that Maria holds."""
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", cast.NUMBERS["Ana"], session.get_one(Member, 1))
        case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall())
    with house.db.begin() as session:
        acts.claim(session, house.act(case.id))
    return case.id


def test_a_reply_of_the_bot_is_not_sent_once_a_person_holds_the_conversation(house: House) -> None:
    number = house.enqueue("an answer", member_id=1)
    claimed(house)
    house.deliver()
    assert (message(house, number).state, message(house, number).error) == (OutboxState.REFUSED, PERSON_HOLDS)


def test_a_touch_waits_while_a_person_holds_the_conversation(house: House) -> None:
    house.tick()
    claimed(house)
    house.deliver()
    assert house.touches() == [(0, "held", "open_case")]


@pytest.mark.parametrize(
    ("purpose", "leaves"), [(Purpose.REPLY, False), (Purpose.STAFF_REPLY, False), (Purpose.NOTICE, True)]
)
def test_after_a_stop_only_a_confirmation_leaves(db: Database, purpose: Purpose, leaves: bool) -> None:
    house = House(db)
    house.bring("Ben")
    number = house.enqueue("hello", "Ben", purpose=purpose)
    house.deliver()
    assert message(house, number).state == ("sent" if leaves else "refused")
    assert message(house, number).error == (None if leaves else "said_stop")


@pytest.mark.parametrize(("words", "leaves"), [(" Stop ", False), ("stop by any time", True)])
def test_a_reply_does_not_leave_while_a_stop_waits_to_be_read(house: House, words: str, leaves: bool) -> None:
    number = house.enqueue("hello", member_id=house.member().id)
    house.hear(words)
    house.deliver()
    assert message(house, number).state == ("sent" if leaves else "refused")


def test_a_reply_leaves_at_any_hour(house: House) -> None:
    house.clock.set(datetime(2026, 11, 29, 4, 0, tzinfo=UTC))
    house.enqueue("hello")
    house.deliver()
    assert house.texts() == ["hello"]


def test_staff_see_what_became_of_their_reply(house: House) -> None:
    case = claimed(house)
    house.sms.answers(Failed("30003 unreachable"))
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "I can help.")
    sent = house.one(OutboxMessage, OutboxMessage.channel == "sms")
    house.deliver()
    told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:reply")
    assert [row.dedupe for row in told] == [f"case:{case}:reply:{sent.id}", f"case:{case}:reply:{sent.id}:failed"]
    with house.db.begin() as session:
        seen = replies.view_of(session, told[-1].body["reply"])
    assert (seen.by, seen.to, seen.text) == ("Maria", "Ana Smith", "I can help.")
    assert (seen.state, seen.reason) == ("failed", "30003 unreachable")


def test_staff_see_that_their_reply_was_refused_after_a_stop(house: House) -> None:
    case = claimed(house)
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "I can help.")
    house.change(ContactPoint, 1, lambda point: setattr(point, "opted_out_at", house.clock.now()))
    house.deliver()
    *_, told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:reply")
    with house.db.begin() as session:
        seen = replies.view_of(session, told.body["reply"])
    assert (seen.state, seen.reason) == ("refused", "said_stop")


def test_a_wait_begins_when_the_message_left_not_when_it_was_planned(house: House) -> None:
    house.tick()
    house.clock.push(timedelta(hours=2))
    house.deliver()
    assert house.check_in().next_touch_at == house.clock.now() + timedelta(days=2)
    assert house.one(Touch).sent_at == house.clock.now()


def test_a_late_acceptance_is_kept_when_the_message_was_given_up(house: House) -> None:
    number = house.enqueue("hello")
    house.change(OutboxMessage, number, lambda row: setattr(row, "state", OutboxState.UNKNOWN))
    handler = house.deliveries.handler
    with house.db.begin() as session:
        handler.settle_late(session, Delivery(number, "sms", None), Sent("SM-late"), Times(*2 * (house.clock.now(),)))
    assert (message(house, number).state, message(house, number).provider_id) == (OutboxState.SENT, "SM-late")
