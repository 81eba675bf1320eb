"""Whom the list of members shows, as the address of the page says it: it can be linked, kept and loaded again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from bot.handoff.risk import Level
from bot.members.directory import Asked, Order, Stage, Wanted
from bot.model import MemberStatus

PER_PAGE = 25
LONGEST = 200


@dataclass(frozen=True)
class Sought:
    """What stands behind the question mark, as text; empty for what does not matter. `page` counts from 1."""

    q: str = ""
    segment: str = ""
    stage: str = ""
    status: str = ""
    risk: str = ""
    question: str = ""
    msm: str = ""
    order: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Sought:
        """What can't be read is as if it were not there."""
        names = [one.name for one in fields(cls) if one.name != "page"]
        number = query.get("page", "")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        return cls(**{name: query.get(name, "")[:LONGEST] for name in names}, page=max(page, 1))

    def but(self, name: str, value: str) -> Sought:
        """The first page of another search."""
        changed = {one.name: getattr(self, one.name) for one in fields(self)} | {name: value}
        return Sought.of({**changed, "page": "1"})

    @property
    def query(self) -> str:
        """``?q=ana&page=2``, or nothing."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        kept = {name: value for name, value in said.items() if value and (name, value) != ("page", 1)}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def narrows(self) -> bool:
        """Whether anybody is left out."""
        return any((self.q, self.segment, self.stage, self.status, self.risk, self.question, self.msm))

    @property
    def skip(self) -> int:
        return (self.page - 1) * PER_PAGE

    @property
    def sorted_by(self) -> Order:
        return Order(self.order) if self.order in set(Order) else Order.NAME

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            text=self.q,
            segment=self.segment or None,
            stage=Stage(self.stage) if self.stage in set(Stage) else None,
            status=MemberStatus(self.status) if self.status in set(MemberStatus) else None,
            risk=Level(self.risk) if self.risk in set(Level) else None,
            question=Asked(self.question) if self.question in set(Asked) else None,
            msm_id=int(self.msm) if self.msm.isascii() and self.msm.isdigit() and len(self.msm) < 18 else None,
        )
