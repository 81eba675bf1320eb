"""The page of one case."""

from __future__ import annotations

from nicegui import ui

from bot.errors import NotFound
from bot.handoff import timeline
from console import look, shell
from console.access.plain import NAME
from console.cases import bar, composer, desk, head, side, story
from console.cases.composer import Composer
from console.cases.desk import Desk
from console.live import SECONDS
from console.visit import Visit

NUMBERS = 15
"""Digits of the longest number that is looked for."""


class Parts:
    """The parts that are drawn anew when what they show has changed."""

    def __init__(self, of: Desk) -> None:
        self.desk = of

    @ui.refreshable_method
    def head(self) -> None:
        head.draw(self.desk)

    @ui.refreshable_method
    def bar(self) -> None:
        bar.draw(self.desk)

    @ui.refreshable_method
    def story(self) -> None:
        story.draw(self.desk)

    @ui.refreshable_method
    def side(self) -> None:
        side.draw(self.desk)


async def build(visit: Visit) -> None:
    named = visit.path["case_id"]
    number = int(named) if named.isascii() and named.isdigit() and len(named) <= NUMBERS else 0
    try:
        found = await visit.read(lambda session: desk.read(session, visit, number, timeline.LAST))
    except NotFound:
        shell.missing("There is no such case.", "All cases", f"{shell.base(visit)}/cases")
        return
    opened = Desk(visit, found, await visit.read(lambda session: desk.zone(session, visit)))
    ui.page_title(f"{opened.who} - {NAME}")
    ui.add_css(look.STYLE + story.STYLE + composer.STYLE)
    await _draw(opened)
    ui.timer(SECONDS, opened.keep_up)


async def _draw(opened: Desk) -> None:
    parts = Parts(opened)
    with ui.column().classes("w-full gap-2"):
        parts.head()
        parts.bar()
    opened.add(head.key, parts.head.refresh)
    opened.add(bar.key, parts.bar.refresh)
    with ui.element("div").classes("grid grid-cols-1 lg:grid-cols-3 gap-4 w-full"):
        with ui.column().classes("lg:col-span-2 gap-2 min-w-0"):
            look.heading("Conversation and notes")
            log = ui.element("div").classes("msb-story")
            with log.props('role=log aria-label="Conversation and notes" tabindex=0'):
                parts.story()
            if opened.may_act:
                offered = await opened.visit.read(lambda session: composer.offered(session, opened))
                Composer(opened, offered).draw()
        with ui.column().classes("gap-2 min-w-0"):
            parts.side()
    opened.add(story.key, parts.story.refresh)
    opened.add(side.key, parts.side.refresh)
