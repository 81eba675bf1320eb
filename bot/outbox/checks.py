"""The last look before a message leaves: consent and state are asked again at the moment of sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import desk, replies
from bot.handoff.cases import IS_UNRESOLVED, held_by_person
from bot.language.keyword_words import PROVIDER_STOP
from bot.model import CheckIn, ContactPoint, HandOff, InboxMessage, OutboxMessage, Purpose, Touch
from bot.model.messages import WAITS
from bot.outreach import facts
from bot.outreach.facts import Known
from bot.outreach.policy import Cancel, Decision, Reason, Send, decide
from bot.outreach.reach import Reach
from bot.programme.models import Programme, Variant
from bot.progress import runs

PERSON_HOLDS = "person_holds"


# Whether the address has said stop, whether a person may hold the conversation, which is then asked of the case itself,
# under its lock, and whether a STOP waits to be read. Built once: building a statement costs more than running it.
_BEFORE_ANSWER = sa.select(
    sa.exists().where(
        ContactPoint.channel == sa.bindparam("at_channel"),
        ContactPoint.address == sa.bindparam("at_address"),
        ContactPoint.opted_out_at.is_not(None),
    ),
    sa.exists().where(HandOff.subject == sa.bindparam("about"), IS_UNRESOLVED),
    sa.exists().where(
        InboxMessage.lane == sa.bindparam("of_lane"),
        WAITS,
        sa.func.lower(sa.func.trim(InboxMessage.text)).in_(sorted(PROVIDER_STOP)),
    ),
)


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
        return check_touches(session, programme, reach, [message], now)[0]
    if message.purpose in (Purpose.STAFF, Purpose.NOTICE):
        return Refusal(desk.SUPERSEDED) if desk.is_superseded(session, message) else None
    about = {"about": f"member:{message.member_id}", "of_lane": f"in:{message.member_id}"}
    to = {"at_channel": message.channel, "at_address": message.address, **about}
    has_stopped, has_case, says_stop = session.execute(_BEFORE_ANSWER, to).one()
    if has_stopped or says_stop:
        return Refusal(Reason.SAID_STOP)
    if message.purpose is Purpose.STAFF_REPLY:
        hindrance = replies.hindrance_now(session, message)
        return Refusal(hindrance) if hindrance is not None else None
    is_answer = message.purpose is Purpose.REPLY and message.member_id is not None
    if is_answer and has_case and held_by_person(session, message.member_id or 0):
        return Refusal(PERSON_HOLDS)
    return None


def check_touches(
    session: Session, programme: Programme, reach: Reach, messages: Sequence[OutboxMessage], now: datetime
) -> list[Refusal | None]:
    """The same for touches of different members, in a fixed number of statements."""
    ids = [message.touch_id for message in messages]
    touches = {touch.id: touch for touch in session.scalars(sa.select(Touch).where(Touch.id.in_(ids)))}
    asked_by = [touch.check_in_id for touch in touches.values()]
    check_ins = {one.id: one for one in session.scalars(sa.select(CheckIn).where(CheckIn.id.in_(asked_by)))}
    runs.load(session, {one.run_id for one in check_ins.values() if one.run_id is not None})
    known = facts.load(session, programme, reach, {one.member_id for one in touches.values()}, now, but=touches.keys())
    found = []
    for message in messages:
        touch = touches[message.touch_id or 0]
        found.append(_touch(known[touch.member_id], message, touch, check_ins[touch.check_in_id]))
    return found


def _touch(known: Known, message: OutboxMessage, touch: Touch, check_in: CheckIn) -> Refusal | None:
    if check_in.rung != touch.rung + 1:
        return Refusal(Reason.NO_LONGER_OPEN, Cancel(Reason.NO_LONGER_OPEN))
    to = (message.channel, message.address)
    point = next((one for one in known.points if (one.channel, one.address) == to), None)
    rungs = Variant.model_validate(check_in.ladder).rungs
    decision = decide(known.facts(check_in, point, rungs[touch.rung]), known.now)
    return None if isinstance(decision, Send) else Refusal(decision.reason, decision)
