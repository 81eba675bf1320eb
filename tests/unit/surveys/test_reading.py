"""Reading choices, cries for help, and what a message means because a question is open."""

from __future__ import annotations

import pytest

from bot.conversation.open_question import ends_survey, fixed_intent
from bot.language.picks import read_picks
from bot.language.trouble import is_stuck
from bot.model import Conversation, Question

CHOICES = ("people", "learning", "a job", "recognition", "something else")
USED = ("events", "learning", "groups", "none of them")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3", (3,)),
        ("three", (3,)),
        ("number 2 please", (2,)),
        ("a job", (3,)),
        ("Job!", (3,)),
        ("mostly learning I think", (2,)),
        ("other", (5,)),
        ("people or a job", None),
        ("7", None),
        ("1 or 2", None),
        ("what do you mean", ()),
    ],
)
def test_one_choice(text: str, found: tuple[int, ...] | None) -> None:
    assert read_picks(text, CHOICES, several=False) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 and 3", (1, 3)),
        ("3,1", (1, 3)),
        ("events, groups & learning", (1, 2, 3)),
        ("all of them", (1, 2, 3)),
        ("none", (4,)),
        ("the first two events", (1,)),
        ("1 and 9", None),
        ("hello there", ()),
    ],
)
def test_several_choices(text: str, found: tuple[int, ...] | None) -> None:
    assert read_picks(text, USED, several=True) == found


@pytest.mark.parametrize(("text", "found"), [("yep", 1), ("nope", 3), ("kind of", 2), ("Not really", 3), ("1", 1)])
def test_yes_and_no_in_other_words(text: str, found: int) -> None:
    assert read_picks(text, ("yes", "partly", "no"), several=False) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "I'm stuck with the form", "I still can't log in", "nobody replied to my mails", "been waiting for weeks",
        "I gave up", "we could not find the invoice", "need help with my profile",
    ],
)  # fmt: skip
def test_words_that_say_stuck(text: str) -> None:
    assert is_stuck(text)


@pytest.mark.parametrize(
    "text", ["never been stuck", "I'm not stuck, all good", "the people", "can't complain", "more events", "too pricey"]
)
def test_words_that_don_t(text: str) -> None:
    assert not is_stuck(text)


def open_is(question: Question, **data: object) -> Conversation:
    return Conversation(member_id=1, question=question, data=data)


SCORE = open_is(Question.SURVEY_SCORE, kind="csat")
CHOICE = open_is(Question.SURVEY_CHOICE, kind="single", choices=list(CHOICES))
TEXT = open_is(Question.SURVEY_TEXT, kind="text")


@pytest.mark.parametrize(
    ("conversation", "text", "intent"),
    [
        (SCORE, "4", "rate"),
        (SCORE, "9", "rate"),
        (SCORE, "4 or 5", "rate"),
        (SCORE, "good", None),
        (SCORE, "skip", "skip"),
        (SCORE, "stop the survey", "skip"),
        (SCORE, "not now", "snooze"),
        (SCORE, "can I talk to a person?", "request_human"),
        (CHOICE, "people please", "answer_text"),
        (CHOICE, "people or a job", "answer_text"),
        (CHOICE, "why do you ask?", None),
        (TEXT, "the people", "answer_text"),
        (TEXT, "why do you ask?", "answer_text"),
        (TEXT, "I'd rather not say", "skip"),
        (TEXT, "someone please call me", "request_human"),
        (TEXT, "skip the queue at events would be nice", "answer_text"),
        (open_is(Question.GOAL), "a new job", "answer_text"),
        (open_is(Question.CHECK_IN), "4", None),
        (open_is(Question.NONE), "skip", None),
    ],
)
def test_the_open_question_gives_a_message_its_meaning(
    conversation: Conversation, text: str, intent: str | None
) -> None:
    assert fixed_intent(conversation, text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "stop the survey",
        "No more questions!",
        "please end this questionnaire",
        "end survey",
        "stop survey pls",
        "I\u2019m done with this survey",
        "I don't want to answer any more questions",
    ],
)
def test_the_end_of_a_survey(text: str) -> None:
    assert ends_survey(text)


@pytest.mark.parametrize("text", ["the survey did stop me", "skip", "no", "stop the noise", "more questions please"])
def test_no_end_of_a_survey(text: str) -> None:
    assert not ends_survey(text)
