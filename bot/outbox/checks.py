"""The last look before a message leaves: consent and state are asked again at the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.handoff.cases import held_by_person
from bot.members import consent
from bot.model import CheckIn, OutboxMessage, Purpose, Touch
from bot.outreach import facts
from bot.outreach.policy import Cancel, Decision, Reason, Send, decide
from bot.outreach.reach import Reach
from bot.programme.models import Programme, Variant

PERSON_HOLDS = "person_holds"


@dataclass(frozen=True)
class Refusal:
    """A message that is not sent after all. `decision` is the policy's, for a touch."""

    reason: str
    decision: Decision | None = None


def check(
    session: Session, programme: Programme, reach: Reach, message: OutboxMessage, now: datetime
) -> Refusal | None:
    """Why this message may not be sent at `now`; None when it may."""
    if message.purpose is Purpose.TOUCH:
        return _touch(session, programme, reach, message, now)
    if message.purpose in (Purpose.STAFF, Purpose.NOTICE):
        return None
    point = consent.find(session, message.channel, message.address)
    if point is not None and point.opted_out_at is not None:
        return Refusal(Reason.SAID_STOP)
    if message.purpose is Purpose.REPLY and message.member_id and held_by_person(session, message.member_id):
        return Refusal(PERSON_HOLDS)
    return None


def _touch(
    session: Session, programme: Programme, reach: Reach, message: OutboxMessage, now: datetime
) -> Refusal | None:
    touch = session.get_one(Touch, message.touch_id)
    check_in = session.get_one(CheckIn, touch.check_in_id)
    if check_in.rung != touch.rung + 1:
        return Refusal(Reason.NO_LONGER_OPEN, Cancel(Reason.NO_LONGER_OPEN))
    point = consent.find(session, message.channel, message.address)
    known = facts.load(session, programme, reach, [touch.member_id], now, but=touch.id)[touch.member_id]
    rungs = Variant.model_validate(check_in.ladder).rungs
    decision = decide(known.facts(check_in, point, rungs[touch.rung]), now)
    return None if isinstance(decision, Send) else Refusal(decision.reason, decision)
