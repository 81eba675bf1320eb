"""All data of one member (GDPR, articles 15 and 20): complete, because every table that refers to members is walked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.members.hand import Hand
from bot.programme.models import Programme


@dataclass(frozen=True)
class Export:
    """`data` is what the JSON file holds, `readable` the same as text for a person; `name` begins the files' names."""

    name: str
    data: dict[str, Any]
    readable: str

    @property
    def as_json(self) -> str:
        raise NotImplementedError


def export(session: Session, programme: Programme, member_id: int, hand: Hand) -> Export:
    """Everything about the member. The audit log says that it was exported, and by whom.

    Raises:
        NotFound: there is no such member.
    """
    raise NotImplementedError
