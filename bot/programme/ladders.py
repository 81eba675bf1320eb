"""How a step is asked: senders, rungs, and who takes over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.programme.base import STEP, Content, Key, Modality, Priority, SenderKind, Team
from bot.programme.duration import Duration
from bot.programme.template import template_of
from bot.programme.unfit import Unfit


class Sender(Content):
    """In whose name a rung speaks."""

    name: Annotated[str, template_of("organisation", "programme", "msm")]
    """{sender} in texts; "{msm}" is the member's own Member Success Manager."""
    kind: SenderKind


class Rung(Content):
    """One way to ask, and how long to wait for the answer before the next."""

    modality: Modality
    sender: Key
    wait: Duration
    """Silence of this length leads to the next rung, or from the last one to the hand-off."""
    text: Annotated[str, template_of(*STEP, "ask", "sender", "celebrate")]
    """{ask} is the question of a step; {celebrate} stands only in ladders of milestones."""
    subject: Annotated[str, template_of(*STEP, "sender")] | None = None
    """The subject line: e-mails have one, nothing else has."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.wait <= timedelta():
            raise Unfit("the wait is not positive", 'Give the member time to answer, e.g. wait: "2d".')
        if self.modality == "email" and self.subject is None:
            raise Unfit("the e-mail has no subject", "Add `subject:`.")
        if self.modality != "email" and self.subject is not None:
            raise Unfit(f"a message by {self.modality} has no subject line", "Remove `subject:`.")
        return self


class HandOffRule(Content):
    """Who takes over, and how soon it matters."""

    team: Team
    priority: Priority


class Variant(Content):
    """The rungs in their order, and who takes over after the last."""

    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    then: HandOffRule | None
    """Who takes over after the last; `null`: nobody does, and the question ends without an answer."""


class Ladder(Variant):
    """How a step is asked: rung after rung until the member answers, then a person. Frozen into each check-in."""

    by_segment: Mapping[Key, Variant] = {}
    """Other rungs for members of these segments."""

    def for_segment(self, segment: str) -> Variant:
        """The rungs for members of `segment`, without those of others."""
        return self.by_segment.get(segment) or Variant(rungs=self.rungs, then=self.then)
