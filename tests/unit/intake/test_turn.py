"""A message of a member, from the webhook's row to the answer in the outbox."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.clock import Times
from bot.conversation.scene import Heard
from bot.db import Database
from bot.errors import DialogueUnavailable
from bot.handoff import acts
from bot.intake.receive import Desk, Incoming, accept
from bot.lanes.retry import LONGEST
from bot.model import (
    CaseEntry,
    CheckInState,
    ConsentEvent,
    ContactPoint,
    EntryKind,
    HandOffReason,
    HandOffState,
    InboxMessage,
    InboxState,
    Lane,
    OutboxMessage,
    OutboxState,
    Priority,
    Purpose,
    Question,
)
from bot.ports import Turn
from tests.support import cast
from tests.support.fake_channel import Killed
from tests.support.fake_dialogue import say
from tests.support.house import LEASE, TUESDAY, House

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def outlive(house: House, rounds: int = 5) -> None:
    for _ in range(rounds):
        house.clock.pass_real(LONGEST * 2)
        while house.turns.run_one():
            pass


def claim(house: House, case_id: int = 1) -> None:
    with house.db.begin() as session:
        acts.claim(session, house.act(case_id))


def cut_off_after(house: House, action: str, cut: str, turn: Turn) -> None:
    """The action has run, and the engine or the worker ends before the turn does."""
    house.perform(action, turn.text, turn.metadata["inbox_id"])
    raise DialogueUnavailable("down") if cut == "down" else Killed()


# Accepting


def test_a_message_is_kept_once_however_often_the_provider_brings_it(house: House) -> None:
    assert house.hear("hello", dedupe="SM1") is not None
    assert house.hear("hello", dedupe="SM1") is None
    house.settle()
    assert house.hear("hello", dedupe="SM1") is None
    house.settle()
    assert len(house.dialogue.turns) == 1


def test_a_member_is_known_by_the_number(house: House) -> None:
    number = house.hear("hello")
    assert number is not None
    item = house.get(InboxMessage, number)
    assert (item.member_id, item.lane, item.received_at) == (house.member().id, "in:1", TUESDAY)
    assert house.get(Lane, "in:1").kind == "turn"


def test_a_stranger_has_a_lane_by_address(house: House) -> None:
    house.hear("hello", "Chi")
    assert house.one(InboxMessage).lane == f"in:sms:{cast.CHI}"


def test_what_staff_do_goes_to_their_own_desk_and_is_nobodys_message(house: House) -> None:
    incoming = Incoming("sms", cast.NUMBERS["Ana"], "", "event-1", Desk.STAFF, {"kind": "event"})
    with house.db.begin() as session:
        accept(session, incoming, now=TUESDAY, wall=TUESDAY)
    item = house.one(InboxMessage)
    assert item.member_id is None
    assert house.get(Lane, item.lane).kind == "staff"
    assert not house.turns.run_one()


def test_a_message_is_accepted_while_the_one_before_it_is_being_decided(house: House) -> None:
    """Its row names the member whom the turn has locked: whoever waited there would hold up a webhook, or deadlock."""
    if house.db.is_sqlite:
        pytest.skip("SQLite has one writer")
    first = house.hear("hello")
    more = Incoming("sms", cast.NUMBERS["Ana"], "are you there?", "SM2")
    with house.db.begin() as turn:
        item = turn.get_one(InboxMessage, first)
        house.turns.handler.prepare(turn, item, Times(TUESDAY, TUESDAY))
        with house.db.begin() as gateway:
            gateway.execute(sa.text("set local lock_timeout = '2s'"))
            assert accept(gateway, more, now=TUESDAY, wall=TUESDAY) is not None


# Talking


def test_a_message_is_answered_once_where_it_came_from(house: House) -> None:
    item = house.says("hello")
    assert (item.state, item.outcome, item.handled_at) == (InboxState.DONE, "answered", TUESDAY)
    house.deliver()
    assert house.texts() == ["you said: hello"]
    [reply] = house.outbox()
    assert (reply.purpose, reply.rule, reply.reply_to_id) == (Purpose.REPLY, "reply:greet", item.id)


def test_a_turn_carries_what_is_open(house: House) -> None:
    house.settle()
    item = house.says("hello")
    [turn] = house.dialogue.turns
    assert (turn.conversation_id, turn.message_id) == ("member-1", f"in-{item.id}")
    assert turn.slots == {"pending_question": "check_in", "member_id": "1", "open_check_in_id": "1"}
    assert turn.metadata == {"inbox_id": item.id}


def test_several_utterances_are_one_message_with_all_its_choices(house: House) -> None:
    house.dialogue.answer = say("One.", "Two.", choices=("a", "b"))
    house.says("hello")
    [reply] = house.outbox()
    assert reply.body == {"text": "One. Two.", "choices": ["a", "b"]}


def test_messages_of_one_member_are_answered_in_their_order(house: House) -> None:
    for text in ("one", "two", "three"):
        house.hear(text)
    house.settle()
    assert [turn.text for turn in house.dialogue.turns] == ["one", "two", "three"]
    answers = [text for text in house.texts() if text.startswith("you said")]
    assert answers == ["you said: one", "you said: two", "you said: three"]


def test_a_very_long_message_is_cut_for_the_engine_and_kept_whole(house: House) -> None:
    item = house.says("a " * 5000)
    assert len(house.dialogue.turns[0].text) == 5000
    assert len(item.text) == 10000


def test_the_fiftieth_message_in_a_row_costs_what_the_tenth_did(house: House) -> None:
    house.settle()
    house.dialogue.answer = say("Noted.", intent="report_in_progress")
    asked: list[int] = []
    count = [0]

    def add(*_: object) -> None:
        count[0] += 1

    sa.event.listen(house.db.engine, "before_cursor_execute", add)
    try:
        for number in range(50):
            count[0] = 0
            assert house.says(f"{number} " + "bla " * 1250).outcome == "answered"
            asked.append(count[0])
            house.clock.push(timedelta(seconds=3))
    finally:
        sa.event.remove(house.db.engine, "before_cursor_execute", add)
    assert asked[49] <= asked[9] <= 36, asked


# The engine is down


def test_while_the_engine_is_down_a_turn_is_tried_again_with_the_same_id(house: House) -> None:
    house.dialogue.is_down = True
    item = house.says("hello")
    assert (item.state, item.attempts, item.not_before is not None) == (InboxState.PENDING, 1, True)
    assert house.outbox() == []
    house.dialogue.is_down = False
    outlive(house)
    assert house.get(InboxMessage, item.id).outcome == "answered"
    assert [turn.message_id for turn in house.dialogue.turns] == [f"in-{item.id}"] * 2


@pytest.mark.parametrize("fault", ["down", "raises"])
def test_when_the_engine_stays_silent_a_person_takes_over_and_the_member_hears_it(house: House, fault: str) -> None:
    house.dialogue.is_down = fault == "down"
    house.dialogue.raises = ValueError("unreadable") if fault == "raises" else None
    item = house.says("my problem")
    outlive(house)
    assert house.get(InboxMessage, item.id).outcome == "engine_down"
    assert len(house.dialogue.turns) == 3
    house.deliver()
    assert house.texts() == ["Ana, a person reads this."]
    [case] = house.cases()
    assert case.reason is HandOffReason.ASSISTANT_DOWN
    assert [entry.text for entry in house.rows(CaseEntry, CaseEntry.kind == EntryKind.MEMBER)] == ["my problem"]


def test_several_messages_that_nobody_could_answer_are_one_case(house: House) -> None:
    house.dialogue.is_down = True
    for text in ("one", "two"):
        house.hear(text)
    outlive(house, 10)
    assert len(house.cases()) == 1
    assert [entry.text for entry in house.rows(CaseEntry, CaseEntry.kind == EntryKind.MEMBER)] == ["one", "two"]


@pytest.mark.parametrize("said", [(), ("  ",), ("", " ")], ids=len)
def test_an_empty_answer_is_no_answer(house: House, said: tuple[str, ...]) -> None:
    house.dialogue.answer = say(*said)
    assert house.says("hello").outcome == "engine_down"
    assert house.cases()[0].reason is HandOffReason.ASSISTANT_DOWN


def test_a_worker_killed_in_a_turn_leaves_the_message_to_the_next_which_gets_the_same_answer(house: House) -> None:
    house.hear("hello")
    house.dialogue.raises = Killed()
    with pytest.raises(Killed):
        house.turns.run_one()
    house.dialogue.raises = None
    house.clock.pass_real(LEASE * 2)
    house.settle()
    house.deliver()
    assert [text for text in house.texts() if text.startswith("you")] == ["you said: hello"]


def test_a_turn_that_was_answered_but_not_stored_is_asked_again_and_answered_once(house: House) -> None:
    house.hear("hello")

    def presumed_dead(_turn: object) -> None:
        house.dialogue.meanwhile = None
        house.clock.pass_real(LEASE * 2)
        house.turns.claim()

    house.dialogue.meanwhile = presumed_dead
    while house.turns.run_one():
        pass
    assert house.outbox() == []
    house.clock.pass_real(LEASE * 2)
    house.settle()
    assert [turn.message_id for turn in house.dialogue.turns] == ["in-1", "in-1"]
    assert [text for text in house.texts() if text.startswith("you")] == ["you said: hello"]


@pytest.mark.parametrize("cut", ["down", "killed"])
def test_a_turn_that_is_repeated_after_its_action_ran_means_what_it_meant(house: House, cut: str) -> None:
    """Otherwise "yes" would go to the engine as an answer to nothing: by then the question is answered."""
    house.settle()
    number = house.hear("yes")
    house.dialogue.meanwhile = lambda turn: cut_off_after(house, "action_report_done", cut, turn)
    with contextlib.suppress(Killed):
        house.turns.run_one()
    house.dialogue.meanwhile = None
    assert house.conversation().question is Question.NONE
    outlive(house)
    assert house.get(InboxMessage, number).outcome == "answered"
    first, again = house.dialogue.turns
    assert again == first
    assert (first.intent, first.slots["pending_question"]) == ("report_done", "check_in")


@pytest.mark.parametrize("cut", ["down", "killed"])
def test_yes_to_stop_is_no_start_when_the_turn_is_repeated(house: House, cut: str) -> None:
    house.perform("action_opt_out", Heard("enough of this", "opt_out", 0.5))
    house.hear("yes")
    house.dialogue.answer = say("You're out.", intent="affirm")
    house.dialogue.meanwhile = lambda turn: cut_off_after(house, "action_affirm", cut, turn)
    with contextlib.suppress(Killed):
        house.turns.run_one()
    house.dialogue.meanwhile = None
    outlive(house)
    house.deliver()
    assert house.one(ContactPoint).opted_out_at is not None
    assert house.texts() == ["You're out."]


def test_a_turn_is_not_repeated_over_the_head_of_a_person(house: House) -> None:
    house.hear("a person please")
    house.dialogue.meanwhile = lambda turn: cut_off_after(house, "action_request_human", "down", turn)
    house.turns.run_one()
    claim(house)
    outlive(house)
    assert house.rows(InboxMessage)[-1].outcome == "forwarded"
    assert house.outbox() == []


# Keywords


@pytest.mark.parametrize(
    ("text", "outcome", "reply"),
    [
        ("STOP", "keyword:STOP", "Guild: stopped"),
        ("please stop texting me", "keyword:STOP", "Guild: stopped"),
        ("START", "keyword:START", "Guild: started"),
        ("HELP", "keyword:HELP", "Compass: help"),
    ],
)
def test_a_keyword_is_decided_without_the_engine(house: House, text: str, outcome: str, reply: str) -> None:
    house.dialogue.is_down = True
    assert house.says(text).outcome == outcome
    house.deliver()
    assert house.texts() == [reply]
    assert house.outbox()[0].purpose is Purpose.NOTICE
    assert house.dialogue.turns == []


@pytest.mark.parametrize("text", ["STOP", " stop ", "Start", "HELP"])
def test_when_the_provider_answers_an_exact_keyword_we_do_not(db: Database, text: str) -> None:
    house = House(db, provider_answers=True)
    house.bring("Ana")
    assert house.says(text).outcome == f"keyword:{text.strip().upper()}"
    assert house.outbox() == []


@pytest.mark.parametrize(("text", "decided"), [("ADIOS", "STOP"), ("wieder bitte", "START"), ("?", "HELP")])
def test_a_word_that_the_provider_took_for_a_keyword_is_one(db: Database, text: str, decided: str) -> None:
    house = House(db, provider_answers=True)
    house.bring("Ana")
    assert house.gets("sms", cast.NUMBERS["Ana"], text, opt_out_type=decided).outcome == f"keyword:{decided}"
    assert house.outbox() == []


def test_an_address_from_which_somebody_writes_works_again(house: House) -> None:
    point = house.rows(ContactPoint)[0]
    house.change(ContactPoint, point.id, lambda row: setattr(row, "unusable_at", row.consented_at))
    house.says("hello")
    assert house.get(ContactPoint, point.id).unusable_at is None


def test_free_words_are_confirmed_by_us_because_the_provider_does_not_know_them(db: Database) -> None:
    house = House(db, provider_answers=True)
    house.bring("Ana")
    house.says("please stop texting me")
    house.deliver()
    assert house.texts() == ["Guild: stopped"]


def test_stop_is_written_into_the_ledger_in_the_members_words(house: House) -> None:
    house.says("please stop texting me")
    assert house.one(ContactPoint).opted_out_at == TUESDAY
    event = house.rows(ConsentEvent)[-1]
    assert (event.source, event.wording) == ("free_words", "please stop texting me")


def test_after_stop_everything_is_silence_until_start(house: House) -> None:
    house.says("STOP")
    assert house.says("hello?").outcome == "silence:opted_out"
    assert house.dialogue.turns == []
    assert house.says("yes").outcome == "keyword:START"
    assert house.says("hello!").outcome == "answered"


def test_yes_is_no_keyword_for_somebody_who_has_not_stopped(house: House) -> None:
    assert house.says("yes").outcome == "answered"


def test_start_goes_on_with_a_new_question_a_day_later(house: House) -> None:
    house.settle()
    house.says("STOP")
    house.says("START")
    check_in = house.check_in()
    assert (check_in.state, check_in.step, check_in.rung) == (CheckInState.SCHEDULED, "form", 0)
    assert check_in.next_touch_at == TUESDAY + DAY
    house.clock.push(DAY)
    house.settle()
    question = "Compass: Is your form done?"
    assert house.texts() == [question, "Guild: stopped", "Guild: started", question]


def test_an_opt_out_in_the_dialogue_is_confirmed_although_it_is_in_force(house: House) -> None:
    house.dialogue.answer = say("You're out.", intent="opt_out")
    house.dialogue.meanwhile = lambda turn: house.perform("action_opt_out", turn.text, turn.metadata["inbox_id"])
    house.says("hmm, I am done with this")
    house.deliver()
    assert house.texts() == ["You're out."]


def test_an_opt_out_that_was_picked_by_its_number_is_confirmed_too(house: House) -> None:
    house.perform("action_clarify", Heard("bla", "nlu_fallback", 0.3, [("opt_out", 0.3)]))
    house.dialogue.answer = say("You're out.", intent="rate")
    house.dialogue.meanwhile = lambda turn: house.perform("action_rate", turn.text, turn.metadata["inbox_id"])
    house.says("1")
    house.deliver()
    assert house.one(ContactPoint).opted_out_at is not None
    assert house.texts()[-1] == "You're out."


# Distress


def test_words_of_distress_bring_a_person_at_once_and_a_caring_word(house: House) -> None:
    house.dialogue.is_down = True
    assert house.says("I want to kill myself").outcome == "distress"
    [case] = house.cases()
    assert (case.reason, case.priority) == (HandOffReason.DISTRESS, Priority.URGENT)
    assert [str(row.body["kind"]) for row in house.rows(OutboxMessage, OutboxMessage.channel == "staff")] == [
        "card",
        "member_message",
        "card",
    ]
    house.deliver()
    assert house.texts() == ["Ana, we are sorry."]
    assert house.outbox()[0].purpose is Purpose.NOTICE


@pytest.mark.parametrize("text", ["please stop, I want to kill myself", "leave me alone I want to die"])
def test_a_cry_for_help_beside_a_stop_is_heard_and_so_is_the_stop(house: House, text: str) -> None:
    assert house.says(text).outcome == "distress"
    [case] = house.cases()
    assert (case.reason, case.priority) == (HandOffReason.DISTRESS, Priority.URGENT)
    assert house.one(ContactPoint).opted_out_at is not None
    house.deliver()
    assert house.texts() == ["Ana, we are sorry."]


def test_distress_makes_an_open_case_urgent(house: House) -> None:
    house.perform("action_request_human", "a person please")
    house.says("I want to kill myself")
    [case] = house.cases()
    assert (case.reason, case.priority) == (HandOffReason.DISTRESS, Priority.URGENT)


def test_distress_is_heard_from_somebody_who_stopped(db: Database) -> None:
    house = House(db)
    house.bring("Ben")
    house.says("I want to kill myself", "Ben")
    house.deliver()
    assert house.texts("Ben") == ["Ben, we are sorry."]


# A person holds the conversation


def test_while_a_person_holds_the_conversation_a_message_goes_to_them_and_the_bot_is_silent(house: House) -> None:
    house.perform("action_request_human", "a person please")
    claim(house)
    assert house.says("are you there?").outcome == "forwarded"
    assert house.dialogue.turns == []
    assert house.outbox() == []
    told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:member_message")
    assert [row.body["text"] for row in told] == ["are you there?"]


def test_an_open_case_that_nobody_has_claimed_lets_the_bot_talk_and_listens(house: House) -> None:
    house.perform("action_request_human", "a person please")
    assert house.says("by the way").outcome == "answered"
    told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:member_message")
    assert [row.body["text"] for row in told] == ["by the way"]


def test_stop_counts_while_a_person_holds_the_conversation_and_they_see_it(house: House) -> None:
    house.perform("action_request_human", "a person please")
    claim(house)
    assert house.says("STOP").outcome == "keyword:STOP"
    assert house.one(ContactPoint).opted_out_at is not None
    told = house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:member_message")
    assert [row.body["text"] for row in told] == ["STOP"]


# Strangers


def test_a_stranger_is_answered_politely_and_staff_are_told(house: House) -> None:
    assert house.says("hello", "Chi").outcome == "stranger:answered"
    house.deliver()
    assert house.texts("Chi") == ["Guild: who are you?"]
    [case] = house.cases()
    assert (case.reason, case.priority, case.subject) == (HandOffReason.STRANGER, Priority.LOW, f"sms:{cast.CHI}")
    assert house.dialogue.turns == []


def test_a_stranger_is_answered_once_a_day(house: House) -> None:
    house.says("hello", "Chi")
    assert house.says("hello", "Chi").outcome == "stranger:silence"
    house.clock.push(DAY - timedelta(minutes=1))
    assert house.says("hello", "Chi").outcome == "stranger:silence"
    house.clock.push(timedelta(minutes=1))
    assert house.says("hello", "Chi").outcome == "stranger:answered"
    assert len(house.cases()) == 1


def test_all_strangers_together_are_answered_thirty_times_an_hour(house: House) -> None:
    outcomes = [house.says("hello", f"+12025553{n:03}").outcome for n in range(31)]
    assert outcomes == ["stranger:answered"] * 30 + ["stranger:silence"]
    house.clock.push(HOUR)
    assert house.says("hello", "+12025554000").outcome == "stranger:answered"


def test_a_stranger_who_says_stop_hears_nothing(house: House) -> None:
    assert house.says("STOP", "Chi").outcome == "stranger:stop"
    assert house.outbox() == []
    assert house.cases() == []


def test_a_stranger_talks_with_the_person_who_claimed_the_case(house: House) -> None:
    house.says("hello", "Chi")
    claim(house)
    assert house.says("who is this?", "Chi").outcome == "stranger:forwarded"
    assert house.cases()[0].state is HandOffState.CLAIMED


# What could not be handled


def test_a_message_that_can_not_be_handled_is_set_aside_and_the_next_is_answered(house: House) -> None:
    item = house.hear("hello")
    assert item is not None
    house.change(InboxMessage, item, lambda row: setattr(row, "body", {}))  # nothing can be finished without it
    after = house.hear("and this")
    assert after is not None
    outlive(house, 12)
    assert house.get(InboxMessage, item).state is InboxState.DEAD
    assert house.get(InboxMessage, item).outcome == "fault"
    assert house.cases()[0].reason is HandOffReason.ASSISTANT_DOWN
    assert house.get(InboxMessage, after).outcome == "answered"


def test_a_reply_is_not_sent_to_somebody_who_said_stop_meanwhile(house: House) -> None:
    house.says("hello")
    house.says("STOP")
    house.deliver()
    assert [row.state for row in house.outbox()] == [OutboxState.REFUSED, OutboxState.SENT]


def test_the_open_question_stays_open_when_something_else_is_said(house: House) -> None:
    house.settle()
    house.says("hello")
    assert house.conversation().question is Question.CHECK_IN
