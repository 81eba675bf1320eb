"""The list of members: search as you type, filters, and pages that the server cuts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from nicegui import ui
from sqlalchemy.orm import Session

from bot.members import directory
from bot.members.directory import Choice, Choices, Listing, Order
from bot.members.next_contact import NextContact, next_contacts
from bot.model import Role
from console import look, shell
from console.members import table
from console.members.sought import PER_PAGE, Sought
from console.visit import Visit

DEBOUNCE_MS = 250
ORDERS = {"": "Name", "joined": "Newest", "renewal": "Renewal", "risk": "Risk"}


@dataclass(frozen=True)
class Found:
    """A page of the list, with what comes next for each member on it."""

    listing: Listing
    next: dict[int, NextContact]


async def build(visit: Visit) -> None:
    """Draws the page of the query in the address; what is chosen there goes back into the address."""
    ui.add_css(look.STYLE)
    ui.add_css(table.STYLE)
    if "erased" in visit.query:
        look.banner("The member was erased.", "good", "check_circle")
    await Search(visit, Sought.of(visit.query)).draw()


class Search:
    """What is looked for, and what was found. Answers that were overtaken by a later question are dropped."""

    def __init__(self, visit: Visit, sought: Sought) -> None:
        self.visit, self.sought = visit, sought
        self.asked = 0
        self.controls: dict[str, ui.input | ui.select] = {}

    async def draw(self) -> None:
        choices = await self.visit.read(lambda session: directory.choices(session, self.visit.console.programme))
        with ui.row().classes("w-full items-center gap-2"):
            self._search()
            if self.visit.may(Role.ADMIN):
                to = f"{shell.base(self.visit)}/members/import"
                ui.button("Import", icon="upload_file", on_click=lambda: ui.navigate.to(to)).props("outline no-caps")
        with ui.element("div").classes("msb-filters w-full"):
            self._filters(choices)
        self.found = ui.column().classes("w-full gap-2")
        await self.show()

    def _search(self) -> None:
        box = ui.input("Search: name, number, phone or e-mail", value=self.sought.q).classes("grow")
        box.props(f'outlined dense clearable debounce={DEBOUNCE_MS} type=search style="min-width: 14rem"')
        with box.add_slot("prepend"):
            ui.icon("search").props("aria-hidden=true")
        box.on_value_change(lambda change: self.change("q", change.value or ""))
        self.controls["q"] = box

    def _filters(self, choices: Choices) -> None:
        self._select("segment", "Segment", choices.segments)
        self._select("stage", "Stage", choices.stages)
        self._select("status", "Status", choices.statuses)
        self._select("risk", "Risk", choices.levels)
        self._select("question", "Question", choices.questions)
        self._select("msm", "Manager", choices.msms)
        order = ui.select(ORDERS, label="Sorted by", value=self.sought.order if self.sought.order in ORDERS else "")
        order.props("outlined dense options-dense").on_value_change(lambda one: self.change("order", one.value))

    def _select(self, name: str, label: str, choices: tuple[Choice, ...]) -> None:
        options = {"": "All"} | {one.key: one.name for one in choices}
        value = getattr(self.sought, name)
        select = ui.select(options, label=label, value=value if value in options else "")
        select.props("outlined dense options-dense")
        select.on_value_change(lambda change: self.change(name, change.value or ""))
        self.controls[name] = select

    async def change(self, name: str, value: str) -> None:
        """Another search or filter begins at the first page."""
        if getattr(self.sought, name) != value:
            self.sought = self.sought.but(name, value)
            await self.show()

    async def turn(self, page: int) -> None:
        self.sought = replace(self.sought, page=page)
        await self.show()

    async def clear(self) -> None:
        """Everybody again; the order stays."""
        self.sought = Sought(order=self.sought.order)
        for control in self.controls.values():
            control.value = ""
        await self.show()

    async def show(self) -> None:
        """Looks, and draws what was found."""
        self.asked += 1
        number, sought = self.asked, self.sought
        found = await self.visit.read(lambda session: self._look(session, sought))
        if number != self.asked:
            return
        if sought.page > 1 and not found.listing.lines:
            await self.turn(1)
            return
        ui.navigate.history.replace(f"{shell.base(self.visit)}/members{sought.query}")
        self.found.clear()
        with self.found:
            self._draw_found(found)

    def _look(self, session: Session, sought: Sought) -> Found:
        console = self.visit.console
        listing = directory.find(session, console.programme, sought.wanted, console.clock.now(), order=sought.sorted_by,
                                 skip=sought.skip, most=PER_PAGE)  # fmt: skip
        return Found(listing, next_contacts(session, [line.member_id for line in listing.lines]))

    def _draw_found(self, found: Found) -> None:
        listing = found.listing
        if not listing.lines:
            self._nobody()
            return
        with ui.row().classes("w-full items-center justify-between gap-x-4 gap-y-1"):
            self._count(listing)
            self._pager(listing.total)
        table.draw(self.visit, listing.lines, found.next)
        if listing.total > PER_PAGE:
            with ui.row().classes("w-full justify-end"):
                self._pager(listing.total)

    def _count(self, listing: Listing) -> None:
        first = self.sought.skip + 1
        last = first + len(listing.lines) - 1
        told = f"{first:,} to {last:,} of {listing.total:,} members" if listing.total > 1 else "1 member"
        with ui.row().classes("items-center gap-2"):
            ui.label(f"{told}{self._risk(listing.risk_as_of)}. Times are each member's own.").classes(
                "msb-muted"
            ).props("role=status")
            if self.sought.narrows:
                ui.button("Show all", on_click=self.clear).props("flat dense no-caps size=sm")

    def _risk(self, as_of: datetime | None) -> str:
        """Of the filter and the order by risk, which go by what was found at the last look."""
        if not self.sought.risk and self.sought.sorted_by is not Order.RISK:
            return ""
        return f". Risk as of {as_of:%H:%M} UTC" if as_of else ". Nobody has looked at the risk of all of them yet"

    def _pager(self, total: int) -> None:
        pages, page = -(-total // PER_PAGE), self.sought.page
        if pages < 2:
            return
        with ui.row().classes("items-center gap-1 no-wrap"):
            back = ui.button(icon="chevron_left", on_click=lambda: self.turn(page - 1))
            back.props('flat dense aria-label="Page before"').set_enabled(page > 1)
            ui.label(f"Page {page:,} of {pages:,}").classes("msb-muted")
            on = ui.button(icon="chevron_right", on_click=lambda: self.turn(page + 1))
            on.props('flat dense aria-label="Next page"').set_enabled(page < pages)

    def _nobody(self) -> None:
        with ui.column().classes("w-full items-center q-pa-xl gap-2"):
            ui.icon("groups", size="xl").classes("msb-muted").props("aria-hidden=true")
            if self.sought.narrows:
                ui.label("Nobody fits.").classes("text-subtitle1").props("role=status")
                muted = "Each word has to begin a name or the member number; addresses have to be whole."
                ui.label(muted).classes("msb-muted text-center")
                ui.button("Show all members", on_click=self.clear).props("outline no-caps")
                return
            ui.label("There are no members yet.").classes("text-subtitle1").props("role=status")
            if self.visit.may(Role.ADMIN):
                ui.link("Import a file of members", f"{shell.base(self.visit)}/members/import")
            else:
                ui.label("An admin can import a file of members.").classes("msb-muted")
