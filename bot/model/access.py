"""Who may use the console: sign-in links and sessions. Only the SHA-256 of what a browser holds is kept.

Their times are real ones (`Clock.wall`): a demonstration that jumps a week signs nobody out.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.model.base import Base, Key
from bot.model.people import Staff


class SignInLink(Base):
    """A link that signs a colleague in, once."""

    __tablename__ = "sign_in_link"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


class ConsoleSession(Base):
    """A browser that is signed in. `way` says how it came in: ``link`` or ``oidc``."""

    __tablename__ = "console_session"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    way: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()
