"""What all acts of staff on a case share: who acts, what speaks against it, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.clock import Times
from bot.errors import Refused
from bot.handoff import cases, desk
from bot.model import EntryKind, HandOff, HandOffState, Staff


@dataclass(frozen=True)
class Act:
    """Who acts on which case, and when. `dedupe` names the act, so that a repeated event does nothing."""

    case_id: int
    staff: Staff
    dedupe: str
    now: datetime
    wall: datetime

    @property
    def times(self) -> Times:
        return Times(self.now, self.wall)


def check_unresolved(case: HandOff) -> None:
    """Raises: Refused: the case is resolved."""
    if case.state is HandOffState.RESOLVED:
        whose = f" It was {case.assignee.name}'s." if case.assignee else ""
        raise Refused(f"This case is resolved.{whose}")


def check_not_anothers(case: HandOff, staff: Staff | None) -> None:
    """Whoever claimed the case has the conversation; to whom an open case was given doesn't matter.

    Raises:
        Refused: the case is resolved, or another colleague has it.
    """
    check_unresolved(case)
    if case.state is HandOffState.CLAIMED and (staff is None or case.assignee_id != staff.id):
        raise Refused(f"{case.assignee.name if case.assignee else 'Somebody else'} has this case.")


def check_still_held(case: HandOff, staff: Staff, holder: int) -> None:
    """Whoever decides about a case has seen who has it: `holder` is whom they saw (0: nobody).

    Raises:
        Refused: another colleague has claimed the case since.
    """
    claimed = case.state is HandOffState.CLAIMED and case.assignee_id not in (holder, staff.id)
    if claimed:
        raise Refused(f"{case.assignee.name if case.assignee else 'Somebody else'} has this case by now.")


def happened(session: Session, case: HandOff, act: Act, event: str, words: str) -> None:
    """Keeps what was done in the case's history and in the audit log, and brings the card up to date."""
    cases.add_entry(session, case, EntryKind.EVENT, act.staff.name, words, act.now)
    audit.write(session, act.now, act.staff.email, f"hand_off.{event}", member_id=case.member_id,
                subject=f"case:{case.id}")  # fmt: skip
    metrics.hand_offs.labels(event, case.reason).inc()
    desk.show(session, case, now=act.now, wall=act.wall)


def follow(session: Session, case: HandOff, act: Act) -> None:
    """Whoever takes a case that was not given to them is mentioned in its thread: from then on Slack tells them of what
    the member writes there, which it doesn't for pressing a button. To be called before the case is theirs."""
    if case.assignee_id != act.staff.id and act.staff.slack_user is not None:
        said = f"{act.staff.name} has this case."
        desk.tell(session, case, "event", f"taken:{act.dedupe}", now=act.now, wall=act.wall, text=said,
                  mention=act.staff.slack_user)  # fmt: skip
