"""What is open in the conversation with a member."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base, one_of


class Question(StrEnum):
    """What the bot asked last, which gives short answers their meaning; also the values of Rasa's slot."""

    NONE = "none"
    CHECK_IN = "check_in"
    CONFIRM_AWAY = "confirm_away"
    CONFIRM_OPT_OUT = "confirm_opt_out"
    CLARIFY = "clarify"
    OFFER_PERSON = "offer_person"
    GOAL = "goal"
    LEAVING = "leaving"
    SURVEY_SCORE = "survey_score"
    SURVEY_CHOICE = "survey_choice"
    SURVEY_TEXT = "survey_text"


class Conversation(Base):
    """One per member, over all channels. `data` is what the open question needs (a date, the choices).

    `best_hour` (local) and `best_channel` are learned from when and where the member answers; empty until there are
    enough.
    """

    __tablename__ = "conversation"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[Question] = mapped_column(one_of(Question), default=Question.NONE)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    address: Mapped[str | None]
    last_message_at: Mapped[datetime | None]
    best_hour: Mapped[int | None]
    best_channel: Mapped[str | None]
