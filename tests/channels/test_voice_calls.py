"""A rung that calls: every way in which a call can go, over real connections in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import (
    CallOutcome,
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOffReason,
    OutboxState,
    Priority,
    Receipt,
    Staff,
    Touch,
    TouchState,
)
from bot.progress import steps
from tests.channels.voice import ANA, MARIA, TEXT, Phones, due_call, phones
from tests.channels.world import NOW


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Phones]:
    """Ana's phone rings."""
    with phones(tmp_path) as made:
        due_call(made.world)
        made.work()
        assert made.ringing() == [ANA]
        yield made


def is_followed_at_once(town: Phones, outcome: CallOutcome, state: TouchState) -> None:
    """The ladder goes on without waiting, and nobody was troubled."""
    check_in, touch = town.check_in(), town.touch()
    assert town.call().outcome is outcome
    assert (check_in.state, check_in.next_touch_at) == (CheckInState.OPEN, town.world.clock.now())
    assert (touch.state, touch.reason) == (state, outcome)
    assert town.cases() == []
    assert town.ringing() == []


def test_while_the_phone_rings_the_wait_of_the_rung_begins(town: Phones) -> None:
    assert town.message().state is OutboxState.SENT
    assert town.message().provider_id == town.leg(ANA)["sid"] == town.call().sid
    assert town.check_in().next_touch_at == NOW + timedelta(days=1)


def test_both_press_1_and_talk(town: Phones) -> None:
    town.does(ANA, "answer")
    heard = town.heard(ANA)
    assert "on behalf of Maria" in heard
    assert TEXT in heard
    assert "To talk to Maria now, press 1" in heard
    assert town.ringing() == []

    town.presses(ANA, "1")
    assert town.ringing() == [MARIA]
    assert "hold while I call Maria" in town.heard(ANA)

    town.does(MARIA, "answer")
    assert town.heard(MARIA) == "Ana Smith would like to talk to you now. Press 1 to take the call."
    assert not town.leg(ANA)["connected"]

    town.presses(MARIA, "1")
    assert town.leg(ANA)["connected"]
    assert town.leg(MARIA)["connected"]

    town.world.clock.push(timedelta(minutes=4))
    town.does(ANA, "hangup")
    asked, later = town.world.rows(CheckIn)
    assert (asked.state, asked.outcome, asked.next_touch_at) == (CheckInState.ANSWERED, "talked to Maria", None)
    assert (later.state, later.next_touch_at) == (
        CheckInState.SCHEDULED,
        town.world.clock.now() + timedelta(days=3),
    )
    assert town.call().outcome is CallOutcome.TALKED
    assert town.message().state is OutboxState.DELIVERED
    assert town.cases() == []


def test_when_the_msm_hangs_up_after_the_talk_the_member_hears_no_apology(town: Phones) -> None:
    town.does(ANA, "answer")
    town.presses(ANA, "1")
    town.does(MARIA, "answer")
    town.presses(MARIA, "1")
    town.does(MARIA, "hangup")
    assert town.leg(ANA)["status"] == "completed"
    assert "sorry" not in town.heard(ANA)
    assert town.call().outcome is CallOutcome.TALKED


@pytest.mark.parametrize("by", ["machine", "fax"])
def test_a_machine_is_hung_up_on(town: Phones, by: str) -> None:
    town.does(ANA, "answer", by=by)
    assert (town.heard(ANA), town.leg(ANA)["status"]) == ("", "completed")
    is_followed_at_once(town, CallOutcome.MACHINE, TouchState.SENT)


def test_a_machine_gets_a_short_message_when_the_settings_say_so(tmp_path: Path) -> None:
    with phones(tmp_path, voice_voicemail=True) as town:
        due_call(town.world)
        town.work()
        town.does(ANA, "answer", by="machine")
        assert town.leg(ANA)["answered_by"] == "machine_end_beep"
        assert "on behalf of Maria" in town.heard(ANA)
        assert TEXT not in town.heard(ANA)
        is_followed_at_once(town, CallOutcome.MACHINE, TouchState.SENT)


def test_who_can_not_be_told_for_a_machine_is_asked(town: Phones) -> None:
    town.does(ANA, "answer", by="unknown")
    assert TEXT in town.heard(ANA)


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("no-answer", CallOutcome.NO_ANSWER),
        ("timeout", CallOutcome.NO_ANSWER),
        ("busy", CallOutcome.BUSY),
        ("decline", CallOutcome.BUSY),
    ],
)
def test_a_phone_that_nobody_picks_up(town: Phones, what: str, outcome: CallOutcome) -> None:
    town.does(ANA, what)
    is_followed_at_once(town, outcome, TouchState.FAILED)
    assert town.message().state is OutboxState.FAILED


