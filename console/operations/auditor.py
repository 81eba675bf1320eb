"""What the auditor found: missed, doubled and forbidden messages, what each means, and whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from nicegui import ui
from sqlalchemy.orm import Session

from bot.auditor import audit, reading
from bot.auditor.kinds import REMEDIES, TITLES, Kind
from bot.auditor.reading import Counted, Told
from bot.model import Role
from console import shell
from console.look import card, muted, tag
from console.operations import look
from console.operations.letters import before_of
from console.visit import Visit

FEW, PER_PAGE = 5, 50


@dataclass(frozen=True)
class Found:
    """Of each kind the newest few, or a page of the one that was chosen."""

    kinds: list[tuple[Counted, list[Told]]]
    last_pass: datetime | None


def kind_of(visit: Visit) -> Kind | None:
    said = visit.query.get("kind")
    return Kind(said) if said in set(Kind) else None


def read(session: Session, visit: Visit) -> Found:
    chosen, before = kind_of(visit), before_of(visit)
    kinds = [one for one in reading.counts(session) if chosen in (None, one.kind)]
    most = FEW if chosen is None else PER_PAGE
    return Found(
        [(one, reading.page(session, one.kind, before=before if chosen else None, most=most)) for one in kinds],
        reading.last_pass(session),
    )


class Page:
    def __init__(self, visit: Visit, found: Found) -> None:
        self.visit, self.found = visit, found

    @property
    def at(self) -> str:
        return f"{shell.base(self.visit)}/operations/auditor"

    async def look(self) -> None:
        """A pass of the auditor, as the scheduler makes them."""
        if await self.visit.act(Role.ADMIN, lambda _session: True) is None:
            return
        console = self.visit.console
        self.button.disable()
        times = console.times()
        await look.in_thread(lambda: audit.run(console.db, console.programme, times.now, times.wall))
        self.button.enable()
        self.found = await self.visit.read(lambda session: read(session, self.visit))
        self.parts.refresh()
        ui.notify("The auditor has looked.", type="positive")

    def draw(self) -> None:
        with ui.row().classes("items-center gap-3"):
            muted("It works out apart from the rest what should have happened, every five minutes.")
            if self.visit.may(Role.ADMIN):
                self.button = ui.button("Look now", icon="fact_check", on_click=self.look).props(
                    "no-caps outline dense"
                )
        self.parts()

    @ui.refreshable_method
    def parts(self) -> None:
        if kind_of(self.visit) is not None:
            ui.link("All kinds", self.at)
        if not self.found.kinds:
            with ui.card().props("flat bordered").classes("w-full items-center q-pa-lg"):
                tag("Nothing is wrong, as far as the auditor knows", "good", "check")
        for counted, told in self.found.kinds:
            self._kind(counted, told)
        last = self.found.last_pass
        muted(f"Last pass: {look.moment(last) if last else 'not yet'}. {look.ZONE}")

    def _kind(self, counted: Counted, told: list[Told]) -> None:
        with card(f"{TITLES[counted.kind]} ({counted.count})"):
            ui.label(f"What to do: {REMEDIES[counted.kind]}").classes("msb-wrap")
            with look.table(TITLES[counted.kind], ("Finding", "Member", "First seen", "Last seen")):
                for one in told:
                    with look.row():
                        with look.cell():
                            ui.label(one.summary).classes("msb-wrap")
                            muted(one.subject.replace(":", " ").replace("_", " "))
                        with look.cell():
                            if one.member_id is not None and one.who:
                                ui.link(one.who, f"{shell.base(self.visit)}/members/{one.member_id}")
                        look.cells(look.moment(one.first_seen_at), look.moment(one.last_seen_at))
            self._more(counted, told)

    def _more(self, counted: Counted, told: list[Told]) -> None:
        if kind_of(self.visit) is None and counted.count > len(told):
            ui.link(f"All {counted.count}", f"{self.at}?{urlencode({'kind': str(counted.kind)})}")
        elif kind_of(self.visit) is not None and len(told) == PER_PAGE:
            query = urlencode({"kind": str(counted.kind), "before": told[-1].id})
            ui.link("Older ones", f"{self.at}?{query}")


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations/auditor")
    Page(visit, await visit.read(lambda session: read(session, visit))).draw()
