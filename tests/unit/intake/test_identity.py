"""Who is behind an address: links, "are you Ana?", codes, wrong numbers, and one conversation over all channels."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.handoff import acts
from bot.members import linking
from bot.members.enrol import enrol
from bot.model import (
    CaseEntry,
    CheckIn,
    ConsentEvent,
    ConsentKind,
    ContactPoint,
    HandOffReason,
    HandOffState,
    InboxMessage,
    InboxState,
    LinkToken,
    Member,
    OutboxMessage,
    Priority,
    Question,
)
from bot.ports import Failed
from tests.support import cast
from tests.support.cast import CHI, NUMBERS
from tests.support.house import House

CHAT = "900"


def press(house: House, address: str = CHAT, who: str = "Ana") -> InboxMessage:
    """Somebody presses a link that was made for a member."""
    with house.db.begin() as session:
        member = session.get_one(Member, house.member(who).id)
        token = linking.issue(session, member, "telegram", house.clock.now())
    return house.gets("telegram", address, "/start", event="start", token=token)


def said(house: House, address: str = CHAT) -> list[str]:
    house.deliver()
    return house.chat.texts(address)


def points(house: House, channel: str = "telegram") -> list[ContactPoint]:
    return house.rows(ContactPoint, ContactPoint.channel == channel)


# Links


def test_who_presses_a_link_is_asked_for_the_name_before_anything_else(house: House) -> None:
    item = press(house)
    assert (item.outcome, item.member_id) == ("identity:asked", None)
    assert said(house) == ["Are you Ana?"]
    assert house.gets("telegram", CHAT, "how far am I?").outcome == "identity:asked"
    assert house.dialogue.turns == []


def test_yes_connects_the_chat_and_the_dialogue_begins(house: House) -> None:
    press(house)
    item = house.gets("telegram", CHAT, "Yes!")
    assert (item.outcome, item.member_id) == ("identity:confirmed", 1)
    assert house.gets("telegram", CHAT, "hello").outcome == "answered"
    assert said(house) == ["Are you Ana?", "Ana, you are in.", "you said: hello"]
    [point] = points(house)
    assert (point.unconfirmed_at, point.consented_at) == (None, house.clock.now())
    assert house.rows(ConsentEvent)[-1].source == "confirmed_name"


def test_a_forwarded_link_connects_nobody_who_says_no(house: House) -> None:
    press(house)
    assert house.gets("telegram", CHAT, "no").outcome == "identity:not_them"
    assert points(house) == []
    assert said(house) == ["Are you Ana?", "Guild: not connected"]
    assert house.gets("telegram", CHAT, "hello?").outcome == "stranger:silence"
    assert house.cases()[0].member_id is None


def test_the_buttons_of_the_question_are_understood(house: House) -> None:
    press(house)
    asked = house.one(OutboxMessage, OutboxMessage.channel == "telegram")
    item = house.gets("telegram", CHAT, event="choice", choice=f"c:{asked.id}:0")
    assert (item.outcome, item.text) == ("identity:confirmed", "Yes")


def test_somebody_elses_button_confirms_nothing(house: House) -> None:
    press(house)
    press(house, "901")
    other = house.rows(OutboxMessage, OutboxMessage.address == "901")[0]
    assert house.gets("telegram", CHAT, event="choice", choice=f"c:{other.id}:0").outcome == "choice_gone"
    assert all(point.unconfirmed_at for point in points(house))


def test_the_question_for_the_name_is_asked_three_times_a_day(house: House) -> None:
    press(house)
    outcomes = [house.gets("telegram", CHAT, "what?").outcome for _ in range(4)]
    assert outcomes == ["identity:asked", "identity:asked", "identity:silence", "identity:silence"]


def test_stop_before_the_name_is_known_ends_it_without_a_word_and_spares_the_member(house: House) -> None:
    house.settle()
    press(house)
    assert house.gets("telegram", CHAT, "STOP").outcome == "identity:stop"
    assert points(house) == []
    assert said(house) == ["Are you Ana?"]
    assert house.check_in().state == "open"


def test_distress_before_the_name_is_known_reaches_a_person_at_once(house: House) -> None:
    press(house)
    assert house.gets("telegram", CHAT, "I want to die").outcome == "stranger:distress"
    [case] = house.cases()
    assert (case.priority, case.reason, case.member_id) == (Priority.URGENT, HandOffReason.DISTRESS, None)
    assert said(house)[-1] == "Compass: call for help"


def test_words_of_an_unconfirmed_chat_are_not_the_members(house: House) -> None:
    house.settle()
    before = house.check_in().next_touch_at
    press(house)
    item = house.gets("telegram", CHAT, "I have done the form")
    assert item.member_id is None
    assert house.check_in().next_touch_at == before
    assert house.conversation().channel == "sms"


def test_a_link_that_is_too_old_is_answered_politely_and_not_for_ever(house: House) -> None:
    outcomes = [house.gets("telegram", CHAT, event="start", token="nonsense").outcome for _ in range(6)]
    assert set(outcomes) == {"identity:unknown"}
    assert said(house) == ["Guild: no such link"] * 5


def test_the_token_is_not_kept_with_the_message(house: House) -> None:
    item = press(house)
    assert "token" not in item.body
    assert item.text == "/start"


def test_a_link_for_another_member_changes_nothing_for_a_known_one(house: House) -> None:
    press(house)
    house.gets("telegram", CHAT, "yes")
    house.bring("Hal")
    assert press(house, who="Hal").outcome == "identity:address_taken"
    assert [point.member_id for point in points(house)] == [1]


def test_start_of_a_known_member_is_a_greeting_or_takes_stop_back(house: House) -> None:
    press(house)
    house.gets("telegram", CHAT, "yes")
    house.gets("telegram", CHAT, "STOP")
    assert points(house)[0].opted_out_at is not None
    assert house.gets("telegram", CHAT, "", event="start").outcome == "keyword:START"
    assert points(house)[0].opted_out_at is None


def test_a_message_that_waited_while_the_address_was_linked_is_the_members(house: House) -> None:
    house.bring("Hal")
    house.hear("hello", "Chi")
    with house.db.begin() as session:
        session.add(ContactPoint(member_id=1, channel="sms", address=CHI))
    house.settle()
    item = house.one(InboxMessage)
    assert (item.member_id, item.outcome) == (1, "answered")


# Codes


def test_a_stranger_who_names_a_record_hears_the_same_whether_it_exists_or_not(house: House) -> None:
    house.change(Member, 1, lambda ana: setattr(ana, "number", "M-1001"))
    for address, words in (("901", "M-1001"), ("902", "member number M-1002"), ("903", "it's a@example.org")):
        assert house.gets("telegram", address, words).outcome == "identity:code_sent"
        assert said(house, address) == ["Guild: a code, if we know you"]
    [sent] = house.texts()
    wrong = "000000" if "000000" not in sent else "111111"
    for address in ("901", "902", "903"):
        assert house.gets("telegram", address, wrong).outcome == "identity:code_refused"
        assert said(house, address)[-1] == "Guild: not that code"


def test_a_stranger_types_the_code_and_is_connected(house: House) -> None:
    house.change(Member, 1, lambda ana: setattr(ana, "number", "M-1001"))
    house.gets("telegram", CHAT, "Hi, my member number is M-1001")
    house.deliver()
    code = re.findall(r"\d{6}", house.texts()[-1])[0]
    assert house.gets("telegram", CHAT, f"my code is {code}").outcome == "identity:linked"
    assert said(house)[-1] == "Ana, you are in."
    [case] = house.cases()
    assert (case.state, case.member_id, case.outcome) == (HandOffState.RESOLVED, 1, "It is Ana Smith.")
    assert house.gets("telegram", CHAT, "hello").outcome == "answered"


def test_after_three_claims_a_stranger_hears_nothing_of_codes(house: House) -> None:
    outcomes = [house.gets("telegram", CHAT, f"M-{n}000").outcome for n in range(5)]
    assert outcomes == ["identity:code_sent"] * 3 + ["stranger:answered", "stranger:silence"]
    assert len(house.rows(LinkToken)) == 3


def test_a_shared_phone_of_ones_own_connects_its_member(house: House) -> None:
    item = house.gets("telegram", CHAT, event="contact", phone=NUMBERS["Ana"].lstrip("+"), own=True)
    assert (item.outcome, item.member_id) == ("identity:linked", 1)
    assert points(house)[0].unconfirmed_at is None


@pytest.mark.parametrize(
    ("phone", "own"), [(NUMBERS["Ana"], False), (CHI, True), ("", True), ("none", True), (NUMBERS["Ana"], "yes")]
)
def test_another_phone_connects_nobody(house: House, phone: str, own: object) -> None:
    assert house.gets("telegram", CHAT, event="contact", phone=phone, own=own).outcome == "stranger:answered"
    assert points(house) == []


def test_a_number_that_does_not_work_any_more_proves_nothing(house: House) -> None:
    house.bring("Fay")
    assert house.gets("telegram", CHAT, event="contact", phone=NUMBERS["Fay"], own=True).outcome == "stranger:answered"


# Wrong numbers


def test_a_wrong_number_is_taken_off_and_gets_one_apology(house: House) -> None:
    house.settle()
    item = house.says("Sorry, you have the wrong number")
    assert (item.outcome, item.member_id) == ("identity:wrong_number", None)
    house.settle()
    assert house.texts()[-1] == "Guild: so sorry"
    assert points(house, "sms") == []
    last = house.rows(ConsentEvent)[-1]
    assert (last.kind, last.source, last.address) == (ConsentKind.WITHDRAWN, "wrong_number", NUMBERS["Ana"])
    [case] = house.cases()
    assert (case.reason, case.subject, case.channel) == (HandOffReason.WRONG_NUMBER, "member:1", "none")
    assert house.says("who are you?").outcome == "stranger:silence"
    assert house.dialogue.turns == []


def test_a_wrong_number_does_not_end_the_question_which_goes_elsewhere_at_once(house: House) -> None:
    house.settle()
    house.says("I'm not Ana")
    check_in = house.one(CheckIn)
    assert (check_in.state, check_in.next_touch_at) == ("open", house.clock.now())


def test_what_was_meant_for_the_member_does_not_reach_who_is_behind_a_wrong_number(house: House) -> None:
    house.perform("action_request_human", "a person please")
    with house.db.begin() as session:
        acts.reply(session, house.act(1), "About your fees, Ana:")
    house.enqueue("You are on step 2.", member_id=1)
    house.says("I'm not Ana")
    house.deliver()
    assert house.texts() == ["Guild: so sorry"]
    [case] = house.cases()
    assert (case.channel, case.address) == ("none", "member:1")


def test_the_next_import_does_not_bring_a_wrong_number_back(house: House) -> None:
    house.says("wrong number")
    house.bring("Hal")
    with house.db.begin() as session:
        enrol(session, house.programme, cast.row("Ana"), source="test", now=house.clock.now())
    assert [point.address for point in points(house, "sms")] == [NUMBERS["Hal"]]


def test_the_number_of_who_was_written_to_by_mistake_may_become_a_members(house: House) -> None:
    house.says("wrong number")
    with house.db.begin() as session:
        enrol(session, house.programme, cast.row("Ida", phone=NUMBERS["Ana"]), source="test", now=house.clock.now())
    assert [point.member_id for point in points(house, "sms")] == [house.member("Ida").id]


def test_stop_stays_stop_even_beside_the_name(house: House) -> None:
    assert house.says("STOP").outcome == "keyword:STOP"


def test_a_number_that_was_given_back_is_asked_who_it_is(house: House) -> None:
    house.sms.answers(Failed("no such phone (Twilio 30005)", unusable=True))
    house.settle()
    assert points(house, "sms")[0].unconfirmed_at is not None
    assert house.says("Hi there").outcome == "identity:asked"
    assert house.says("yes").outcome == "identity:confirmed"
    point = points(house, "sms")[0]
    assert (point.unconfirmed_at, point.unusable_at, point.member_id) == (None, None, 1)


def test_the_new_owner_of_a_number_says_no_and_the_member_loses_it(house: House) -> None:
    house.sms.answers(Failed("no such phone (Twilio 30005)", unusable=True))
    house.settle()
    house.says("Hi there")
    assert house.says("no, wrong person").outcome == "identity:not_them"
    assert points(house, "sms") == []
    assert "Somebody else is behind" in house.rows(CaseEntry)[-1].text


# What nobody proved


def test_an_email_that_anybody_could_have_written_is_a_strangers(house: House) -> None:
    house.bring("Hal", email="hal@example.org")
    item = house.gets("email", "hal@example.org", "where am I?", proven=False)
    assert (item.outcome, item.member_id) == ("stranger:answered", None)
    assert house.dialogue.turns == []
    assert house.gets("email", "hal@example.org", "where am I?").outcome == "answered"


def test_a_stop_that_nobody_proved_counts(house: House) -> None:
    house.bring("Hal", email="hal@example.org")
    house.gets("email", "hal@example.org", "unsubscribe", proven=False)
    assert points(house, "email")[0].opted_out_at is not None
    assert house.outbox() == []


# One conversation over all channels


def test_an_answer_goes_to_the_channel_and_address_that_wrote(house: House) -> None:
    house.settle()
    assert house.conversation().question is Question.CHECK_IN
    press(house)
    house.gets("telegram", CHAT, "yes")
    house.gets("telegram", CHAT, "done")
    [turn] = house.dialogue.turns
    assert (turn.conversation_id, turn.channel, turn.slots["pending_question"]) == ("member-1", "telegram", "check_in")
    house.says("and here")
    house.deliver()
    assert said(house)[-1] == "you said: done"
    assert house.texts()[-1] == "you said: and here"
    assert {turn.conversation_id for turn in house.dialogue.turns} == {"member-1"}


def test_a_repeated_start_is_kept_once_and_every_row_is_done(house: House) -> None:
    press(house)
    house.clock.push(timedelta(days=2))
    house.gets("telegram", CHAT, "yes")
    assert {row.state for row in house.rows(InboxMessage)} == {InboxState.DONE}
