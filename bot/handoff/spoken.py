"""Calls that staff made themselves, outside of our own telephony: kept when they say how it went."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.handoff import cases, clocks, desk
from bot.handoff.act import Act, check_not_anothers, follow, happened
from bot.model import CallOutcome, HandOff, HandOffState

OUTCOMES = {
    CallOutcome.TALKED: "they talked",
    CallOutcome.NO_ANSWER: "no answer",
    CallOutcome.MACHINE: "left a message",
    CallOutcome.BUSY: "the line was busy",
    CallOutcome.DECLINED: "the call was declined",
    CallOutcome.FAILED: "the number does not work",
}
"""What staff may say of a call of theirs, in words."""


def call_logged(session: Session, act: Act, outcome: CallOutcome, words: str = "") -> HandOff:
    """Keeps how a call went, in private words. Whoever called has the case; a member who was talked to waits no longer.

    Raises:
        Refused: somebody else has the case, or it is resolved.
    """
    case = cases.get(session, act.case_id)
    check_not_anothers(case, act.staff)
    if case.state is HandOffState.OPEN:
        follow(session, case, act)
        case.state, case.assignee, case.claimed_at = HandOffState.CLAIMED, act.staff, act.now
    if outcome is CallOutcome.TALKED:
        clocks.replied(case, act.now)
    else:
        clocks.acted(case, act.now)
    said = f"{act.staff.name} called: {OUTCOMES.get(outcome, outcome.replace('_', ' '))}."
    happened(session, case, act, "called", f"{said} {words.strip()}".strip())
    desk.tell(session, case, "event", f"called:{act.dedupe}", now=act.now, wall=act.wall,
              text=said, words=words.strip())  # fmt: skip
    return case
