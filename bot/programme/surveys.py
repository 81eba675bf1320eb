"""What members are asked about themselves and about us: surveys, one question at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.programme.base import MEMBER, Content, EventName, Key, MessageClass, Words
from bot.programme.duration import Duration
from bot.programme.template import template_of
from bot.programme.unfit import Unfit

QuestionKind = Literal["nps", "csat", "ces", "single", "multiple", "text"]


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

    @model_validator(mode="after")
    def _fits(self) -> Self:
        offers = self.kind in ("single", "multiple")
        if offers and len(self.choices) < 2:
            raise Unfit("there is nothing to choose from", "Give at least two `choices`.")
        if not offers and self.choices:
            raise Unfit(f"a question of the kind {self.kind} has no choices", "Remove `choices`, or change `kind`.")
        return self


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
