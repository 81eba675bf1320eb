"""Who answers a message: nobody, a person, or the assistant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.handoff import cases, reopening
from bot.model import ContactPoint, HandOff, HandOffState, InboxMessage


@dataclass(frozen=True)
class Silence:
    """Nobody answers; `reason` says why."""

    reason: str


@dataclass(frozen=True)
class Forward:
    """A person holds the conversation: the message goes to them, and the bot says nothing.

    `reopens`: they had just given it back, and the member goes on talking to them.
    """

    case: HandOff
    reopens: bool = False


@dataclass(frozen=True)
class Talk:
    """The assistant answers. An open case that nobody has claimed yet is kept informed."""

    case: HandOff | None


def who_answers(
    session: Session,
    item: InboxMessage,
    point: ContactPoint | None,
    reopen_within: timedelta,
    now: datetime,
    *,
    may_have_case: bool = True,
) -> Silence | Forward | Talk:
    """For a message of a known member that is neither a keyword nor a cry for help. `point` is where it came from;
    without a case, open or just resolved, there is none to look for.

    So long after a person has resolved a case, what the member writes is still meant for them, unless it is plainly not
    (`bot.handoff.reopening`); later it is the assistant's.
    """
    case = cases.unresolved(session, f"member:{item.member_id}") if may_have_case else None
    if case is not None and case.state is HandOffState.CLAIMED:
        return Forward(case)
    if point is not None and point.opted_out_at is not None:
        return Silence("opted_out")
    ended = reopening.goes_on(session, item, reopen_within, now) if may_have_case and case is None else None
    return Forward(ended, reopens=True) if ended is not None else Talk(case)
