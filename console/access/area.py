"""The page on which admins see and say who may come in."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from nicegui import events, ui
from sqlalchemy.orm import Session

from bot.access import colleagues
from bot.access.colleagues import Colleague
from bot.handoff import away
from bot.model import Role, Staff
from console.access import listing, words
from console.access.listing import Told
from console.access.manage import Manage, invite
from console.pages import Area, Page
from console.visit import Visit

PAGE = 25
GROUPS = (
    "Roles come from the groups of your organisation's accounts (claim {claim}). A role that is given here holds until "
    "the colleague signs in with their account again."
)


async def build(visit: Visit) -> None:
    """Colleagues with what they may do; whoever may come in stands first."""
    ui.add_css(listing.STYLE)
    told, sought, skip = Told(await visit.read(_zone_of(visit)), visit.console.clock.wall()), "", 0
    if visit.console.settings.oidc_role_claim:
        ui.label(GROUPS.format(claim=visit.console.settings.oidc_role_claim)).classes("msb-muted")

    @ui.refreshable
    async def table() -> None:
        wall = visit.console.clock.wall()

        def look(session: Session) -> tuple[list[Colleague], int]:
            found = colleagues.listed(session, wall, sought=sought, skip=skip, most=PAGE)
            return found, colleagues.counted(session, sought)

        found, count = await visit.read(look)
        if not found:
            ui.label(f'Nobody is called "{sought}".' if sought else "There are no colleagues yet.")
            return
        listing.draw(found, told, manage.open)
        if count > PAGE:
            with ui.row().classes("items-center gap-2"):
                ui.button("Back", on_click=lambda: turn(-PAGE)).props("flat no-caps").set_enabled(skip > 0)
                ui.label(f"{skip + 1} to {skip + len(found)} of {count}")
                ui.button("Next", on_click=lambda: turn(PAGE)).props("flat no-caps").set_enabled(skip + PAGE < count)

    async def changed() -> None:
        await table.refresh()

    async def turn(by: int) -> None:
        nonlocal skip
        skip += by
        await table.refresh()

    async def search(typed: events.ValueChangeEventArguments[str | None]) -> None:
        nonlocal sought, skip
        sought, skip = (typed.value or "").strip(), 0
        await table.refresh()

    manage = Manage(visit, told, changed)
    with ui.row().classes("w-full items-center gap-3"):
        field = ui.input("Search by name or address", on_change=search).classes("grow").style("max-width: 24rem")
        field.props("clearable dense debounce=300")
        ui.button("Let a colleague in", icon="person_add", on_click=lambda: invite(visit, changed)).props(
            "unelevated no-caps"
        )
    await table()
    ui.label(f"Times are those of {told.zone.key}. A session ends after 12 hours.").classes("msb-muted text-caption")
    _explain()


def _explain() -> None:
    with ui.card().props("flat bordered").classes("w-full gap-1"):
        ui.label("What each role may do").classes("text-subtitle1").props("role=heading aria-level=2")
        for role, may in (
            (Role.VIEWER, "sees everything about members, cases and figures, and changes nothing."),
            (Role.MANAGER, "writes to members, notes, marks steps, pauses and moves journeys, and tends to cases."),
            (Role.ADMIN, "imports, merges, exports and erases members, repeats what failed, and gives roles."),
        ):
            ui.label(f"{words.role_name(role)} {may}")


def _zone_of(visit: Visit) -> Callable[[Session], ZoneInfo]:
    """Where the visitor is, as far as the teams of the programme tell."""
    inbox, staff_id = visit.console.programme.inbox, visit.visitor.staff_id
    return lambda session: away.zone_of(inbox, session.get_one(Staff, staff_id))


AREA = Area([Page("/access", "Access", build, Role.ADMIN, icon="badge")])
