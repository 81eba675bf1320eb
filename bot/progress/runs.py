"""Journey runs: entering a journey, and standing somewhere in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.lanes.put import upsert
from bot.model import JourneyRun, JourneyVersion, Member, RunState, StepProgress, StepState
from bot.programme import navigate
from bot.programme.models import Journey, Milestone, Step


@dataclass(frozen=True)
class Standing:
    """A run with the journey as it was pinned and the progress on each step."""

    run: JourneyRun
    journey: Journey
    progress: Mapping[str, StepProgress]

    @property
    def done(self) -> frozenset[str]:
        over = (StepState.DONE, StepState.SKIPPED)
        return frozenset(key for key, step in self.progress.items() if step.state in over)

    @property
    def current(self) -> Step | None:
        """The step in hand: the first that is not done."""
        return navigate.next_step(self.journey, self.done)

    def step(self, key: str) -> Step:
        return navigate.step_of(self.journey, key)

    def milestone(self, key: str) -> Milestone:
        return navigate.milestone_of(self.journey, key)


def standing(session: Session, run_id: int) -> Standing:
    """Where the run stands."""
    run = session.get_one(JourneyRun, run_id)
    journey = _parsed(run.pinned)
    return Standing(run, journey, {step.step: step for step in run.steps})


_parsed_versions: dict[str, Journey] = {}


def _parsed(version: JourneyVersion) -> Journey:
    """A pinned version never changes, so it is parsed once."""
    if version.digest not in _parsed_versions:
        _parsed_versions[version.digest] = Journey.model_validate(version.body)
    return _parsed_versions[version.digest]


def active(session: Session, member_id: int) -> Standing | None:
    """The member's newest run that is under way."""
    newest = sa.select(JourneyRun.id).where(JourneyRun.member_id == member_id, JourneyRun.state == RunState.ACTIVE)
    run_id = session.scalars(newest.order_by(JourneyRun.id.desc()).limit(1)).first()
    return standing(session, run_id) if run_id is not None else None


def newest(session: Session, member_id: int) -> Standing | None:
    """The run that a conversation is about: the one under way, else the last one."""
    order = (JourneyRun.state != RunState.ACTIVE, JourneyRun.id.desc())
    found = sa.select(JourneyRun.id).where(JourneyRun.member_id == member_id).order_by(*order)
    run_id = session.scalars(found.limit(1)).first()
    return standing(session, run_id) if run_id is not None else None


def enter(session: Session, member: Member, journey: Journey, occasion: str, now: datetime) -> Standing | None:
    """Starts a journey with its present version; None when the member entered it on this occasion before."""
    known = sa.select(JourneyRun.id).where(
        JourneyRun.member_id == member.id, JourneyRun.journey == journey.key, JourneyRun.occasion == occasion
    )
    if session.scalars(known).first() is not None:
        return None
    _pin(session, journey, now)
    run = JourneyRun(
        member_id=member.id, journey=journey.key, occasion=occasion, version=journey.version, state=RunState.ACTIVE,
        entered_at=now,
        steps=[StepProgress(step=s.key, state=StepState.PENDING, changed_at=now) for s in navigate.steps(journey)],
    )  # fmt: skip
    session.add(run)
    session.flush()
    audit.write(session, now, "bot", "journey.entered", member_id=member.id, subject=f"{journey.key}:{occasion}")
    return standing(session, run.id)


def _pin(session: Session, journey: Journey, now: datetime) -> None:
    values = {
        "digest": journey.version,
        "journey": journey.key,
        "body": journey.model_dump(mode="json"),
        "first_seen_at": now,
    }
    session.execute(upsert(session, JourneyVersion).values(**values).on_conflict_do_nothing(index_elements=["digest"]))
