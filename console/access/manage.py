"""The dialogs in which an admin says who may come in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui
from sqlalchemy.orm import Session

from bot.access import colleagues, links, sessions
from bot.access.colleagues import Colleague, OpenSession
from bot.model import Role
from console.access import words
from console.access.listing import Told
from console.visit import Visit

HEADING = "role=heading aria-level=2"


@dataclass(frozen=True)
class Manage:
    """One colleague's dialog. `changed` draws the list again."""

    visit: Visit
    told: Told
    changed: Callable[[], Awaitable[None]]

    async def open(self, staff_id: int) -> None:
        wall = self.visit.console.clock.wall()
        person, opened = await self.visit.read(lambda session: colleagues.colleague(session, staff_id, wall))
        with ui.dialog(value=True).props("aria-labelledby=who") as dialog, ui.card().classes("w-full gap-3"):
            dialog.on("hide", dialog.delete)
            ui.label(person.name).classes("text-h6").style("overflow-wrap: anywhere").props(f"{HEADING} id=who")
            ui.label(person.email).classes("msb-muted").style("overflow-wrap: anywhere")
            self._role(person, dialog)
            self._link(person)
            self._sessions(person, opened, dialog)
            with ui.row().classes("w-full justify-end"):
                ui.button("Close", on_click=dialog.close).props("flat no-caps")

    def _role(self, person: Colleague, dialog: ui.dialog) -> None:
        async def save() -> None:
            chosen, wall, actor = role_of(choice.value), self.visit.console.clock.wall(), self.visit.visitor.actor

            def work(session: Session) -> bool:
                colleagues.give_role(session, person.staff_id, chosen, wall, actor)
                return True

            if await self.visit.act(Role.ADMIN, work, f"{person.name}: {words.role_name(chosen)}."):
                await self.changed()
                dialog.close()

        with ui.row().classes("w-full items-end no-wrap gap-2"):
            choice = ui.select(dict(words.ROLES), value=person.role or words.NO_ROLE, label="Role").classes("grow")
            ui.button("Save role", on_click=save).props("unelevated no-caps")

    def _link(self, person: Colleague) -> None:
        async def make() -> None:
            address = await make_link(self.visit, person.email, None)
            if address:
                place.clear()
                with place:
                    show_link(address)

        place = ui.column().classes("w-full gap-1")
        if person.role is not None:
            with place:
                ui.button("Make a sign-in link", icon="link", on_click=make).props("outline no-caps")

    def _sessions(self, person: Colleague, opened: list[OpenSession], dialog: ui.dialog) -> None:
        if not opened:
            ui.label("No browser is signed in.").classes("msb-muted")
            return
        ui.label("Browsers that are signed in").classes("text-subtitle2").props("role=heading aria-level=3")
        for one in opened[:20]:
            self._session(one)
        wall, actor = self.visit.console.clock.wall, self.visit.visitor.actor

        async def end() -> None:
            ended = await self.visit.act(
                Role.ADMIN,
                lambda session: sessions.end_of(session, person.staff_id, wall(), actor),
                f"{person.name} is signed out everywhere.",
            )
            if ended is not None:
                await self.changed()
                dialog.close()

        ui.button("Sign out everywhere", icon="logout", on_click=end).props("outline no-caps color=negative")

    def _session(self, one: OpenSession) -> None:
        wall, actor = self.visit.console.clock.wall, self.visit.visitor.actor

        async def end() -> None:
            done = await self.visit.act(
                Role.ADMIN, lambda session: sessions.end_one(session, one.session_id, wall(), actor), "Signed out."
            )
            if done is not None:
                row.delete()
                await self.changed()

        since = self.told.at(one.since)
        with ui.row().classes("w-full items-center no-wrap gap-2") as row:
            ui.label(f"Since {since}, {words.way(one.way)}; last seen {self.told.at(one.seen_at)}.").classes("grow")
            ui.button(icon="logout", on_click=end).props(
                f'flat round dense aria-label="Sign out the one since {since}"'
            )


def invite(visit: Visit, changed: Callable[[], Awaitable[None]]) -> None:
    """The dialog for somebody who is not in the list yet, or comes in for the first time."""

    async def make() -> None:
        address = await make_link(visit, email.value or "", role_of(role.value), name.value or "")
        if address:
            place.clear()
            with place:
                show_link(address)
            await changed()

    with ui.dialog(value=True).props("aria-labelledby=invite") as dialog, ui.card().classes("w-full gap-3"):
        dialog.on("hide", dialog.delete)
        ui.label("Let a colleague in").classes("text-h6").props(f"{HEADING} id=invite")
        email = ui.input("E-mail address").classes("w-full").props("type=email autofocus")
        name = ui.input("Name").classes("w-full").props('hint="For somebody who is not in the list yet"')
        allowed = {key: text for key, text in words.ROLES.items() if key != words.NO_ROLE}
        role = ui.select(allowed, value=Role.VIEWER, label="Role").classes("w-full")
        place = ui.column().classes("w-full gap-1")
        with place:
            ui.button("Give the role and make a sign-in link", icon="link", on_click=make).props("unelevated no-caps")
        with ui.row().classes("w-full justify-end"):
            ui.button("Close", on_click=dialog.close).props("flat no-caps")


async def make_link(visit: Visit, email: str, role: Role | None, name: str = "") -> str:
    """The address of a new link; empty: it was refused, and the reason is shown."""
    wall, actor, settings = visit.console.clock.wall(), visit.visitor.actor, visit.console.settings

    def work(session: Session) -> str:
        token = links.make(session, email, role, wall, name=name, actor=actor)
        return links.address(settings, token)

    return await visit.act(Role.ADMIN, work) or ""


def show_link(address: str) -> None:
    """It is shown once: only its digest is kept."""
    with ui.row().classes("w-full items-end no-wrap gap-2"):
        ui.input("Sign-in link", value=address).classes("grow").props("readonly")
        ui.button(icon="content_copy", on_click=lambda: ui.clipboard.write(address)).props(
            'flat round aria-label="Copy the link"'
        )
    ui.label("Give it to them yourself. It works once, for 15 minutes, and is not shown again.").classes("msb-muted")


def role_of(value: str) -> Role | None:
    return None if value == words.NO_ROLE else Role(value)
