"""Journey runs: entering a journey, and standing somewhere in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot import audit
from bot.bulk import among
from bot.lanes.put import upsert
from bot.model import JourneyRun, JourneyVersion, Member, RunState, StepProgress, StepState
from bot.programme import navigate
from bot.programme.models import Journey, Milestone, Step

OVER = (StepState.DONE, StepState.SKIPPED)
STAGES = ("onboarding", "renewal", "winback", "engagement")
"""Which of several journeys a conversation is about, when nothing else tells."""


@dataclass(frozen=True)
class Standing:
    """A run with the journey as it was pinned and the progress on each step."""

    run: JourneyRun
    journey: Journey
    progress: Mapping[str, StepProgress]

    @property
    def done(self) -> frozenset[str]:
        """The steps that are over: done or passed over."""
        return frozenset(key for key, step in self.progress.items() if step.state in OVER)

    @property
    def current(self) -> Step | None:
        """The step in hand: the first that is not over and may be asked now."""
        return navigate.next_step(self.journey, self.done)

    @property
    def is_complete(self) -> bool:
        return navigate.is_complete(self.journey, self.done)

    def step(self, key: str) -> Step:
        return navigate.step_of(self.journey, key)

    def milestone(self, key: str) -> Milestone:
        return navigate.milestone_of(self.journey, key)


def standing(session: Session, run_id: int) -> Standing:
    """Where the run stands."""
    run = session.get_one(JourneyRun, run_id)
    _keep(session, run)
    return Standing(run, _journey(run), {step.step: step for step in run.steps})


def load(session: Session, run_ids: Collection[int]) -> None:
    """Reads many runs at once, so that `standing` asks the database no more."""
    if not run_ids:
        return
    runs = sa.select(JourneyRun).where(JourneyRun.id.in_(list(run_ids)))
    for run in session.scalars(runs.options(selectinload(JourneyRun.steps))):
        _keep(session, run)


def journeys(session: Session, run_ids: Collection[int]) -> dict[int, Journey]:
    """The journeys of many runs, as they were pinned; without the progress, which is most of what a run has."""
    if not run_ids:
        return {}
    versions = {row.id: row.version for row in session.execute(_VERSIONS, {"ids": list(run_ids)})}
    missing = set(versions.values()) - _parsed_versions.keys()
    if missing:
        for row in session.execute(sa.select(JourneyVersion).where(JourneyVersion.digest.in_(missing))).scalars():
            _parsed_versions[row.digest] = Journey.model_validate(row.body)
    return {run_id: _parsed_versions[version] for run_id, version in versions.items()}


def _keep(session: Session, run: JourneyRun) -> None:
    """Until the transaction is over: the session itself forgets what nobody refers to, and would read it again."""
    session.info.setdefault("runs", {})[run.id] = run


_ACTIVE = (
    sa.select(JourneyRun)
    .where(JourneyRun.member_id == sa.bindparam("member"), JourneyRun.state == RunState.ACTIVE)
    .order_by(JourneyRun.id.desc())
)
_VERSIONS = sa.select(JourneyRun.id, JourneyRun.version).where(among(JourneyRun.id))
_parsed_versions: dict[str, Journey] = {}


def _journey(run: JourneyRun) -> Journey:
    """The journey as it was pinned. A version never changes, so it is read and parsed once."""
    if run.version not in _parsed_versions:
        _parsed_versions[run.version] = Journey.model_validate(run.pinned.body)
    return _parsed_versions[run.version]


def all_active(session: Session, member_id: int) -> list[Standing]:
    """The member's runs that are under way, the one first that a conversation is about when nothing else tells."""
    found = [standing(session, run.id) for run in session.scalars(_ACTIVE, {"member": member_id}).all()]
    return sorted(found, key=lambda one: (one.current is None, STAGES.index(one.journey.stage)))


def active(session: Session, member_id: int) -> Standing | None:
    """The first of the runs that are under way."""
    return next(iter(all_active(session, member_id)), None)


def newest(session: Session, member_id: int) -> Standing | None:
    """The run that a conversation is about: one under way, else the last one."""
    found = active(session, member_id)
    if found is not None:
        return found
    last = sa.select(JourneyRun.id).where(JourneyRun.member_id == member_id).order_by(JourneyRun.id.desc())
    run_id = session.scalars(last.limit(1)).first()
    return standing(session, run_id) if run_id is not None else None


@dataclass(frozen=True)
class Occasion:
    """Why a member enters a journey: its name, the renewal date that it is about, when the run ends at the latest."""

    name: str
    anchor_on: date | None = None
    lapses_at: datetime | None = None


def enter(session: Session, member: Member, journey: Journey, occasion: Occasion, now: datetime) -> Standing | None:
    """Starts a journey with its present version; None when the member entered it on this occasion before."""
    known = sa.select(JourneyRun.id).where(
        JourneyRun.member_id == member.id, JourneyRun.journey == journey.key, JourneyRun.occasion == occasion.name
    )
    if session.scalars(known).first() is not None:
        return None
    _pin(session, journey, now)
    run = JourneyRun(
        member_id=member.id, journey=journey.key, occasion=occasion.name, version=journey.version,
        state=RunState.ACTIVE, entered_at=now, anchor_on=occasion.anchor_on, lapses_at=occasion.lapses_at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    pending = {"run_id": run.id, "state": StepState.PENDING, "changed_at": now}
    session.execute(sa.insert(StepProgress), [{**pending, "step": step.key} for step in navigate.steps(journey)])
    audit.write(session, now, "bot", "journey.entered", member_id=member.id, subject=f"{journey.key}:{occasion.name}")
    return standing(session, run.id)


def _pin(session: Session, journey: Journey, now: datetime) -> None:
    values = {
        "digest": journey.version,
        "journey": journey.key,
        "body": journey.model_dump(mode="json"),
        "first_seen_at": now,
    }
    session.execute(upsert(session, JourneyVersion).values(**values).on_conflict_do_nothing(index_elements=["digest"]))
