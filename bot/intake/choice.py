"""A button that was pressed: its opaque id, turned into what it says and means by the message that it was on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.compose.choices import is_choice_id, titles
from bot.model import (
    LIVE,
    CheckIn,
    CheckInKind,
    CheckInState,
    InboxMessage,
    OutboxMessage,
    StepProgress,
    StepState,
    Touch,
)

LASTS = timedelta(days=30)


@dataclass(frozen=True)
class Choice:
    """What the button said, and the intent behind it where the message names one."""

    text: str
    intent: str | None


def resolve(session: Session, item: InboxMessage, now: datetime) -> Choice | None:
    """Reads a button of a message to this very address into `item`; None when it is another's, too old or over."""
    if "meant" in item.body:  # a turn that is repeated: meanwhile the step may be done by this very choice
        return Choice(item.text, item.body["meant"])
    pressed = item.body.get("choice")
    if not is_choice_id(pressed):
        return None
    _, outbox_id, index = str(pressed).split(":")
    message = session.get(OutboxMessage, int(outbox_id)) if int(outbox_id) < 2**63 else None
    if message is None or (message.channel, message.address) != (item.channel, item.address):
        return None
    offered, at = titles(message.body), int(index)
    if at >= len(offered) or message.created_at + LASTS <= now or _is_over(session, message):
        return None
    meanings = message.body.get("meanings") or []
    intent = str(meanings[at]) if at < len(meanings) and meanings[at] else None
    item.text, item.body = offered[at], {**item.body, "meant": intent}
    return Choice(offered[at], intent)


def _is_over(session: Session, message: OutboxMessage) -> bool:
    """Whether the question that the message asked can't be answered any more."""
    if message.touch_id is None:
        return False
    asked = sa.select(CheckIn).join(Touch, Touch.check_in_id == CheckIn.id).where(Touch.id == message.touch_id)
    check_in = session.scalars(asked).one()
    if check_in.state is CheckInState.CANCELLED or (check_in.kind is CheckInKind.SURVEY and check_in.state not in LIVE):
        return True
    step = sa.select(StepProgress.state).where(
        StepProgress.run_id == check_in.run_id, StepProgress.step == check_in.step
    )
    return session.scalars(step).first() in (StepState.DONE, StepState.SKIPPED)
