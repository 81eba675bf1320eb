"""A small programme with surveys, and a conversation about them in which the rules of `data/rules/surveys.yml` act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversation.scene import Heard, Say
from bot.db import Database
from bot.model import SurveyAnswer, SurveyRound
from bot.ports import Turn
from bot.programme.models import Programme
from tests.support.house import House
from tests.support.small_programme import journey, ladder, make_programme, rung, step

DAY = timedelta(days=1)
NPS: dict[str, Any] = {
    "key": "recommend", "kind": "nps", "ask": "From 0 to 10?", "follow_up": {"low": "What went wrong?", "high": "Why?"},
}  # fmt: skip
EASE: dict[str, Any] = {"key": "ease", "kind": "ces", "ask": "How easy, 1 to 7?"}
LIKED: dict[str, Any] = {"key": "liked", "kind": "csat", "ask": "How was it, 1 to 5?"}
SEEKS: dict[str, Any] = {"key": "seeks", "kind": "single", "ask": "What for?", "choices": ["people", "a job", "yes"]}
USED: dict[str, Any] = {"key": "used", "kind": "multiple", "ask": "Used?", "choices": ["events", "groups", "none"]}
MISSED: dict[str, Any] = {
    "key": "missed", "kind": "text", "ask": "What was missing?", "only_if": {"question": "ease", "at_most": 4},
}  # fmt: skip
ACTION = {"rate": "answer", "answer_text": "answer", "skip": "skip", "snooze": "later"}


def survey(*questions: dict[str, Any], after: str = "joined", offset: str = "3d", **more: Any) -> dict[str, Any]:
    """A survey, as the content writes it; due a day after the tests begin."""
    return {
        "name": "Your start",
        "when": {"after": after, "offset": offset},
        "ladder": "survey",
        "questions": list(questions) or [NPS],
        "thanks": "Thanks, {first_name}!",
        **more,
    }


def programme(**surveys: Any) -> Programme:
    """Two rungs by SMS, five days apart, and a journey that asks nothing in the meantime."""
    form = step("form", "joined", "1d", ladder=None, observed_by=["form.sent"], bridge="training")
    journeys = {"onboarding": journey(milestones={"m": [form]})}
    ladders = {
        "standard": ladder(rung()),
        "survey": {"rungs": [rung(wait="5d"), rung(wait="5d", sender="msm")], "then": None},
    }
    return make_programme(journeys=journeys, ladders=ladders, surveys=surveys)


class Talk:
    """Ana, asked a survey. What the engine would do with its rules is done with the intent that was fixed."""

    def __init__(self, db: Database, **surveys: Any) -> None:
        self.house = House(db, programme(**surveys))
        self.replies: list[Say] = []
        self.house.dialogue.meanwhile = self._act
        self.house.bring("Ana")
        self.house.settle()

    def _act(self, turn: Turn) -> None:
        self.replies = []
        if turn.intent in ACTION and turn.slots["pending_question"].startswith("survey_"):
            self.replies = self.perform(f"action_survey_{ACTION[turn.intent]}", turn.text, turn.metadata["inbox_id"])

    def perform(self, action: str, text: str, inbox_id: int | None = None) -> list[Say]:
        return self.house.perform(action, Heard(text, None), inbox_id)

    def says(self, text: str) -> list[str]:
        """What the actions say to a message: the name of the response without its beginning, or the words of content.

        Everything that is due then is done, too.
        """
        self.house.says(text)
        told = [_told(reply) for reply in self.replies]
        self.house.settle()
        return told

    def passes(self, by: timedelta) -> None:
        self.house.clock.push(by)
        self.house.settle()

    @property
    def row(self) -> SurveyRound:
        """The newest round."""
        return self.house.rows(SurveyRound)[-1]

    def answers(self) -> list[tuple[str, int | None, str | None]]:
        return [(one.question, one.number, one.text) for one in self.house.rows(SurveyAnswer)]


def _told(reply: Say) -> str:
    if reply.response == "utter_words":
        return reply.values["words"]
    name = reply.response.removeprefix("utter_").removeprefix("survey_")
    return f"{name}: {reply.values['ask']}" if "ask" in reply.values else name