def test_a_phone_stops_ringing_by_itself(town: Phones) -> None:
    town.world.clock.push(timedelta(seconds=25))
    town.post("flush")
    town.work()
    is_followed_at_once(town, CallOutcome.NO_ANSWER, TouchState.FAILED)


def test_a_number_that_does_not_exist_is_not_called_again(town: Phones) -> None:
    town.does(ANA, "fail")
    is_followed_at_once(town, CallOutcome.FAILED, TouchState.FAILED)
    points = {point.channel: point for point in town.world.rows(ContactPoint)}
    assert points["voice"].unusable_at is not None


@pytest.mark.parametrize("first", ["timeout", "5"])
@pytest.mark.parametrize("second", ["timeout", "5"])
def test_who_presses_nothing_or_another_key_is_asked_twice_and_then_left_alone(
    town: Phones, first: str, second: str
) -> None:
    town.does(ANA, "answer")
    for key in (first, second):
        assert town.leg(ANA)["status"] == "in-progress"
        if key == "timeout":
            town.does(ANA, "timeout")
        else:
            town.presses(ANA, key)
    assert town.heard(ANA).count("press 1") == 2
    assert town.heard(ANA).endswith("we will write to you instead. Goodbye.")
    is_followed_at_once(town, CallOutcome.DECLINED, TouchState.SENT)


def test_the_second_time_1_is_as_good_as_the_first(town: Phones) -> None:
    town.does(ANA, "answer")
    town.does(ANA, "timeout")
    town.presses(ANA, "1")
    assert town.ringing() == [MARIA]


def test_who_hangs_up_on_the_question_has_declined(town: Phones) -> None:
    town.does(ANA, "answer")
    town.does(ANA, "hangup")
    is_followed_at_once(town, CallOutcome.DECLINED, TouchState.SENT)


def test_key_9_ends_all_calls_and_the_question_goes_on_in_writing(town: Phones) -> None:
    town.does(ANA, "answer")
    town.presses(ANA, "9")
    assert "no more calls" in town.heard(ANA).rpartition("press 9.")[2]
    points = {point.channel: point for point in town.world.rows(ContactPoint)}
    assert points["voice"].opted_out_at is not None
    assert town.check_in().state is CheckInState.OPEN
    assert town.call().outcome is CallOutcome.DECLINED


def no_answer(town: Phones) -> None:
    town.does(MARIA, "timeout")


def busy(town: Phones) -> None:
    town.does(MARIA, "busy")


def declines(town: Phones) -> None:
    town.does(MARIA, "decline")


def is_no_number(town: Phones) -> None:
    town.does(MARIA, "fail")


def presses_nothing(town: Phones) -> None:
    town.does(MARIA, "answer")
    town.does(MARIA, "timeout")


def presses_2(town: Phones) -> None:
    town.does(MARIA, "answer")
    town.presses(MARIA, "2")


def hangs_up_on_the_whisper(town: Phones) -> None:
    town.does(MARIA, "answer")
    town.does(MARIA, "hangup")


@pytest.mark.parametrize(
    ("msm", "why"),
    [
        (no_answer, "nobody answered"),
        (busy, "the line was busy"),
        (declines, "the line was busy"),
        (is_no_number, "could not be connected"),
        (presses_nothing, "was not accepted"),
        (presses_2, "was not accepted"),
        (hangs_up_on_the_whisper, "was not accepted"),
    ],
)
def test_when_the_msm_is_not_reached_the_wish_to_talk_becomes_a_case(
    town: Phones, msm: Callable[[Phones], None], why: str
) -> None:
    town.does(ANA, "answer")
    town.presses(ANA, "1")
    msm(town)
    assert "Maria can't be reached at the moment" in town.heard(ANA)
    assert town.leg(ANA)["status"] == "completed"
    is_a_case(town, why)


def is_a_case(town: Phones, why: str) -> None:
    [case] = town.cases()
    assert (case.reason, case.priority, case.member_id) == (HandOffReason.ASKED, Priority.HIGH, town.ana().id)
    assert (case.channel, case.address) == ("sms", ANA)
    assert "wanted to talk to Maria" in case.summary
    assert why in case.summary
    assert case.check_in_id == town.check_in().id
    assert (town.check_in().state, town.check_in().outcome) == (CheckInState.HANDED_OFF, "msm_not_reached")
    assert town.call().outcome is CallOutcome.MSM_NOT_REACHED


