"""Where each member stands: journey runs, with the version they are pinned to, and the progress on each step."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key, MemberId, one_of


class RunState(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED = "ended"


class StepState(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    SKIPPED = "skipped"


class JourneyVersion(Base):
    """A journey as it was when somebody entered it; `body` is `Journey.model_dump(mode="json")`."""

    __tablename__ = "journey_version"

    digest: Mapped[str] = mapped_column(primary_key=True)
    journey: Mapped[str]
    body: Mapped[dict[str, Any]]
    first_seen_at: Mapped[datetime]


class JourneyRun(Base):
    """One member's way through one journey; `occasion` tells one entry from the next (``2026-03-01``).

    `anchor_on` is the renewal date that the run is about; it stays when the member has renewed and the next is a year
    on. At `lapses_at` an active run ends; `outcome` says how a run ended.
    """

    __tablename__ = "journey_run"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "journey", "occasion"),
        sa.Index(
            "ix_journey_run_lapse",
            "lapses_at",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        ),
        sa.Index(
            "ix_journey_run_active",
            "journey",
            "member_id",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        ),
    )

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    journey: Mapped[str]
    occasion: Mapped[str]
    version: Mapped[str] = mapped_column(sa.ForeignKey("journey_version.digest"))
    state: Mapped[RunState] = mapped_column(one_of(RunState), default=RunState.ACTIVE)
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    anchor_on: Mapped[date | None]
    lapses_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    pinned: Mapped[JourneyVersion] = relationship()
    steps: Mapped[list[StepProgress]] = relationship(back_populates="run", order_by="StepProgress.id")


class PlannedEntry(Base):
    """A journey that a member will enter at `due_at`; the row goes when they have."""

    __tablename__ = "planned_entry"
    __table_args__ = (sa.UniqueConstraint("member_id", "journey", "occasion"),)

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    journey: Mapped[str]
    occasion: Mapped[str]
    anchor_on: Mapped[date | None]
    due_at: Mapped[datetime] = mapped_column(index=True)


class StepProgress(Base):
    """How far a member is with one step, who said so, and in which words."""

    __tablename__ = "step_progress"
    __table_args__ = (sa.UniqueConstraint("run_id", "step"),)

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("journey_run.id", ondelete="CASCADE"))
    step: Mapped[str]
    state: Mapped[StepState] = mapped_column(one_of(StepState), default=StepState.PENDING)
    source: Mapped[str | None]
    evidence: Mapped[str | None]
    resource_sent_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    run: Mapped[JourneyRun] = relationship(back_populates="steps")
