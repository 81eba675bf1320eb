"""One check-in climbs its ladder: the next rung that can reach the member is queued, or the climb ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.clock import Times
from bot.model import CheckIn, CheckInKind, CheckInState, TouchState
from bot.outreach import bundle, endings, words
from bot.outreach.batch import Attempted, Outgoing
from bot.outreach.facts import Known
from bot.outreach.policy import Cancel, Decision, Hold, Reason, Send, Skip, decide
from bot.outreach.reach import Point
from bot.outreach.rungs import Rest, walk
from bot.programme import navigate, phrases
from bot.programme.models import Ladder, Programme, Rung, Variant
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
    point = known.best(rung.modality)
    decision = decide(known.facts(check_in, point, rung), now)
    touch = _touch(known, check_in, rung, point, decision, now)
    match decision:
        case Send():
            if point is not None:  # the policy sends nothing without an address
                _send(known, check_in, rung, touch, point, now, wall)
            later = dates.best_of(known.programme, known.member, known.conversation, now + rung.wait)
            return Rest(number + 1, later)
        case Hold():
            return Rest(number, decision.until)
        case Skip():
            return None
        case Cancel():
            endings.cancel(known, check_in, decision.reason, now)
            return Rest(number, None)


def _send(
    known: Known, check_in: CheckIn, rung: Rung, touch: Attempted, point: Point, now: datetime, wall: datetime
) -> None:
    """Queues the rung's message, with another question in it where the content allows that."""
    partner = bundle.partner_of(known, check_in, rung, now)
    _queue(known, check_in, touch, point, words.body(known, check_in, rung, point, partner), Times(now, wall))
    known.planned(check_in)
    if partner is not None:
        bundle.join(known, check_in, partner, freeze(known, partner, now), now)


def freeze(known: Known, check_in: CheckIn, now: datetime) -> Variant:
    """The ladder as it was when the climb started, for the segment that the member belonged to then."""
    if check_in.ladder is not None:
        return frozen(check_in.ladder)
    named = _named(known, check_in), known.member.segment
    if named not in known.batch.ladders:
        chosen = _chosen(known.programme, named[0]).for_segment(named[1])
        known.batch.ladders[named] = chosen, chosen.model_dump(mode="json")
    ladder, check_in.ladder = known.batch.ladders[named]
    check_in.state, check_in.opened_at = CheckInState.OPEN, now
    return ladder


def frozen(ladder: Mapping[str, Any]) -> Variant:
    """A ladder as a check-in keeps it. There are few, and each is parsed once."""
    return _parsed(json.dumps(ladder))


@lru_cache(maxsize=1024)
def _parsed(ladder: str) -> Variant:
    return Variant.model_validate_json(ladder)


def _named(known: Known, check_in: CheckIn) -> str | None:
    """The key of the ladder that the content names."""
    if check_in.run_id is None:
        return known.programme.surveys[check_in.step].ladder
    journey = known.journey(check_in.run_id)
    if check_in.kind is CheckInKind.CELEBRATION:
        return next(one.ladder for one in journey.milestones if one.key == check_in.step)
    return navigate.step_of(journey, check_in.step).ladder


def _chosen(programme: Programme, key: str | None) -> Ladder:
    """A ladder that was removed since is replaced by the programme's first."""
    return programme.ladders.get(key or "") or next(iter(programme.ladders.values()))


RULE_OF = {CheckInKind.STEP: "check_in", CheckInKind.CELEBRATION: "celebration", CheckInKind.SURVEY: "survey"}
STATE_OF: dict[type[Decision], TouchState] = {
    Send: TouchState.QUEUED,
    Hold: TouchState.HELD,
    Skip: TouchState.SKIPPED,
    Cancel: TouchState.CANCELLED,
}


def _touch(
    known: Known, check_in: CheckIn, rung: Rung, point: Point | None, decision: Decision, now: datetime
) -> Attempted:
    """Keeps the decision on this rung: the touch itself, and a line for the log whenever the decision changed."""
    reason = None if isinstance(decision, Send) else decision.reason
    state = STATE_OF[type(decision)]
    before = known.batch.touches(check_in).get(check_in.rung)
    if before is None or (before.state, before.reason) != (state, reason):
        subject = f"check_in:{check_in.id}:{check_in.rung}"
        known.batch.tell(now, f"touch.{state}", member_id=check_in.member_id, subject=subject, reason=reason)
    touch = Attempted(
        check_in_id=check_in.id,
        member_id=check_in.member_id,
        rung=check_in.rung,
        channel=point.channel if point is not None else rung.modality,
        sender=phrases.sender_name(known.programme, rung.sender, known.said),
        state=state,
        reason=reason,
        held_until=decision.until if isinstance(decision, Hold) else None,
        attempt=before.attempt if before is not None else 0,
        sent_at=before.sent_at if before is not None else None,
        changed_at=now,
    )
    known.batch.decide(touch)
    return touch


def _queue(known: Known, check_in: CheckIn, touch: Attempted, point: Point, body: dict[str, Any], times: Times) -> None:
    touch.attempt += 1
    rule = f"{RULE_OF[check_in.kind]}:{check_in.step}:rung {touch.rung + 1}"
    known.batch.send(Outgoing(touch, point.channel, point.address, rule, body), times)
