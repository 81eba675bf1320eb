"""Members answer the question that a check-in asked, each in their own way."""

from __future__ import annotations

import pytest

from bot.model import Priority, Question, Team
from tests.support.chat import DAY, Chat


def test_the_first_question_is_asked(chat: Chat) -> None:
    assert chat.words() == ["Compass: Have you filled in your profile?"]
    assert chat.question is Question.CHECK_IN


@pytest.mark.parametrize(
    "words", ["done!", "yes", "yep, did it last night", "all filled in now", "I finished it y'day"]
)
def test_a_step_that_is_done_leads_to_the_next(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_step_done", "utter_next_step")
    assert chat.step("profile") == "done"
    assert chat.asked_next()[0] == "goal"
    assert chat.question is Question.NONE


@pytest.mark.parametrize("words", ["started, half way there", "working on it", "nearly done, just the photo left"])
def test_a_step_under_way_is_asked_about_later(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_in_progress")
    assert chat.step("profile") == "in_progress"
    assert chat.asked_next() == ("profile", 3)


@pytest.mark.parametrize("words", ["not yet", "no", "nope haven't got round to it", "haven't started"])
def test_a_step_that_is_not_done_is_explained_and_asked_about_later(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_not_done")
    assert "How to do your profile" in chat.words()[0]
    assert chat.step("profile") == "pending"
    assert chat.asked_next() == ("profile", 2)


@pytest.mark.parametrize(
    "words",
    ["I'm stuck", "stuck on the form", "can't work out what to put in question 4", "I don't understand the form"],
)
def test_somebody_stuck_gets_the_page_that_helps(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_blocked")
    assert "https://example.org/profile_help" in chat.words()[0]
    assert chat.step("profile") == "blocked"
    assert chat.cases() == []
    assert chat.asked_next() == ("profile", 2)


@pytest.mark.parametrize("words", ["no", "still stuck", "no, that didn't help", "nope, still can't do it"])
def test_somebody_still_stuck_gets_a_person(chat: Chat, words: str) -> None:
    chat.says("I'm stuck on this form")
    chat.says(words)
    chat.hears("utter_person_coming")
    assert chat.case() == ("stuck", Team.MEMBER_SUCCESS, Priority.HIGH)


@pytest.mark.parametrize("words", ["yes", "yes it did"])
def test_a_page_that_helped_has_not_done_the_step(chat: Chat, words: str) -> None:
    chat.says("I'm stuck")
    chat.says(words)
    chat.hears("utter_in_progress")
    assert chat.step("profile") == "in_progress"


def test_the_page_helped_and_the_step_is_done(chat: Chat) -> None:
    chat.says("I'm stuck")
    chat.hears("utter_blocked")
    chat.says("yes that helped, it's done now")
    chat.hears("utter_step_done", "utter_next_step")
    assert chat.step("profile") == "done"


def test_a_step_for_which_there_is_no_page_needs_a_person_at_once(chat: Chat) -> None:
    chat.says("done")
    chat.says("stuck on choosing a goal")
    chat.hears("utter_person_coming")
    assert chat.case_words() == "Stuck on your goal for the year."


def test_stuck_at_a_training_goes_to_those_who_train(chat: Chat) -> None:
    chat.says("done")
    chat.says("I've picked my goal, done")
    chat.says("I'm stuck with the welcome webinar")
    chat.hears("utter_person_coming")
    assert chat.case() == ("stuck", Team.MEMBER_SUCCESS, Priority.HIGH)


def test_stuck_at_a_service_goes_to_those_who_do_it(chat: Chat) -> None:
    for words in ("done", "done", "done"):
        chat.says(words)
    chat.says("I can't get on with joining the interest group")
    chat.hears("utter_person_coming")
    assert chat.case() == ("stuck", Team.PROFESSIONAL_SERVICES, Priority.HIGH)


def test_the_last_step_of_a_milestone_is_celebrated(chat: Chat) -> None:
    chat.says("done")
    chat.says("done with that one too")
    chat.hears("utter_step_done", "utter_words", "utter_next_step")
    assert "Well done: settled!" in chat.words()[0]


def test_a_whole_journey_from_the_first_answer_to_the_last(chat: Chat) -> None:
    for words in ("yes, filled it in this morning", "picked one!", "yes, went to it on Tuesday"):
        chat.passes(4 * DAY)
        chat.says(words)
    chat.passes(4 * DAY)
    chat.says("joined!")
    chat.hears("utter_step_done", "utter_words", "utter_journey_complete")
    chat.says("what's next?")
    chat.hears("utter_nothing_open")
    assert chat.step("group") == "done"


@pytest.mark.parametrize("words", ["wait no, I did do it!", "no wait, I did it", "actually I've done it already"])
def test_not_yet_is_corrected_to_done(chat: Chat, words: str) -> None:
    chat.says("not yet")
    chat.says(words)
    chat.hears("utter_step_done", "utter_next_step")
    assert chat.step("profile") == "done"


def test_under_way_becomes_done_with_a_yes_to_the_next_question(chat: Chat) -> None:
    chat.says("I've started it")
    chat.passes(3 * DAY)
    chat.hears("check_in")
    chat.says("yes")
    chat.hears("utter_step_done", "utter_next_step")


def test_a_step_that_is_named_is_the_one_that_is_meant(chat: Chat) -> None:
    chat.says("I went to the welcome webinar already")
    chat.hears("utter_step_done", "utter_reoffer")
    assert (chat.step("webinar"), chat.step("profile")) == ("done", "pending")


def test_an_answer_after_days_of_silence_still_counts(chat: Chat) -> None:
    chat.passes(2 * DAY)
    chat.hears("check_in")
    chat.says("sorry for the silence, it's done")
    chat.hears("utter_step_done", "utter_next_step")
    assert chat.cases() == []


def test_silence_through_the_whole_ladder_brings_a_person(chat: Chat) -> None:
    for _ in range(3):
        chat.passes(2 * DAY)
    assert chat.case()[0] == "silent"
    chat.says("I'm here, it is done")
    assert "utter_step_done" in chat.heard()
    assert chat.step("profile") == "done"
