"""A survey in the conversation: a number, the reason for it, a choice, and every way around them."""

from __future__ import annotations

import pytest

from bot.model import Priority, Question, Team
from tests.support.chat import DAY, Chat


def test_the_question_comes_when_it_is_due(survey: Chat) -> None:
    survey.hears("check_in")
    assert survey.words() == ["Compass: How likely are you to recommend us, from 0 to 10?"]
    assert survey.question is Question.SURVEY_SCORE


@pytest.mark.parametrize(
    ("words", "score", "why"),
    [
        ("9", 9, "What do you like most?"),
        ("I'd say an eight", 8, "What is missing?"),
        ("2/10", 2, "What went wrong?"),
        ("ten out of ten!!", 10, "What do you like most?"),
    ],
)
def test_a_score_is_kept_and_the_reason_asked_in_fitting_words(survey: Chat, words: str, score: int, why: str) -> None:
    survey.says(words)
    assert survey.words() == [why]
    assert survey.kept() == [("recommend", score, words)]
    assert survey.question is Question.SURVEY_TEXT


@pytest.mark.parametrize(
    "why", ["the people", "yes", "mostly the events, when I get there", "not sure, 3 things really"]
)
def test_any_words_are_a_reason_and_the_next_question_follows(survey: Chat, why: str) -> None:
    survey.says("9")
    survey.says(why)
    survey.hears("utter_survey_next")
    assert why in [text for _, _, text in survey.kept()]
    assert survey.choices() == ("people", "learning", "a job")
    assert survey.question is Question.SURVEY_CHOICE


@pytest.mark.parametrize("words", ["2", "learning", "the second one", "Learning I think"])
def test_a_choice_ends_the_survey_with_thanks(survey: Chat, words: str) -> None:
    survey.says("9")
    survey.says("the people")
    survey.says(words)
    assert "Thanks for that, Ana!" in survey.words()[0]
    assert survey.kept()[-1] == ("seeks", 2, "learning")
    assert survey.question is Question.NONE


@pytest.mark.parametrize("words", ["skip", "rather not say", "next question please"])
def test_a_score_that_is_skipped_leads_on(survey: Chat, words: str) -> None:
    survey.says(words)
    survey.hears("utter_survey_skipped")
    assert survey.kept() == []
    assert survey.question is Question.SURVEY_CHOICE


def test_a_reason_that_is_skipped_leads_on(survey: Chat) -> None:
    survey.says("7")
    survey.says("skip")
    survey.hears("utter_survey_skipped")
    assert survey.choices() == ("people", "learning", "a job")
    assert survey.kept() == [("recommend", 7, "7")]


@pytest.mark.parametrize("words", ["11", "100", "seven or eight"])
def test_a_number_off_the_scale_or_two_of_them_are_asked_about_once(survey: Chat, words: str) -> None:
    survey.says(words)
    survey.hears("utter_survey_which_number")
    assert survey.kept() == []
    survey.says("8")
    assert survey.words() == ["What is missing?"]


def test_what_can_not_be_read_twice_is_passed_over(survey: Chat) -> None:
    survey.says("11")
    survey.says("12")
    survey.hears("utter_survey_skipped")
    assert survey.question is Question.SURVEY_CHOICE


@pytest.mark.parametrize(
    ("words", "response"),
    [("hello", "utter_greet"), ("are you a bot?", "utter_ask_if_bot"), ("any events near me?", "utter_words")],
)
def test_after_a_digression_the_question_is_asked_again(survey: Chat, words: str, response: str) -> None:
    survey.says(words)
    survey.hears(response, "utter_reoffer")
    assert "from 0 to 10?" in survey.words()[0]
    survey.says("9")
    assert survey.words() == ["What do you like most?"]


@pytest.mark.parametrize("words", ["not now", "ask me later"])
def test_a_survey_that_is_put_off_comes_back(survey: Chat, words: str) -> None:
    survey.says(words)
    survey.hears("utter_survey_later")
    survey.passes(3 * DAY)
    survey.hears("check_in")
    survey.says("6")
    assert survey.words() == ["What went wrong?"]


@pytest.mark.parametrize("words", ["no more questions please", "stop the survey"])
def test_a_survey_can_be_ended_without_ending_the_messages(survey: Chat, words: str) -> None:
    survey.says(words)
    survey.hears("utter_survey_stopped")
    assert not survey.is_opted_out()
    assert survey.question is Question.NONE


def test_a_person_instead_of_a_reason(survey: Chat) -> None:
    survey.says("3")
    survey.says("I want to talk to a person")
    survey.hears("utter_person_coming")
    assert survey.case()[1] is Team.MEMBER_SUCCESS


def test_an_unhappy_member_gets_a_person(survey: Chat) -> None:
    survey.says("2")
    survey.says("nobody ever answers my mails")
    survey.says("people")
    assert survey.case()[0] == "detractor"


@pytest.mark.parametrize("before", [(), ("9",), ("9", "the people")])
def test_stop_in_the_middle_of_a_survey(survey: Chat, before: tuple[str, ...]) -> None:
    for words in before:
        survey.says(words)
    survey.says("STOP")
    survey.hears("keyword:STOP")
    assert survey.is_opted_out()
    survey.passes(7 * DAY)
    survey.hears_nothing()


@pytest.mark.parametrize("before", [(), ("3",), ("9", "the people")])
def test_words_of_distress_in_the_middle_of_a_survey(survey: Chat, before: tuple[str, ...]) -> None:
    for words in before:
        survey.says(words)
    survey.says("honestly I want to end my life")
    survey.hears("distress")
    assert survey.case()[2] is Priority.URGENT


def test_silence_in_the_middle_and_the_answer_days_later(survey: Chat) -> None:
    survey.says("9")
    survey.passes(2 * DAY)
    survey.says("the people I met")
    survey.hears("utter_survey_next")
    assert survey.question is Question.SURVEY_CHOICE


def test_the_score_and_the_reason_in_two_messages_at_once(survey: Chat) -> None:
    survey.says("8", "more evening events please")
    assert [text for _, _, text in survey.kept()] == ["8", "more evening events please"]
