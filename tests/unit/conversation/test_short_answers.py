"""What a few words mean beside the question that is open: yes, no, a day, a place in a list, skip."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.meaning import short_cut
from bot.conversation.memory import conversation_of
from bot.conversation.open_question import fixed_intent, yes_or_no
from bot.conversation.scene import Heard
from bot.conversation.wishes import goal_in
from bot.language.contact_times import read_contact_times
from bot.language.picks import read_picks
from bot.language.standing import Standing, read_standing
from bot.model import ContactPoint, Conversation, Question, StepProgress
from tests.support.house import House


def said(house: House, action: str, text: str, intent: str = "nlu_fallback") -> str:
    return house.perform(action, Heard(text, intent, 0.4, [(intent, 0.4)]))[0].response


def state(house: House) -> str:
    return str(house.one(StepProgress, StepProgress.step == "form").state)


def asks(house: House, question: Question) -> None:
    with house.db.begin() as session:
        conversation = conversation_of(session, 1)
        conversation.question, conversation.data = question, {}


@pytest.fixture
def stuck(house: House) -> House:
    """Ana has been sent a page and asked whether it helped."""
    house.settle()
    assert said(house, "action_report_blocked", "stuck", "report_blocked") == "utter_blocked"
    return house


def test_yes_it_helped_is_not_yes_it_is_done(stuck: House) -> None:
    assert said(stuck, "action_report_done", "yes", "affirm") == "utter_in_progress"
    assert state(stuck) == "in_progress"


def test_yes_and_done_is_done(stuck: House) -> None:
    assert said(stuck, "action_report_done", "yes, it's done now", "report_done") == "utter_step_done"


@pytest.mark.parametrize("text", ["no", "no, it didn't", "nope still can't do it"])
def test_no_it_did_not_help_brings_a_person(stuck: House, text: str) -> None:
    assert said(stuck, "action_report_not_done", text, "deny") == "utter_person_coming"


def test_only_words_answer_a_check_in_that_the_model_did_not_understand(house: House) -> None:
    house.settle()
    assert said(house, "action_clarify", "hmm") == "utter_clarify"
    asks(house, Question.CHECK_IN)
    assert said(house, "action_clarify", "no wait, I did it") == "utter_step_done"


def test_a_guess_of_the_model_alone_ticks_off_nothing(house: House) -> None:
    house.settle()
    guess = Heard("hmm", "nlu_fallback", 0.4, [("report_done", 0.44), ("affirm", 0.3)])
    assert house.perform("action_clarify", guess)[0].response == "utter_clarify"
    assert state(house) == "pending"


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("Handled. My assistant put it through", "report_in_progress", "utter_step_done"),
        ("no because I don't have a suitable photo", "report_not_done", "utter_blocked"),
        ("havnt started", "report_in_progress", "utter_not_done"),
    ],
)
def test_plain_words_answer_a_check_in_whatever_the_model_made_of_them(
    house: House, text: str, intent: str, response: str
) -> None:
    house.settle()
    assert said(house, f"action_{intent}", text, intent) == response


def test_a_technical_problem_stays_one_beside_a_check_in(house: House) -> None:
    house.settle()
    alone = said(house, "action_technical_problem", "the page keeps crashing", "report_technical_problem")
    assert alone not in {"utter_blocked", "utter_clarify"}


def test_words_of_leaving_that_sound_like_being_stuck_are_heard_as_leaving(house: House) -> None:
    house.settle()
    heard = said(house, "action_cancel_membership", "can't afford the fees any more", "cancel_membership")
    assert heard == "utter_ask_why_leaving"


def test_a_yes_with_more_words_confirms_a_stop_and_a_no_does_not(house: House) -> None:
    asks(house, Question.CONFIRM_OPT_OUT)
    assert said(house, "action_clarify", "nope, keep them coming") == "utter_stays_in"
    asks(house, Question.CONFIRM_OPT_OUT)
    assert said(house, "action_clarify", "yes, enough of these") == "utter_opted_out"
    assert house.one(ContactPoint).opted_out_at is not None


@pytest.mark.parametrize("action", ["action_snooze", "action_rate", "action_clarify"])
def test_a_day_alone_answers_until_when(house: House, action: str) -> None:
    asks(house, Question.CONFIRM_AWAY)
    assert said(house, action, "14 December") == "utter_away"
    assert house.member().away_until == date(2026, 12, 14)


def test_skip_puts_a_check_in_off_and_lets_anything_else_be(house: House) -> None:
    house.settle()
    assert said(house, "action_skip", "skip", "skip") == "utter_snoozed"
    asks(house, Question.GOAL)
    assert said(house, "action_skip", "skip", "skip") == "utter_ok"
    assert house.conversation().question is Question.NONE


def test_plain_answers_to_a_check_in_are_fixed_before_the_engine() -> None:
    asked = Conversation(member_id=1, question=Question.CHECK_IN, data={})
    assert fixed_intent(asked, "yes") == "report_done"
    assert fixed_intent(asked, "ask me later") == "snooze"
    assert fixed_intent(asked, "the form confuses me") is None
    assert fixed_intent(asked, "no more surveys please") is None
    helped = Conversation(member_id=1, question=Question.CHECK_IN, data={"helped": True})
    assert fixed_intent(helped, "yes") is None


def test_a_question_of_a_survey_is_passed_over_in_any_part_of_a_message() -> None:
    score = Conversation(member_id=1, question=Question.SURVEY_SCORE, data={"kind": "nps"})
    assert fixed_intent(score, "no answer from me on this, skip it") == "skip"
    assert fixed_intent(score, "skip this, I only joined last week") == "skip"
    assert fixed_intent(score, "7, skip the rest") == "rate"
    why = Conversation(member_id=1, question=Question.SURVEY_TEXT, data={"kind": "text"})
    assert fixed_intent(why, "I don't know, skip") == "skip"
    assert fixed_intent(why, "skip the small talk, get to the point") == "answer_text"


def test_yes_and_no_may_be_followed_by_more() -> None:
    assert yes_or_no("yes") is Standing.DONE
    assert yes_or_no("nope, keep them") is Standing.NOT_DONE
    assert yes_or_no("I see") is None


def test_a_correction_is_no_no() -> None:
    assert read_standing("no wait, I did it") is Standing.DONE
    assert read_standing("hang on, it's done") is Standing.DONE


def test_a_choice_is_named_by_its_place() -> None:
    choices = ("people", "learning", "a job")
    assert read_picks("the second one", choices, several=False) == (2,)
    assert read_picks("the last one please", choices, several=False) == (3,)
    assert read_picks("the fourth", choices, several=False) == ()


def test_a_question_about_a_goal_is_no_goal() -> None:
    assert goal_in("can I change my goal?") is None
    assert goal_in("my goal is passing the exam") == "passing the exam"


@pytest.mark.parametrize(
    ("text", "hour"),
    [("evenings after 6 are better", 18), ("around 9 at night", 21), ("after 5pm", 17), ("at 9 am", 9)],
)
def test_hours_are_those_of_the_part_of_the_day(text: str, hour: int) -> None:
    assert read_contact_times(text).hour == hour


@pytest.mark.parametrize(
    "part", ["i have got ", "so just ok ", "no because ", "skip, ", "not the ", "could i talk to "]
)
def test_long_answers_are_read_at_once(part: str) -> None:
    for tail in ("x", "?"):
        assert short_cut("check_in", f"{part * 60}{tail}") in {None, "report_blocked", "report_not_done"}
        assert short_cut("nps", f"{part * 60}{tail}") in {"other", "skip"}
