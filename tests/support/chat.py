"""A conversation with the trained assistant as a member has it: what they say, what answers, and what came of it.

The engine is the real one, and so is all that happens to a message from its arrival to the reply in the outbox. Answers
are told by the name of the response that was worded, so that no test hangs on one of its wordings.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import yaml

from app.actions_api import create_actions_app
from app.engine import Engine
from app.places import ROOT
from bot.db import Database
from bot.handoff import acts
from bot.model import (
    CheckIn,
    ContactPoint,
    Goal,
    HandOff,
    HandOffState,
    InboxMessage,
    OutboxMessage,
    Priority,
    Purpose,
    Question,
    StepProgress,
    SurveyAnswer,
    Team,
)
from bot.ports import Answer, Turn
from bot.programme.models import Programme
from tests.support import cast
from tests.support.engine import ACTIONS_TOKEN, ActionsSwitch, PrefixedDialogue
from tests.support.fake_dialogue import FakeDialogue
from tests.support.house import House

DAY = timedelta(days=1)
RENEWS_ON = date(2027, 3, 31)
_PLACEHOLDER = re.compile(r"\{\w+\}")


class RealDialogue(FakeDialogue):
    """The engine, in a conversation of its own; remembers what was answered to which message."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = PrefixedDialogue(engine, uuid.uuid4().hex)
        self.answers: dict[str, Answer] = {}

    def turn(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        self.engine.is_down = self.is_down
        self.answers[turn.message_id] = answer = self.engine.turn(turn)
        return answer


class Chat:
    """Ana, who joined two days ago and has just been asked the first question of the programme."""

    def __init__(self, db: Database, programme: Programme, engine: Engine, switch: ActionsSwitch) -> None:
        self.dialogue = RealDialogue(engine)
        self.house = House(db, programme, dialogue=self.dialogue)
        switch.app = create_actions_app(self.house.performer, ACTIONS_TOKEN)
        self.house.bring("Ana", renews_on=RENEWS_ON)
        self._before = 0
        self.house.settle()

    # What happens

    def says(self, *texts: str) -> None:
        """Ana sends these, one right after the other: nothing is answered before the last has arrived."""
        self._begin()
        for text in texts:
            self.house.hear(text)
        self.house.settle()

    def presses(self, choice: str) -> None:
        """Ana answers with one of the choices that she was offered, in its own words."""
        assert choice in self.choices(), self.choices()
        self.says(choice)

    def passes(self, by: timedelta) -> None:
        """Time passes, in which Ana writes nothing; whatever is due then happens."""
        self._begin()
        self.house.clock.push(by)
        self.house.settle()

    def staff(self, does: Callable[..., object], *words: Any) -> None:
        """A colleague acts on the one case there is."""
        self._begin()
        with self.house.db.begin() as session:
            does(session, self.house.act(self.house.cases()[-1].id), *words)
        self.house.settle()

    def claims(self) -> None:
        self.staff(acts.claim)

    def resolves(self) -> None:
        self.staff(acts.resolve, "Helped.", self.house.programme)

    def _begin(self) -> None:
        rows = self.house.rows(OutboxMessage)
        self._before = rows[-1].id if rows else 0

    # What Ana hears

    def hears(self, *expected: str) -> None:
        """These answered what was said last, in this order: responses, or the rule by which no engine was asked."""
        assert self.heard() == list(expected), f"{self.last_intents()}: {self.words()}"

    def hears_nothing(self) -> None:
        self.hears()

    def heard(self) -> list[str]:
        return [name for row in self._new() for name in self._names(row)]

    def words(self) -> list[str]:
        """What was sent to Ana since she spoke last, as she reads it."""
        return [str(row.body["text"]) for row in self._new()]

    def choices(self) -> tuple[str, ...]:
        """What the last answer of the engine offered to choose from."""
        last = self.dialogue.answers[self.dialogue.turns[-1].message_id]
        return tuple(choice for utterance in last.utterances for choice in utterance.choices)

    def last_intents(self) -> list[str | None]:
        return [answer.intent for answer in list(self.dialogue.answers.values())[-2:]]

    def _new(self) -> list[OutboxMessage]:
        return self.house.outbox(OutboxMessage.id > self._before)

    def _names(self, row: OutboxMessage) -> Iterator[str]:
        answer = self.dialogue.answers.get(f"in-{row.reply_to_id}")
        if answer is None:
            yield "check_in" if row.purpose is Purpose.TOUCH else row.rule
            return
        for utterance in answer.utterances:
            yield response_of(utterance.text)

    # What came of it

    @property
    def question(self) -> Question:
        return self.house.conversation().question

    def step(self, key: str) -> str:
        return str(self.house.one(StepProgress, StepProgress.step == key).state)

    def asked_next(self) -> tuple[str, int]:
        """The step of the check-in that comes next, and in how many days."""
        check_in = self.house.one(CheckIn, CheckIn.next_touch_at.is_not(None))
        assert check_in.next_touch_at is not None
        return str(check_in.step), (check_in.next_touch_at.date() - self.house.clock.now().date()).days

    def cases(self) -> list[str]:
        """The reasons of the cases that wait for a person."""
        return [str(case.reason) for case in self.house.rows(HandOff, HandOff.state != HandOffState.RESOLVED)]

    def case(self) -> tuple[str, Team, Priority]:
        """The one case that waits for a person."""
        [one] = self.house.rows(HandOff, HandOff.state != HandOffState.RESOLVED)
        return str(one.reason), one.team, one.priority

    def case_words(self) -> str:
        return self.house.cases()[-1].summary

    def goals(self) -> list[str]:
        return [goal.text for goal in self.house.rows(Goal)]

    def kept(self) -> list[tuple[str, int | None, str | None]]:
        """Scores and remarks: the question, the number, the words."""
        return [(one.question, one.number, one.text) for one in self.house.rows(SurveyAnswer)]

    def is_opted_out(self) -> bool:
        return self.house.one(ContactPoint, ContactPoint.address == cast.NUMBERS["Ana"]).opted_out_at is not None

    def away_until(self) -> date | None:
        return self.house.member().away_until

    def outcomes(self) -> list[str | None]:
        """What became of each message."""
        return [row.outcome for row in self.house.rows(InboxMessage)]


def response_of(text: str) -> str:
    """The name of the response that was worded so: the one with the most words of its own."""
    found = [(own, name) for name, pattern, own in _wordings() if pattern.fullmatch(text)]
    assert found, f"no response of domain.yml is worded so: {text}"
    return max(found)[1]


@cache
def _wordings() -> Sequence[tuple[str, re.Pattern[str], int]]:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    texts = [(name, str(variation["text"])) for name, variations in responses.items() for variation in variations]
    return [(name, _pattern(text), len(_PLACEHOLDER.sub("", text))) for name, text in texts]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, _PLACEHOLDER.split(text))), re.DOTALL)
