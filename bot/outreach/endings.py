"""How a climb ends without an answer: a person takes over, it ends quietly, its time is over, or it is cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.handoff.cases import Need, open_case
from bot.model import CheckIn, CheckInKind, CheckInState, HandOffReason, Priority, Team, Touch
from bot.outreach.batch import Attempted
from bot.outreach.facts import Known
from bot.outreach.policy import Cancel, Hold, Reason, decide
from bot.programme import navigate
from bot.programme.models import HandOffRule, Variant
from bot.progress import runs, steps
from bot.surveys import rounds

SILENT, LAPSED, CELEBRATED, UNREACHED = "silent", "lapsed", "celebrated", "not_reached"


def after_last_rung(known: Known, check_in: CheckIn, ladder: Variant, *, now: datetime, wall: datetime) -> None:
    """Nobody answered: somebody takes over, if the ladder says so."""
    if check_in.kind is CheckInKind.CELEBRATION:
        steps.close(check_in, CheckInState.EXPIRED, UNREACHED, now)
        return
    match after_silence(known, check_in, ladder, now):
        case Cancel(reason=reason):
            cancel(known, check_in, reason, now)
        case Hold(until=until):
            check_in.next_touch_at = until
        case None if ladder.then is not None:
            _hand_off(known, check_in, ladder.then, now=now, wall=wall)
        case None:
            _end(known, check_in, SILENT, now)


def after_silence(known: Known, check_in: CheckIn, ladder: Variant, now: datetime) -> Cancel | Hold | None:
    """What is decided after the last rung; None when the member was silent.

    An unread message may be the answer, and who is away has not been silent.
    """
    if _said_stop_on_the_way(known.touches(check_in)):
        return Cancel(Reason.SAID_STOP)
    last = ladder.rungs[-1]
    point = known.best(last.modality)
    match decide(known.facts(check_in, point), now):
        case Cancel() | Hold(reason=Reason.MEMBER_WRITING | Reason.MEMBER_ACTIVE) as decision:
            return decision
        case Hold(reason=Reason.AWAY, until=back):
            return Hold(Reason.AWAY, back + last.wait)
    return None


def lapse(known: Known, check_in: CheckIn, now: datetime) -> None:
    """Its time is over: the step is passed over."""
    _end(known, check_in, LAPSED, now)


def cancel(known: Known, check_in: CheckIn, reason: Reason, now: datetime) -> None:
    """The policy says that the question is over. Of a class that was declined the step is passed over."""
    known.batch.write()
    steps.close(check_in, CheckInState.CANCELLED, reason, now)
    known.over(check_in)
    _tell_survey(known, check_in, now)
    if reason is Reason.CLASS_DECLINED:
        _pass_over(known, check_in, reason, now)


def _end(known: Known, check_in: CheckIn, outcome: str, now: datetime) -> None:
    known.batch.write()
    steps.close(check_in, CheckInState.EXPIRED, outcome, now)
    known.over(check_in)
    _tell_survey(known, check_in, now)
    steps.wake_waiting(known.session, check_in.member_id, now)
    _pass_over(known, check_in, outcome, now)


def _tell_survey(known: Known, check_in: CheckIn, now: datetime) -> None:
    if check_in.kind is CheckInKind.SURVEY:
        rounds.look_again(known.session, check_in, now)


def _pass_over(known: Known, check_in: CheckIn, why: str, now: datetime) -> None:
    if check_in.run_id is None or check_in.kind is not CheckInKind.STEP:
        return
    standing = runs.standing(known.session, check_in.run_id)
    if check_in.step not in standing.done:
        step, said = standing.step(check_in.step), steps.Said("bot", why)
        steps.skip(known.session, known.programme, standing, step, known.member, said, now)


def _said_stop_on_the_way(touches: Sequence[Attempted | Touch]) -> bool:
    """Whether a rung was left out because the member opted out of its channel, and none after it was sent elsewhere."""
    stopped = [touch.rung for touch in touches if touch.reason == Reason.OPTED_OUT_HERE]
    return bool(stopped) and not any(touch.sent_at and touch.rung > min(stopped) for touch in touches)


def _hand_off(known: Known, check_in: CheckIn, then: HandOffRule, *, now: datetime, wall: datetime) -> None:
    known.batch.write()
    reason, summary = _why_a_person(known.touches(check_in), _about(known, check_in))
    point = known.in_writing()
    need = Need(
        reason=reason,
        summary=summary,
        channel=point.channel if point else "none",
        address=point.address if point else f"member:{known.member.id}",
        member=known.member,
        priority=Priority(then.priority),
        team=Team(then.team),
        check_in_id=check_in.id,
    )
    steps.close(check_in, CheckInState.HANDED_OFF, reason, now)
    known.over(check_in)
    _tell_survey(known, check_in, now)
    known.has_open_case = True
    open_case(known.session, need, known.programme, now=now, wall=wall)


def _about(known: Known, check_in: CheckIn) -> str:
    if check_in.run_id is None:
        survey = known.programme.surveys.get(check_in.step)
        return survey.name if survey is not None else check_in.step
    return navigate.step_of(known.journey(check_in.run_id), check_in.step).name


def _why_a_person(touches: Sequence[Attempted | Touch], about: str) -> tuple[HandOffReason, str]:
    """Silence after messages that were sent, or that none could be sent."""
    tried = [touch.channel == "voice" for touch in touches if touch.sent_at is not None]
    if tried:
        counts = ((len(tried) - sum(tried), "message"), (sum(tried), "call"))
        ways = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count]
        return HandOffReason.SILENT, f"No answer about {about} after {' and '.join(ways)}."
    hindrances = sorted({touch.reason.replace("_", " ") for touch in touches if touch.reason})
    return HandOffReason.UNREACHABLE, f"Could not be asked about {about}: {', '.join(hindrances) or 'no way known'}."
