"""Stop, start, privacy and leaving: a model's guess alone ends nothing."""

from __future__ import annotations

import pytest

from bot.conversation.memory import conversation_of
from bot.model import Declined, Priority, Question, Team
from tests.support.chat import DAY, Chat


@pytest.mark.parametrize("words", ["STOP", "stop texting me", "unsubscribe"])
def test_a_clear_stop_needs_no_engine(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("keyword:STOP")
    assert chat.is_opted_out()
    assert chat.dialogue.turns == []


def test_after_stop_nothing_is_answered_or_sent(chat: Chat) -> None:
    chat.says("STOP")
    chat.says("is the webinar recorded?")
    chat.hears_nothing()
    chat.passes(7 * DAY)
    chat.hears_nothing()


def test_start_brings_the_messages_back(chat: Chat) -> None:
    chat.says("STOP")
    chat.says("START")
    chat.hears("keyword:START")
    assert not chat.is_opted_out()
    chat.passes(2 * DAY)
    chat.hears("check_in")


def asked_to_confirm(chat: Chat) -> None:
    """An opt-out that the assistant was not sure of, in whichever words."""
    with chat.house.db.begin() as session:
        conversation = conversation_of(session, 1)
        conversation.question, conversation.data = Question.CONFIRM_OPT_OUT, {}


@pytest.mark.parametrize("words", ["yes", "yes please stop", "yep"])
def test_a_stop_that_was_confirmed(chat: Chat, words: str) -> None:
    asked_to_confirm(chat)
    chat.says(words)
    assert chat.is_opted_out()


@pytest.mark.parametrize("words", ["no", "no carry on", "nope, keep them coming"])
def test_a_stop_that_was_not_meant(chat: Chat, words: str) -> None:
    asked_to_confirm(chat)
    chat.says(words)
    chat.hears("utter_stays_in")
    assert not chat.is_opted_out()


@pytest.mark.parametrize("words", ["you're texting a bit too much, I think I've had enough", "maybe I don't want this"])
def test_what_may_be_a_stop_ends_nothing_unasked(chat: Chat, words: str) -> None:
    chat.says(words)
    assert not chat.is_opted_out()


@pytest.mark.parametrize(
    ("words", "named"),
    [("no more event invitations please", "promotional"), ("stop the progress check-ins", "relationship")],
)
def test_one_class_of_messages_only(chat: Chat, words: str, named: str) -> None:
    chat.says(words)
    chat.hears("utter_class_declined")
    assert [one.message_class for one in chat.house.rows(Declined)] == [named]
    assert not chat.is_opted_out()


@pytest.mark.parametrize("words", ["you can message me again", "please sign me up for the texts again"])
def test_messages_are_welcome(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_opted_in")


# Privacy


@pytest.mark.parametrize("words", ["what data do you hold about me?", "please send me a copy of my personal data"])
def test_what_is_held_is_told_by_a_person(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_data_request", "utter_reoffer")
    assert chat.case() == ("privacy", Team.MEMBER_SUCCESS, Priority.HIGH)


@pytest.mark.parametrize("words", ["delete all my data", "please erase everything you have on me, GDPR"])
def test_erasing_is_done_by_a_person(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_erase_request")
    assert chat.case() == ("privacy", Team.MEMBER_SUCCESS, Priority.HIGH)
    assert chat.house.member().first_name == "Ana"


def test_clear_words_for_a_wrong_number_need_no_engine(chat: Chat) -> None:
    chat.says("wrong number")
    assert chat.words() == ["Guild: so sorry"]
    assert chat.dialogue.turns == []


def test_what_may_be_a_wrong_number_is_looked_at_by_a_person(chat: Chat) -> None:
    chat.says("I think you've mixed me up with somebody else")
    chat.hears("utter_wrong_person")
    assert chat.case()[0] == "wrong_number"


# Leaving


@pytest.mark.parametrize(
    "words", ["I want to cancel my membership", "I won't be renewing", "how do I quit the society"]
)
def test_leaving_is_asked_why_once_and_done_by_a_person(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_ask_why_leaving")
    assert chat.case_words() == f"Wants to leave: {words}"
    chat.says("too expensive for what I get")
    chat.hears("utter_leaving_noted")
    assert chat.case() == ("leaving", Team.MEMBER_SUCCESS, Priority.HIGH)
    assert chat.case_words() == f"Wants to leave: {words} | Reason: too expensive for what I get"
    assert str(chat.house.member().status) == "active"


@pytest.mark.parametrize("words", ["skip", "I'd rather not say", "prefer not to say"])
def test_the_reason_need_not_be_told(chat: Chat, words: str) -> None:
    chat.says("I want to cancel my membership")
    chat.says(words)
    chat.hears("utter_leaving_noted")
    assert chat.case_words().endswith("| Gave no reason.")


@pytest.mark.parametrize(
    "words", ["yes", "done with you lot", "I moved to Spain until May", "42", "stop wasting my money"]
)
def test_any_words_are_a_reason(chat: Chat, words: str) -> None:
    chat.says("I want to cancel my membership")
    chat.says(words)
    chat.hears("utter_leaving_noted")
    assert chat.case_words().endswith(f"Reason: {words}")
    assert (chat.step("profile"), chat.away_until(), chat.is_opted_out()) == ("pending", None, False)


def test_who_says_why_at_once_is_not_asked(chat: Chat) -> None:
    chat.says("please cancel my membership, I retired last month and no longer work in the field at all")
    chat.hears("utter_leaving_noted")
    assert "retired last month" in chat.case_words()


def test_stop_instead_of_a_reason_is_still_stop(chat: Chat) -> None:
    chat.says("I want to cancel my membership")
    chat.says("STOP")
    chat.hears("keyword:STOP")
    assert chat.is_opted_out()
    assert chat.cases() == ["leaving"]
