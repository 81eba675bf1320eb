"""What the outcome of a delivery means for the rest: the check-in, the address, the case."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.conversation.memory import conversation_of
from bot.handoff import desk, replies
from bot.members import addresses, consent
from bot.model import (
    LIVE,
    CheckIn,
    CheckInKind,
    CheckInState,
    HandOff,
    OutboxMessage,
    Purpose,
    Question,
    Touch,
    TouchState,
)
from bot.outbox.checks import Refusal
from bot.outreach.policy import Cancel, Hold, Reason, Skip
from bot.ports import Failed
from bot.programme.models import Variant
from bot.progress import dates
from bot.surveys import rounds

PUNCTUAL = timedelta(minutes=15)
"""A send that comes so much later than it was planned puts the next rung off too."""
# Built once: building a statement costs more than running it. By the member, because there is an index for that.
_CHECK_IN = sa.select(CheckIn).where(CheckIn.id == sa.bindparam("check_in")).with_for_update()
_BUNDLED = sa.select(CheckIn.id).where(
    CheckIn.member_id == sa.bindparam("member"),
    CheckIn.bundled_with_id == sa.bindparam("lead"),
    CheckIn.state.in_(LIVE),
)
WAITING = (TouchState.QUEUED, TouchState.UNKNOWN)
"""Whose sending is news; of a call the outcome may be known before it is known that the call was placed."""


def sent(session: Session, message: OutboxMessage, times: Times) -> None:
    """The provider took it: the wait of the rung begins, and the question is open in the conversation."""
    touch, check_in = _touch(session, message)
    if touch is not None and check_in is not None and touch.state in WAITING:
        planned_at = touch.changed_at
        touch.state, touch.sent_at, touch.reason, touch.changed_at = TouchState.SENT, times.now, None, times.now
        if check_in.state is CheckInState.OPEN and check_in.rung == touch.rung + 1 and check_in.ladder:
            _asked(session, message, check_in, touch, planned_at, times)
    reported(session, message, times)


def _asked(
    session: Session, message: OutboxMessage, check_in: CheckIn, touch: Touch, planned_at: datetime, times: Times
) -> None:
    """A celebration is over when it was sent. A question waits its full time: from now on, if it was sent late."""
    if check_in.kind is CheckInKind.CELEBRATION:
        check_in.state, check_in.outcome, check_in.closed_at = CheckInState.EXPIRED, "celebrated", times.now
        check_in.next_touch_at = None
        return
    wait = Variant.model_validate(check_in.ladder).rungs[touch.rung].wait
    if check_in.next_touch_at is None or times.now - planned_at > PUNCTUAL:
        check_in.next_touch_at = dates.before_end(times.now + wait, check_in.expires_at)
    _ask(session, message, check_in, times)


def failed(session: Session, message: OutboxMessage, failure: Failed, times: Times) -> None:
    """It will never arrive: the address is marked, the next rung comes at once, staff are told of their reply."""
    point = consent.find(session, message.channel, message.address)
    if point is not None and failure.opted_out:
        consent.withdraw(session, point, consent.Evidence(consent.PROVIDER, failure.reason), times.now)
    if point is not None and failure.unusable:
        point.unusable_at, point.unusable_reason = times.now, failure.reason
        addresses.doubt(point, failure.reason, times.now)
    touch, check_in = _touch(session, message)
    if touch is not None and check_in is not None:
        touch.state, touch.reason, touch.changed_at = TouchState.FAILED, failure.reason, times.now
        if check_in.state in LIVE and check_in.rung == touch.rung + 1:  # a later rung keeps its own wait
            check_in.next_touch_at = times.now
    reported(session, message, times)


def unknown(session: Session, message: OutboxMessage, times: Times) -> None:
    """Nobody knows: it may have been sent, so the wait goes on, and a "yes" answers the question."""
    touch, check_in = _touch(session, message)
    if touch is not None and check_in is not None:
        planned_at = touch.changed_at
        touch.state, touch.sent_at, touch.changed_at = TouchState.UNKNOWN, times.now, times.now
        if check_in.state is CheckInState.OPEN and check_in.rung == touch.rung + 1 and check_in.ladder:
            _asked(session, message, check_in, touch, planned_at, times)
    reported(session, message, times)


def refused(session: Session, message: OutboxMessage, refusal: Refusal, times: Times) -> None:
    """The policy said no at the last moment: the rung is held, skipped or cancelled as it says."""
    touch, check_in = _touch(session, message)
    if touch is None or check_in is None:
        reported(session, message, times)
        return
    touch.reason, touch.changed_at = refusal.reason, times.now
    live = check_in.state in LIVE and check_in.rung == touch.rung + 1
    match refusal.decision:
        case Hold() as hold:
            touch.state, touch.held_until = TouchState.HELD, hold.until
            if live:
                check_in.rung, check_in.next_touch_at = touch.rung, hold.until
        case Cancel(reason=Reason.CLASS_DECLINED):
            touch.state = TouchState.CANCELLED
            if live:  # the next look cancels it and passes the step over
                check_in.rung, check_in.next_touch_at = touch.rung, times.now
        case Skip():
            touch.state = TouchState.SKIPPED
            if live:
                check_in.next_touch_at = times.now
        case Cancel() | _:
            touch.state = TouchState.CANCELLED
            if live:
                check_in.state, check_in.outcome = CheckInState.CANCELLED, refusal.reason
                check_in.closed_at, check_in.next_touch_at = times.now, None


def reported(session: Session, message: OutboxMessage, times: Times) -> None:
    """Shows on the reply in the case's thread what became of it; what is shown is read when that is drawn. Whoever does
    not get it waits on."""
    if message.purpose is not Purpose.STAFF_REPLY or message.hand_off_id is None:
        return
    case = session.get_one(HandOff, message.hand_off_id, with_for_update=True)
    replies.wait_on(session, case, message, times)
    desk.tell(session, case, "reply", f"reply:{message.id}:{message.state}", now=times.now, wall=times.wall,
              reply=message.id)  # fmt: skip


def _ask(session: Session, message: OutboxMessage, check_in: CheckIn, times: Times) -> None:
    if check_in.kind is CheckInKind.SURVEY:
        rounds.sent(session, message, check_in, times)
        return
    conversation = conversation_of(session, check_in.member_id)
    also = session.scalars(_BUNDLED, {"member": check_in.member_id, "lead": check_in.id}).all()
    conversation.question = Question.CHECK_IN
    conversation.data = {"check_in": check_in.id, "step": check_in.step, **({"also": list(also)} if also else {})}
    conversation.asked_at, conversation.channel, conversation.address = times.now, message.channel, message.address


def _touch(session: Session, message: OutboxMessage) -> tuple[Touch | None, CheckIn | None]:
    if message.touch_id is None:
        return None, None
    touch = session.get_one(Touch, message.touch_id)
    return touch, session.scalars(_CHECK_IN, {"check_in": touch.check_in_id}).one()
