"""Surveys: when each member is asked, what they answered, and what staff say of the organisation itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base, Key, MemberId, one_of, refers


class RoundState(StrEnum):
    """`partly`: some answers, then silence or "no more"; `declined`: none, and said so; `expired`: none, and silent;
    `skipped`: never asked."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    PARTLY = "partly"
    DECLINED = "declined"
    EXPIRED = "expired"
    SKIPPED = "skipped"


class SurveyRound(Base):
    """One survey of one member on one occasion (``joined 2026-03-01``, ``case 12``).

    `due_at` is when the content says that it is due, `look_at` when the scheduler looks at it next, `reason` why it
    waits or what ended it. While it is asked, `question` is the key of the question in hand, `kind` its kind, `unclear`
    how often its answer was not understood, and `check_in_id` the check-in that asks. `asked_at` is when that was made,
    `started_at` when the first question was sent, `segment` the member's segment then. `referral_at`: in this round the
    member was asked to bring a colleague.
    """

    __tablename__ = "survey_round"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "survey", "occasion"),
        refers("survey_round", "hand_off_id"),
    )

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    survey: Mapped[str] = mapped_column(index=True)
    occasion: Mapped[str]
    due_at: Mapped[datetime]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    state: Mapped[RoundState] = mapped_column(one_of(RoundState), default=RoundState.PLANNED)
    reason: Mapped[str | None]
    segment: Mapped[str | None]
    question: Mapped[str | None]
    kind: Mapped[str | None]
    unclear: Mapped[int] = mapped_column(default=0)
    check_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("check_in.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    hand_off_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hand_off.id", ondelete="SET NULL"))
    referral_at: Mapped[datetime | None]


class SurveyAnswer(Base):
    """One answer to one question, saved at once; `number` for scores and for the place of a choice, `text` for words.

    Several choices stand in `text`, with semicolons. A number that nobody asked for belongs to no round.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (refers("survey_answer", "check_in_id"), sa.Index(None, "kind", "at"))

    id: Mapped[Key]
    member_id: Mapped[MemberId]
    check_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("check_in.id", ondelete="SET NULL"))
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_round.id", ondelete="SET NULL"), index=True)
    survey: Mapped[str] = mapped_column(index=True)
    question: Mapped[str]
    kind: Mapped[str | None]
    number: Mapped[int | None]
    text: Mapped[str | None]
    channel: Mapped[str | None]
    inbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inbox_message.id", ondelete="SET NULL"), unique=True)
    asked_at: Mapped[datetime | None]
    at: Mapped[datetime]


class SelfAssessmentAnswer(Base):
    """How far a colleague agrees with one statement about the organisation, from 1 to 5."""

    __tablename__ = "self_assessment_answer"

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    statement: Mapped[str]
    number: Mapped[int]
    at: Mapped[datetime]