def test_who_hangs_up_while_the_msm_is_called_is_called_back(town: Phones) -> None:
    town.does(ANA, "answer")
    town.presses(ANA, "1")
    town.does(ANA, "hangup")
    assert town.ringing() == []
    is_a_case(town, "")


def test_who_hangs_up_while_the_msm_hears_the_whisper_is_called_back(town: Phones) -> None:
    town.does(ANA, "answer")
    town.presses(ANA, "1")
    town.does(MARIA, "answer")
    town.does(ANA, "hangup")
    assert town.leg(MARIA)["status"] == "completed"
    is_a_case(town, "")


def test_an_msm_who_lost_their_phone_meanwhile_is_not_reached(town: Phones) -> None:
    town.does(ANA, "answer")
    with town.world.db.begin() as session:
        session.query(Staff).one().phone = None
    town.presses(ANA, "1")
    assert "can't be reached" in town.heard(ANA)
    is_a_case(town, "could not be put through")


def test_a_question_that_was_answered_while_it_rang_is_not_asked(town: Phones) -> None:
    with town.world.db.begin() as session:
        steps.close(session.get_one(CheckIn, town.check_in().id), CheckInState.ANSWERED, "done", NOW)
    town.does(ANA, "answer")
    assert town.heard(ANA) == "Thank you, you have answered in the meantime. Goodbye."
    assert town.call().outcome is None
    assert (town.check_in().outcome, town.touch().state) == ("done", TouchState.SENT)


@pytest.mark.parametrize("mode", ["doubled", "out_of_order", "late"])
def test_reports_that_come_twice_late_or_in_the_wrong_order_change_nothing(tmp_path: Path, mode: str) -> None:
    with phones(tmp_path) as town:
        town.post("faults", provider="twilio", mode=mode)
        due_call(town.world)
        town.work()
        town.does(ANA, "answer")
        town.presses(ANA, "1")
        town.does(MARIA, "answer")
        town.presses(MARIA, "1")
        town.does(ANA, "hangup")
        town.world.clock.push(timedelta(minutes=20))
        town.post("flush")
        town.work()
        assert town.call().outcome is CallOutcome.TALKED
        assert town.check_in().outcome == "talked to Maria"
        assert town.message().state is OutboxState.DELIVERED
        receipts = [receipt.dedupe for receipt in town.world.rows(Receipt)]
        assert sorted(receipts) == [f"twilio:{town.call().sid}:{number}" for number in range(4)]


@pytest.mark.parametrize("mode", ["lost", "429", "500", "down"])
def test_a_bad_day_of_twilio_calls_at_most_once(tmp_path: Path, mode: str) -> None:
    with phones(tmp_path) as town:
        town.post("faults", provider="twilio", mode=mode, times=1)
        due_call(town.world)
        town.work()
        for _ in range(3):
            town.world.clock.pass_real(timedelta(minutes=1))
            town.work()
        assert town.calls_to(ANA) == {"lost": 1, "429": 1, "500": 0, "down": 0}[mode]
        # whether the phone still rings or has rung out depends on when the second try was made
        ends = (OutboxState.SENT, OutboxState.FAILED) if mode in ("lost", "429") else (OutboxState.UNKNOWN,)
        assert town.message().state in ends


def test_the_outcome_of_a_call_whose_placing_was_in_doubt_stands(tmp_path: Path) -> None:
    with phones(tmp_path) as town:
        town.post("faults", provider="twilio", mode="lost", times=1)
        due_call(town.world)
        town.work()
        town.does(ANA, "answer", by="machine")
        assert town.message().state is OutboxState.SENDING
        town.world.clock.pass_real(timedelta(minutes=1))
        town.work()
        assert town.message().state is OutboxState.DELIVERED
        assert town.check_in().next_touch_at == NOW
        assert (town.touch().state, town.touch().reason) == (TouchState.SENT, CallOutcome.MACHINE)


def test_without_an_msm_who_has_a_phone_nobody_is_called(tmp_path: Path) -> None:
    with phones(tmp_path) as town:
        with town.world.db.begin() as session:
            session.query(Staff).one().phone = None
        due_call(town.world)
        town.work()
        assert town.calls_to(ANA) == 0
        assert "Maria has no phone number" in str(town.message().error)
        touch: Touch = town.touch()
        assert touch.state is TouchState.FAILED
        assert town.check_in().next_touch_at == NOW
