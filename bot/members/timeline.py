"""Everything that happened with one member, and what was said between us, over all channels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.members import happenings, told
from bot.members.happened import IN, OUT, Before, Entry, Kind, cursor, is_before, read_cursor
from bot.model import InboxMessage, Member, OutboxMessage, Purpose, Touch
from bot.programme.models import Programme

__all__ = ["MOST", "Conversation", "Entry", "Kind", "Page", "Said", "conversation", "timeline"]

MOST = 200


@dataclass(frozen=True)
class Page:
    """The newest first; `older` goes into the next call for what was before, None at the end."""

    entries: tuple[Entry, ...]
    older: str | None


@dataclass(frozen=True)
class Said:
    """One message of the conversation. `author` is None when the member wrote it, else who did: the programme, the
    sender of a rung, or a colleague. `is_private`: words for the member alone (a code), which are not shown."""

    message_id: int
    at: datetime
    author: str | None
    channel: str
    text: str
    state: str | None = None
    error: str | None = None
    rule: str | None = None
    understood: str | None = None
    case_id: int | None = None
    is_private: bool = False


@dataclass(frozen=True)
class Conversation:
    """In order, the newest last; `older` goes into the next call for what was said before."""

    lines: tuple[Said, ...]
    older: str | None


def timeline(
    session: Session,
    programme: Programme,
    member_id: int,
    *,
    kinds: Collection[Kind] = (),
    by_staff: bool = False,
    older: str | None = None,
    most: int = 50,
) -> Page:
    """What happened, the newest first: of these kinds, or all; `by_staff`: only what colleagues did. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    most, before = min(max(most, 1), MOST), read_cursor(older)
    teller = happenings.Teller(session, programme, _member(session, member_id), told.names_of_staff(session))
    found = happenings.newest(teller, frozenset(kinds or Kind), by_staff, before, most + 1)
    shown = found[:most]
    return Page(tuple(shown), cursor(shown[-1]) if len(found) > most else None)


def conversation(
    session: Session, programme: Programme, member_id: int, *, older: str | None = None, most: int = 50
) -> Conversation:
    """What was said, over all channels. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    most, before = min(max(most, 1), MOST), read_cursor(older)
    member = _member(session, member_id)
    found = [*_heard(session, member, before, most + 1), *_written(session, programme, member, before, most + 1)]
    found.sort(key=lambda one: (one.at, one.author is not None, one.message_id), reverse=True)
    shown = found[:most]
    left = None
    if len(found) > most:
        last = shown[-1]
        left = f"{last.at.isoformat()}|{OUT if last.author is not None else IN}|{last.message_id}"
    return Conversation(tuple(reversed(shown)), left)


def _heard(session: Session, member: Member, before: Before | None, most: int) -> list[Said]:
    rows = sa.select(InboxMessage).where(InboxMessage.member_id == member.id)
    rows = rows.where(*is_before(InboxMessage.received_at, InboxMessage.id, IN, before))
    rows = rows.order_by(InboxMessage.received_at.desc(), InboxMessage.id.desc()).limit(most)
    return [
        Said(
            message_id=row.id,
            at=row.received_at,
            author=None,
            channel=row.channel,
            text=happenings.heard(row),
            understood=row.intent.replace("_", " ") if row.intent else row.outcome,
        )
        for row in session.scalars(rows)
    ]


def _written(session: Session, programme: Programme, member: Member, before: Before | None, most: int) -> list[Said]:
    at = happenings.WRITTEN_AT
    rows = (
        sa.select(OutboxMessage, Touch.sender)
        .outerjoin(Touch, Touch.id == OutboxMessage.touch_id)
        .where(OutboxMessage.member_id == member.id, OutboxMessage.purpose != Purpose.STAFF)
        .where(*is_before(at, OutboxMessage.id, OUT, before))
        .order_by(at.desc(), OutboxMessage.id.desc())
        .limit(most)
    )
    return [_said(row, sender, programme) for row, sender in session.execute(rows)]


def _said(row: OutboxMessage, sender: str | None, programme: Programme) -> Said:
    is_private = happenings.is_private(row)
    return Said(
        message_id=row.id,
        at=row.sent_at or row.created_at,
        author=happenings.author(row, sender, programme),
        channel=row.channel,
        text=happenings.words_of(row),
        state=str(row.state),
        error=row.error,
        rule=row.rule,
        case_id=row.hand_off_id,
        is_private=is_private,
    )


def _member(session: Session, member_id: int) -> Member:
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    return member
