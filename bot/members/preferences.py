"""Classes of messages that a member does not want. STOP on a channel is another matter: see `bot.members.consent`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.conversation.memory import conversation_of, forget_question
from bot.errors import Refused
from bot.members.consent import Evidence
from bot.model import LIVE, CheckIn, CheckInKind, CheckInState, ConsentEvent, ConsentKind, Declined, Member
from bot.programme.base import Declinable
from bot.programme.models import Programme
from bot.progress import runs, steps
from bot.surveys import rounds

ANY = "any"
"""The ledger's channel of what holds on all of them."""
SURVEYS = "survey"
OUTCOME = "class_declined"


def declined(session: Session, member_id: int) -> frozenset[str]:
    """The classes that the member does not want."""
    return frozenset(session.scalars(sa.select(Declined.message_class).where(Declined.member_id == member_id)))


def decline(
    session: Session,
    programme: Programme,
    member: Member,
    message_class: Declinable,
    evidence: Evidence,
    now: datetime,
) -> bool:
    """The member wants no more messages of a class, or no more surveys.

    Open questions of that kind end, and the journey goes on without them.

    Returns False when they had said so before.

    Raises:
        Refused: the class is `transactional`.
    """
    if message_class == "transactional":
        raise Refused(
            "Transactional messages are notices about a membership that the member has, and can't be declined alone. "
            "STOP on a channel ends them there too."
        )
    if message_class in declined(session, member.id):
        return False
    row = Declined(member_id=member.id, message_class=message_class, at=now)
    row.source, row.wording = evidence.source, evidence.wording
    session.add(row)
    _append(session, member, message_class, ConsentKind.WITHDRAWN, evidence, now)
    session.flush()
    _close_open(session, programme, member, message_class, evidence, now)
    return True


def accept(session: Session, member: Member, message_class: Declinable, evidence: Evidence, now: datetime) -> bool:
    """The member wants messages of this class again; what was passed over stays so. False when they never declined."""
    row = session.scalars(
        sa.select(Declined).where(Declined.member_id == member.id, Declined.message_class == message_class)
    ).first()
    if row is None:
        return False
    session.delete(row)
    _append(session, member, message_class, ConsentKind.GRANTED, evidence, now)
    session.flush()
    return True


def _append(
    session: Session, member: Member, message_class: str, kind: ConsentKind, evidence: Evidence, now: datetime
) -> None:
    session.add(
        ConsentEvent(
            member_id=member.id,
            channel=ANY,
            address="",
            kind=kind,
            source=evidence.source,
            wording=evidence.wording,
            message_class=message_class,
            at=now,
        )
    )
    action = "class.declined" if kind is ConsentKind.WITHDRAWN else "class.accepted"
    audit.write(session, now, evidence.source, action, member_id=member.id, subject=message_class,
                reason=evidence.wording)  # fmt: skip


def _close_open(
    session: Session, programme: Programme, member: Member, message_class: str, evidence: Evidence, now: datetime
) -> None:
    unwanted = (
        CheckIn.kind == CheckInKind.SURVEY if message_class == SURVEYS else CheckIn.message_class == message_class
    )
    live = sa.select(CheckIn).where(CheckIn.member_id == member.id, CheckIn.state.in_(LIVE), unwanted)
    closed = list(session.scalars(live.order_by(CheckIn.id).with_for_update()))
    for check_in in closed:
        steps.close(check_in, CheckInState.CANCELLED, OUTCOME, now)
    if not closed:
        return
    _forget_if_asked(session, member, closed)
    session.flush()
    said = steps.Said(evidence.source, evidence.wording)
    for check_in in closed:
        if check_in.kind is CheckInKind.SURVEY:
            rounds.look_again(session, check_in, now)
        if check_in.kind is CheckInKind.STEP and check_in.run_id is not None:
            standing = runs.standing(session, check_in.run_id)
            steps.skip(session, programme, standing, standing.step(check_in.step), member, said, now)
    steps.wake_waiting(session, member.id, now)


def _forget_if_asked(session: Session, member: Member, closed: Sequence[CheckIn]) -> None:
    """A "yes" that comes later would otherwise answer another question."""
    conversation = conversation_of(session, member.id)
    asked = conversation.data
    if any(asked.get("check_in") == one.id or asked.get("step") == one.step for one in closed):
        forget_question(session, member.id)
