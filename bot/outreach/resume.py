"""Going on after an interruption: a case that a person closed, or a STOP that was taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.conversation.memory import forget_question
from bot.model import HandOff, Member, Purpose, TouchState
from bot.outbox.enqueue import Message, enqueue
from bot.outreach.policy import Reason
from bot.programme import phrases
from bot.programme.models import Programme, Step
from bot.programme.template import render
from bot.progress import runs, steps

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
    member = session.get_one(Member, case.member_id, with_for_update=True)
    said = phrases.member_values(programme, first_name=member.first_name, msm=by)
    words = [render(programme.texts.back_to_bot, **said)] if was_claimed else []
    standing = runs.active(session, member.id)
    if standing is not None and standing.current is not None:
        step = standing.current
        if step_done:
            advance = steps.complete(session, standing, step, member, steps.Said(f"staff:{by}", case.outcome), now)
            if was_claimed and advance.ahead is not None:
                words.append(phrases.guide_text(programme, standing.journey, advance.ahead, said))
        else:
            _ask_on(session, standing, step, now)
    forget_question(session, member.id)
    if words:
        message = Message(
            channel=case.channel,
            address=case.address,
            purpose=Purpose.REPLY,
            rule="hand_off:back_to_bot",
            dedupe=f"case:{case.id}:back",
            text=" ".join(words),
            member_id=member.id,
            hand_off_id=case.id,
        )
        enqueue(session, message, now=now, wall=wall)


def _ask_on(session: Session, standing: runs.Standing, step: Step, now: datetime) -> None:
    """A question that the open case held back is looked at now; without one, the next comes in a few days."""
    live = steps.live_check_in(session, standing.run.id)
    if live is None:
        steps.schedule(session, standing, step, now + AFTER_CASE, now)
    elif any(touch.state is TouchState.HELD and touch.reason == Reason.OPEN_CASE for touch in live.touches):
        live.next_touch_at = now


def after_start(session: Session, member: Member, now: datetime) -> None:
    """The journey goes on with a new question about the step in hand, not with the ladder that was stopped."""
    standing = runs.active(session, member.id)
    if standing is None or standing.current is None:
        return
    if steps.live_check_in(session, standing.run.id) is None:
        steps.schedule(session, standing, standing.current, now + AFTER_START, now)
