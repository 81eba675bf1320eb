"""When a case that was resolved goes on: a colleague opens it again, or the member writes soon after."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.handoff import cases, desk
from bot.language.commands import Command, read_command
from bot.language.small_talk import asks_assistant, is_small_talk
from bot.model import Conversation, EntryKind, HandOff, HandOffState, InboxMessage, Question, Staff

_LAST = (
    sa.select(HandOff)
    .where(HandOff.member_id == sa.bindparam("whose"), HandOff.state == HandOffState.RESOLVED)
    .where(HandOff.resolved_at > sa.bindparam("since", type_=HandOff.resolved_at.type))
    .order_by(HandOff.resolved_at.desc(), HandOff.id.desc())
    .limit(1)
    .with_for_update()
)


def reopen(case: HandOff, for_whom: Staff, now: datetime) -> None:
    """The conversation is that person's again."""
    case.state, case.assignee, case.claimed_at = HandOffState.CLAIMED, for_whom, now
    case.resolved_at = case.outcome = case.follow_up_on = None
    case.reopened += 1


def goes_on(session: Session, item: InboxMessage, within: timedelta, now: datetime) -> HandOff | None:
    """The case that a member's message belongs to although it was resolved; None when the message is the bot's.

    It has to come within that time after a person held the conversation. Thanks end a conversation and don't open it
    again, and what the bot has asked since is answered to the bot.
    """
    case = session.scalars(_LAST, {"whose": item.member_id, "since": now - within}).first()
    if case is None or case.claimed_at is None or case.assignee is None or case.resolved_at is None:
        return None
    if _is_for_bot(item, case.assignee) or _bot_has_asked(session, case, case.resolved_at):
        return None
    return case


def by_member(session: Session, case: HandOff, *, now: datetime, wall: datetime) -> None:
    """The case is open again, for the same colleague: the member went on talking to them."""
    assert case.assignee is not None
    reopen(case, case.assignee, now)
    case.rung, case.reminded_at, case.look_at = 0, None, now
    who = case.member.name if case.member else case.address
    said = f"{who} wrote again, so the case is open again and {case.assignee.name}'s."
    cases.add_entry(session, case, EntryKind.EVENT, "bot", said, now)
    audit.write(session, now, "bot", "hand_off.reopened", member_id=case.member_id, subject=f"case:{case.id}")
    metrics.hand_offs.labels("reopened", case.reason).inc()
    desk.tell(session, case, "event", f"reopened:{case.reopened}", now=now, wall=wall, text=said,
              mention=case.assignee.slack_user)  # fmt: skip
    desk.show(session, case, now=now, wall=wall)


def _is_for_bot(item: InboxMessage, colleague: Staff) -> bool:
    """Thanks, a pressed button, or something that the assistant knows better than anybody."""
    if "choice" in item.body or read_command(item.text) in (Command.SKIP, Command.LATER):
        return True
    first, _, _ = colleague.name.partition(" ")
    return is_small_talk(item.text, first) or asks_assistant(item.text)


def _bot_has_asked(session: Session, case: HandOff, since: datetime) -> bool:
    conversation = session.get(Conversation, case.member_id)
    if conversation is None:
        return False
    asked = conversation.asked_at is not None and conversation.asked_at >= since
    return asked or conversation.question is not Question.NONE
