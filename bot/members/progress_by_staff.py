"""What staff, and the organisation's systems, say of a member's steps: done, passed over, or to be asked again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.conversation.memory import conversation_of, forget_question
from bot.errors import NotFound, Refused
from bot.model import Member, Question, StepState
from bot.programme import navigate
from bot.programme.models import Programme, Step
from bot.progress import runs, steps
from bot.progress.runs import Standing
from bot.progress.steps import Said


class Mark(StrEnum):
    """`open`: it is asked again, in its turn."""

    DONE = "done"
    SKIPPED = "skipped"
    OPEN = "open"


def mark(
    session: Session, programme: Programme, member: Member, step_key: str, to: Mark, said: Said, now: datetime
) -> Standing:
    """Marks a step in the journey under way that has it; returns where the member stands. Saying it twice is saying it
    once.

    Raises:
        NotFound: no journey of the member has such a step.
        Refused: the journey that has it is over.
    """
    standing = _having(session, member, step_key)
    step = standing.step(step_key)
    if standing.progress[step_key].state is STATES[to]:
        return standing
    forget_if_asked(session, member, step)
    match to:
        case Mark.DONE:
            steps.complete(session, programme, standing, step, member, said, now)
        case Mark.SKIPPED:
            steps.skip(session, programme, standing, step, member, said, now)
        case Mark.OPEN:
            _reopen(session, programme, standing, step, member, said, now)
    return standing


STATES = {Mark.DONE: StepState.DONE, Mark.SKIPPED: StepState.SKIPPED, Mark.OPEN: StepState.PENDING}


def _reopen(
    session: Session, programme: Programme, standing: Standing, step: Step, member: Member, said: Said, now: datetime
) -> None:
    """It waits for its turn behind a question that is open, and is asked when it is due if none is."""
    steps.set_state(session, standing, step, StepState.PENDING, said, now)
    if steps.live_check_in(session, standing.run.id) is None:
        steps.schedule_next(session, programme, standing, member, previous_at=now, now=now)


def _having(session: Session, member: Member, step_key: str) -> Standing:
    for standing in runs.all_active(session, member.id):
        if _has(standing, step_key):
            return standing
    over = runs.newest(session, member.id)
    if over is not None and _has(over, step_key):
        raise Refused(f"The journey with the step {step_key} is over for {member.name}.")
    raise NotFound(f"a step {step_key} in the journeys of {member.name}")


def _has(standing: Standing, step_key: str) -> bool:
    return any(step.key == step_key for step in navigate.steps(standing.journey))


def forget_if_asked(session: Session, member: Member, step: Step) -> None:
    """A "yes" that comes later would otherwise count for the step after this one."""
    conversation = conversation_of(session, member.id)
    if conversation.question is Question.CHECK_IN and conversation.data.get("step") == step.key:
        forget_question(session, member.id)
