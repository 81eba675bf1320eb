"""The page of one member: what all its parts know, and how it is drawn anew when something was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.members.dossier import Dossier
from bot.members.hand import Hand
from bot.model import MemberStatus, Role
from console import shell
from console.look import Local
from console.visit import Visit

T = TypeVar("T")


@dataclass
class Sheet:
    """`redraw` shows the member as they are by then."""

    visit: Visit
    dossier: Dossier
    redraw: Callable[[], Awaitable[None]]

    @property
    def member_id(self) -> int:
        return self.dossier.person.member_id

    @property
    def name(self) -> str:
        """The first name: a dialog is about somebody whom one knows."""
        return self.dossier.person.first_name or self.dossier.person.name

    @property
    def local(self) -> Local:
        return Local(ZoneInfo(self.dossier.person.time_zone), self.visit.console.clock.now())

    @property
    def address(self) -> str:
        return f"{self.members}/{self.member_id}"

    @property
    def members(self) -> str:
        return f"{shell.base(self.visit)}/members"

    def case(self, case_id: int) -> str:
        return f"{shell.base(self.visit)}/cases/{case_id}"

    def at(self, tab: str, **more: str | None) -> str:
        """The address of a part of this page."""
        said = {name: value for name, value in {"tab": tab, **more}.items() if value}
        return f"{self.address}?{urlencode(said)}"

    @property
    def is_open(self) -> bool:
        """Whether anything can be done about this record: one that was merged only looks."""
        return self.dossier.person.status != MemberStatus.MERGED

    @property
    def hand(self) -> Hand:
        return Hand(self.visit.visitor.actor, self.visit.console.times(), self.visit.visitor.staff_id)

    async def do(self, role: Role, work: Callable[[Session, Hand], T], done: str) -> bool:
        """Does it, says so, and shows what came of it; False when it was refused."""
        hand = self.hand

        def act(session: Session) -> bool:
            work(session, hand)
            return True

        if not await self.visit.act(role, act, done):
            return False
        await self.redraw()
        return True


def once() -> str:
    """A name for an act that a second press of the button must not repeat."""
    return f"console:{uuid4().hex}"
