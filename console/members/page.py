"""The page of one member: who it is and what to know first, then the part that the address names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from bot.errors import NotFound
from bot.members import dossier as dossiers
from bot.members.dossier import Dossier
from console import look, shell
from console.access.plain import NAME
from console.members import bubbles, happenings, header, overview, records, track
from console.members.sheet import Sheet
from console.visit import Visit

Draw = Callable[[Sheet], Awaitable[None]]
TABS: dict[str, tuple[str, Draw]] = {
    "overview": ("Overview", overview.draw),
    "timeline": ("Timeline", happenings.draw),
    "conversation": ("Conversation", bubbles.draw),
    "consents": ("Consents", records.consents),
    "goals": ("Goals", records.goals),
    "surveys": ("Surveys", records.surveys),
    "cases": ("Cases", records.cases),
    "data": ("Data", records.data),
}
STYLE = """
.msb-tabs { display: flex; flex-wrap: wrap; gap: 0 .25rem; width: 100%; }
.msb-tabs { border-bottom: 1px solid rgba(127, 127, 127, .4); }
.msb-tabs a { padding: .5rem .75rem; text-decoration: none; border-bottom: 3px solid transparent; }
.msb-tabs a:hover { text-decoration: underline; }
.msb-tabs a[aria-current] { border-bottom-color: currentColor; font-weight: 600; }
"""


async def build(visit: Visit) -> None:
    """Draws it, or says that there is no such member."""
    for style in (look.STYLE, STYLE, track.STYLE, bubbles.STYLE):
        ui.add_css(style)
    found = await _look(visit)
    if found is None:
        shell.missing("There is no member with this number in the address. Their data may have been erased.",
                      "All members", f"{shell.base(visit)}/members")  # fmt: skip
        return
    ui.page_title(f"{found.person.name} - {NAME}")
    content = ui.column().classes("w-full gap-3")

    async def draw(known: Dossier) -> None:
        content.clear()
        with content:
            await _draw(Sheet(visit, known, redraw))

    async def redraw() -> None:
        known = await _look(visit)
        if known is not None:
            await draw(known)

    await draw(found)


async def _look(visit: Visit) -> Dossier | None:
    number = visit.path.get("member_id", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    console = visit.console
    try:
        return await visit.read(
            lambda session: dossiers.dossier(session, console.programme, int(number), console.clock.now())
        )
    except NotFound:
        return None


async def _draw(sheet: Sheet) -> None:
    header.draw(sheet)
    wanted = sheet.visit.query.get("tab", "")
    current = wanted if wanted in TABS else "overview"
    with ui.element("nav").classes("msb-tabs").props('aria-label="About this member"'):
        for key, (title, _) in TABS.items():
            link = ui.link(title, sheet.at(key))
            if key == current:
                link.props("aria-current=page")
    await TABS[current][1](sheet)
