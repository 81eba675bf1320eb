"""What came of a call, and what that means: a talk answers the question, a wish to talk becomes a case, and everything
else lets the ladder go on at once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.clock import Times
from bot.conversation.memory import forget_question
from bot.handoff.cases import Need, open_case
from bot.model import (
    LIVE,
    Call,
    CallOutcome,
    CallState,
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOffReason,
    Member,
    Priority,
    Touch,
    TouchState,
)
from bot.programme.models import Programme
from bot.progress import runs, steps

AFTER_TALK = timedelta(days=3)
NOT_REACHED_WORDS = {
    "busy": "the line was busy",
    "no-answer": "nobody answered",
    "failed": "the call could not be connected",
    "canceled": "the member hung up while it rang",
    "completed": "the call was not accepted",
}
REACHED = (CallOutcome.TALKED, CallOutcome.DECLINED, CallOutcome.MACHINE, CallOutcome.MSM_NOT_REACHED)
"""Somebody or something picked up, so it counts as sent."""


def record(session: Session, programme: Programme, call: Call, outcome: CallOutcome, times: Times) -> bool:
    """Writes what came of a call, once; False when that is known already."""
    if call.outcome is not None:
        return False
    call.outcome, call.state, call.changed_at = outcome, CallState.OVER, times.now
    metrics.calls.labels(outcome).inc()
    audit.write(session, times.now, "bot", "call.ended", member_id=call.member_id, subject=f"call:{call.id}",
                reason=outcome)  # fmt: skip
    touch, check_in = _asked_by(session, call)
    if touch is not None:
        _note(touch, outcome, times)
    match outcome:
        case CallOutcome.TALKED:
            _answer(session, call, check_in, times)
        case CallOutcome.MSM_NOT_REACHED:
            _bring_person(session, programme, call, check_in, times)
        case _:
            if check_in is not None:
                check_in.next_touch_at = times.now
    return True


def _asked_by(session: Session, call: Call) -> tuple[Touch | None, CheckIn | None]:
    """The touch that the call is, and its check-in while that still waits for the call."""
    if call.message is None or call.message.touch_id is None:
        return None, None
    touch = session.get_one(Touch, call.message.touch_id)
    found = sa.select(CheckIn).where(CheckIn.id == touch.check_in_id).with_for_update()
    check_in = session.scalars(found.execution_options(populate_existing=True)).one()
    waits = check_in.state in LIVE and check_in.rung == touch.rung + 1
    return touch, check_in if waits else None


def _note(touch: Touch, outcome: CallOutcome, times: Times) -> None:
    touch.reason, touch.changed_at = outcome, times.now
    if outcome in REACHED:
        touch.state, touch.sent_at = TouchState.SENT, touch.sent_at or times.now
    else:
        touch.state = TouchState.FAILED


def _answer(session: Session, call: Call, check_in: CheckIn | None, times: Times) -> None:
    """They talked. How the step is going is asked again some days later, unless staff note it before."""
    if check_in is None:
        return
    name = call.msm.name if call.msm is not None else "staff"
    forget_question(session, check_in.member_id)
    steps.close(check_in, CheckInState.ANSWERED, f"talked to {name}", times.now)
    if check_in.run_id is None:
        return
    standing = runs.standing(session, check_in.run_id)
    if standing.current is not None and steps.live_check_in(session, standing.run.id) is None:
        steps.schedule(session, standing, standing.current, times.now + AFTER_TALK, times.now)


def _bring_person(session: Session, programme: Programme, call: Call, check_in: CheckIn | None, times: Times) -> None:
    """The member said that they want to talk, so somebody calls back."""
    member = session.get(Member, call.member_id) if call.member_id is not None else None
    if member is None:
        return
    channel, address = _where_to_write(session, member, call)
    name = call.msm.name if call.msm is not None else "their Member Success Manager"
    why = NOT_REACHED_WORDS.get(call.msm_status or "", "the call could not be put through")
    need = Need(
        reason=HandOffReason.ASKED,
        summary=f"Picked up our call and wanted to talk to {name}; {why}. Please call back.",
        channel=channel,
        address=address,
        member=member,
        priority=Priority.HIGH,
        check_in_id=check_in.id if check_in else None,
    )
    if check_in is not None:
        forget_question(session, check_in.member_id)
        steps.close(check_in, CheckInState.HANDED_OFF, str(CallOutcome.MSM_NOT_REACHED), times.now)
    open_case(session, need, programme, now=times.now, wall=times.wall)


def _where_to_write(session: Session, member: Member, call: Call) -> tuple[str, str]:
    """Where staff reach the member in writing; the phone itself when there is no such address."""
    usable = sa.select(ContactPoint).where(
        ContactPoint.member_id == member.id,
        ContactPoint.channel != "voice",
        ContactPoint.unusable_at.is_(None),
        ContactPoint.opted_out_at.is_(None),
    )
    points = session.scalars(usable.order_by(ContactPoint.id)).all()
    best = min(points, key=lambda point: (point.channel == "email", point.channel != "sms"), default=None)
    if best is not None:
        return best.channel, best.address
    return "voice", call.message.address if call.message else f"member:{member.id}"
