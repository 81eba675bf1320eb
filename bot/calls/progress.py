"""What a call says next. Each function takes one request of the provider and says what the phone is to hear.

A request that comes again gets the same answer as the first time and changes nothing; one that comes too late finds the
call over. What is known never becomes less, in whatever order requests arrive.
"""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy.orm import Session

from bot.calls import outcome
from bot.clock import Times
from bot.members import consent
from bot.model import LIVE, Call, CallOutcome, CallState, CheckIn, Touch
from bot.programme.models import Programme

RANK = {
    CallState.PLACED: 0,
    CallState.ANSWERED: 1,
    CallState.ACCEPTED: 2,
    CallState.CONNECTED: 3,
    CallState.OVER: 4,
}
YES, NEVER_AGAIN = "1", "9"
MACHINES = ("machine", "fax")
LAST_ROUND = 2


class Next(Enum):
    """What the phone hears, or what happens to it."""

    ASK = auto()
    ASK_AGAIN = auto()
    VOICEMAIL = auto()
    HANG_UP = auto()
    NO_LONGER_ASKED = auto()
    GOODBYE = auto()
    STOPPED = auto()
    DIAL_MSM = auto()
    WHISPER = auto()
    BRIDGE = auto()
    MEMBER_GONE = auto()
    NOT_REACHED = auto()
    FAULT = auto()


def answered(session: Session, programme: Programme, call: Call, answered_by: str, times: Times) -> Next:
    """The phone was picked up. Who can't be told for a machine is asked like a person: a machine presses no key."""
    call.answered_by = call.answered_by or answered_by or None
    if answered_by.startswith(MACHINES):
        outcome.record(session, programme, call, CallOutcome.MACHINE, times)
        return Next.VOICEMAIL if answered_by.startswith("machine_end") else Next.HANG_UP
    if call.state is CallState.OVER or call.outcome is not None:
        return Next.HANG_UP
    if not _still_asked(session, call):
        reach(call, CallState.OVER, times)
        return Next.NO_LONGER_ASKED
    reach(call, CallState.ANSWERED, times)
    return Next.ASK


def pressed(session: Session, programme: Programme, call: Call, digits: str, attempt: int, times: Times) -> Next:
    """The member pressed a key, or none in time (empty `digits`) in this `attempt`, 1 or 2."""
    if digits == YES and call.state in (CallState.PLACED, CallState.ANSWERED, CallState.ACCEPTED):
        reach(call, CallState.ACCEPTED, times)
        if call.msm is not None and call.msm.phone:
            return Next.DIAL_MSM
        outcome.record(session, programme, call, CallOutcome.MSM_NOT_REACHED, times)
        return Next.NOT_REACHED
    if digits == NEVER_AGAIN and call.outcome in (None, CallOutcome.DECLINED):
        _stop(session, call, times)
        outcome.record(session, programme, call, CallOutcome.DECLINED, times)
        return Next.STOPPED
    if RANK[call.state] > RANK[CallState.ANSWERED]:
        return Next.GOODBYE if call.outcome is CallOutcome.DECLINED else Next.HANG_UP
    if attempt < LAST_ROUND:
        return Next.ASK_AGAIN
    outcome.record(session, programme, call, CallOutcome.DECLINED, times)
    return Next.GOODBYE


def msm_answered(call: Call) -> Next:
    """The MSM's phone was picked up; only a person who presses a key gets the call."""
    return Next.WHISPER if call.state in (CallState.ACCEPTED, CallState.CONNECTED) else Next.MEMBER_GONE


def msm_pressed(call: Call, digits: str, times: Times) -> Next:
    """The MSM pressed a key, or none in time."""
    if digits != YES:
        return Next.HANG_UP
    if call.state not in (CallState.ACCEPTED, CallState.CONNECTED):
        return Next.MEMBER_GONE
    reach(call, CallState.CONNECTED, times)
    return Next.BRIDGE


def dial_done(
    session: Session, programme: Programme, call: Call, status: str, bridged: bool | None, times: Times
) -> Next:
    """The MSM's leg ended. `bridged` is the provider's word on whether they were connected, if it gave one.

    A leg that was only picked up counts as completed too; that is why the word, or else the key, decides.
    """
    call.msm_status = status or call.msm_status
    talked = status in ("completed", "answered") and (
        bridged or (bridged is None and call.state is CallState.CONNECTED)
    )
    if talked:
        reach(call, CallState.CONNECTED, times)
    outcome.record(session, programme, call, CallOutcome.TALKED if talked else CallOutcome.MSM_NOT_REACHED, times)
    return Next.HANG_UP if call.outcome is CallOutcome.TALKED else Next.NOT_REACHED


def msm_leg_ended(call: Call, status: str) -> None:
    """Why the MSM's phone was not answered, for whoever reads the case."""
    call.msm_status = call.msm_status or status


def faulted(session: Session, programme: Programme, call: Call, error: str, times: Times) -> Next:
    """The provider could not go on with our instructions. The wish to talk, once said, is not lost."""
    call.error = error
    wished = call.state in (CallState.ACCEPTED, CallState.CONNECTED)
    outcome.record(session, programme, call, CallOutcome.MSM_NOT_REACHED if wished else CallOutcome.FAILED, times)
    return Next.FAULT


def ended(session: Session, programme: Programme, call: Call, status: str, times: Times) -> None:
    """The provider's last word: `completed`, `busy`, `no-answer`, `failed` or `canceled`."""
    never_answered = {"busy": CallOutcome.BUSY, "no-answer": CallOutcome.NO_ANSWER}
    how_far = {
        CallState.ANSWERED: CallOutcome.DECLINED,
        CallState.ACCEPTED: CallOutcome.MSM_NOT_REACHED,
        CallState.CONNECTED: CallOutcome.TALKED,
    }
    if call.state is CallState.OVER:
        return
    if call.state in how_far:
        outcome.record(session, programme, call, how_far[call.state], times)
    else:
        outcome.record(session, programme, call, never_answered.get(status, CallOutcome.FAILED), times)


def reach(call: Call, state: CallState, times: Times) -> None:
    """Moves the call on, never back."""
    if RANK[state] > RANK[call.state]:
        call.state, call.changed_at = state, times.now


def _still_asked(session: Session, call: Call) -> bool:
    """Whether the question that the call is about is still open: the member may have answered it meanwhile."""
    touch = session.get(Touch, call.message.touch_id) if call.message and call.message.touch_id else None
    if touch is None:
        return True
    check_in = session.get_one(CheckIn, touch.check_in_id)
    return check_in.state in LIVE and check_in.rung == touch.rung + 1


def _stop(session: Session, call: Call, times: Times) -> None:
    point = consent.find(session, call.message.channel, call.message.address) if call.message else None
    if point is not None:
        consent.withdraw(session, point, consent.Evidence("voice", f"pressed {NEVER_AGAIN}"), times.now)
