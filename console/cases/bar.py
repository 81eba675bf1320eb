"""What can be done with a case: the buttons, the same as on its card in Slack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from bot.handoff import acts
from console.cases import ask, ask_end
from console.cases.desk import Desk

Offer = tuple[str, str, Callable[[Desk], Awaitable[None]]]


def key(desk: Desk) -> object:
    return desk.may_act, [label for label, _, _ in offers(desk)]


def offers(desk: Desk) -> list[Offer]:
    """Label, icon and what happens, the most likely first; nothing for somebody who may only look."""
    view = desk.whole.view
    if not desk.may_act:
        return []
    if view.state == "resolved":
        again: list[Offer] = [("Open again", "replay", reopen)] if view.assignee and not view.is_matched else []
        return again + _matches(desk)
    found: list[Offer] = []
    if view.state == "open":
        found.append(("Claim", "back_hand", claim))
    if view.can_call:
        found.append(("Call", "call", ask.call))
    rests = view.clock.snoozed_until is not None
    found.append(("Wake up", "alarm", unsnooze) if rests else ("Snooze", "snooze", ask.snooze))
    found += [("Assign", "person_add", ask.assign), ("Resolve", "task_alt", ask_end.resolve)]
    return found + _matches(desk)


def _matches(desk: Desk) -> list[Offer]:
    view = desk.whole.view
    found: list[Offer] = []
    if view.person is None and view.state != "resolved":
        found.append(("Match to member", "link", ask_end.match))
    if view.is_matched:
        found.append(("Undo match", "link_off", ask_end.unmatch))
    return found


def draw(desk: Desk) -> None:
    if not desk.may_act:
        ui.label("You may look, and change nothing.").classes("msb-muted")
        return
    with ui.row().classes("gap-2 w-full").props('role=group aria-label="What to do"'):
        for label, icon, act in offers(desk):
            _button(desk, label, icon, act, first=act in (claim, reopen))


def _button(desk: Desk, label: str, icon: str, act: Callable[[Desk], Awaitable[None]], *, first: bool) -> None:
    async def pressed() -> None:
        await act(desk)

    look = "unelevated" if first else "outline"
    name = label.lower().replace(" ", "-")
    ui.button(label, icon=icon, on_click=pressed).props(f"no-caps dense {look} id=do-{name}").classes("q-px-sm")


async def claim(desk: Desk) -> None:
    await desk.do("claim", acts.claim, "The case is yours.")


async def unsnooze(desk: Desk) -> None:
    await desk.do("unsnooze", acts.unsnooze, "The case rests no longer.")


async def reopen(desk: Desk) -> None:
    await desk.do("reopen", acts.reopen, "The case is open again, and yours.")
