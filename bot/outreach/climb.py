"""One check-in climbs its ladder: the next rung that can reach the member is queued, or a person is brought in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import audit, metrics
from bot.handoff.cases import Need, open_case
from bot.members.said import said_of
from bot.model import (
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOffReason,
    Member,
    Priority,
    Purpose,
    Team,
    Touch,
    TouchState,
)
from bot.outbox.enqueue import Message, enqueue
from bot.outreach import facts as facts_of
from bot.outreach.policy import Cancel, Decision, Hold, Reason, Send, Skip, decide
from bot.outreach.reach import Reach
from bot.programme import phrases
from bot.programme.models import Ladder, Programme, Rung
from bot.progress import runs


def climb(
    session: Session, programme: Programme, reach: Reach, check_in: CheckIn, *, now: datetime, wall: datetime
) -> None:
    """Decides the rung that is due. Rungs that can't reach the member cost no time."""
    member = session.get_one(Member, check_in.member_id, with_for_update=True)
    standing = runs.standing(session, check_in.run_id)
    ladder = _frozen(programme, standing, check_in, now)
    for _ in range(len(ladder.rungs) + 1):
        if check_in.rung >= len(ladder.rungs):
            if not _stays_open(session, programme, reach, check_in, member, ladder, now):
                _hand_off(session, reach, standing, check_in, member, ladder, now=now, wall=wall)
            return
        rung = ladder.rungs[check_in.rung]
        point = reach.best(session, member, rung.modality, now)
        decision = decide(facts_of.gather(session, programme, reach, member, check_in, point, now), now)
        said = said_of(programme, member)
        sender = phrases.sender_name(programme, rung.sender, said)
        touch = _touch(session, check_in, rung, point, sender, decision, now)
        if isinstance(decision, Send) and point is not None:
            body = _body(programme, standing, check_in, rung, said, buttons=reach.has_buttons(point))
            _queue(session, check_in, touch, point, body, now=now, wall=wall)
        if not _goes_on(check_in, rung, decision, now):
            return


def _frozen(programme: Programme, standing: runs.Standing, check_in: CheckIn, now: datetime) -> Ladder:
    """The ladder as it was when the climb started."""
    if check_in.ladder is None:
        ladder = programme.ladders[standing.step(check_in.step).ladder]
        check_in.ladder = ladder.model_dump(mode="json")
        check_in.state, check_in.opened_at = CheckInState.OPEN, now
        return ladder
    return Ladder.model_validate(check_in.ladder)


def _goes_on(check_in: CheckIn, rung: Rung, decision: Decision, now: datetime) -> bool:
    """Moves the check-in by a decision; says whether the next rung is to be looked at now."""
    match decision:
        case Send():
            check_in.rung += 1
            check_in.next_touch_at = now + rung.wait
        case Hold():
            check_in.next_touch_at = decision.until
        case Skip():
            check_in.rung += 1
            return True
        case Cancel():
            check_in.state, check_in.closed_at, check_in.next_touch_at = CheckInState.CANCELLED, now, None
            check_in.outcome = decision.reason
    return False


STATE_OF: dict[type[Decision], TouchState] = {
    Send: TouchState.QUEUED,
    Hold: TouchState.HELD,
    Skip: TouchState.SKIPPED,
    Cancel: TouchState.CANCELLED,
}


def _touch(
    session: Session,
    check_in: CheckIn,
    rung: Rung,
    point: ContactPoint | None,
    sender: str,
    decision: Decision,
    now: datetime,
) -> Touch:
    """Writes the decision on this rung: the touch itself, and a line in the log whenever the decision changed."""
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
    touch.sender, touch.state, touch.reason = sender, state, reason
    touch.held_until = decision.until if isinstance(decision, Hold) else None
    touch.changed_at = now
    metrics.touches.labels(state, reason or "").inc()
    session.flush()
    return touch


ANSWERS = {"Done": "report_done", "Not yet": "report_not_done", "I'm stuck": "report_blocked"}
"""The buttons under a check-in, where a channel has buttons, and what they mean."""


