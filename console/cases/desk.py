"""The page of one case: what all its parts know, how an act is done once, and how the page keeps up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from nicegui import ui
from sqlalchemy.orm import Session

from bot.handoff import away, cases, timeline, whole
from bot.handoff.act import Act, check_still_held
from bot.handoff.once import once
from bot.handoff.whole import Whole
from bot.model import Role, Staff
from console import shell
from console.live import MINUTE, keeping_focus
from console.visit import Visit

Key = Callable[["Desk"], object]
Perform = Callable[[Session, Act], object]


@dataclass
class Part:
    """A part of the page that is drawn anew when its key changed, and only then."""

    key: Key
    redraw: Callable[[], object]
    shown: object = None


@dataclass
class Desk:
    """`whole` is the case as it was last read, `most` how many lines of its story are shown."""

    visit: Visit
    whole: Whole
    zone: ZoneInfo
    most: int = timeline.LAST
    parts: list[Part] = field(default_factory=list)
    press: str = field(default_factory=lambda: uuid4().hex)
    is_busy: bool = False

    @property
    def case_id(self) -> int:
        return self.whole.case_id

    @property
    def at(self) -> datetime:
        return self.whole.view.at

    @property
    def who(self) -> str:
        person = self.whole.view.person
        return person.name if person is not None else self.whole.view.address

    @property
    def is_resolved(self) -> bool:
        return self.whole.view.state == "resolved"

    @property
    def may_act(self) -> bool:
        return self.visit.may(Role.MANAGER)

    def link(self, path: str) -> str:
        return f"{shell.base(self.visit)}{path}"

    def add(self, key: Key, redraw: Callable[[], object]) -> None:
        """Has a part, which is drawn already, drawn anew when what `key` says of the desk is another."""
        self.parts.append(Part(key, redraw, key(self)))

    async def keep_up(self) -> None:
        """Reads the case again if something happened, or if lengths of time have other words by now."""
        edition = await self.visit.read(lambda session: whole.edition(session, self.case_id))
        if edition != self.whole.edition or self.visit.console.clock.now() - self.at >= MINUTE:
            await self.refresh()

    async def refresh(self) -> None:
        self.whole = await self.visit.read(lambda session: read(session, self.visit, self.case_id, self.most))
        stale = [part for part in self.parts if part.key(self) != part.shown]
        for part in stale:
            part.shown = part.key(self)
        if stale:
            await keeping_focus(lambda: [part.redraw() for part in stale])

    async def do(self, what: str, perform: Perform, done: str, *, whoever_holds: bool = False) -> bool:
        """Does an act once, however often this press arrives; says what came of it, and False when it was refused.

        What was seen decides: if somebody else has claimed the case since, it is refused, unless it does no harm
        (`whoever_holds`).
        """
        if self.is_busy:
            return False
        self.is_busy = True
        try:
            return await self._do(what, perform, done, whoever_holds=whoever_holds)
        finally:
            self.press, self.is_busy = uuid4().hex, False

    async def _do(self, what: str, perform: Perform, done: str, *, whoever_holds: bool) -> bool:
        press, holder, console = self.press, self.whole.holder, self.visit.console

        def checked(session: Session, act: Act) -> None:
            if not whoever_holds:
                check_still_held(cases.get(session, act.case_id), act.staff, holder)
            perform(session, act)

        def work(session: Session) -> bool:
            times = console.times()
            staff = session.get_one(Staff, self.visit.visitor.staff_id)
            act = Act(self.case_id, staff, f"console:{press}", times.now, times.wall)
            return once(session, act, what, checked)

        did = await self.visit.act(Role.MANAGER, work)
        if did:
            ui.notify(done, type="positive")
        await self.refresh()
        return did is not None


def read(session: Session, visit: Visit, case_id: int, most: int) -> Whole:
    """Raises: NotFound: there is no such case."""
    console = visit.console
    return whole.whole(session, console.programme, console.reach, case_id, console.clock.now(), most)


def zone(session: Session, visit: Visit) -> ZoneInfo:
    """That of the colleague's team."""
    return away.zone_of(visit.console.programme.inbox, session.get_one(Staff, visit.visitor.staff_id))
