"""What a member wants from the membership, in their own words. Goals change; each stays, with when and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import Refused
from bot.members.fields import FieldRefused
from bot.model import Goal, GoalEnd, GoalNote, Member

LONGEST = 500


@dataclass(frozen=True)
class Told:
    """A goal with what was noted about it, in order."""

    goal: Goal
    notes: Sequence[GoalNote]


def check_text(text: str) -> str:
    """One line: goals are said inside sentences.

    Raises:
        FieldRefused: it is blank or too long.
    """
    words = " ".join(text.split())
    if not words:
        raise FieldRefused("it is empty", "Write what the member wants to reach.")
    if len(words) > LONGEST:
        raise FieldRefused(f"it has {len(words)} characters", f"Write at most {LONGEST}.")
    return words


def check_percent(percent: int) -> int:
    """How much of the way is done.

    Raises:
        FieldRefused: it is not between 0 and 100.
    """
    if not 0 <= percent <= 100:
        raise FieldRefused(f"{percent} is not a percentage", "Write a number from 0 to 100.")
    return percent


def present(session: Session, member_id: int) -> Goal | None:
    """The goal that has not ended."""
    open_goal = sa.select(Goal).where(Goal.member_id == member_id, Goal.ended_at.is_(None))
    return session.scalars(open_goal.order_by(Goal.id.desc()).limit(1)).first()


def set_goal(session: Session, member: Member, text: str, source: str, now: datetime) -> Goal:
    """Makes `text` the member's goal; the one before is kept as replaced. The same words again change nothing.

    Raises:
        FieldRefused: it is blank, or longer than 500 characters.
    """
    words, before = check_text(text), present(session, member.id)
    if before is not None and before.text == words:
        return before
    if before is not None:
        before.ended_at, before.end = now, GoalEnd.REPLACED
    goal = Goal(member_id=member.id, text=words, source=source, set_at=now)
    session.add(goal)
    member.goal = words
    session.flush()
    audit.write(session, now, source, "goal.set", member_id=member.id, subject=f"goal:{goal.id}", reason=words)
    return goal


def end_goal(session: Session, member: Member, end: GoalEnd, source: str, now: datetime) -> Goal:
    """The present goal is over: reached or dropped (it is `set_goal` that replaces one).

    Raises:
        Refused: there is no goal.
    """
    goal = _the_present(session, member)
    goal.ended_at, goal.end = now, end
    member.goal = None
    session.flush()
    audit.write(session, now, source, f"goal.{end}", member_id=member.id, subject=f"goal:{goal.id}")
    return goal


def note_progress(
    session: Session, member: Member, percent: int | None, text: str | None, source: str, now: datetime
) -> GoalNote:
    """Notes how far the member is with the present goal: a percentage, words, or both.

    Raises:
        FieldRefused: neither is given, or one of them can't be used.
        Refused: there is no goal.
    """
    if percent is None and not (text and text.strip()):
        raise FieldRefused("there is nothing to note", "Give a percentage, words, or both.")
    goal = _the_present(session, member)
    note = GoalNote(
        goal_id=goal.id,
        percent=None if percent is None else check_percent(percent),
        text=check_text(text) if text and text.strip() else None,
        source=source,
        at=now,
    )
    session.add(note)
    session.flush()
    audit.write(session, now, source, "goal.progress", member_id=member.id, subject=f"goal:{goal.id}",
                reason=note.text, percent=note.percent)  # fmt: skip
    return note


def history(session: Session, member_id: int) -> list[Told]:
    """All goals of a member, the first one first."""
    goals = list(session.scalars(sa.select(Goal).where(Goal.member_id == member_id).order_by(Goal.id)))
    notes: dict[int, list[GoalNote]] = {goal.id: [] for goal in goals}
    for note in session.scalars(sa.select(GoalNote).where(GoalNote.goal_id.in_(notes)).order_by(GoalNote.id)):
        notes[note.goal_id].append(note)
    return [Told(goal, notes[goal.id]) for goal in goals]


def _the_present(session: Session, member: Member) -> Goal:
    goal = present(session, member.id)
    if goal is None:
        raise Refused(f"{member.name} has no goal at present.")
    return goal
