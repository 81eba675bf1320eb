"""Who looks at a page."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Role


@dataclass(frozen=True)
class Visitor:
    """A colleague who is signed in."""

    staff_id: int
    email: str
    name: str
    role: Role

    @property
    def actor(self) -> str:
        """As the audit log names them."""
        return f"console:{self.email}"
