"""A survey in the conversation: one question at a time, and every way to answer, not to answer, and to come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import Database
from bot.model import (
    CheckIn,
    CheckInState,
    ContactPoint,
    Declined,
    HandOff,
    HandOffReason,
    Priority,
    Question,
    SurveyAnswer,
    SurveyRound,
)
from tests.unit.surveys.talking import DAY, EASE, LIKED, MISSED, NPS, SEEKS, USED, Talk, survey


@pytest.fixture
def talk(db: Database) -> Talk:
    """Ana has just been asked how likely she is to recommend us."""
    made = Talk(db, start=survey(NPS, EASE, MISSED, SEEKS))
    made.passes(DAY)
    assert made.house.texts()[-1] == "Compass: From 0 to 10?"
    return made


def question(talk: Talk) -> Question:
    return talk.house.conversation().question


def test_each_answer_is_kept_at_once_and_the_next_question_asked(talk: Talk) -> None:
    assert talk.says("a 9 I guess") == ["Why?"]
    assert talk.answers() == [("recommend", 9, "a 9 I guess")]
    assert question(talk) is Question.SURVEY_TEXT
    assert talk.says("the people!") == ["next: How easy, 1 to 7?"]
    assert question(talk) is Question.SURVEY_SCORE
    assert talk.says("6") == ["next: What for?"]
    assert talk.replies[-1].choices == ("people", "a job", "yes")
    assert talk.says("2") == ["Thanks, Ana!", "refer"]
    assert talk.answers()[-1] == ("seeks", 2, "a job")
    assert (talk.row.state, talk.row.reason, talk.row.finished_at) == ("answered", None, talk.house.clock.now())
    assert talk.house.check_in().state is CheckInState.ANSWERED
    assert question(talk) is Question.NONE


def test_an_answer_says_when_it_was_asked_and_where_it_was_given(talk: Talk) -> None:
    asked_at = talk.house.clock.now()
    talk.house.clock.push(timedelta(hours=2))
    talk.says("7")
    kept = talk.house.one(SurveyAnswer)
    assert (kept.asked_at, kept.at, kept.channel, kept.kind) == (asked_at, talk.house.clock.now(), "sms", "nps")
    assert (kept.round_id, kept.check_in_id) == (talk.row.id, talk.house.check_in().id)
    assert kept.inbox_id is not None


@pytest.mark.parametrize(("score", "why"), [("3", "What went wrong?"), ("10", "Why?")])
def test_the_reason_is_asked_in_words_that_fit_the_score(talk: Talk, score: str, why: str) -> None:
    assert talk.says(score) == [why]


def test_between_the_two_the_content_may_leave_the_words_to_us(talk: Talk) -> None:
    assert talk.says("8") == ["Thank you. What would make it better for you?"]


def test_a_question_comes_only_after_the_answer_that_it_hangs_on(talk: Talk) -> None:
    talk.says("8")
    talk.says("skip")
    assert talk.says("4") == ["next: What was missing?"]


def test_a_question_that_hangs_on_one_that_was_passed_over_does_not_come(talk: Talk) -> None:
    talk.says("8")
    talk.says("skip")
    assert talk.says("skip") == ["skipped: What for?"]


@pytest.mark.parametrize("text", ["11", "7 or 8", "-3"])
def test_a_number_that_is_no_answer_gets_one_question_back_and_is_then_passed_over(talk: Talk, text: str) -> None:
    assert talk.says(text) == ["which_number"]
    assert talk.replies[0].values == {"low": "0", "high": "10"}
    assert talk.says(text) == ["skipped: How easy, 1 to 7?"]
    assert talk.answers() == []


def test_what_was_not_clear_is_forgotten_at_the_next_question(talk: Talk) -> None:
    talk.says("11")
    talk.says("9")
    talk.says("no reason")
    assert talk.says("8") == ["which_number"]


@pytest.mark.parametrize(
    ("text", "told"), [("the job", "a job"), ("People please", "people"), ("1", "people"), ("yep", "yes")]
)
def test_a_choice_is_named_by_number_or_by_its_words(db: Database, text: str, told: str) -> None:
    talk = Talk(db, start=survey(SEEKS))
    talk.passes(DAY)
    assert talk.house.outbox()[-1].body["choices"] == ["people", "a job", "yes"]
    talk.says(text)
    assert [text for _, _, text in talk.answers()] == [told]


def test_two_choices_where_one_was_asked_for_are_asked_about(db: Database) -> None:
    talk = Talk(db, start=survey(SEEKS))
    talk.passes(DAY)
    assert talk.says("people and a job") == ["which_one"]
    assert talk.replies[0].choices == ("people", "a job", "yes")


@pytest.mark.parametrize("text", ["1 and 2", "groups, events", "all of them", "1,2"])
def test_several_choices_are_kept_together(db: Database, text: str) -> None:
    talk = Talk(db, start=survey(USED))
    talk.passes(DAY)
    talk.says(text)
    assert talk.answers() == [("used", None, "events; groups")]


def test_free_words_are_an_answer_even_when_they_look_like_something_else(talk: Talk) -> None:
    talk.says("5")
    talk.says("I'm away until Monday and did not get it done")
    assert talk.answers()[-1] == ("recommend_why", None, "I'm away until Monday and did not get it done")


def test_no_more_questions_ends_the_survey_and_keeps_what_was_said(talk: Talk) -> None:
    talk.says("8")
    assert talk.says("no more questions please") == ["stopped"]
    assert (talk.row.state, talk.row.reason) == ("partly", "declined")
    assert talk.house.get(CheckIn, talk.house.check_in().id).state is CheckInState.ANSWERED


def test_who_wants_none_of_it_has_declined(talk: Talk) -> None:
    assert talk.says("stop the survey") == ["stopped"]
    assert talk.row.state == "declined"


def test_a_wish_for_no_more_surveys_ends_this_one_and_all_to_come_and_nothing_else(db: Database) -> None:
    made = Talk(db, start=survey(NPS), later=survey(EASE, offset="120d"))
    made.passes(DAY)
    number = made.house.hear("stop sending me surveys")
    [reply] = made.perform("action_opt_out", "stop sending me surveys", number)
    assert (reply.response, reply.values["what"]) == ("utter_class_declined", "surveys")
    assert "check-ins about your steps" in str(reply.values["rest"])
    assert made.house.one(Declined).message_class == "survey"
    made.house.settle()
    asked = made.house.texts()
    made.passes(150 * DAY)
    assert [one.state for one in made.house.rows(SurveyRound)] == ["declined", "skipped"]
    assert made.house.texts() == asked
    assert made.house.one(ContactPoint).opted_out_at is None


def test_who_passes_everything_over_has_declined(db: Database) -> None:
    talk = Talk(db, start=survey(LIKED))
    talk.passes(DAY)
    assert talk.says("skip") == ["Thanks, Ana!"]
    assert talk.row.state == "declined"


def test_later_asks_the_same_question_again_in_two_days(talk: Talk) -> None:
    talk.says("8")
    assert talk.says("not now, ask me later") == ["later"]
    assert question(talk) is Question.NONE
    talk.passes(DAY)
    before = len(talk.house.texts())
    talk.passes(DAY + timedelta(hours=1))
    assert talk.house.texts()[before:] == ["Compass: Thank you. What would make it better for you?"]
    assert talk.says("more events") == ["next: How easy, 1 to 7?"]


def test_a_person_is_brought_and_the_survey_waits(talk: Talk) -> None:
    talk.house.says("can I talk to a person?")
    assert talk.house.dialogue.turns[-1].intent == "request_human"


def test_something_else_goes_to_the_engine_and_the_question_is_asked_again_after_it(talk: Talk) -> None:
    talk.says("hello, who are you?")
    assert talk.house.dialogue.turns[-1].intent is None
    [again] = talk.perform("action_reoffer", "hello, who are you?")
    assert (again.response, again.values["ask"]) == ("utter_reoffer", "From 0 to 10?")
    assert talk.says("9") == ["Why?"]


def test_a_number_after_something_else_was_asked_still_answers_the_survey(talk: Talk) -> None:
    talk.perform("action_away", "I'm away")
    talk.perform("action_deny", "no, I'm not")
    talk.perform("action_affirm", "ok")
    talk.perform("action_rate", "9")
    assert talk.answers() == [("recommend", 9, "9")]


def test_after_a_day_of_silence_the_next_rung_asks_the_question_in_hand(talk: Talk) -> None:
    talk.says("8")
    before = len(talk.house.texts())
    talk.passes(timedelta(hours=23))
    assert len(talk.house.texts()) == before
    talk.passes(timedelta(hours=2))
    assert talk.house.texts()[before:] == ["Maria: Thank you. What would make it better for you?"]
    assert talk.says("more people") == ["next: How easy, 1 to 7?"]


def test_silence_after_some_answers_ends_it_partly(talk: Talk) -> None:
    talk.says("8")
    for _ in range(14):
        talk.passes(DAY)
    assert (talk.row.state, talk.row.reason) == ("partly", "silent")
    assert question(talk) is Question.NONE
    assert talk.house.cases() == []


def test_silence_alone_ends_it_as_expired(talk: Talk) -> None:
    for _ in range(14):
        talk.passes(DAY)
    assert talk.row.state == "expired"
    assert talk.house.texts()[-2:] == ["Compass: From 0 to 10?", "Maria: From 0 to 10?"]


def test_a_bad_score_and_its_reason_become_a_case_for_a_person(talk: Talk) -> None:
    talk.says("3")
    assert talk.house.cases() == []
    assert talk.says("Nobody ever called me back") == ["person", "next: How easy, 1 to 7?"]
    case = talk.house.one(HandOff)
    assert (case.reason, case.priority) == (HandOffReason.DETRACTOR, Priority.HIGH)
    assert case.summary == ('Gave 3 (0 to 10) in the survey "Your start". In their words: "Nobody ever called me back"')
    assert talk.row.hand_off_id == case.id
    talk.says("2")
    talk.says("everything")
    talk.says("people")
    assert len(talk.house.cases()) == 1


@pytest.mark.parametrize(("ask", "bad", "fair"), [(LIKED, "2", "3"), (EASE, "2", "3"), (NPS, "6", "7")])
def test_of_each_scale_the_lowest_scores_need_a_person(
    db: Database, ask: dict[str, object], bad: str, fair: str
) -> None:
    talk = Talk(db, start=survey(ask), again=survey(ask, offset="40d"))
    talk.passes(DAY)
    talk.says(fair)
    talk.says("skip")
    assert talk.house.cases() == []
    talk.passes(37 * DAY)
    talk.says(bad)
    talk.says("skip")
    assert [case.reason for case in talk.house.cases()] == [HandOffReason.DETRACTOR]


def test_a_bad_score_becomes_a_case_when_the_member_falls_silent(talk: Talk) -> None:
    talk.says("0")
    for _ in range(14):
        talk.passes(DAY)
    assert [case.summary for case in talk.house.cases()] == ['Gave 0 (0 to 10) in the survey "Your start".']


def test_words_that_say_stuck_become_a_case_whatever_the_score(talk: Talk) -> None:
    talk.says("8")
    assert talk.says("I still can't log in to the portal") == ["person", "next: How easy, 1 to 7?"]
    assert talk.house.one(HandOff).summary.startswith('Seems stuck, by the survey "Your start".')


def test_a_promoter_is_asked_once_a_year_to_tell_a_colleague(db: Database) -> None:
    talk = Talk(db, start=survey(NPS), again=survey(NPS, offset="40d"), year=survey(NPS, offset="421d"))
    told = []
    for wait in (DAY, 37 * DAY, 381 * DAY):
        talk.passes(wait)
        talk.says("10")
        told.append(talk.says("the people"))
    assert told == [["Thanks, Ana!", "refer"], ["Thanks, Ana!"], ["Thanks, Ana!", "refer"]]


def test_an_answer_that_comes_twice_is_kept_once(talk: Talk) -> None:
    number = talk.house.hear("9")
    first = talk.perform("action_survey_answer", "9", number)
    assert talk.perform("action_survey_answer", "9", number) == first
    assert talk.answers() == [("recommend", 9, "9")]


def test_a_number_when_nothing_was_asked_is_kept_as_such(db: Database) -> None:
    talk = Talk(db, start=survey(NPS))
    talk.perform("action_rate", "9")
    assert [(one.survey, one.round_id) for one in talk.house.rows(SurveyAnswer)] == [("unasked", None)]
