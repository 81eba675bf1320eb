"""What a message means because of the question that is open, decided without the dialogue engine."""

from __future__ import annotations

import re

from bot.conversation.meaning import short_cut
from bot.language.commands import Command, passes_over, read_command
from bot.language.numbers import ScoreProblem, Unclear, read_score
from bot.language.picks import read_picks
from bot.language.standing import Standing, leading_answer
from bot.language.text import fold
from bot.model import Conversation, Question
from bot.programme.surveys import SCALES

ANSWER = "answer_text"
RATE, SKIP, SNOOZE = "rate", "skip", "snooze"
INTENT_OF = {Command.SKIP: SKIP, Command.LATER: SNOOZE, Command.PERSON: "request_human", Command.STOP: SKIP}
"""STOP on the channel is decided before: what is left of it is "no more questions"."""
FREE = (Question.SURVEY_TEXT, Question.GOAL, Question.LEAVING)
"""Questions that are answered in the member's own words, whatever these are."""
_OF_SURVEYS = (Question.SURVEY_TEXT, Question.SURVEY_SCORE, Question.SURVEY_CHOICE)
_END_OF_SURVEY = re.compile(
    r"\W*(?:(?:please|pls|ok|okay|no|sorry|just)\W+)*(?:(?:stop|end|quit|cancel|finish|leave|abort|drop)(?: with)?"
    r"(?: (?:the|this|that|these|your|asking(?: me)?(?: (?:the|these|those))?))?"
    r" (?:survey|questionnaire|questions?|poll|quiz)"
    r"|i (?:don'?t|do not) (?:want|wish|care) to (?:answer|do|go on with|continue)"
    r"(?: (?:any|more|anymore|the|this|these|your))*"
    r" (?:survey|questionnaire|questions|poll|quiz)(?: any ?more)?"
    r"|(?:i'?m |i am )?(?:done|finished) with (?:the|this|your|these) (?:survey|questionnaire|questions|poll|quiz))"
    r"(?:\W+(?:please|pls|thanks|thank you|now|here))*\W*"
)
# "The people" is what many value most, and no cry for one.
_PEOPLE = re.compile(
    r"\W*(?:(?:the|your|all|great|nice|kind|lovely|friendly|helpful|other|mostly|definitely|probably)\W+)*"
    r"(?:people|staff|team|colleagues|members)(?:\W+(?:here|there|really|mostly|mainly|i (?:guess|think)))*\W*"
)
_STOPPING = re.compile(r"\b(?:stop|end|quit|cancel|unsub\w*|enough|no more|leave me|remove|opt out)")


def fixed_intent(conversation: Conversation, text: str) -> str | None:
    """The intent of a message to the question that is open; None: the dialogue engine says what it means."""
    question = conversation.question
    if question is Question.CHECK_IN:
        return _plain_answer(conversation, text)
    if question is Question.CONFIRM_OPT_OUT:
        return _stays(text)
    if question is Question.CLARIFY:
        return ANSWER if _names_a_choice(conversation, text) else None
    if question not in (*FREE, Question.SURVEY_SCORE, Question.SURVEY_CHOICE):
        return None
    if ends_survey(text):
        return SKIP
    if question is Question.SURVEY_CHOICE and _names_a_choice(conversation, text):
        return ANSWER
    command = read_command(text)
    if command is not None and not (command is Command.PERSON and _PEOPLE.fullmatch(fold(text[:200]))):
        return INTENT_OF[command]
    if question in _OF_SURVEYS and _passes_over(conversation, text):
        return SKIP
    if question in FREE:
        return ANSWER if text.strip() else None
    return RATE if question is Question.SURVEY_SCORE and _has_number(conversation, text) else None


def _plain_answer(conversation: Conversation, text: str) -> str | None:
    """What can hardly be meant otherwise beside a check-in.

    "Did that help?" gives a yes or no another meaning, and what is less than a clear STOP, which was decided before, is
    confirmed first.
    """
    if conversation.data.get("helped") and yes_or_no(text) is not None:
        return None
    meaning = short_cut("check_in", text)
    return meaning if meaning != "opt_out" else None


def _stays(text: str) -> str | None:
    """A no to "shall I stop?", however it goes on, unless it goes on about stopping: "no stop it"."""
    is_no = yes_or_no(text) is Standing.NOT_DONE and _STOPPING.search(fold(text)) is None
    return "deny" if is_no else None


def yes_or_no(text: str) -> Standing | None:
    """The yes or no that `text` is or begins with, told as what it answers to "have you done it?"."""
    return leading_answer(f"{text}.")


def ends_survey(text: str) -> bool:
    """Whether the writer wants no more questions now; not to be confused with no more messages."""
    return _END_OF_SURVEY.fullmatch(fold(text[:200])) is not None or read_command(text) is Command.STOP


def _passes_over(conversation: Conversation, text: str) -> bool:
    of_score = conversation.question is Question.SURVEY_SCORE
    return passes_over(text, whatever_else=of_score) and not (of_score and _has_number(conversation, text))


def _has_number(conversation: Conversation, text: str) -> bool:
    """Also one that is off the scale, or two: the action asks which."""
    low, high = SCALES.get(str(conversation.data.get("kind")), SCALES["nps"])
    found = read_score(text, low=low, high=high)
    return not isinstance(found, Unclear) or found.reason is not ScoreProblem.NO_NUMBER


def _names_a_choice(conversation: Conversation, text: str) -> bool:
    choices = [str(choice) for choice in conversation.data.get("choices") or ()]
    return read_picks(text, choices, several=conversation.data.get("kind") == "multiple") != ()
