"""What members are asked about themselves and about us: surveys, one question at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.programme.base import MEMBER, Content, EventName, Key, MessageClass, Words
from bot.programme.duration import Duration
from bot.programme.template import template_of
from bot.programme.unfit import Unfit

QuestionKind = Literal["nps", "csat", "ces", "single", "multiple", "text"]
Band = Literal["low", "middle", "high"]

SCALES: Mapping[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
"""The lowest and the highest score of each kind of question that is answered with a number."""
_LOW_UP_TO = {"nps": 6, "csat": 2, "ces": 2}
_HIGH_FROM = {"nps": 9, "csat": 4, "ces": 6}
WHY = "_why"
"""Ends the key of a question that asks for the reason of a score."""


def band_of(kind: str, score: int) -> Band:
    """Where a score stands: of an NPS `low` is a detractor, `high` a promoter."""
    if score <= _LOW_UP_TO[kind]:
        return "low"
    return "high" if score >= _HIGH_FROM[kind] else "middle"


class FollowUp(Content):
    """What is asked after a score, in words that fit it; answered in the member's own words. `{}` takes these."""

    low: Annotated[str, template_of(*MEMBER)] = "I'm sorry to hear that. What is the main reason?"
    middle: Annotated[str, template_of(*MEMBER)] = "Thank you. What would make it better for you?"
    high: Annotated[str, template_of(*MEMBER)] = "Good to know. What do you value most?"

    def for_score(self, kind: str, score: int) -> str:
        words: dict[Band, str] = {"low": self.low, "middle": self.middle, "high": self.high}
        return words[band_of(kind, score)]


class OnlyIf(Content):
    """Skip logic: the question comes only when an earlier one was answered so."""

    question: Key
    at_least: int | None = None
    at_most: int | None = None
    choice: Words | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.at_least is None and self.at_most is None and self.choice is None:
            raise Unfit("it has no condition", "Add `at_least`, `at_most` or `choice`.")
        return self


class SurveyQuestion(Content):
    """One question. `nps` is answered with 0 to 10, `csat` with 1 to 5, `ces` with 1 to 7."""

    key: Key
    kind: QuestionKind
    ask: Annotated[str, template_of(*MEMBER)]
    choices: tuple[Words, ...] = ()
    """For `single` and `multiple`, in the order in which they are offered."""
    only_if: OnlyIf | None = None
    follow_up: FollowUp | None = None
    """After a score: a question about its reason, in words that fit the score."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        offers = self.kind in ("single", "multiple")
        if offers and len(self.choices) < 2:
            raise Unfit("there is nothing to choose from", "Give at least two `choices`.")
        if not offers and self.choices:
            raise Unfit(f"a question of the kind {self.kind} has no choices", "Remove `choices`, or change `kind`.")
        if self.follow_up is not None and self.kind not in SCALES:
            raise Unfit(f"a question of the kind {self.kind} has no score", "Remove `follow_up`, or change `kind`.")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """Its own key, and that of the question about the reason."""
        return (self.key, f"{self.key}{WHY}") if self.follow_up is not None else (self.key,)


class SurveyTime(Content):
    """When a member is asked: so long after joining, renewal, an event, or a case that a person closed."""

    after: Literal["joined", "renewal", "event", "case_closed"]
    event: EventName | None = None
    offset: Duration = timedelta()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.after == "event") != (self.event is not None):
            raise Unfit(
                "`after: event` and `event` belong together", "Name the event beside `after: event`, or neither."
            )
        if self.after != "renewal" and self.offset < timedelta():
            raise Unfit(f"a survey can't come before `{self.after}`", "Use a positive offset.")
        return self


class Survey(Content):
    """A few questions, and when they are asked."""

    name: Words
    when: SurveyTime
    segments: tuple[Key, ...] = ()
    """For these segments; left out: for all."""
    questions: Annotated[tuple[SurveyQuestion, ...], Field(min_length=1)]
    thanks: Annotated[str, template_of(*MEMBER)]
    ladder: Key
    lapses: Duration = timedelta(days=14)
    """So long after it is due it is not asked any more."""
    again_after: Duration = timedelta(days=90)
    """The least time between two rounds of this survey with one member."""
    message_class: MessageClass = "relationship"


class Statement(Content):
    """One thing that a colleague agrees with or not, from 1 (not at all) to 5 (fully)."""

    key: Key
    text: Words


class SelfAssessment(Content):
    """How well the organisation does member success, by its own staff: statements that are answered with 1 to 5."""

    name: Words
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
