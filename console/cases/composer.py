"""Writing: a reply to the member, on the way that is chosen, or a private note."""

from __future__ import annotations

from nicegui import ui
from nicegui.events import ValueChangeEventArguments
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import acts, canned, cases, replies
from bot.handoff.act import Act, check_not_anothers
from bot.handoff.canned import Canned
from bot.handoff.names import channel
from bot.handoff.replies import Way
from bot.handoff.words import sentence
from bot.model import HandOff, Staff
from console.cases.desk import Desk
from console.cases.drafts import DRAFTS
from console.cases.seen_as import cost, seen_as
from console.look import muted

LONGEST = 3000
REPLY, NOTE = "reply", "note"
STYLE = """
.msb-compose-note .q-field__control { background: #fdf3d6; }
.body--dark .msb-compose-note .q-field__control { background: #3a2f14; }
"""


def name(way: Way) -> str:
    """A way in words: ``Text message: +1202...``."""
    last = ", where they were last" if way.is_last else ""
    return f"{sentence(channel(way.channel))}: {way.address}{last}"


class Composer:
    """Its fields are drawn once, so that what is typed stays whatever happens on the page meanwhile."""

    def __init__(self, desk: Desk, offered: list[Canned]) -> None:
        self.desk, self.offered = desk, {one.key: one for one in offered}
        self.staff_id = desk.visit.visitor.staff_id

    def draw(self) -> None:
        with ui.card().props("flat bordered").classes("w-full p-2 gap-1"):
            with ui.tabs().props('dense no-caps inline-label align=left aria-label="Write"') as tabs:
                ui.tab(REPLY, label="Reply", icon="reply")
                ui.tab(NOTE, label="Private note", icon="lock")
            panels = ui.tab_panels(tabs, value=NOTE if self.desk.is_resolved else REPLY).props("keep-alive")
            with panels.classes("w-full"):
                with ui.tab_panel(REPLY).classes("q-pa-xs"):
                    self._reply()
                with ui.tab_panel(NOTE).classes("q-pa-xs"):
                    self._note()

    def _field(self, kind: str, label: str) -> ui.textarea:
        kept = DRAFTS.of(self.staff_id, self.desk.case_id, kind)

        def keep(event: ValueChangeEventArguments[str | None]) -> None:
            DRAFTS.keep(self.staff_id, self.desk.case_id, kind, event.value or "")

        field = ui.textarea(label, value=kept, on_change=keep).classes("w-full")
        return field.props(f"outlined autogrow maxlength={LONGEST} input-style='min-height: 5rem; max-height: 40vh'")

    def _reply(self) -> None:
        if self.offered:
            options = {key: one.title for key, one in self.offered.items()}
            picker = ui.select(options, label="Start from a prepared reply", clearable=True, on_change=self._fill)
            picker.props("dense outlined options-dense").classes("w-full q-mb-sm")
        self.text = self._field(REPLY, f"To {self.desk.who}")
        self.text.on("keydown.ctrl.enter", self.send).on("keydown.meta.enter", self.send)
        with ui.row().classes("w-full items-center gap-2"):
            self.way = ui.select({}, label="Send it by", on_change=self._tell).props("dense outlined options-dense")
            self.way.classes("grow min-w-0 max-w-full")
            ui.button("Preview", on_click=self.preview).props("flat no-caps")
            self.button = ui.button("Send", icon="send", on_click=self.send).props("no-caps unelevated")
        self.told = muted("").props("role=status")
        self.closed = muted("")
        muted("Ctrl and Enter sends. Your name is not added: sign if you like.")
        self.ways()
        self.text.on_value_change(self._tell)
        self.desk.add(lambda desk: (desk.whole.ways, desk.whole.view.state, desk.whole.holder), self.ways)

    def ways(self) -> None:
        """What is open now. What was chosen stays chosen as long as it is open."""
        found = self.desk.whole.ways
        options = {way.key: name(way) for way in found if way.hindrance is None}
        value = self.way.value if self.way.value in options else next(iter(options), None)
        self.way.set_options(options, value=value)
        closed = [f"{name(way)} ({way.why_not})" for way in found if way.hindrance is not None]
        self.closed.set_text(f"Not possible now: {'; '.join(closed)}" if closed else "")
        self.closed.set_visibility(bool(closed))
        self.button.set_enabled(bool(options) and not self.desk.is_resolved)
        self._tell()

    def _fill(self, event: ValueChangeEventArguments[str | None]) -> None:
        """A start takes the place of what stands there, as in Slack."""
        picked = self.offered.get(event.value or "")
        if picked is not None:
            self.text.set_value(picked.text)

    def _tell(self) -> None:
        """How long it is, what it costs, and who is seen as its sender."""
        way = self._way()
        if way is None:
            said = "This case is resolved: open it again to write." if self.desk.is_resolved else "No way is open."
            self.told.set_text(said if self.desk.is_resolved else f"{said} Please call, or write a letter.")
            return
        text = (self.text.value or "").strip()
        facts = [f"{len(text)} characters", cost(self.desk.visit.console, way.channel, text)]
        facts.append(f"sender: {seen_as(self.desk.visit.console, way.channel)}")
        self.told.set_text(" \u00b7 ".join(fact for fact in facts if fact))

    def _way(self) -> Way | None:
        if self.desk.is_resolved:
            return None
        return next((way for way in self.desk.whole.ways if way.key == self.way.value and not way.hindrance), None)

    async def send(self) -> None:
        """Sends it; what was refused stays in the field."""
        text, way, desk = (self.text.value or "").strip(), self.way.value, self.desk
        if not self.button.enabled:
            return

        def perform(session: Session, act: Act) -> None:
            case = cases.get(session, act.case_id)
            check_not_anothers(case, act.staff)
            if not text:
                raise Refused("The reply is empty.")
            to = replies.way_to(session, desk.visit.console.reach, case, act.now, way, text=text)
            acts.reply(session, act, text, to=to)

        self.button.disable()
        try:
            sent = await desk.do("reply", perform, "The reply is on its way.")
        finally:
            self.button.enable()
        if sent and (self.text.value or "").strip() == text:
            self.text.set_value("")
        self.ways()

    def preview(self) -> None:
        """What the member gets, letter by letter."""
        way, text = self._way(), (self.text.value or "").strip()
        if way is None or not text:
            ui.notify("There is nothing to send yet." if way is not None else "No way is open.", type="warning")
            return
        with ui.dialog().props('aria-label="What goes out"') as dialog, ui.card().classes("w-[32rem] max-w-full"):
            ui.label("What goes out").classes("text-h6").props("role=heading aria-level=2")
            ui.label(f"To {self.desk.who}, by {channel(way.channel)} ({way.address})").classes("msb-wrap")
            muted(f"From {seen_as(self.desk.visit.console, way.channel)}")
            with ui.element("div").classes("msb-said msb-ours"):
                ui.label(text).classes("msb-wrap")
            muted(f"{len(text)} characters. {cost(self.desk.visit.console, way.channel, text)}")

            async def send() -> None:
                dialog.close()
                # The dialog is gone in a moment: what is said afterwards belongs to the page.
                with self.text:
                    await self.send()

            with ui.row().classes("w-full justify-end"):
                ui.button("Go on writing", on_click=dialog.close).props("flat no-caps")
                ui.button("Send", icon="send", on_click=send).props("no-caps unelevated")
        dialog.on("hide", dialog.delete)
        dialog.open()

    def _note(self) -> None:
        self.note = self._field(NOTE, "A note for colleagues. The member never sees it.").classes("msb-compose-note")
        self.note.on("keydown.ctrl.enter", self.keep).on("keydown.meta.enter", self.keep)
        with ui.row().classes("w-full justify-end"):
            ui.button("Keep the note", icon="lock", on_click=self.keep).props("no-caps unelevated color=secondary")

    async def keep(self) -> None:
        text = (self.note.value or "").strip()

        def perform(session: Session, act: Act) -> None:
            if not text:
                raise Refused("The note is empty.")
            acts.note(session, act, text)

        if await self.desk.do("note", perform, "The note is kept.", whoever_holds=True):
            self.note.set_value("")


def offered(session: Session, desk: Desk) -> list[Canned]:
    """Prepared replies for this case."""
    case = session.get_one(HandOff, desk.case_id)
    return canned.replies_for(desk.visit.console.programme, case, session.get_one(Staff, desk.visit.visitor.staff_id))
