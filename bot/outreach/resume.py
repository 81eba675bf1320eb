"""Going on after an interruption: a case that a person closed, or a STOP that was taken back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.conversation.memory import forget_question
from bot.model import CheckIn, CheckInKind, HandOff, Member, Purpose, RunState
from bot.outbox.enqueue import Message, enqueue
from bot.outreach.best_time import EARLIER
from bot.outreach.facts import closed_for
from bot.outreach.hours import at_local, next_open
from bot.programme import phrases
from bot.programme.models import Programme, Step
from bot.programme.template import render
from bot.progress import dates, runs, steps
from bot.surveys import planning

AFTER_CASE = timedelta(days=3)
AFTER_START = timedelta(days=1)


def after_case(
    session: Session,
    case: HandOff,
    programme: Programme,
    *,
    was_claimed: bool,
    step_done: bool,
    by: str,
    now: datetime,
    wall: datetime,
) -> None:
    """The bot says once that it is back, if a person held the conversation, and the next question is scheduled."""
    member = session.get_one(Member, case.member_id, with_for_update={"key_share": True})
    said = phrases.member_values(programme, first_name=member.first_name, msm=by)
    was_claimed = was_claimed and can_be_told(case)
    words = [render(programme.texts.back_to_bot, **said)] if was_claimed else []
    standing, step = about(session, case, member)
    if standing is not None and step is not None:
        ahead: Step | None = step
        if step_done:
            evidence = steps.Said(f"staff:{by}", case.outcome)
            ahead = steps.complete(session, programme, standing, step, member, evidence, now).ahead
            if was_claimed and ahead is not None:
                words.append(phrases.guide_text(programme, standing.journey, ahead, said))
        if ahead is not None and case.follow_up_on is not None:
            day = _ask_then(session, programme, standing, ahead, member, case.follow_up_on, now)
            if was_claimed and day is not None:
                words.append(render(programme.texts.asks_again, **said, step=ahead.name, day=day))
        elif not step_done:
            _ask_on(session, standing, step, now)
    steps.wake_waiting(session, member.id, now)
    planning.replan(session, programme, member, now)
    forget_question(session, member.id)
    if words:
        message = Message(
            channel=case.channel,
            address=case.address,
            purpose=Purpose.REPLY,
            rule="hand_off:back_to_bot",
            dedupe=f"case:{case.id}:back:{case.reopened}",
            text=" ".join(words),
            member_id=member.id,
            hand_off_id=case.id,
        )
        enqueue(session, message, now=now, wall=wall)


def can_be_told(case: HandOff) -> bool:
    """Whether the member of a case was last reached in writing: to nobody else the bot says that it is back."""
    return case.channel not in ("none", "voice")


def _ask_on(session: Session, standing: runs.Standing, step: Step, now: datetime) -> None:
    """A question that the open case held back goes on; without one, the next comes in a few days."""
    if steps.live_check_in(session, standing.run.id) is None:
        steps.schedule(session, standing, step, now + AFTER_CASE, now)


def _ask_then(
    session: Session,
    programme: Programme,
    standing: runs.Standing,
    step: Step,
    member: Member,
    day: date,
    now: datetime,
) -> str | None:
    """The question comes on the day that staff noted, or on the first one after it on which contact is allowed.

    Returns that day in words, or None when nothing can be promised: the step's own time is over before.
    """
    wanted = dates.at_best(session, programme, member, at_local(day, time(), member.zone) + EARLIER)
    opens = next_open(wanted, member.zone, programme.hours, closed_for(programme.hours, member))
    asked = steps.schedule(session, standing, step, opens, now).next_touch_at
    if asked is None or asked < opens:
        return None
    local = opens.astimezone(member.zone)
    return f"{local:%A} {local.day} {local:%B}"


def about(session: Session, case: HandOff, member: Member) -> tuple[runs.Standing | None, Step | None]:
    """The run and the step that the case is about: those of its check-in, else the ones in hand."""
    check_in = session.get(CheckIn, case.check_in_id) if case.check_in_id is not None else None
    if check_in is not None and check_in.run_id is not None:
        standing = runs.standing(session, check_in.run_id)
        if standing.run.state is RunState.ACTIVE:
            asked = check_in.kind is CheckInKind.STEP and check_in.step not in standing.done
            return standing, standing.step(check_in.step) if asked else standing.current
    found = runs.active(session, member.id)
    return found, found.current if found is not None else None


def after_start(session: Session, member: Member, now: datetime) -> None:
    """The journeys go on with new questions about the steps in hand, not with the ladders that were stopped."""
    for standing in runs.all_active(session, member.id):
        if standing.current is not None and steps.live_check_in(session, standing.run.id) is None:
            steps.schedule(session, standing, standing.current, now + AFTER_START, now)
