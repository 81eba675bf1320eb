"""Which cases a page shows: what stands in its address. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.handoff.listing import NOBODY, Wanted, Which
from bot.model import HandOffReason, Team

PER_PAGE = 25
MOST_PAGES = 1000
Named = TypeVar("Named", bound=StrEnum)


class Tray(StrEnum):
    """The lists of the inbox."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    ALL = "all"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Choice:
    """What somebody chose. `assignee` is an e-mail address; pages count from 1."""

    tray: Tray = Tray.MINE
    team: Team | None = None
    assignee: str | None = None
    reason: HandOffReason | None = None
    overdue: bool = False
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Choice:
        """What an address names; what makes no sense is left out."""
        page = query.get("page", "1")
        return cls(
            tray=_named(Tray, query.get("list")) or Tray.MINE,
            team=_named(Team, query.get("team")),
            assignee=(query.get("assignee") or "")[:254].lower() or None,
            reason=_named(HandOffReason, query.get("reason")),
            overdue=query.get("overdue") == "yes",
            page=min(max(int(page), 1), MOST_PAGES) if page.isascii() and page.isdigit() else 1,
        )

    def query(self) -> str:
        """As it stands in an address, without what is usual."""
        told = {
            "list": self.tray if self.tray is not Tray.MINE else None,
            "team": self.team,
            "assignee": self.assignee,
            "reason": self.reason,
            "overdue": "yes" if self.overdue else None,
            "page": self.page if self.page > 1 else None,
        }
        found = urlencode({name: str(value) for name, value in told.items() if value})
        return f"?{found}" if found else ""

    def but(self, **changes: Any) -> Choice:
        """The first page of another choice, unless `page` says otherwise."""
        return replace(self, **{"page": 1, **changes})

    @property
    def is_narrowed(self) -> bool:
        return any((self.team, self.assignee, self.reason, self.overdue))

    @property
    def skip(self) -> int:
        return (self.page - 1) * PER_PAGE

    def wanted(self, email: str, teams: tuple[Team, ...]) -> Wanted:
        """For the colleague with this address, who is in these teams."""
        tray = {
            Tray.MINE: Wanted(snoozed=False, assignee=email),
            Tray.TEAM: Wanted(snoozed=False, teams=teams),
            Tray.UNASSIGNED: Wanted(snoozed=False, assignee=NOBODY),
            Tray.ALL: Wanted(snoozed=False),
            Tray.SNOOZED: Wanted(snoozed=True),
            Tray.RESOLVED: Wanted(Which.RESOLVED),
        }[self.tray]
        overdue = True if self.overdue and self.tray not in (Tray.SNOOZED, Tray.RESOLVED) else None
        return replace(
            tray, team=self.team, assignee=self.assignee or tray.assignee, reason=self.reason, overdue=overdue
        )


def _named(kind: type[Named], value: str | None) -> Named | None:
    return kind(value) if value in set(kind) else None
