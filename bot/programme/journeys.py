"""The way a member goes: steps, milestones, journeys, and what helps on the way."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.programme.base import (
    MEMBER,
    STEP,
    Bridge,
    Confirm,
    Content,
    EventName,
    Key,
    Link,
    MessageClass,
    Stage,
    Words,
)
from bot.programme.duration import Duration
from bot.programme.template import template_of
from bot.programme.unfit import Unfit


class Resource(Content):
    """Something that helps with a step."""

    title: Words
    url: Link
    """{link} in the texts of the steps that name this resource."""
    text: Annotated[str, template_of(*MEMBER, "title", "link")]
    """What the member is sent when stuck, or who asks about one of the topics."""
    topics: tuple[Words, ...] = ()
    """What members call what it is about: "events", "discounts". An answer to "how do I ..." is found by these."""
    segments: tuple[Key, ...] = ()
    """For these segments; left out: for all."""


class Due(Content):
    """When a step is asked for the first time."""

    after: Literal["joined", "entered", "previous_step", "renewal", "date"]
    """What it counts from: joining, entering this journey, the step before, the renewal date, or another date."""
    date: Key | None = None
    """With `after: date`, which of the member's dates: `exam` is the column `date_exam` of a member file."""
    offset: Duration
    """Time from then; before `renewal` and `date` it is negative."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.after not in ("renewal", "date") and self.offset < timedelta():
            raise Unfit(f"a step can't be due before `{self.after}`", "Use a positive offset.")
        if self.after == "date" and self.date is None:
            raise Unfit("it does not say which date", "Add `date:` with its name.")
        if self.after != "date" and self.date is not None:
            raise Unfit(f"`date` has no meaning beside `after: {self.after}`", "Write `after: date`, or remove `date`.")
        return self


class Entry(Content):
    """When a member enters a journey."""

    after: Literal["joined", "renewal", "lapsed", "stage"]
    """Joining, the renewal date, the day on which the membership lapsed, or the end of a journey of another stage."""
    offset: Duration = timedelta()
    """Time from then; before `renewal` it is negative."""
    stage: Stage | None = None
    """With `after: stage`, which stage has to have ended."""
    every: Duration | None = None
    """Enter again after this length of time, counted from the time before; left out: once for each occasion."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.after != "renewal" and self.offset < timedelta():
            raise Unfit(f"a journey can't begin before `{self.after}`", "Use a positive offset.")
        if (self.after == "stage") != (self.stage is not None):
            raise Unfit(
                "`after: stage` and `stage` belong together", "Name the stage beside `after: stage`, or neither."
            )
        if self.every is not None and (self.every < timedelta(days=7) or self.after in ("renewal", "lapsed")):
            remedy = "Give at least a week; renewal and lapse have one occasion each."
            raise Unfit("`every` does not fit here", remedy)
        return self


class Step(Content):
    """One thing that the member does."""

    key: Key
    name: Words
    """A noun phrase that fits into sentences: "your member profile form"."""
    ask: Annotated[str, template_of(*STEP)]
    """The question of the check-in, to which "yes" means done: "Have you filled in your profile form?"."""
    guide: Annotated[str, template_of(*STEP)]
    """One or two sentences how to do it."""
    confirm: Confirm = "self_reported"
    due: Due
    ladder: Key | None
    """The ladder that asks; `null`: nobody asks, the step is only observed or noted by staff."""
    requires: tuple[Key, ...] | None = None
    """The steps that come first; left out: the one before in the list; an empty list: none."""
    lapses: Duration | None = None
    """So long after it is due the step is passed over, if it is not done."""
    observed_by: tuple[EventName, ...] = ()
    """The events that show that it is done."""
    message_class: MessageClass = "relationship"
    """What a member may decline on its own: `promotional` is what an invitation to buy or to book is."""
    bundle: bool = False
    """May be asked in one message together with another such step that is due within a day."""
    resource: Key | None = None
    bridge: Bridge = "resource"
    """What closes the gap when the member can't do it."""
    aliases: tuple[Words, ...] = ()
    """How members call it: "the form", "my profile"."""


class Milestone(Content):
    """A point worth celebrating, reached when all of its steps are done."""

    key: Key
    name: Words
    celebrate: Annotated[str, template_of(*MEMBER, "milestone")]
    """Said when it is reached, as {celebrate} in the rungs of `ladder`."""
    ladder: Key | None = None
    """How it is sent to a member who isn't just writing with us: the first rung that reaches them. Left out: not."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class Journey(Content):
    """The way from where members of some segments stand to where they want to be."""

    key: Key
    name: Words
    stage: Stage
    segments: tuple[Key, ...] = ()
    """For these segments; left out: for all."""
    enters: Entry | None = None
    """When a member enters; left out for the stage onboarding: on joining."""
    lapses: Duration | None = None
    """So long after a member entered, the journey ends for them, done or not."""
    complete_when: Key | None = None
    """The step that makes the rest unnecessary: when it is done, the journey is complete."""
    milestones: Annotated[tuple[Milestone, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.enters is None and self.stage != "onboarding":
            raise Unfit(
                "nobody would ever enter this journey", "Add `enters:`, for example {after: renewal, offset: -90d}."
            )
        return self

    @property
    def entry(self) -> Entry:
        """When a member enters."""
        return self.enters or Entry(after="joined")

    @property
    def version(self) -> str:
        """Twelve hexadecimal characters that change with the content, so that a run can name what it follows.

        Fields at their defaults don't count: a field that is added to the models later changes no version.
        """
        said = self.model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]
