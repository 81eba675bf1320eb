"""The way a member goes: steps, milestones, journeys, and what helps on the way."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.programme.base import MEMBER, STEP, Bridge, Confirm, Content, Key, Link, Stage, Words
from bot.programme.duration import Duration
from bot.programme.template import template_of
from bot.programme.unfit import Unfit


class Resource(Content):
    """Something that helps with a step."""

    title: Words
    url: Link
    """{link} in the texts of the steps that name this resource."""
    text: Annotated[str, template_of(*MEMBER, "title", "link")]
    """What the member is sent when stuck."""


class Due(Content):
    """When a step is asked for the first time."""

    after: Literal["joined", "previous_step", "renewal"]
    offset: Duration
    """Time from then; only `renewal` may be negative (before)."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.after != "renewal" and self.offset < timedelta():
            raise Unfit(f"a step can't be due before `{self.after}`", "Use a positive offset.")
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
    ladder: Key
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
    """Sent when it is reached."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class Journey(Content):
    """The way from where members of some segments stand to where they want to be."""

    key: Key
    name: Words
    stage: Stage
    segments: tuple[Key, ...] = ()
    """For these segments; left out: for all."""
    milestones: Annotated[tuple[Milestone, ...], Field(min_length=1)]

    @property
    def version(self) -> str:
        """Twelve hexadecimal characters that change with the content, so that a run can name what it follows.

        Fields at their defaults don't count: a field that is added to the models later changes no version.
        """
        said = self.model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]
