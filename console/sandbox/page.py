"""The sandbox's page: phones, the staff's Slack, the clock, what is decided and why, faults, and the guided tour."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import app, ui

from bot.insights.decisions import Decision, Seen, newest
from bot.members import handsets
from bot.members.handsets import Handset
from bot.model import Role
from console.sandbox import faults, ringing
from console.sandbox.bubbles import is_live
from console.sandbox.busy import Busy, complain
from console.sandbox.channels import news
from console.sandbox.client import SandboxClient
from console.sandbox.clock_bar import ClockBar
from console.sandbox.connecting import connect
from console.sandbox.feed import DecisionFeed, SandboxFeed
from console.sandbox.phone import Phone
from console.sandbox.slack.pane import SlackPane
from console.sandbox.slack.world import SandboxSaysNo
from console.sandbox.style import STYLE
from console.sandbox.tour.guide import Guide
from console.sandbox.tour.story import Place, Scene
from console.sandbox.town import Town
from console.sandbox.world import Broken
from console.visit import Visit

LOOK_SECONDS = 0.5
LOOKS_TO_END = 20
"""A look that is under way when the reader leaves is waited for."""
DECISIONS_EACH = 3
"""Decisions are looked for whenever the sandbox has news, and else at every third look."""
MOST_RINGING = 2
PARTS = {"phones": "Phones", "slack": "Slack", "more": "Feed, faults"}
Json = Mapping[str, Any]


class SandboxPage:
    """One visit of it."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self._client = visit, SandboxClient(visit.console.settings.sandbox_url)
        self._town, self._busy = Town(visit.console), Busy()
        self._state: Json = {}
        self._people: dict[int, Handset] = {}
        self._seen, self._last, self._looks = Seen(), 0, 0
        self._is_stale, self._is_lost, self._is_looking, self._was_reset = True, False, False, False
        self._counts: dict[int, int] = {}
        self._order: list[int] = []
        self._rung = ""

    async def build(self) -> None:
        """Draws it, and follows what happens."""
        ui.add_css(STYLE)
        memory = app.storage.client
        with ui.column().classes("sb sb-show-phones gap-3") as self._box:
            self._lost = ui.label("The sandbox does not answer. This page goes on as soon as it does.")
            self._lost.classes("sb-ring").props("role=alert").set_visibility(False)
            self._guide = Guide(self._town, self._busy, self._point, self._story_begins)
            self._draw_bar()
            self._draw_tabs()
            self._ringing = ui.column().classes("w-full gap-2")
            with ui.element("div").classes("sb-main"):
                self._phones = [Phone(name, self._client, self.look, self._connect) for name in ("Phone 1", "Phone 2")]
                with ui.column().classes("sb-pane sb-part sb-of-slack").props('role=region aria-label="Slack"') as pane:
                    self._slack_box = pane
                    self._slack = SlackPane(self._client, self.look, memory)
            self._draw_low()
        client = ui.context.client
        client.on_delete(self._leave)
        await self.look()
        ui.timer(LOOK_SECONDS, self._look_again)

    # Drawing

    def _draw_bar(self) -> None:
        with ui.row().classes("sb-bar items-center gap-2"):
            self._clock = ClockBar(self._town, self._busy, lambda: self._phones[0].zone, self.look)
            self._trouble = ui.label("").classes("sb-badtext").props("role=status")
            reset = ui.button("Back to the start", icon="restart_alt", on_click=self._ask_start_over)
            reset.props("dense no-caps outline").set_visibility(self._visit.console.lent.start_over is not None)

    def _draw_tabs(self) -> None:
        """On a narrow screen, one part at a time."""
        with ui.row().classes("sb-tabs w-full"):
            toggle = ui.toggle(PARTS, value="phones", on_change=lambda event: self._show_part(event.value))
            toggle.props("spread no-caps").classes("w-full")
            self._toggle = toggle

    def _draw_low(self) -> None:
        with ui.element("div").classes("sb-low sb-part sb-of-more"):
            with ui.column().classes("sb-pane gap-0").props('role=region aria-label="What happened"') as self._feed_box:
                with ui.tabs().props("dense no-caps align=left").classes("sb-head") as tabs:
                    decided = ui.tab("What the system decides, and why")
                    seen = ui.tab("Webhooks and calls")
                with ui.tab_panels(tabs, value=decided, animated=False).classes("w-full").style("background: none"):
                    with ui.tab_panel(decided):
                        self._decisions = DecisionFeed()
                    with ui.tab_panel(seen):
                        self._happenings = SandboxFeed()
            with ui.column().classes("sb-pane gap-0").props('role=region aria-label="Faults"'):
                ui.label("What goes wrong").classes("sb-head text-weight-bold").props("role=heading aria-level=2")
                with ui.column().classes("q-pa-sm w-full"):
                    self._faults = faults.Faults(self._client, self.look)

    def _show_part(self, part: str) -> None:
        self._box.classes(remove=" ".join(f"sb-show-{one}" for one in PARTS), add=f"sb-show-{part}")

    # Following

    async def look(self) -> None:
        """Looks for news now."""
        self._is_stale = True
        await self._look_again()

    async def _look_again(self) -> None:
        if self._is_looking:
            return
        self._is_looking = True
        try:
            await self._follow()
        except SandboxSaysNo:
            self._is_lost = self._is_stale = True
        else:
            self._is_lost = False
        finally:
            self._is_looking = False
            self._lost.set_visibility(self._is_lost)

    async def _follow(self) -> None:
        happened = await self._client.get(f"feed?after={self._last}")
        was_emptied = happened["last"] < self._last
        rings = any(is_live(leg) for leg in self._state.get("calls", []))
        changed = self._is_stale or rings or happened["last"] != self._last
        self._is_stale = False
        self._looks += 1
        if changed or self._looks % DECISIONS_EACH == 0:
            await self._read_decisions()
        if changed:
            self._last = happened["last"]
            self._notice_reset([one["kind"] for one in happened["happenings"]])
            self._happenings.add([] if was_emptied else happened["happenings"])
            await self._draw_state()
        self._clock.show(self._visit.console.clock.now())

    def _notice_reset(self, kinds: Sequence[str]) -> None:
        """Somebody, here or elsewhere, went back to the start: ids count from the beginning again. The database is
        back as soon as the sandbox is told the contacts."""
        self._was_reset = self._was_reset or "reset" in kinds
        if self._was_reset and "contacts" in kinds:
            self._was_reset = False
            self._seen, self._order, self._counts = Seen(), [], {}
            self._decisions.forget()
            self._looks = -1

    async def _draw_state(self) -> None:
        self._state = await self._client.get("handsets")
        chosen = [phone.chosen for phone in self._phones if isinstance(phone.chosen, int)]
        found = await self._visit.read(lambda session: handsets.people(session, chosen))
        self._people = {one.member_id: one for one in found}
        self._sort_people()
        self._choose_first()
        for phone in self._phones:
            phone.show(self._state, self._people, self._order)
        self._draw_ringing()
        self._faults.show(self._state["faults"])
        self._trouble.text = "; ".join(faults.told(self._state["faults"]))
        await self._slack.show(await self._client.get("state"))

    async def _read_decisions(self) -> None:
        console = self._visit.console
        found: tuple[list[Decision], Seen] = await self._visit.read(
            lambda session: newest(session, console.programme, self._seen)
        )
        self._decisions.add(found[0])
        self._seen = found[1]

    def _sort_people(self) -> None:
        """Whoever got something last comes first; everybody else by name."""
        for number, one in self._people.items():
            count = sum(news(self._state, key, address) for key, address in one.addresses.items() if key in NEWS_OF)
            if count > self._counts.get(number, 0) and number in self._counts:
                self._order = [number, *(other for other in self._order if other != number)]
            self._counts[number] = count
        rest = set(self._people) - set(self._order)
        by_name = sorted(rest, key=lambda number: (not self._counts[number], self._people[number].name))
        self._order = [*(one for one in self._order if one in self._people), *by_name]

    def _choose_first(self) -> None:
        taken = [phone.chosen for phone in self._phones]
        for number, phone in enumerate(self._phones):
            gone = isinstance(phone.chosen, int) and phone.chosen not in self._people
            if phone.chosen is None or gone:
                free = [one for one in self._order if one not in taken]
                phone.chosen = free[0] if free else None
                phone.turn_to_news(self._state, self._people)
                taken[number] = phone.chosen

    def _draw_ringing(self) -> None:
        """Phones that ring and are not on the page: those of colleagues, above all."""
        shown = {address for phone in self._phones for address in phone.addresses.values()}
        live = [leg for leg in self._state["calls"] if is_live(leg) and leg["to"] not in shown]
        said = repr([(leg["sid"], leg["status"], leg["waits_for"], leg["heard"], leg["connected"]) for leg in live])
        if said == self._rung:
            return
        self._rung = said
        self._ringing.clear()
        with self._ringing:
            for leg in live[:MOST_RINGING]:
                ringing.draw(leg, f"{self._name_of(leg['to'])}'s phone", self._phones[0].do)
            if len(live) > MOST_RINGING:
                ui.label(f"{len(live) - MOST_RINGING} more phones ring.").classes("msb-muted")

    def _name_of(self, number: str) -> str:
        return str(self._state["sms"].get(number, {}).get("name") or number)

    # Acting

    async def _connect(self, who: Handset, channel: str) -> None:
        try:
            await connect(self._visit, self._client, who, channel)
        except SandboxSaysNo as problem:
            complain(self._box, problem)

    def _story_begins(self) -> None:
        self._clock.stop()

    async def _point(self, place: Place, scene: Scene) -> None:
        """Leads the eye: shows whose story it is, and marks where the result shows."""
        await self.look()
        number = scene.member.number if scene.member is not None else ""
        member = next((one for one in self._people.values() if one.addresses.get("sms") == number), None)
        if member is not None:
            other = self._phones[1]
            if other.chosen == member.member_id:
                other.choose(next(one for one in self._order if one != member.member_id))
            self._phones[0].choose(member.member_id, "sms")
            self._decisions.about(member.member_id)
        if scene.case is not None:
            try:
                await self._slack.act_as("Maria")
                await self._slack.open_thread(scene.case.ts)
            except SandboxSaysNo as problem:
                complain(self._box, problem)
        boxes = {Place.PHONE: self._phones[0].pane, Place.SLACK: self._slack_box, Place.FEED: self._feed_box}
        for one, box in boxes.items():
            box.classes(add="sb-point" if one is place else "", remove="" if one is place else "sb-point")
        self._toggle.value = {Place.PHONE: "phones", Place.SLACK: "slack", Place.FEED: "more"}[place]

    async def _ask_start_over(self) -> None:
        with self._box, ui.dialog() as dialog, ui.card():
            ui.label("Back to the start?").classes("text-h6")
            ui.label("Everything that happened here is forgotten: phones, Slack, cases, and whoever joined. The sample "
                     "members are back, at the time when the demonstration began.")  # fmt: skip
            with ui.row():
                ui.button("Back to the start", on_click=lambda: dialog.submit(True)).props("color=negative no-caps")
                ui.button("Cancel", on_click=dialog.close).props("flat no-caps")
        if await dialog:
            await self._start_over()
        dialog.delete()

    async def _start_over(self) -> None:
        allowed = await self._visit.act(Role.ADMIN, lambda session: True)
        if not allowed:
            return
        self._clock.stop()
        self._guide.leave()
        try:
            await self._busy.do("Going back to the start", self._town.start_over)
        except Broken as problem:
            complain(self._box, problem)
            return
        for phone in self._phones:
            phone.chosen = None
        await self.look()
        with self._box:
            ui.notify("Everything is as it was at the start.", type="positive")

    async def _leave(self) -> None:
        self._clock.stop()
        self._guide.stop()
        for _ in range(LOOKS_TO_END):
            if not self._is_looking:
                break
            await asyncio.sleep(LOOK_SECONDS)
        await self._client.close()


NEWS_OF: Sequence[str] = ("sms", "email", "telegram", "messenger", "slack", "voice")


async def build(visit: Visit) -> None:
    """Draws the page."""
    await SandboxPage(visit).build()
