"""Learning when and where a member answers, from their own answers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import Conversation, InboxMessage, InboxState, Member
from bot.outreach.best_time import Answered, best_channel, best_hour
from bot.programme.models import Programme

ANSWERS = (
    "report_done",
    "report_in_progress",
    "report_not_done",
    "report_blocked",
    "affirm",
    "deny",
    "rate",
    "answer_text",
)
"""What counts as an answer; greetings and questions come at hours of the member's own need."""
MOST = 30
_ANSWERED = (
    sa.select(InboxMessage.received_at, InboxMessage.channel)
    .where(
        InboxMessage.member_id == sa.bindparam("whose"),
        InboxMessage.state == InboxState.DONE,
        sa.or_(*(InboxMessage.intent == intent for intent in ANSWERS)),
    )
    .order_by(InboxMessage.id.desc())
    .limit(MOST)
)
"""Built once: building a statement costs more than running it."""


def learn(session: Session, programme: Programme, member: Member, conversation: Conversation) -> None:
    """Brings the hour and the channel at which the member answers best up to date."""
    session.flush()
    answers = [Answered(row.received_at, row.channel) for row in session.execute(_ANSWERED, {"whose": member.id})]
    hour = best_hour(answers, member.zone, programme.hours)
    conversation.best_hour = hour.hour if hour is not None else None
    conversation.best_channel = best_channel(answers)
