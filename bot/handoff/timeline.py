"""Everything that was said and done about a case, in one order: messages on all channels, private notes, events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff.view_story import OURS, WENT_OUT
from bot.housekeeping.passes import EMPTIED
from bot.model import CaseEntry, EntryKind, HandOff, InboxMessage, OutboxMessage, Purpose, Touch
from bot.programme.models import Programme

LAST = 60
_PRIVATE = (EntryKind.NOTE, EntryKind.EVENT)


class By(StrEnum):
    """Whose line it is. A `note` is for colleagues alone, and an `event` tells what was done."""

    MEMBER = "member"
    BOT = "bot"
    COLLEAGUE = "colleague"
    NOTE = "note"
    EVENT = "event"


_RANK = {By.MEMBER: 0, By.EVENT: 1, By.NOTE: 1, By.BOT: 2, By.COLLEAGUE: 2}
"""Of one moment: what the member wrote, then what was done, then what was said."""


@dataclass(frozen=True)
class Item:
    """One line. `key` tells it from others; `state` is how far a message of ours came, and `problem` why no further.

    `is_emptied`: its words were not kept.
    """

    key: str
    at: datetime
    by: By
    author: str
    text: str
    channel: str | None = None
    state: str | None = None
    problem: str | None = None
    is_emptied: bool = False


@dataclass(frozen=True)
class Timeline:
    """The last lines, the newest last; `has_more`: there are earlier ones."""

    items: tuple[Item, ...]
    has_more: bool


def timeline(session: Session, case: HandOff, programme: Programme, most: int = LAST) -> Timeline:
    """The last `most` lines. What the bot wrote is shown when it went out, what colleagues wrote always."""
    found = [
        *_heard(session, case, most),
        *_said(session, case, programme, most),
        *_kept(session, case, most),
    ]
    found.sort(key=lambda one: (one.at, _RANK[one.by]))
    return Timeline(tuple(found[-most:]), len(found) > most)


def edition(session: Session, case: HandOff) -> tuple[object, ...]:
    """Changes when a line is added or a message of ours comes further; cheap enough to be asked every few seconds."""
    heard = sa.select(sa.func.max(InboxMessage.id)).where(_whose(InboxMessage, case))
    entry = sa.select(sa.func.max(CaseEntry.id)).where(CaseEntry.hand_off_id == case.id)
    last = sa.select(OutboxMessage.id, OutboxMessage.state).where(_whose(OutboxMessage, case))
    states = session.execute(last.order_by(OutboxMessage.id.desc()).limit(12)).all()
    return (
        case.card_edition,
        str(case.state),
        case.snoozed_until,
        *session.execute(sa.select(heard.scalar_subquery(), entry.scalar_subquery())).one(),
        *((number, str(state)) for number, state in states),
    )


def _heard(session: Session, case: HandOff, most: int) -> list[Item]:
    author = case.member.name if case.member else case.address
    rows = sa.select(InboxMessage).where(_whose(InboxMessage, case))
    kept = rows.where(sa.or_(InboxMessage.text != "", InboxMessage.body[EMPTIED].as_string().is_not(None)))
    return [
        Item(f"in:{row.id}", row.received_at, By.MEMBER, author, row.text, row.channel, is_emptied=not row.text)
        for row in reversed(session.scalars(kept.order_by(InboxMessage.id.desc()).limit(most + 1)).all())
        if row.text or EMPTIED in row.body
    ]


def _said(session: Session, case: HandOff, programme: Programme, most: int) -> list[Item]:
    is_ours = sa.and_(OutboxMessage.purpose.in_(OURS), OutboxMessage.state.in_(WENT_OUT))
    rows = (
        sa.select(OutboxMessage, Touch.sender)
        .outerjoin(Touch, Touch.id == OutboxMessage.touch_id)
        .where(_whose(OutboxMessage, case), OutboxMessage.channel != "voice")
        .where(sa.or_(is_ours, OutboxMessage.purpose == Purpose.STAFF_REPLY))
        .order_by(OutboxMessage.id.desc())
        .limit(most + 1)
    )
    return [_message(row, sender, programme) for row, sender in reversed(session.execute(rows).all())]


def _message(row: OutboxMessage, sender: str | None, programme: Programme) -> Item:
    by_colleague = row.purpose is Purpose.STAFF_REPLY
    author = sender or programme.organisation.programme_name
    if by_colleague:
        author = row.rule.partition(" by ")[2] or "a colleague"
    return Item(
        key=f"out:{row.id}",
        at=row.sent_at or row.created_at,
        by=By.COLLEAGUE if by_colleague else By.BOT,
        author=author,
        text=str(row.body.get("text") or ""),
        channel=row.channel,
        state=str(row.state),
        problem=row.error if row.state not in WENT_OUT else None,
        is_emptied=EMPTIED in row.body,
    )


def _kept(session: Session, case: HandOff, most: int) -> list[Item]:
    """Notes and events. What the member wrote, and what was written to them, stands there as messages."""
    rows = sa.select(CaseEntry).where(CaseEntry.hand_off_id == case.id, CaseEntry.kind.in_(_PRIVATE))
    return [
        Item(f"entry:{row.id}", row.at, By(row.kind.value), row.author, row.text)
        for row in reversed(session.scalars(rows.order_by(CaseEntry.id.desc()).limit(most + 1)).all())
    ]


def _whose(model: type[InboxMessage | OutboxMessage], case: HandOff) -> sa.ColumnElement[bool]:
    if case.member_id is not None:
        return model.member_id == case.member_id
    return sa.and_(model.channel == case.channel, model.address == case.address)
