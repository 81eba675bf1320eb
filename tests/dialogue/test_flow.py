"""Conversations as they happen: digressions, interruptions, bursts, silence, and a person in between."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.handoff import acts
from bot.model import Priority, Question, Team
from tests.support.chat import DAY, Chat

# Digressions


@pytest.mark.parametrize(
    ("words", "response"),
    [
        ("hello", "utter_greet"),
        ("what can you do?", "utter_help"),
        ("are you a bot?", "utter_ask_if_bot"),
        ("will it rain tomorrow?", "utter_out_of_scope"),
        ("tell me a joke", "utter_out_of_scope"),
    ],
)
def test_after_small_talk_the_question_is_asked_again(chat: Chat, words: str, response: str) -> None:
    chat.says(words)
    chat.hears(response, "utter_reoffer")
    chat.says("yes")
    chat.hears("utter_step_done", "utter_next_step")


@pytest.mark.parametrize("words", ["thanks!", "thank you so much"])
def test_thanks_are_answered_and_the_question_stays(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_thank")
    assert chat.question is Question.CHECK_IN


def test_goodbye(chat: Chat) -> None:
    chat.says("bye for now")
    chat.hears("utter_goodbye")


def test_small_talk_with_nothing_open_asks_nothing(chat: Chat) -> None:
    chat.says("done")
    chat.says("hello again")
    chat.hears("utter_greet")


def test_several_digressions_and_then_the_answer(chat: Chat) -> None:
    for words in ("hi", "any events near me?", "what do I get as a member?", "what's the capital of France"):
        chat.says(words)
        assert chat.heard()[-1] == "utter_reoffer"
    chat.says("not yet")
    chat.hears("utter_not_done")


def test_a_digression_while_leaving_is_taken_as_the_reason(chat: Chat) -> None:
    chat.says("I want to cancel my membership")
    chat.says("the events are never near me")
    chat.hears("utter_leaving_noted")


# Interruptions


def test_a_check_in_comes_in_mid_conversation(chat: Chat) -> None:
    chat.says("I've started it")
    chat.says("hello")
    chat.passes(3 * DAY)
    chat.hears("check_in")
    chat.says("done now")
    chat.hears("utter_step_done", "utter_next_step")


def test_a_check_in_comes_while_a_goal_is_asked_for(chat: Chat) -> None:
    chat.says("I want to set a goal")
    chat.passes(2 * DAY)
    chat.hears("check_in")
    chat.says("yes")
    chat.hears("utter_step_done", "utter_next_step")
    assert chat.goals() == []


def test_silence_in_the_middle_of_a_question_and_then_something_new(chat: Chat) -> None:
    chat.says("I'll be away for a while")
    chat.passes(DAY)
    chat.says("how far am I?")
    chat.hears("utter_progress")
    chat.says("yes, I've filled in the profile")
    assert chat.step("profile") == "done"


def test_two_messages_before_an_answer_are_both_answered_in_order(chat: Chat) -> None:
    chat.says("hi there", "it's done")
    chat.hears("utter_greet", "utter_reoffer", "utter_step_done", "utter_next_step")


def test_a_correction_before_the_answer(chat: Chat) -> None:
    chat.says("not yet", "no wait, I did it")
    chat.hears("utter_not_done", "utter_step_done", "utter_next_step")
    assert chat.step("profile") == "done"


def test_three_in_a_row_with_stop_at_the_end(chat: Chat) -> None:
    chat.says("hello", "done", "STOP")
    assert chat.heard()[-1] == "keyword:STOP"
    assert chat.is_opted_out()


def test_the_same_thing_twice_takes_one_step_at_a_time(chat: Chat) -> None:
    chat.says("hello")
    chat.says("hello")
    chat.says("hello")
    chat.hears("utter_greet", "utter_reoffer")


def test_the_same_question_is_never_answered_in_the_same_words_twice_in_a_row(chat: Chat) -> None:
    chat.says("done")
    heard = []
    for _ in range(6):
        chat.says("what can you do?")
        heard += chat.words()
    assert len(heard) == 6
    assert all(one != other for one, other in pairwise(heard))


# A person


def test_while_a_person_holds_the_conversation_the_bot_is_silent(chat: Chat) -> None:
    chat.says("I want to talk to a person")
    chat.claims()
    for words in ("are you there?", "done", "what's next"):
        chat.says(words)
        chat.hears_nothing()
    assert chat.step("profile") == "pending"
    assert chat.outcomes()[-3:] == ["forwarded"] * 3


def test_until_a_person_comes_the_bot_goes_on(chat: Chat) -> None:
    chat.says("I want to talk to a person")
    chat.says("and what's next for me?")
    chat.hears("utter_next_step")
    assert chat.cases() == ["asked"]


def test_a_second_wish_joins_the_case_that_is_open(chat: Chat) -> None:
    chat.says("I want to talk to a person")
    chat.says("the login page is broken")
    assert len(chat.cases()) == 1


def test_the_bot_says_once_that_it_is_back_and_understands_done(chat: Chat) -> None:
    chat.says("I want to talk to a person")
    chat.claims()
    chat.staff(acts.reply, "Hi Ana, Maria here.")
    chat.resolves()
    chat.hears("hand_off:back_to_bot")
    chat.says("my profile is done")
    chat.hears("utter_step_done", "utter_next_step")
    assert chat.step("profile") == "done"


def test_after_a_case_the_programme_goes_on(chat: Chat) -> None:
    chat.says("I'm stuck")
    chat.says("still stuck")
    chat.claims()
    chat.resolves()
    chat.passes(3 * DAY)
    chat.hears("check_in")
    chat.says("yes, finally")
    chat.hears("utter_step_done", "utter_next_step")


def test_stop_works_while_a_person_holds_the_conversation(chat: Chat) -> None:
    chat.says("I want to talk to a person")
    chat.claims()
    chat.says("STOP")
    chat.hears("keyword:STOP")
    assert chat.is_opted_out()


# Distress


@pytest.mark.parametrize(
    "before", [(), ("I want to set a goal",), ("I want to cancel my membership",), ("it depends really",)]
)
def test_words_of_distress_come_before_everything(chat: Chat, before: tuple[str, ...]) -> None:
    for words in before:
        chat.says(words)
    chat.says("I don't want to live anymore")
    chat.hears("distress")
    assert chat.case() == ("distress", Team.MEMBER_SUCCESS, Priority.URGENT)


@pytest.mark.parametrize(
    "before",
    [
        "I'm away until 10 December",
        "I want to set a goal",
        "I'm stuck",
        "I'll be away for a while",
        "well you know how it is",
    ],
)
def test_stop_works_in_the_middle_of_everything(chat: Chat, before: str) -> None:
    chat.says(before)
    chat.says("Stop.")
    chat.hears("keyword:STOP")
    assert chat.is_opted_out()
    chat.passes(14 * DAY)
    chat.hears_nothing()
