"""What an action sees: the member, where they stand, what is open, and what they just said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.conversation.memory import conversation_of
from bot.members.said import said_of
from bot.model import CheckIn, CheckInKind, CheckInState, Conversation, InboxMessage, Member, Question, Touch
from bot.outreach.reach import Reach
from bot.programme import navigate, phrases
from bot.programme.models import Programme, Step
from bot.progress import runs, steps


@dataclass(frozen=True)
class Heard:
    """What the engine understood: the best intent first in `ranking` as (name, confidence)."""

    text: str
    intent: str | None
    confidence: float = 1.0
    ranking: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True)
class Say:
    """One thing to say: a response of domain.yml with the values of its placeholders, and choices if any."""

    response: str
    values: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Everything that an action may look at and change, inside one transaction that holds the member."""

    session: Session
    programme: Programme
    times: Times
    item: InboxMessage
    member: Member
    conversation: Conversation
    heard: Heard
    reach: Reach
    standing: runs.Standing | None
    """The run that this is about: the one that was asked, or whose step is named, else the first under way."""

    @property
    def now(self) -> datetime:
        return self.times.now

    @property
    def said(self) -> dict[str, str]:
        """The member's values for the programme's texts."""
        return said_of(self.programme, self.member)

    @property
    def source(self) -> steps.Said:
        return steps.Said(f"member:{self.item.channel}", self.heard.text[:500])

    def check_in(self) -> CheckIn | None:
        """The live check-in of the run."""
        return steps.live_check_in(self.session, self.standing.run.id) if self.standing else None

    def step(self) -> Step | None:
        """The step that the member speaks of: one that they name, else the one that was asked, else the one in hand."""
        if self.standing is None:
            return None
        named = navigate.find_step(self.standing.journey, self.heard.text)
        if named is not None and named.key not in self.standing.done:
            return named
        return self.asked_step()

    def asked_step(self) -> Step | None:
        """The step that was asked, else the one in hand."""
        if self.standing is None:
            return None
        asked = self.conversation.data.get("step")
        is_open = asked in self.standing.progress and asked not in self.standing.done
        if asked is not None and is_open and self.conversation.question is Question.CHECK_IN:
            return self.standing.step(asked)
        return self.standing.current

    def ask(self, question: Question, **data: Any) -> None:
        """Remembers what the bot just asked."""
        self.conversation.question, self.conversation.data = question, data
        self.conversation.asked_at = self.now

    def forget(self) -> None:
        """Nothing is asked any more."""
        self.conversation.question, self.conversation.data = Question.NONE, {}

    def guide(self, step: Step) -> str:
        assert self.standing is not None
        return phrases.guide_text(self.programme, self.standing.journey, step, self.said)


def load(session: Session, programme: Programme, reach: Reach, times: Times, item: InboxMessage, heard: Heard) -> Scene:
    """The scene of one incoming message of a known member."""
    member = session.get_one(Member, item.member_id, with_for_update={"key_share": True})
    conversation = conversation_of(session, member.id)
    about = _about(session, member, conversation, heard.text)
    return Scene(session, programme, times, item, member, conversation, heard, reach, about)


def _about(session: Session, member: Member, conversation: Conversation, text: str) -> runs.Standing | None:
    under_way = runs.all_active(session, member.id)
    asked = _asked_run(session, member, conversation) if len(under_way) > 1 else None
    first = next((one for one in under_way if one.run.id == asked), None)
    ordered = [first, *under_way] if first is not None else under_way
    for standing in ordered:
        named = navigate.find_step(standing.journey, text)
        if named is not None and named.key not in standing.done:
            return standing
    return ordered[0] if ordered else runs.newest(session, member.id)


def _asked_run(session: Session, member: Member, conversation: Conversation) -> int | None:
    """The run of the question that is open, or, when something else was talked of since, of the one asked last."""
    asked = session.get(CheckIn, conversation.data["check_in"]) if conversation.data.get("check_in") else None
    if asked is not None and asked.run_id is not None:
        return asked.run_id
    waiting = (
        sa.select(CheckIn.run_id)
        .join(Touch, Touch.check_in_id == CheckIn.id)
        .where(
            CheckIn.member_id == member.id,
            CheckIn.state == CheckInState.OPEN,
            CheckIn.kind == CheckInKind.STEP,
            Touch.sent_at.is_not(None),
        )
    )
    return session.scalars(waiting.order_by(Touch.sent_at.desc(), Touch.id.desc()).limit(1)).first()
