"""One check-in climbs its ladder: the next rung that can reach the member is queued, or the climb ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot import audit, metrics
from bot.model import CheckIn, CheckInKind, CheckInState, ContactPoint, Purpose, Touch, TouchState
from bot.outbox.enqueue import Message, enqueue
from bot.outreach import bundle, endings, words
from bot.outreach.facts import Known
from bot.outreach.policy import Cancel, Decision, Hold, Reason, Send, Skip, decide
from bot.outreach.rungs import Rest, walk
from bot.programme import phrases
from bot.programme.models import Ladder, Rung, Variant
from bot.progress import dates


def climb(known: Known, check_in: CheckIn, *, now: datetime, wall: datetime) -> None:
    """Decides the rung that is due. Rungs that can't reach the member cost no time."""
    if check_in.expires_at is not None and now >= check_in.expires_at:
        endings.lapse(known, check_in, now)
        return
    if check_in.kind is CheckInKind.SURVEY and check_in.step not in known.programme.surveys:
        endings.cancel(known, check_in, Reason.NO_LONGER_OPEN, now)  # the content has it no more
        return
    ladder = freeze(known, check_in, now)
    rest = walk(ladder.rungs, check_in.rung, lambda number, rung: _try(known, check_in, number, rung, now, wall))
    if rest is None:
        check_in.rung = len(ladder.rungs)
        endings.after_last_rung(known, check_in, ladder, now=now, wall=wall)
    elif rest.until is not None:
        check_in.rung, check_in.next_touch_at = rest.rung, dates.before_end(rest.until, check_in.expires_at)


def _try(known: Known, check_in: CheckIn, number: int, rung: Rung, now: datetime, wall: datetime) -> Rest | None:
    """Does what the policy says of this rung, and says where the climb rests then; None: it can't reach the member."""
    check_in.rung = number
    point = known.reach.best(known.session, known.member, rung.modality, now)
    decision = decide(known.facts(check_in, point, rung), now)
    touch = _touch(known, check_in, rung, point, decision, now)
    match decision:
        case Send():
            if point is not None:  # the policy sends nothing without an address
                _send(known, check_in, rung, touch, point, now, wall)
            later = dates.at_best(known.session, known.programme, known.member, now + rung.wait)
            return Rest(number + 1, later)
        case Hold():
            return Rest(number, decision.until)
        case Skip():
            return None
        case Cancel():
            endings.cancel(known, check_in, decision.reason, now)
            return Rest(number, None)


def _send(
    known: Known, check_in: CheckIn, rung: Rung, touch: Touch, point: ContactPoint, now: datetime, wall: datetime
) -> None:
    """Queues the rung's message, with another question in it where the content allows that."""
    partner = bundle.partner_of(known, check_in, rung, now)
    _queue(known, check_in, touch, point, words.body(known, check_in, rung, point, partner), now, wall)
    known.planned(check_in)
    if partner is not None:
        bundle.join(known, check_in, partner, freeze(known, partner, now), now)


def freeze(known: Known, check_in: CheckIn, now: datetime) -> Variant:
    """The ladder as it was when the climb started, for the segment that the member belonged to then."""
    if check_in.ladder is not None:
        return Variant.model_validate(check_in.ladder)
    ladder = _named(known, check_in).for_segment(known.member.segment)
    check_in.ladder = ladder.model_dump(mode="json")
    check_in.state, check_in.opened_at = CheckInState.OPEN, now
    return ladder


def _named(known: Known, check_in: CheckIn) -> Ladder:
    """The ladder that the content names; one that was removed since is replaced by the programme's first."""
    key: str | None
    if check_in.run_id is None:
        key = known.programme.surveys[check_in.step].ladder
    else:
        standing = known.standing(check_in.run_id)
        if check_in.kind is CheckInKind.CELEBRATION:
            key = next(one.ladder for one in standing.journey.milestones if one.key == check_in.step)
        else:
            key = standing.step(check_in.step).ladder
    ladders = known.programme.ladders
    return ladders.get(key or "") or next(iter(ladders.values()))


RULE_OF = {CheckInKind.STEP: "check_in", CheckInKind.CELEBRATION: "celebration", CheckInKind.SURVEY: "survey"}
STATE_OF: dict[type[Decision], TouchState] = {
    Send: TouchState.QUEUED,
    Hold: TouchState.HELD,
    Skip: TouchState.SKIPPED,
    Cancel: TouchState.CANCELLED,
}


def _touch(
    known: Known, check_in: CheckIn, rung: Rung, point: ContactPoint | None, decision: Decision, now: datetime
) -> Touch:
    """Writes the decision on this rung: the touch itself, and a line in the log whenever the decision changed."""
    session = known.session
    reason = None if isinstance(decision, Send) else decision.reason
    state = STATE_OF[type(decision)]
    touch = next((touch for touch in check_in.touches if touch.rung == check_in.rung), None)
    if touch is None:
        touch = Touch(check_in_id=check_in.id, member_id=check_in.member_id, rung=check_in.rung, attempt=0)
        session.add(touch)
        check_in.touches.append(touch)
    if (touch.state, touch.reason) != (state, reason):
        audit.write(session, now, "bot", f"touch.{state}", member_id=check_in.member_id,
                    subject=f"check_in:{check_in.id}:{check_in.rung}", reason=reason)  # fmt: skip
    touch.channel = point.channel if point is not None else rung.modality
    touch.sender = phrases.sender_name(known.programme, rung.sender, words.said(known))
    touch.state, touch.reason = state, reason
    touch.held_until = decision.until if isinstance(decision, Hold) else None
    touch.changed_at = now
    metrics.touches.labels(state, reason or "").inc()
    return touch


def _queue(
    known: Known,
    check_in: CheckIn,
    touch: Touch,
    point: ContactPoint,
    body: dict[str, Any],
    now: datetime,
    wall: datetime,
) -> None:
    touch.attempt += 1
    known.session.flush()
    message = Message(
        channel=point.channel,
        address=point.address,
        purpose=Purpose.TOUCH,
        rule=f"{RULE_OF[check_in.kind]}:{check_in.step}:rung {touch.rung + 1}",
        dedupe=f"touch:{touch.id}:{touch.attempt}",
        body=body,
        member_id=check_in.member_id,
        touch_id=touch.id,
    )
    enqueue(known.session, message, now=now, wall=wall)
