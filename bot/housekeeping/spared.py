"""What spares a row though its time is over: no outcome, or something live that refers to it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from bot.model import (
    LIVE,
    Call,
    CallState,
    CheckIn,
    HandOff,
    HandOffState,
    InboxMessage,
    InboxState,
    JourneyRun,
    OutboxMessage,
    OutboxState,
    RoundState,
    RunState,
    SurveyRound,
    Touch,
)

WAITING = (OutboxState.PENDING, OutboxState.SENDING)
OPEN_ROUNDS = (RoundState.PLANNED, RoundState.ASKED)

IS_DEALT_WITH = InboxMessage.state != InboxState.PENDING
IS_DELIVERED = OutboxMessage.state.not_in(WAITING)
IS_CLOSED = CheckIn.state.not_in(LIVE)
CLOSED_AT = sa.func.coalesce(CheckIn.closed_at, CheckIn.created_at, type_=CheckIn.created_at.type)
IS_SURVEYED_OVER = SurveyRound.state.not_in(OPEN_ROUNDS)
SURVEYED_AT = sa.func.coalesce(SurveyRound.finished_at, SurveyRound.due_at, type_=SurveyRound.due_at.type)
_RESOLVED = sa.bindparam("resolved", HandOffState.RESOLVED, type_=HandOff.state.type, literal_execute=True)
"""In words: an index that is for unresolved cases alone is not used for a value that comes later."""
_message, _round, _case, _partner = aliased(OutboxMessage), aliased(SurveyRound), aliased(HandOff), aliased(CheckIn)


def message_waits(outbox_id: Any) -> sa.Exists:
    """Whether that message has no outcome yet."""
    return sa.exists().where(_message.id == outbox_id, _message.state.in_(WAITING))


def answer_waits(inbox_id: Any) -> sa.Exists:
    """Whether an answer to that message has no outcome yet."""
    return sa.exists().where(_message.reply_to_id == inbox_id, _message.state.in_(WAITING))


def has_open_case(table: type[InboxMessage | OutboxMessage]) -> sa.Exists:
    """Whether a case shows what that member or stranger said last."""
    subject = sa.case(
        (table.member_id.is_(None), table.channel + ":" + table.address),
        else_="member:" + sa.cast(table.member_id, sa.Text),
    )
    return sa.exists().where(_case.subject == subject, _case.state != _RESOLVED)


def case_is_open(hand_off_id: Any) -> sa.Exists:
    """Whether that case is not resolved."""
    return sa.exists().where(_case.id == hand_off_id, _case.state != _RESOLVED)


def is_asked(touch_id: Any) -> sa.Exists:
    """Whether the question of that touch is live."""
    return sa.exists().where(Touch.id == touch_id, Touch.check_in_id == CheckIn.id, CheckIn.state.in_(LIVE))


def is_on_the_phone(outbox_id: Any) -> sa.Exists:
    """Whether the call of that message is not over."""
    return sa.exists().where(Call.outbox_id == outbox_id, Call.state != CallState.OVER)


def is_surveyed(round_id: Any) -> sa.Exists:
    """Whether that survey is going on."""
    return sa.exists().where(_round.id == round_id, _round.state.in_(OPEN_ROUNDS))


def nothing_needs_check_in() -> tuple[sa.ColumnElement[bool], ...]:
    """Its journey is over, no case and no survey is about it, nothing was asked beside it, and no message waits."""
    touch = aliased(Touch)
    return (
        ~sa.exists().where(JourneyRun.id == CheckIn.run_id, JourneyRun.state == RunState.ACTIVE),
        ~sa.exists().where(_case.check_in_id == CheckIn.id, _case.state != _RESOLVED),
        ~sa.exists().where(_round.check_in_id == CheckIn.id, _round.state.in_(OPEN_ROUNDS)),
        ~sa.exists().where(_partner.bundled_with_id == CheckIn.id, _partner.state.in_(LIVE)),
        ~sa.exists().where(
            touch.check_in_id == CheckIn.id, _message.touch_id == touch.id, _message.state.in_(WAITING)
        ),
    )  # fmt: skip
