"""A short answer means what the open question asks, and nothing when nothing is open."""

from __future__ import annotations

import pytest

from bot.model import Question
from tests.support.chat import Chat

UNCLEAR = ("it depends really", "well you know how it is")
NOTHING = "\u200b"
"""A message without words is the one that no model understands."""


@pytest.mark.parametrize("words", ["yes", "Yep!", "yeah", "y"])
def test_yes_to_a_check_in_is_done(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_step_done", "utter_next_step")


@pytest.mark.parametrize("words", ["no", "Nope", "nah", "n"])
def test_no_to_a_check_in_is_not_done(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_not_done")


@pytest.mark.parametrize("words", ["yes", "no", "ok"])
def test_a_short_answer_to_nothing_changes_nothing(chat: Chat, words: str) -> None:
    chat.says("done")
    assert chat.question is Question.NONE
    chat.says(words)
    chat.hears("utter_ok")
    assert chat.step("goal") == "pending"


def test_yes_to_the_day_of_return(chat: Chat) -> None:
    chat.says("I'm away until 10 December")
    assert chat.question is Question.CONFIRM_AWAY
    chat.says("yes that's right")
    chat.hears("utter_ok")
    assert str(chat.away_until()) == "2026-12-10"


def test_no_to_the_day_of_return_asks_for_the_day(chat: Chat) -> None:
    chat.says("I'm away until 10 December")
    chat.says("no")
    chat.hears("utter_ask_until_when")
    chat.says("12 December")
    chat.hears("utter_away")
    assert str(chat.away_until()) == "2026-12-12"


def test_yes_to_the_offer_of_a_person(chat: Chat) -> None:
    chat.says(NOTHING)
    chat.says(NOTHING)
    assert chat.question is Question.OFFER_PERSON
    chat.says("yes please")
    chat.hears("utter_person_coming")
    assert chat.cases() == ["asked"]


def test_no_to_the_offer_of_a_person(chat: Chat) -> None:
    chat.says(NOTHING)
    chat.says(NOTHING)
    chat.says("no thanks")
    chat.hears("utter_ok")
    assert chat.cases() == []
    assert chat.question is Question.NONE


@pytest.mark.parametrize("words", [UNCLEAR, (NOTHING, NOTHING)], ids=["vague", "empty"])
def test_what_is_not_understood_is_asked_about_once_and_then_a_person_offered(
    chat: Chat, words: tuple[str, str]
) -> None:
    chat.says(words[0])
    chat.hears("utter_clarify")
    assert chat.choices()[-1] == "Talk to a person"
    chat.says(words[1])
    chat.hears("utter_offer_person")


def test_yes_to_likely_meanings_is_the_first_of_them(chat: Chat) -> None:
    chat.says(NOTHING)
    assert chat.choices()[0] == "I've done it"
    chat.says("yes")
    chat.hears("utter_step_done", "utter_next_step")


def test_no_to_likely_meanings_offers_a_person(chat: Chat) -> None:
    chat.says(NOTHING)
    chat.says("no, none of these")
    chat.hears("utter_offer_person")


@pytest.mark.parametrize("words", ["3", "the third", "Talk to a person"])
def test_a_choice_is_taken_by_its_number_or_its_words(chat: Chat, words: str) -> None:
    chat.says(NOTHING)
    chat.says(words)
    chat.hears("utter_person_coming")


def test_after_not_being_understood_plain_words_work_again(chat: Chat) -> None:
    chat.says(NOTHING)
    chat.says("I've filled in my profile")
    chat.hears("utter_step_done", "utter_next_step")


@pytest.mark.parametrize("words", ["skip", "skip this one please", "pass"])
def test_a_check_in_that_is_skipped_comes_back_later(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_snoozed")
    assert chat.asked_next() == ("profile", 2)


def test_skip_where_nothing_is_asked(chat: Chat) -> None:
    chat.says("done")
    chat.says("skip")
    chat.hears("utter_ok")


@pytest.mark.parametrize(("words", "number"), [("9", 9), ("I'd give you a 7 out of 10", 7)])
def test_a_score_out_of_the_blue_is_kept(chat: Chat, words: str, number: int) -> None:
    chat.says("done")
    chat.says(words)
    chat.hears("utter_score_kept")
    assert [(question, kept) for question, kept, _ in chat.kept()] == [("score", number)]
