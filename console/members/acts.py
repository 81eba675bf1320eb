"""What a manager does about a member: write, note, mark a step, pause and go on."""

from __future__ import annotations

from datetime import date, timedelta

from nicegui import ui

from bot.handoff.names import channel as named
from bot.handoff.replies import Way
from bot.handoff.words import sentence
from bot.members import acts
from bot.members.progress_by_staff import Mark
from bot.model import Role, RunState, StepState
from console import look
from console.dialog import buttons, dialog, says
from console.members.sheet import Sheet, once

MARKS = {Mark.DONE: "Done", Mark.SKIPPED: "Passed over", Mark.OPEN: "Not done: ask again"}
STATES = {
    StepState.DONE: "done", StepState.SKIPPED: "passed over", StepState.BLOCKED: "stuck",
    StepState.IN_PROGRESS: "begun", StepState.PENDING: "not done",
}  # fmt: skip
SOON = (("A week", 7), ("Two weeks", 14), ("A month", 30))


async def message(sheet: Sheet) -> None:
    """Words of a colleague, by a way that is open."""
    console, number = sheet.visit.console, sheet.member_id
    ways = await sheet.visit.read(lambda session: acts.ways(session, console.reach, number, console.clock.now()))
    open_ways = {way.key: f"{sentence(named(way.channel))}: {way.address}" for way in ways if way.hindrance is None}
    with dialog(f"Message to {sheet.name}") as opened:
        if not open_ways:
            says(f"{sheet.name} can't be written to at present. Please call, or write a letter.")
            _closed_ways(ways)
            ui.button("Close", on_click=opened.close).props("flat no-caps").classes("self-end")
            return
        way = ui.select(open_ways, label="By", value=next(iter(open_ways))).props("outlined").classes("w-full")
        text = ui.textarea("Message").props("outlined autogrow autofocus").classes("w-full")
        says(f"It is sent in your name. The conversation is yours from then on, in a case: the assistant is silent "
             f"until you resolve the case. {sheet.name} hears from you at any hour, so mind theirs: "
             f"{sheet.dossier.person.local_time:%H:%M} now.")  # fmt: skip
        _closed_ways(ways)
        dedupe = once()

        async def send() -> bool:
            words, by = text.value or "", str(way.value)
            return await sheet.do(
                Role.MANAGER,
                lambda session, hand: acts.write(
                    session, console.programme, console.reach, number, hand, words, by, dedupe
                ),
                "It is on its way.",
            )

        buttons(opened, "Send", send)


def _closed_ways(ways: tuple[Way, ...]) -> None:
    for way in ways:
        if way.hindrance is not None:
            look.muted(f"Not by {named(way.channel)} ({way.address}): {way.why_not}.")


async def note(sheet: Sheet) -> None:
    """Words for colleagues alone."""
    with dialog(f"Note about {sheet.name}") as opened:
        text = ui.textarea("Note").props("outlined autogrow autofocus").classes("w-full")
        case = sheet.dossier.open_case_id
        where = f"It is kept in case {case}." if case is not None else "It is kept with their record."
        says(f"Only colleagues read it; {sheet.name} never does. {where}")
        dedupe, number = once(), sheet.member_id

        async def keep() -> bool:
            words = text.value or ""
            return await sheet.do(
                Role.MANAGER, lambda session, hand: acts.note(session, number, hand, words, dedupe), "Noted."
            )

        buttons(opened, "Keep note", keep)


async def mark_step(sheet: Sheet) -> None:
    """What a colleague knows of a step."""
    steps = {
        step.key: f"{look.words(step.name)} ({way.name}): {STATES[StepState(step.state)]}"
        for way in sheet.dossier.ways
        if way.state == RunState.ACTIVE
        for milestone in way.milestones
        for step in milestone.steps
    }
    in_hand = next((step.key for way in sheet.dossier.ways if way.state == RunState.ACTIVE
                    for one in way.milestones for step in one.steps if step.in_hand), None)  # fmt: skip
    with dialog("Mark a step") as opened:
        if not steps:
            says(f"{sheet.name} is in no journey at present, so that there is no step to mark.")
            ui.button("Close", on_click=opened.close).props("flat no-caps").classes("self-end")
            return
        step = ui.select(steps, label="Step", value=in_hand or next(iter(steps))).props("outlined").classes("w-full")
        state = ui.radio({str(key): text for key, text in MARKS.items()}, value=str(Mark.DONE)).props("inline")
        words = ui.input("How do you know? (kept with it)").props("outlined").classes("w-full")
        says("Done or passed over: the question about it ends, and the next step has its turn. A milestone that is "
             f"reached by it is celebrated with a message. Not done: {sheet.name} is asked again in its turn."
             )  # fmt: skip
        programme, number = sheet.visit.console.programme, sheet.member_id

        async def keep() -> bool:
            key, to, said = str(step.value), Mark(str(state.value)), (words.value or "").strip() or None
            return await sheet.do(
                Role.MANAGER,
                lambda session, hand: acts.mark_step(session, programme, number, hand, key, to, said),
                "Marked.",
            )

        buttons(opened, "Mark", keep)


async def pause(sheet: Sheet) -> None:
    """The programme begins nothing until a day."""
    today = sheet.dossier.person.local_time.date()
    with dialog(f"Pause {sheet.name}") as opened:
        until = ui.input("First day on which we may write again", value=_in(today, 7)).classes("w-full")
        until.props(f'outlined type=date min="{_in(today, 1)}" max="{_in(today, 365)}"')
        with ui.row().classes("gap-2"):
            for text, days in SOON:
                ui.button(text, on_click=lambda days=days: until.set_value(_in(today, days))).props(
                    "outline dense no-caps size=sm"
                )
        says(f"Until then the programme begins nothing with {sheet.name}: questions wait and go on afterwards. "
             "What they write is answered, and colleagues may write.")  # fmt: skip
        number = sheet.member_id

        async def keep() -> bool:
            day = _day(until.value)
            if day is None:
                ui.notify("Choose a day.", type="warning")
                return False
            return await sheet.do(
                Role.MANAGER, lambda session, hand: acts.pause(session, number, hand, day), f"Paused until {day}."
            )

        buttons(opened, "Pause", keep)


async def resume(sheet: Sheet) -> None:
    """The pause is over."""
    with dialog(f"Go on with {sheet.name}") as opened:
        says("The pause ends now. What it held goes out as soon as nothing else speaks against it.")
        number = sheet.member_id

        async def keep() -> bool:
            return await sheet.do(
                Role.MANAGER, lambda session, hand: acts.resume(session, number, hand), "The pause is over."
            )

        buttons(opened, "End the pause", keep)


def _in(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
