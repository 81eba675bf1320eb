"""Messages that did not go their way: dead letters, failed ones, and those whose fate nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.errors import Refused
from bot.housekeeping.passes import EMPTIED
from bot.model import InboxMessage, InboxState, Member, OutboxMessage, OutboxState, Purpose
from bot.outbox.again import send_again

ASIDE = (OutboxState.DEAD, OutboxState.FAILED, OutboxState.UNKNOWN)
GROUPS = 50
AT_ONCE = 500
"""So many are sent again in one go."""
# The condition is that of the index, to the letter: only so is it used on either database.
_ASIDE = sa.text("state in ('dead', 'failed', 'unknown')")
Condition = sa.ColumnElement[bool] | sa.TextClause
_AGAIN = (OutboxState.DEAD, OutboxState.FAILED)


@dataclass(frozen=True)
class Group:
    """Messages that were set aside for one reason. `again` of them may be sent again: touches may not."""

    state: str
    channel: str
    error: str
    count: int
    again: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Letter:
    """One such message. `may_again`: it surely did not arrive, and nothing else has taken its place."""

    id: int
    state: str
    channel: str
    address: str
    purpose: str
    rule: str
    error: str
    text: str
    attempts: int
    created_at: datetime
    member_id: int | None
    who: str | None
    case_id: int | None
    may_again: bool


@dataclass(frozen=True)
class Unread:
    """A message of a member that could not be dealt with."""

    id: int
    channel: str
    error: str
    attempts: int
    received_at: datetime
    member_id: int | None


@dataclass(frozen=True)
class Reason:
    """One group, by what its messages have in common."""

    state: OutboxState
    channel: str
    error: str

    def where(self) -> list[Condition]:
        error = OutboxMessage.error == self.error if self.error else sa.func.coalesce(OutboxMessage.error, "") == ""
        return [_ASIDE, OutboxMessage.state == self.state, OutboxMessage.channel == self.channel, error]


def groups(session: Session) -> list[Group]:
    """What was set aside, by reason; the largest first, at most `GROUPS`."""
    error = sa.func.coalesce(OutboxMessage.error, "")
    again = sa.and_(OutboxMessage.purpose != Purpose.TOUCH, OutboxMessage.state.in_(_AGAIN))
    count = sa.func.count()
    rows = session.execute(
        sa.select(
            OutboxMessage.state, OutboxMessage.channel, error, count,
            sa.func.sum(sa.case((again, 1), else_=0)),
            sa.func.min(OutboxMessage.created_at), sa.func.max(OutboxMessage.created_at),
        )
        .where(_ASIDE)
        .group_by(OutboxMessage.state, OutboxMessage.channel, error)
        .order_by(count.desc(), OutboxMessage.channel, error)
        .limit(GROUPS)
    )  # fmt: skip
    return [Group(str(state), *rest) for state, *rest in rows]


def letters(
    session: Session, reason: Reason | None = None, *, before: int | None = None, most: int = 25
) -> list[Letter]:
    """The newest first; those before the message with the number `before`."""
    found = sa.select(OutboxMessage, Member).outerjoin(Member, Member.id == OutboxMessage.member_id)
    found = found.where(*(reason.where() if reason is not None else [_ASIDE]))
    if before is not None:
        found = found.where(OutboxMessage.id < before)
    rows = session.execute(found.order_by(OutboxMessage.id.desc()).limit(most))
    return [_letter(row, member) for row, member in rows]


def unread(session: Session, most: int = 25) -> tuple[list[Unread], int]:
    """Messages of members that nobody could deal with, the newest first, and how many there are."""
    dead: list[Condition] = [_ASIDE, InboxMessage.state == InboxState.DEAD]
    total = session.scalars(sa.select(sa.func.count()).select_from(InboxMessage).where(*dead)).one()
    rows = session.scalars(sa.select(InboxMessage).where(*dead).order_by(InboxMessage.id.desc()).limit(most))
    found = [Unread(row.id, row.channel, row.error or "", row.attempts, row.received_at, row.member_id) for row in rows]
    return found, total


def again(session: Session, ids: Sequence[int], by: str, times: Times) -> int:
    """Sends these again, those that may be; returns how many.

    Raises:
        Refused: none of them may; says why of the first.
    """
    rows = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.id.in_(ids[:AT_ONCE])).order_by(OutboxMessage.id).with_for_update()
    ).all()
    sent, why = 0, "These messages are gone."
    for row in rows:
        try:
            send_again(session, row, times, by=by)
            sent += 1
        except Refused as refused:
            why = refused.detail or str(refused)
    if not sent:
        raise Refused(why)
    return sent


def all_again(session: Session, reason: Reason, by: str, times: Times) -> tuple[int, int]:
    """Sends the oldest `AT_ONCE` of a reason again; returns how many, and how many are left that may be.

    Raises:
        Refused: there are none.
    """
    may: list[Condition] = [*reason.where(), OutboxMessage.purpose != Purpose.TOUCH, OutboxMessage.state.in_(_AGAIN)]
    may.append(OutboxMessage.body[EMPTIED].as_string().is_(None))
    ids = session.scalars(sa.select(OutboxMessage.id).where(*may).order_by(OutboxMessage.id).limit(AT_ONCE)).all()
    if not ids:
        raise Refused("None of these may be sent again.")
    sent = again(session, ids, by, times)
    session.flush()
    return sent, session.scalars(sa.select(sa.func.count()).select_from(OutboxMessage).where(*may)).one()


def _letter(row: OutboxMessage, member: Member | None) -> Letter:
    return Letter(
        id=row.id,
        state=str(row.state),
        channel=row.channel,
        address=row.address,
        purpose=str(row.purpose),
        rule=row.rule,
        error=row.error or "",
        text=str(row.body.get("text") or ""),
        attempts=row.attempts,
        created_at=row.created_at,
        member_id=row.member_id,
        who=member.name if member is not None else None,
        case_id=row.hand_off_id,
        may_again=row.state in _AGAIN and row.purpose is not Purpose.TOUCH and EMPTIED not in row.body,
    )
