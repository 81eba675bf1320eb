"""What led to a case, as plain values: the question that nobody answered, and what was said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.model import (
    CheckIn,
    CheckInKind,
    HandOff,
    HandOffReason,
    InboxMessage,
    OutboxMessage,
    OutboxState,
    Purpose,
    Touch,
    TouchState,
)
from bot.programme.models import Programme
from bot.progress import runs

LAST = 4
JUST_BEFORE = timedelta(hours=1)
OURS = (Purpose.TOUCH, Purpose.REPLY, Purpose.STAFF_REPLY)
"""What was said to the member in conversation; notices may hold codes, which are for the member alone."""
WENT_OUT = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ)
FURTHER = {OutboxState.DELIVERED: "delivered", OutboxState.READ: "read", OutboxState.FAILED: "failed"}
_CHECK_IN = sa.select(CheckIn).where(CheckIn.id == sa.bindparam("check_in")).options(selectinload(CheckIn.touches))
_DELIVERIES = sa.select(OutboxMessage.touch_id, OutboxMessage.state).where(
    OutboxMessage.member_id == sa.bindparam("member"),
    OutboxMessage.touch_id.in_(sa.bindparam("touches", expanding=True)),
)


@dataclass(frozen=True)
class TouchLine:
    """One attempt to reach the member; the `state` of one that was sent tells how far it came, where that is known."""

    at: datetime
    channel: str
    sender: str
    state: str
    reason: str | None


@dataclass(frozen=True)
class Question:
    """What the member was asked before there was a case: the name of the step or survey, and each attempt."""

    about: str
    kind: str
    touches: tuple[TouchLine, ...] = ()


@dataclass(frozen=True)
class Line:
    """One message between the member and us; `author` is None when the member wrote it."""

    at: datetime
    author: str | None
    channel: str
    text: str


def question(session: Session, case: HandOff, programme: Programme) -> Question | None:
    """The check-in that the case is about; None when it is about none."""
    if case.check_in_id is None:
        return None
    check_in = session.scalars(_CHECK_IN, {"check_in": case.check_in_id}).one()
    states: dict[int, OutboxState] = {}
    if check_in.touches:
        ids = [touch.id for touch in check_in.touches]
        found = session.execute(_DELIVERIES, {"member": check_in.member_id, "touches": ids})
        states = {touch_id: state for touch_id, state in found if touch_id is not None}
    lines = tuple(_line(touch, states.get(touch.id)) for touch in check_in.touches)
    return Question(_about(session, check_in, programme), str(check_in.kind), lines)


def conversation(
    session: Session, case: HandOff, programme: Programme, most: int = LAST
) -> tuple[tuple[Line, ...], Line | None]:
    """The last words between us, on whichever channel, the newest last; and, apart, what the member wrote when the case
    was opened. Of strangers only what they wrote.
    """
    heard = sa.select(InboxMessage).where(_whose(InboxMessage, case), InboxMessage.text != "")
    first = _opening(session, heard, case)
    rows = session.scalars(heard.order_by(InboxMessage.id.desc()).limit(most + 1)).all()
    lines = [_heard(row) for row in reversed(rows) if first is None or row.id != first.id]
    if case.member_id is not None:
        said = (
            sa.select(OutboxMessage, Touch.sender)
            .outerjoin(Touch, Touch.id == OutboxMessage.touch_id)
            .where(_whose(OutboxMessage, case), OutboxMessage.purpose.in_(OURS), OutboxMessage.state.in_(WENT_OUT))
            .where(OutboxMessage.channel != "voice")
            .order_by(OutboxMessage.id.desc())
            .limit(most)
        )
        lines += [_said(row, sender, programme) for row, sender in reversed(session.execute(said).all())]
    lines.sort(key=lambda line: (line.at, line.author is not None))
    return tuple(lines[-most:]), _heard(first) if first is not None else None


def _opening(session: Session, heard: sa.Select[InboxMessage], case: HandOff) -> InboxMessage | None:
    """The message that the case was opened for; a case about silence has none."""
    if case.reason in (HandOffReason.SILENT, HandOffReason.UNREACHABLE):
        return None
    within = InboxMessage.received_at.between(case.opened_at - JUST_BEFORE, case.opened_at)
    nearest = heard.where(within).order_by(InboxMessage.received_at.desc(), InboxMessage.id)
    return session.scalars(nearest.limit(1)).first()


def _heard(row: InboxMessage) -> Line:
    return Line(row.received_at, None, row.channel, row.text)


def _whose(model: type[InboxMessage | OutboxMessage], case: HandOff) -> sa.ColumnElement[bool]:
    if case.member_id is not None:
        return model.member_id == case.member_id
    return sa.and_(model.channel == case.channel, model.address == case.address)


def _said(row: OutboxMessage, sender: str | None, programme: Programme) -> Line:
    author = sender or programme.organisation.programme_name
    if row.purpose is Purpose.STAFF_REPLY:
        author = row.rule.partition(" by ")[2] or "a colleague"
    return Line(row.sent_at or row.created_at, author, row.channel, str(row.body.get("text") or ""))


def _about(session: Session, check_in: CheckIn, programme: Programme) -> str:
    """The name of what was asked, as it was when it was asked; its key if the content has it no more."""
    if check_in.kind is CheckInKind.SURVEY or check_in.run_id is None:
        survey = programme.surveys.get(check_in.step)
        return survey.name if survey is not None else check_in.step.replace("_", " ")
    try:
        return runs.standing(session, check_in.run_id).step(check_in.step).name
    except LookupError:
        return check_in.step.replace("_", " ")


def _line(touch: Touch, delivery: OutboxState | None) -> TouchLine:
    state = str(touch.state)
    if touch.state is TouchState.SENT and delivery is not None:
        state = FURTHER.get(delivery, state)
    return TouchLine(touch.sent_at or touch.changed_at, touch.channel, touch.sender, state, touch.reason)
