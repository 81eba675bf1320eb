"""What comes in beside plain text: buttons, edits, bounces, blocks, one-click opt-outs, machines and colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.handoff import acts
from bot.intake.receive import Incoming, accept
from bot.members import addresses
from bot.model import (
    CaseEntry,
    CheckIn,
    CheckInState,
    ConsentEvent,
    ContactPoint,
    EntryKind,
    InboxMessage,
    InboxState,
    Member,
    OutboxMessage,
    StepProgress,
    StepState,
)
from bot.outbox import receipts
from tests.support.cast import CHI, NUMBERS
from tests.support.fake_dialogue import say
from tests.support.house import House

CHAT = "900"


@pytest.fixture
def at_home(house: House) -> House:
    """Ana, who is on Telegram too."""
    with house.db.begin() as session:
        ana = session.get_one(Member, 1)
        addresses.attach(session, ana, "telegram", CHAT, house.clock.now(), confirmed=True)
    return house


def event(house: House, name: str, text: str = "", channel: str = "telegram", address: str = CHAT, **body: Any) -> str:
    item = house.gets(channel, address, text, event=name, **body)
    assert item.state is InboxState.DONE
    return str(item.outcome)


def point(house: House, address: str = CHAT) -> ContactPoint:
    return house.one(ContactPoint, ContactPoint.address == address)


def offer(house: House, *choices: str, address: str = CHAT, **body: Any) -> int:
    return house.enqueue("?", address, channel="telegram", body={"choices": list(choices), **body})


# Buttons


def test_a_button_says_its_words(at_home: House) -> None:
    number = offer(at_home, "Not yet", "I'm stuck")
    item = at_home.gets("telegram", CHAT, "", event="choice", choice=f"c:{number}:1")
    assert (item.text, item.outcome) == ("I'm stuck", "answered")
    [turn] = at_home.dialogue.turns
    assert (turn.text, turn.intent) == ("I'm stuck", None)


def test_a_button_with_a_meaning_is_a_turn_of_that_intent(at_home: House) -> None:
    number = offer(at_home, "Done", "Later", meanings=["report_done", "snooze"])
    event(at_home, "choice", choice=f"c:{number}:1")
    [turn] = at_home.dialogue.turns
    assert (turn.text, turn.intent) == ("Later", "snooze")


@pytest.mark.parametrize(
    "choice", ["", "c:1", "c:x:0", "c:1:0:0", "c:99999999999999999999:0", "c:1:-1", None, 7, "/done"]
)
def test_what_is_no_id_of_ours_is_answered_politely(at_home: House, choice: object) -> None:
    assert event(at_home, "choice", choice=choice) == "choice_gone"
    at_home.deliver()
    assert at_home.chat.texts(CHAT) == ["Compass: that button is gone"]
    assert at_home.dialogue.turns == []


def test_a_button_of_another_address_or_channel_is_foreign(at_home: House) -> None:
    other = offer(at_home, "Yes", address="901")
    by_sms = at_home.enqueue("?", body={"choices": ["Yes"]})
    for number in (other, by_sms):
        assert event(at_home, "choice", choice=f"c:{number}:0") == "choice_gone"


def test_a_button_that_the_message_never_had_is_foreign(at_home: House) -> None:
    assert event(at_home, "choice", choice=f"c:{offer(at_home, 'Yes')}:1") == "choice_gone"


def test_a_button_lasts_thirty_days(at_home: House) -> None:
    number = offer(at_home, "Yes")
    at_home.clock.push(timedelta(days=30))
    assert event(at_home, "choice", choice=f"c:{number}:0") == "choice_gone"


def asked(house: House) -> int:
    """The first question, by text message as if it had buttons."""
    house.settle()
    [row] = house.rows(OutboxMessage, OutboxMessage.touch_id.is_not(None))
    house.change(OutboxMessage, row.id, lambda sent: setattr(sent, "body", {**sent.body, "choices": ["Done"]}))
    return row.id


def test_the_button_of_a_step_that_is_done_is_too_old(house: House) -> None:
    number = asked(house)
    house.change(StepProgress, 1, lambda step: setattr(step, "state", StepState.DONE))
    assert event(house, "choice", channel="sms", address=NUMBERS["Ana"], choice=f"c:{number}:0") == "choice_gone"


def test_the_button_of_a_question_that_was_called_off_is_too_old(house: House) -> None:
    number = asked(house)
    house.change(CheckIn, 1, lambda row: setattr(row, "state", CheckInState.CANCELLED))
    assert event(house, "choice", channel="sms", address=NUMBERS["Ana"], choice=f"c:{number}:0") == "choice_gone"


def test_a_button_that_made_itself_too_old_is_still_good_for_its_own_turn(house: House) -> None:
    """The step is done by the action, then the engine fails: the second try must not say that the button is gone."""
    number = asked(house)

    def done(_: object) -> None:
        house.change(StepProgress, 1, lambda step: setattr(step, "state", StepState.DONE))

    house.dialogue.is_down, house.dialogue.meanwhile = True, done
    item = house.gets("sms", NUMBERS["Ana"], event="choice", choice=f"c:{number}:0")
    assert item.state is InboxState.PENDING
    done(None)
    house.dialogue.is_down, house.dialogue.meanwhile = False, None
    house.clock.pass_real(timedelta(minutes=10))
    house.settle()
    assert house.get(InboxMessage, item.id).outcome == "answered"


def test_buttons_that_are_gone_are_answered_five_times_a_day(at_home: House) -> None:
    for _ in range(8):
        event(at_home, "choice", choice="c:1:1")
    assert len(at_home.outbox()) == 5


# Reach


def test_who_blocks_us_can_not_be_reached_until_they_unblock(at_home: House) -> None:
    assert event(at_home, "blocked") == "blocked"
    assert point(at_home).unusable_reason == "blocked"
    assert event(at_home, "unblocked") == "unblocked"
    assert (point(at_home).unusable_at, point(at_home).unusable_reason) == (None, None)


def test_unblocking_mends_nothing_else(house: House) -> None:
    house.bring("Fay")
    event(house, "unblocked", channel="sms", address=NUMBERS["Fay"])
    assert point(house, NUMBERS["Fay"]).unusable_reason == "no such number"


@pytest.mark.parametrize(
    "name",
    ["blocked", "unblocked", "auto_reply", "reaction", "unsubscribe", "bounce", "edited", "staff_echo", "standby"],
)
def test_a_strangers_event_is_never_answered(house: House, name: str) -> None:
    event(house, name, "I am away", address=CHI)
    assert house.outbox() == []
    assert house.cases() == []


# Machines


def test_an_automatic_reply_is_no_answer_and_no_sign_of_life(house: House) -> None:
    house.settle()
    before = house.check_in().next_touch_at
    house.clock.push(timedelta(hours=5))
    assert event(house, "auto_reply", "yes, STOP, I have done it", "sms", NUMBERS["Ana"]) == "auto_reply"
    assert (house.check_in().next_touch_at, house.check_in().state) == (before, CheckInState.OPEN)
    assert house.conversation().last_message_at is None
    assert house.dialogue.turns == []
    assert point(house, NUMBERS["Ana"]).opted_out_at is None


def test_a_hard_bounce_ends_the_address_and_asks_elsewhere_at_once(house: House) -> None:
    house.settle()
    [touch] = house.rows(OutboxMessage, OutboxMessage.touch_id.is_not(None))
    assert event(house, "bounce", channel="sms", address="mailer", hard=True, provider_id=touch.provider_id) == (
        "bounce:hard"
    )
    assert point(house, NUMBERS["Ana"]).unusable_reason == "bounced"
    assert house.touches()[0] == (0, "failed", "bounced")
    assert house.check_in().next_touch_at == house.clock.now()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"hard": False, "provider_id": "sms-1"}, "bounce:soft"),
        ({"hard": True, "provider_id": "made-up"}, "bounce:hard"),
        ({"hard": True}, "bounce:unknown"),
        ({}, "bounce:soft"),
    ],
)
def test_other_bounces_end_nothing(house: House, body: dict[str, Any], outcome: str) -> None:
    house.settle()
    assert event(house, "bounce", channel="sms", address=NUMBERS["Ana"], **body) == outcome
    assert point(house, NUMBERS["Ana"]).unusable_at is None


def test_one_click_takes_consent_back_on_that_channel_without_an_answer(at_home: House) -> None:
    assert event(at_home, "unsubscribe") == "unsubscribe"
    assert event(at_home, "unsubscribe") == "unsubscribe"
    assert point(at_home).opted_out_at is not None
    assert point(at_home, NUMBERS["Ana"]).opted_out_at is None
    assert [row.source for row in at_home.rows(ConsentEvent)].count("unsubscribe") == 1
    assert at_home.outbox() == []


@pytest.mark.parametrize("name", ["reaction", "anything new"])
def test_what_the_conversation_knows_nothing_of_is_kept_and_ignored(at_home: House, name: str) -> None:
    assert event(at_home, name, "done") == f"ignored:{name}"
    assert at_home.dialogue.turns == []


def test_while_another_app_has_the_conversation_only_stop_is_heard(at_home: House) -> None:
    assert event(at_home, "standby", "hello") == "standby"
    assert point(at_home).opted_out_at is None
    assert event(at_home, "standby", "Stop messaging me") == "standby:stop"
    assert point(at_home).opted_out_at is not None
    assert at_home.outbox() == []
    assert at_home.dialogue.turns == []


# Edits


def test_an_edit_after_the_answer_runs_no_second_turn(at_home: House) -> None:
    at_home.gets("telegram", CHAT, "helo", message_id=7)
    assert event(at_home, "edited", "hello", message_id=7) == "edited:noted"
    assert [turn.text for turn in at_home.dialogue.turns] == ["helo"]


@pytest.mark.parametrize("name", [{"message_id": 7}, {"mid": "m.7"}, {"of": "first"}])
def test_a_message_that_was_edited_while_it_waited_is_read_as_edited(at_home: House, name: dict[str, Any]) -> None:
    original = {key: value for key, value in name.items() if key != "of"}
    with at_home.db.begin() as session:
        for text, dedupe, body in (
            ("helo", "first", original),
            ("unrelated", "second", {"message_id": 8}),
            ("hello", "third", {**name, "event": "edited"}),
            ("hullo", "fourth", {"event": "edited", "message_id": 9, "mid": "m.9", "of": "other"}),
        ):
            accept(session, Incoming("telegram", CHAT, text, dedupe, body=body), now=at_home.clock.now(),
                   wall=at_home.clock.wall())  # fmt: skip
    while at_home.turns.run_one():
        pass
    assert [turn.text for turn in at_home.dialogue.turns] == ["hello", "unrelated"]


def test_an_edit_is_shown_to_whoever_has_the_case(at_home: House) -> None:
    at_home.perform("action_request_human", "a person please")
    event(at_home, "edited", "a person, quickly")
    assert at_home.rows(CaseEntry)[-1].text == "(edited) a person, quickly"
    [told] = at_home.rows(OutboxMessage, OutboxMessage.rule == "hand_off:member_message")
    assert told.body["text"] == "(edited) a person, quickly"


# People


def test_what_a_colleague_writes_past_the_bot_stands_in_the_case(at_home: House) -> None:
    assert event(at_home, "staff_echo", "I'll call you") == "staff_echo"
    at_home.perform("action_request_human", "a person please")
    assert event(at_home, "staff_echo", "I'll call you") == "staff_echo:noted"
    entry = at_home.rows(CaseEntry)[-1]
    assert (entry.kind, entry.author, entry.text) == (EntryKind.REPLY, "our telegram inbox", "I'll call you")
    assert at_home.dialogue.turns == []
    assert [row for row in at_home.outbox() if row.channel == "telegram"] == []


def test_a_contact_that_a_member_shares_is_for_staff(at_home: House) -> None:
    assert event(at_home, "contact", phone="+12025550177", own=True) == "contact:noted"
    [case] = at_home.cases()
    assert (case.member_id, case.summary) == (1, "Shared their own contact: +12025550177")


def test_a_button_is_heard_by_the_person_who_holds_the_conversation(at_home: House) -> None:
    at_home.perform("action_request_human", "a person please")
    with at_home.db.begin() as session:
        acts.claim(session, at_home.act(1))
    at_home.dialogue.answer = say("never")
    assert event(at_home, "choice", choice=f"c:{offer(at_home, 'Yes')}:0") == "forwarded"
    assert at_home.rows(CaseEntry)[-1].text == "Yes"


def test_a_bounce_that_came_before_the_answer_to_the_send_waits_for_it(house: House) -> None:
    assert event(house, "bounce", channel="sms", address="mailer", hard=True, provider_id="sms-1") == "bounce:hard"
    house.settle()
    with house.db.begin() as session:
        receipts.apply_forgotten(session, house.times())
    assert point(house, NUMBERS["Ana"]).unusable_reason == "bounced"
