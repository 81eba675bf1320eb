"""Figures that were counted ahead, so that a page about a hundred thousand members need not count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from bot.model.base import Base


class MeasurePart(Base):
    """What was counted of one measure in one month (``2026-11``) or period (``last-12``), at `counted_at`.

    `whole` are the counts of each segment, `body` those of their breakdowns. The row may be thrown away: it is counted
    again. It names nobody. `form` is the form that the counts are kept in; rows of another one are counted again too.
    """

    __tablename__ = "measure_part"

    name: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[int]
    counted_at: Mapped[datetime]
    took_ms: Mapped[int]
    whole: Mapped[list[Any]]
    body: Mapped[list[Any]]
