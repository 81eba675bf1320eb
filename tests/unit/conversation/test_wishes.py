"""What members ask for beside their steps, and how they want to be written to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation.wishes import channel_in, goal_in
from bot.language.contact_times import ContactTimes, read_contact_times
from bot.model import CheckIn, ContactPoint, HandOff, Question, SurveyAnswer
from tests.support.fake_dialogue import say
from tests.support.house import House


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("my goal is to pass the exam in June", "to pass the exam in June"),
        ("I'd like to find a mentor in my field", "find a mentor in my field"),
        ("hi, i want to get chartered by next year!", "get chartered by next year"),
        ("Change my goal to finding a new job", "finding a new job"),
        ("I want to change my goal", None),
        ("set my goal", None),
        ("my goals", None),
        ("goal", None),
    ],
)
def test_a_goal_is_found_in_a_message(text: str, goal: str | None) -> None:
    assert goal_in(text) == goal


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("please email me instead", "email"),
        ("text me instead of emailing", "sms"),
        ("don't text me, use telegram", "telegram"),
        ("not by phone pls, WhatsApp?", None),
        ("can you call me", "voice"),
        ("I'm on slack all day, write there", "slack"),
        ("facebook messenger is better", "messenger"),
        ("another way please", None),
    ],
)
def test_a_channel_is_found_in_a_message(text: str, channel: str | None) -> None:
    found = channel_in(text)
    assert (found[0] if found else None) == channel


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("mornings are best", ContactTimes(9)),
        ("not in the morning please, evenings", ContactTimes(18)),
        ("after 6 pls", ContactTimes(18)),
        ("after 10am", ContactTimes(10)),
        ("weekdays only", ContactTimes(None, weekdays_only=True)),
        ("don't write on weekends", ContactTimes(None, weekdays_only=True)),
        ("before 9 if possible", ContactTimes(9)),
        ("write less often", ContactTimes(less_often=True)),
        ("lunch time on weekdays only, and less often", ContactTimes(12, weekdays_only=True, less_often=True)),
        ("whenever", ContactTimes()),
        ("at 99", ContactTimes()),
    ],
)
def test_a_time_of_contact_is_found_in_a_message(text: str, wished: ContactTimes) -> None:
    assert read_contact_times(text) == wished


def test_a_goal_is_kept_and_told_back(house: House) -> None:
    said = house.perform("action_set_goal", "my goal is to pass the exam")
    assert (house.member().goal, said[0].response) == ("to pass the exam", "utter_goal_kept")


def test_who_names_no_goal_is_asked_for_it_and_their_next_words_are_it(house: House) -> None:
    assert house.perform("action_set_goal", "I want to change my goal")[0].response == "utter_ask_goal"
    assert house.conversation().question is Question.GOAL
    house.perform("action_tell_goal", "a new job by autumn")
    assert house.member().goal == "a new job by autumn"


def test_a_channel_that_works_is_used_from_then_on(house: House) -> None:
    member = house.member().id
    house.bring("Ana", email="ana@example.org", consent_email=True, consent_source="form")
    assert house.perform("action_change_channel", "email me please")[0].values == {"channel": "e-mail"}
    assert house.member().wishes == {"channel": "email"}
    assert member == house.member().id


def test_a_channel_without_an_address_is_set_up_by_a_person(house: House) -> None:
    assert house.perform("action_change_channel", "use telegram")[0].response == "utter_channel_by_person"
    assert len(house.cases()) == 1
    assert house.member().wishes == {}


def test_the_hour_that_a_member_asks_for_is_the_hour_of_the_next_question(house: House) -> None:
    house.perform("action_change_contact_time", "evenings please, weekdays only")
    assert house.member().wishes == {"hour": 18, "weekdays": True}
    house.perform("action_report_not_done", "not yet")
    due = house.rows(CheckIn)[-1].next_touch_at
    assert due is not None
    assert due.astimezone(house.member().zone).hour == 18


def test_who_asked_for_weekdays_hears_nothing_on_saturday(house: House) -> None:
    house.perform("action_change_contact_time", "weekdays only")
    house.clock.push(timedelta(days=4))
    house.settle()
    assert house.touches() == [(0, "held", "quiet_hours")]
    assert house.texts() == []


def test_who_asked_to_hear_less_gets_one_message_a_week(house: House) -> None:
    house.perform("action_change_contact_time", "less often please")
    house.clock.push(timedelta(hours=1))
    house.settle()
    house.clock.push(timedelta(days=2))
    house.settle()
    assert house.touches() == [(0, "sent", None), (1, "held", "weekly_cap")]


def test_the_last_words_are_repeated(house: House) -> None:
    house.settle()
    assert house.perform("action_repeat", "what?")[0].values == {"words": "Compass: Is your form done?"}


def test_asked_a_second_time_the_words_themselves_are_repeated(house: House) -> None:
    house.settle()
    house.dialogue.answer = say("Once more: Compass: Is your form done?", intent="repeat")
    house.says("what?")
    house.deliver()
    assert house.perform("action_repeat", "sorry, what?")[0].values == {"words": "Compass: Is your form done?"}


def test_how_to_do_a_step_is_told_and_a_page_is_found_by_its_title(house: House) -> None:
    assert "How to do your form" in house.perform("action_how_to", "how do i do the form?")[0].values["words"]


def test_what_no_page_is_about_is_offered_to_a_person(house: House) -> None:
    assert house.perform("action_how_to", "how do I get a parking permit")[0].response == "utter_no_page"
    house.perform("action_affirm", "yes")
    assert len(house.cases()) == 1


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("action_technical_problem", "technical"),
        ("action_complain", "complaint"),
        ("action_ask_data", "privacy"),
        ("action_erase_me", "privacy"),
        ("action_update_details", "identity"),
        ("action_wrong_number", "wrong_number"),
        ("action_mentor", "asked"),
        ("action_set_up", "asked"),
    ],
)
def test_what_a_person_must_do_becomes_a_case_with_their_words(house: House, action: str, reason: str) -> None:
    house.perform(action, "these are my words")
    case = house.one(HandOff)
    assert str(case.reason) == reason
    assert "these are my words" in case.summary


def test_who_leaves_is_asked_why_once_and_a_person_takes_over(house: House) -> None:
    assert house.perform("action_cancel_membership", "I want to cancel")[0].response == "utter_ask_why_leaving"
    assert house.one(HandOff).summary == "Wants to leave: I want to cancel"  # whether they say why or not
    house.perform("action_why_leaving", "too expensive")
    case = house.one(HandOff)
    assert (str(case.reason), case.summary) == ("leaving", "Wants to leave: I want to cancel | Reason: too expensive")


def test_who_has_said_why_is_not_asked(house: House) -> None:
    house.perform(
        "action_cancel_membership", "please cancel my membership, I changed jobs and my new firm pays for another one"
    )
    assert len(house.cases()) == 1


def test_who_would_rather_not_say_need_not(house: House) -> None:
    house.perform("action_cancel_membership", "cancel my membership")
    house.perform("action_no_reason", "skip")
    assert house.one(HandOff).summary.endswith("Gave no reason.")


@pytest.mark.parametrize("action", ["action_feedback", "action_praise"])
def test_opinions_are_kept(house: House, action: str) -> None:
    house.perform(action, "more evening events")
    assert house.one(SurveyAnswer).text == "more evening events"


def test_a_request_leaves_the_open_question_open(house: House) -> None:
    house.settle()
    house.perform("action_technical_problem", "the login page is broken")
    assert house.conversation().question is Question.CHECK_IN
    assert house.rows(ContactPoint)[0].opted_out_at is None