def _body(
    programme: Programme, standing: runs.Standing, check_in: CheckIn, rung: Rung, said: dict[str, str], *, buttons: bool
) -> dict[str, Any]:
    """What the channel renders: the rung's text, its subject and sender for e-mail, buttons where there are any."""
    step = standing.step(check_in.step)
    body: dict[str, Any] = {"text": phrases.rung_text(programme, standing.journey, step, rung, said)}
    if rung.subject is not None:
        body["subject"] = phrases.rung_subject(programme, standing.journey, step, rung, said)
        body["sender"] = phrases.sender_name(programme, rung.sender, said)
    if buttons:
        body |= {"choices": list(ANSWERS), "meanings": list(ANSWERS.values())}
    return body


def _queue(
    session: Session,
    check_in: CheckIn,
    touch: Touch,
    point: ContactPoint,
    body: dict[str, Any],
    *,
    now: datetime,
    wall: datetime,
) -> None:
    touch.attempt += 1
    message = Message(
        channel=point.channel,
        address=point.address,
        purpose=Purpose.TOUCH,
        rule=f"check_in:{check_in.step}:rung {touch.rung + 1}",
        dedupe=f"touch:{touch.id}:{touch.attempt}",
        body=body,
        member_id=check_in.member_id,
        touch_id=touch.id,
    )
    enqueue(session, message, now=now, wall=wall)


def _stays_open(
    session: Session,
    programme: Programme,
    reach: Reach,
    check_in: CheckIn,
    member: Member,
    ladder: Ladder,
    now: datetime,
) -> bool:
    """After the last rung: an unread message may be the answer, and who is away has not been silent."""
    if _said_stop_on_the_way(check_in):
        _goes_on(check_in, ladder.rungs[-1], Cancel(Reason.SAID_STOP), now)
        return True
    last = ladder.rungs[-1]
    point = reach.best(session, member, last.modality, now)
    match decide(facts_of.gather(session, programme, reach, member, check_in, point, now), now):
        case Cancel() as cancel:
            _goes_on(check_in, last, cancel, now)
        case Hold(reason=Reason.MEMBER_WRITING) as hold:
            check_in.next_touch_at = hold.until
        case Hold(reason=Reason.AWAY) as hold:
            check_in.next_touch_at = hold.until + last.wait
        case _:
            return False
    return True


def _said_stop_on_the_way(check_in: CheckIn) -> bool:
    """Whether a rung was left out because the member opted out of its channel, and none after it was sent elsewhere."""
    stopped = [touch.rung for touch in check_in.touches if touch.reason == Reason.OPTED_OUT_HERE]
    return bool(stopped) and not any(touch.sent_at and touch.rung > min(stopped) for touch in check_in.touches)


def _hand_off(
    session: Session,
    reach: Reach,
    standing: runs.Standing,
    check_in: CheckIn,
    member: Member,
    ladder: Ladder,
    *,
    now: datetime,
    wall: datetime,
) -> None:
    reason, summary = _why_a_person(check_in, standing.step(check_in.step).name)
    point = reach.in_writing(session, member, now)
    need = Need(
        reason=reason,
        summary=summary,
        channel=point.channel if point else "none",
        address=point.address if point else f"member:{member.id}",
        member=member,
        priority=Priority(ladder.then.priority),
        team=Team(ladder.then.team),
        check_in_id=check_in.id,
    )
    check_in.state, check_in.closed_at, check_in.next_touch_at = CheckInState.HANDED_OFF, now, None
    check_in.outcome = reason
    open_case(session, need, now=now, wall=wall)


def _why_a_person(check_in: CheckIn, step: str) -> tuple[HandOffReason, str]:
    """Silence after messages that were sent, or that none could be sent."""
    tried = [touch.channel == "voice" for touch in check_in.touches if touch.sent_at is not None]
    if tried:
        counts = ((len(tried) - sum(tried), "message"), (sum(tried), "call"))
        ways = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count]
        return HandOffReason.SILENT, f"No answer about {step} after {' and '.join(ways)}."
    hindrances = sorted({touch.reason.replace("_", " ") for touch in check_in.touches if touch.reason})
    return HandOffReason.UNREACHABLE, f"Could not be asked about {step}: {', '.join(hindrances) or 'no way known'}."
