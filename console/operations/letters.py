"""What was set aside: why, which messages, and sending them again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from nicegui import ui
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.handoff.words import words
from bot.model import OutboxState, Role
from bot.outbox import aside
from bot.outbox.aside import AT_ONCE, Group, Letter, Reason, Unread
from console import shell
from console.dialog import buttons, dialog
from console.look import card, muted
from console.operations import look
from console.operations.wording import CHANNELS, PURPOSES, STATES
from console.visit import Visit

PER_PAGE = 25
SHOWN = 200
DIGITS = 15


@dataclass(frozen=True)
class Found:
    groups: list[Group]
    letters: list[Letter]
    unread: list[Unread]
    unread_total: int


def reason_of(visit: Visit) -> Reason | None:
    """The group that the address names."""
    state = visit.query.get("state")
    if state not in set(OutboxState):
        return None
    return Reason(OutboxState(state), visit.query.get("channel", ""), visit.query.get("error", ""))


def before_of(visit: Visit) -> int | None:
    """Where the page of the list begins, as the address names it."""
    said = visit.query.get("before", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= DIGITS else None


def read(session: Session, visit: Visit) -> Found:
    letters = aside.letters(session, reason_of(visit), before=before_of(visit), most=PER_PAGE)
    return Found(aside.groups(session), letters, *aside.unread(session))


class Page:
    """Drawn anew after each act."""

    def __init__(self, visit: Visit, found: Found) -> None:
        self.visit, self.found, self.reason = visit, found, reason_of(visit)
        self.chosen: set[int] = set()

    @property
    def at(self) -> str:
        return f"{shell.base(self.visit)}/operations/letters"

    async def send(self, ids: list[int]) -> bool:
        """Sends these again, those that may be."""

        def work(session: Session) -> int:
            return aside.again(session, ids, self.visit.visitor.actor, self._times())

        return await self._done(await self.visit.act(Role.ADMIN, work), 0)

    async def send_all(self, reason: Reason) -> bool:
        """Sends the oldest of a reason again; more than a few hundred in several goes."""

        def work(session: Session) -> tuple[int, int]:
            return aside.all_again(session, reason, self.visit.visitor.actor, self._times())

        sent = await self.visit.act(Role.ADMIN, work)
        return await self._done(*(sent or (None, 0)))

    async def _done(self, sent: int | None, left: int) -> bool:
        if sent:
            more = f" {left} more are left: press again." if left else ""
            ui.notify(f"{sent} message{'s are' if sent != 1 else ' is'} on the way again.{more}", type="positive")
        self.found = await self.visit.read(lambda session: read(session, self.visit))
        self.chosen.clear()
        self.parts.refresh()
        return sent is not None

    def _times(self) -> Times:
        return self.visit.console.times()

    @ui.refreshable_method
    def parts(self) -> None:
        if not self.found.groups and not self.found.unread:
            with ui.card().props("flat bordered").classes("w-full items-center q-pa-lg"):
                ui.label("Nothing was set aside: every message went its way.")
            return
        if self.found.groups:
            self._groups()
            self._letters()
        self._unread()

    def _groups(self) -> None:
        with card("By reason"):
            muted("Dead and failed messages surely did not arrive. Outreach is not repeated: its ladder has gone on.")
            with look.table("Reasons", ("What became of it", "Why", "Messages", "Last", "Again"), ("Messages",)):
                for group in self.found.groups:
                    with look.row():
                        self._group(group)

    def _group(self, group: Group) -> None:
        reason = Reason(OutboxState(group.state), group.channel, group.error)
        query = urlencode({"state": group.state, "channel": group.channel, "error": group.error})
        look.cells(f"{STATES.get(group.state, words(group.state))} ({CHANNELS.get(group.channel, group.channel)})")
        with look.cell():
            ui.link(_masked(self.visit, group.error) or "No reason is known", f"{self.at}?{query}")
        look.cells(str(group.count), look.moment(group.last_at), numbers=(0,))
        with look.cell():
            if group.again and self.visit.may(Role.ADMIN):
                label = f"Send {group.again} again"
                ui.button(label, icon="replay", on_click=lambda: self._ask(reason, group)).props("flat dense no-caps")

    def _ask(self, reason: Reason, group: Group) -> None:
        with dialog("Send again") as drawn:
            ui.label(f"{group.again} messages go out as soon as it is their turn. Is what stopped them repaired?")
            if group.again > AT_ONCE:
                muted(f"{AT_ONCE} at a time, the oldest first.")
            buttons(drawn, "Send again", lambda: self.send_all(reason))

    def _letters(self) -> None:
        with card("Messages"):
            if self.reason is not None:
                with ui.row().classes("items-center gap-3"):
                    ui.label(f"Only: {_masked(self.visit, self.reason.error) or 'without a reason'}").classes(
                        "msb-wrap"
                    )
                    ui.link("All of them", self.at)
            if not self.found.letters:
                muted("There are no more.")
                return
            columns = ("Message", "To", "Why", "Set up", "Again")
            with look.table("Messages", columns):
                for letter in self.found.letters:
                    with look.row():
                        self._letter(letter)
            with ui.row().classes("items-center gap-4 w-full"):
                if self.visit.may(Role.ADMIN):
                    self.button = ui.button("Send the chosen ones again", icon="replay", on_click=self._send_chosen)
                    self.button.props("no-caps outline dense").classes("q-px-sm")
                if len(self.found.letters) == PER_PAGE:
                    query = {**self.visit.query, "before": str(self.found.letters[-1].id)}
                    ui.link("Older ones", f"{self.at}?{urlencode(query)}")

    async def _send_chosen(self) -> None:
        if not self.chosen:
            ui.notify("Choose messages first.", type="warning")
            return
        await self.send(sorted(self.chosen))

    def _letter(self, letter: Letter) -> None:
        with look.cell():
            ui.label(f"{letter.id}: {PURPOSES.get(letter.purpose, words(letter.purpose))}, {words(letter.rule)}")
            if letter.text and self.visit.may(Role.MANAGER):
                ui.label(f"\u201c{_short(letter.text)}\u201d").classes("msb-wrap")
        with look.cell(), ui.column().classes("gap-0"):
            if letter.member_id is not None and letter.who:
                ui.link(letter.who, f"{shell.base(self.visit)}/members/{letter.member_id}")
            if letter.case_id is not None:
                ui.link(f"case {letter.case_id}", f"{shell.base(self.visit)}/cases/{letter.case_id}")
            muted(f"{CHANNELS.get(letter.channel, letter.channel)} {hidden(letter.address)}")
        with look.cell():
            ui.label(STATES.get(letter.state, words(letter.state)))
            muted(f"{_masked(self.visit, letter.error)} after {letter.attempts} tries".strip())
        look.cells(look.moment(letter.created_at))
        with look.cell():
            if letter.may_again and self.visit.may(Role.ADMIN):
                box = ui.checkbox(on_change=lambda event: self._choose(letter.id, on=bool(event.value)))
                box.props(f'dense aria-label="Choose message {letter.id}"')

    def _choose(self, number: int, *, on: bool) -> None:
        if on:
            self.chosen.add(number)
        else:
            self.chosen.discard(number)

    def _unread(self) -> None:
        if not self.found.unread:
            return
        with card("Messages of members that could not be dealt with"):
            muted("They are kept, and nothing answers them: answer the member yourself, and report the fault.")
            with look.table("Messages of members", ("Message", "Channel", "Fault", "Came", "Member")):
                for one in self.found.unread:
                    with look.row():
                        look.cells(str(one.id), CHANNELS.get(one.channel, one.channel),
                                   f"{_masked(self.visit, one.error)} after {one.attempts} tries",
                                   look.moment(one.received_at))  # fmt: skip
                        with look.cell():
                            if one.member_id is not None:
                                ui.link("Who wrote", f"{shell.base(self.visit)}/members/{one.member_id}")
            if self.found.unread_total > len(self.found.unread):
                muted(f"The last {len(self.found.unread)} of {self.found.unread_total}.")


def hidden(address: str) -> str:
    """An address that is told from others and can't be used: ``+1202\u2026105``."""
    return f"{address[:5]}\u2026{address[-3:]}" if len(address) > 10 else f"{address[:2]}\u2026"


def _short(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}\u2026"


def _masked(visit: Visit, text: str) -> str:
    mask = visit.console.lent.mask
    return _short(mask(text) if mask is not None else text)


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations/letters")
    Page(visit, await visit.read(lambda session: read(session, visit))).parts()
