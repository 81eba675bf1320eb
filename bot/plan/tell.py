"""What is said of one thing to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.model import CheckIn, CheckInKind
from bot.outreach import words
from bot.outreach.facts import URGENCY
from bot.outreach.reach import Point
from bot.plan.model import Coming, Held, Kind, Skipped
from bot.plan.wording import due_words, masked, span
from bot.plan.world import World
from bot.programme import phrases
from bot.programme.models import Programme, Variant
from bot.progress import runs
from bot.progress.runs import Standing


@dataclass
class Notes:
    """What has been decided on a check-in since its last message."""

    holds: list[Held] = field(default_factory=list)
    skips: list[Skipped] = field(default_factory=list)


def message(
    world: World,
    check_in: CheckIn,
    ladder: Variant,
    point: Point | None,
    notes: Notes,
    at: datetime | None,
    partner: CheckIn | None = None,
) -> Coming:
    """The rung that is next, as it will be sent to `point`."""
    known, rung = world.known, ladder.rungs[check_in.rung]
    journey, step = about(world, check_in)
    body: dict[str, Any] = words.body(known, check_in, rung, point, partner) if point is not None else {}
    return Coming(
        at=at,
        kind=Kind.MESSAGE,
        why=_why(world, check_in, ladder),
        step=step,
        journey=journey,
        rung=check_in.rung + 1,
        rungs=len(ladder.rungs),
        modality=rung.modality,
        channel=point.channel if point is not None else None,
        address=masked(point.address) if point is not None else None,
        sender=phrases.sender_name(world.programme, rung.sender, known.said),
        text=body.get("text") or words.text(known, check_in, rung),
        also=about(world, partner)[1] if partner is not None else None,
        holds=tuple(notes.holds),
        skips=tuple(notes.skips),
    )


def ending(world: World, check_in: CheckIn, kind: Kind, why: str, notes: Notes, team: str | None) -> Coming:
    """The end of a question, or the case that it becomes, now."""
    journey, step = about(world, check_in)
    holds, skips = tuple(notes.holds), tuple(notes.skips)
    return Coming(world.now, kind, why, step, journey, team=team, holds=holds, skips=skips)


def about(world: World, check_in: CheckIn) -> tuple[str | None, str]:
    """The names of the journey and of the step, the milestone or the survey."""
    standing = world.known.standing(check_in.run_id) if check_in.run_id is not None else None
    return _names(world.programme, standing, check_in)


def subject(session: Session, programme: Programme, check_in: CheckIn) -> tuple[str | None, str]:
    """As `about`, of a check-in that has been."""
    standing = runs.standing(session, check_in.run_id) if check_in.run_id is not None else None
    return _names(programme, standing, check_in)


def _names(programme: Programme, standing: Standing | None, check_in: CheckIn) -> tuple[str | None, str]:
    if standing is None:
        survey = programme.surveys.get(check_in.step)
        return None, survey.name if survey is not None else check_in.step
    if check_in.kind is CheckInKind.CELEBRATION:
        return standing.journey.name, next(m.name for m in standing.journey.milestones if m.key == check_in.step)
    return standing.journey.name, standing.step(check_in.step).name


def asked_first(world: World, check_in: CheckIn) -> str | None:
    """The step of the question that this one waits for."""
    others = [
        asked
        for asked in world.known.asked
        if asked.check_in_id != check_in.id and asked.bundled_with_id != check_in.id
    ]
    first = min(others, key=lambda one: (URGENCY.index(one.message_class), one.opened_at), default=None)
    return about(world, world.check_ins[first.check_in_id])[1] if first is not None else None


def _why(world: World, check_in: CheckIn, ladder: Variant) -> str:
    """Why this rung: the first because the step is due, the others because of the silence after the one before."""
    sent = [touch.rung for touch in check_in.touches if touch.sent_at is not None and touch.rung < check_in.rung]
    if sent:
        before = ladder.rungs[max(sent)]
        if before.modality == "voice":
            return f"Nobody took the call of rung {max(sent) + 1}."
        return f"There was no answer within {span(before.wait)} after rung {max(sent) + 1}."
    if check_in.kind is CheckInKind.CELEBRATION:
        return "A milestone was reached, and the member has not been told yet."
    if check_in.run_id is None:
        return "The survey is due."
    if check_in.bundled_with_id is not None:
        return "It was asked together with another question and has no answer yet."
    if check_in.round > 1:
        return "It was put off, or is asked again."
    step = world.known.standing(check_in.run_id).step(check_in.step)
    return f"The step is due {due_words(step.due)}."
