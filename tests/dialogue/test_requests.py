"""What members ask for beside their steps; the question that was open is asked again afterwards."""

from __future__ import annotations

import pytest

from bot.model import Priority, Question, Team
from tests.support.chat import Chat


@pytest.mark.parametrize("words", ["what's next?", "what should I do now", "ok so whats the next step"])
def test_what_is_next(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_next_step")
    assert "your profile" in chat.words()[0]


@pytest.mark.parametrize("words", ["how far am I?", "where do I stand", "how many steps are left"])
def test_how_far(chat: Chat, words: str) -> None:
    chat.says("done")
    chat.says(words)
    chat.hears("utter_progress")
    assert {"1", "4"} <= set(chat.words()[0].replace(".", " ").split())


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("how do I fill in my profile", "How to do your profile"),
        ("where can I find the welcome webinar", "How to do your webinar"),
        ("how do I change my password", "login_page"),
    ],
)
def test_how_to_do_something(chat: Chat, words: str, page: str) -> None:
    chat.says(words)
    assert chat.heard()[0] == "utter_words"
    assert page in chat.words()[0]


def test_how_to_do_what_no_page_is_about_offers_a_person(chat: Chat) -> None:
    chat.says("how do I submit a poster")
    chat.hears("utter_no_page")
    chat.says("yes please")
    chat.hears("utter_person_coming")


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("what do I get as a member?", "benefits_page"),
        ("are there any member discounts", "benefits_page"),
        ("any events near me this month?", "events_page"),
        ("what webinars are coming up", "events_page"),
        ("a colleague of mine wants to join, how do I invite her", "refer_page"),
    ],
)
def test_a_page_about_it_and_the_question_again(chat: Chat, words: str, page: str) -> None:
    chat.says(words)
    chat.hears("utter_words", "utter_reoffer")
    assert f"https://example.org/{page}" in chat.words()[0]
    assert "Have you filled in your profile?" in chat.words()[0]
    assert chat.question is Question.CHECK_IN


@pytest.mark.parametrize("words", ["when does my membership run out?", "how much are my dues", "how do I renew"])
def test_renewal_says_until_when(chat: Chat, words: str) -> None:
    chat.says(words)
    assert "utter_renews_on" in chat.heard()
    assert "31 March 2027" in chat.words()[0]


@pytest.mark.parametrize("words", ["why are you texting me?", "what is this about", "why do I get these messages"])
def test_why_do_you_write(chat: Chat, words: str) -> None:
    chat.says(words)
    assert chat.heard()[0] in {"utter_explain_step", "utter_explain_contact"}
    assert "First weeks" in chat.words()[0]


@pytest.mark.parametrize("words", ["can you say that again", "sorry what was the question", "repeat please"])
def test_the_last_message_once_more(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_again")
    assert "Have you filled in your profile?" in chat.words()[0]
    chat.says("yes")
    chat.hears("utter_step_done", "utter_next_step")


# People


@pytest.mark.parametrize(
    "words",
    [
        "I want to talk to a person",
        "can someone call me please",
        "get me a human",
        "I would rather speak with somebody from the team",
    ],
)
def test_a_person_please(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_person_coming")
    assert chat.case() == ("asked", Team.MEMBER_SUCCESS, Priority.HIGH)


@pytest.mark.parametrize("words", ["could I get a mentor?", "please match me up with a mentor"])
def test_a_mentor_please(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_person_coming")
    assert chat.case() == ("asked", Team.MEMBER_SUCCESS, Priority.NORMAL)
    assert chat.case_words() == f"Would like a mentor: {words}"


@pytest.mark.parametrize(
    "words",
    ["can someone on your side set up our company account for us", "could you do the setup for our team please"],
)
def test_please_set_it_up_for_us(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_person_coming")
    assert chat.case() == ("asked", Team.PROFESSIONAL_SERVICES, Priority.HIGH)


@pytest.mark.parametrize("words", ["the login page is broken", "your link gives me a 404", "the app keeps crashing"])
def test_something_is_broken(chat: Chat, words: str) -> None:
    chat.says(words)
    assert chat.heard()[-1] == "utter_problem_noted"
    assert chat.case() == ("technical", Team.TECHNICAL_SUPPORT, Priority.HIGH)
    assert chat.question is Question.CHECK_IN


@pytest.mark.parametrize(
    "words", ["this is ridiculous, nobody ever answers me", "I'm really disappointed with your service"]
)
def test_a_complaint(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_complaint")
    assert chat.case() == ("complaint", Team.MEMBER_SUCCESS, Priority.HIGH)
    assert chat.case_words() == f"A complaint: {words}"


@pytest.mark.parametrize("words", ["you should add a search to the directory", "suggestion: shorter webinars"])
def test_a_suggestion_is_kept(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_feedback_kept", "utter_reoffer")
    assert chat.kept() == [("feedback", None, words)]


@pytest.mark.parametrize(
    "words", ["I love being a member, you're all so helpful", "the team was brilliant, great service"]
)
def test_praise_is_kept(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_praise", "utter_reoffer")
    assert chat.kept() == [("praise", None, words)]


@pytest.mark.parametrize("words", ["my email address has changed", "I've got a new job, please update my employer"])
def test_changed_details_are_for_a_person(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_details_noted", "utter_reoffer")
    assert chat.case() == ("identity", Team.MEMBER_SUCCESS, Priority.LOW)


# Goals


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("my main goal is to speak at a conference", "speak at a conference"),
        ("my goal is to pass the exam in May", "pass the exam in May"),
        ("change my goal to meeting ten new people", "meeting ten new people"),
    ],
)
def test_a_goal_in_the_message_is_kept(chat: Chat, words: str, goal: str) -> None:
    chat.says(words)
    chat.hears("utter_goal_kept")
    assert chat.goals()[-1].removeprefix("to ") == goal


@pytest.mark.parametrize("words", ["I want to set a goal", "can I change my goal"])
def test_a_goal_that_is_not_said_is_asked_for(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_ask_goal")
    assert chat.question is Question.GOAL
    chat.says("get better at public speaking")
    chat.hears("utter_goal_kept")
    assert chat.goals() == ["get better at public speaking"]
    assert str(chat.question) == "none"


def test_a_goal_in_the_middle_of_the_journey_is_its_step(chat: Chat) -> None:
    chat.says("done")
    chat.says("my goal is to get certified")
    chat.hears("utter_goal_kept")
    assert chat.step("goal") == "done"
    assert chat.goals()[-1].removeprefix("to ") == "get certified"


def test_the_question_about_a_goal_can_be_skipped(chat: Chat) -> None:
    chat.says("I want to set a goal")
    chat.says("skip")
    chat.hears("utter_ok")
    assert chat.goals() == []


def test_a_person_can_be_asked_for_instead_of_a_goal(chat: Chat) -> None:
    chat.says("I want to set a goal")
    chat.says("talk to a person please")
    chat.hears("utter_person_coming")
    assert chat.goals() == []
