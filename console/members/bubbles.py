"""The conversation over all channels, as bubbles: what the member wrote on the left, what was written to them right."""

from __future__ import annotations

from itertools import groupby

from nicegui import ui

from bot.handoff.names import channel as named
from bot.handoff.words import sentence
from bot.members import timeline
from bot.members.timeline import Said
from console import look
from console.members.sheet import Sheet

STYLE = """
.msb-chat { max-width: 52rem; width: 100%; margin: 0 auto; list-style: none; padding: 0; }
.msb-bubble { max-width: min(85%, 38rem); padding: .5rem .75rem; border-radius: 12px; overflow-wrap: anywhere; }
.msb-theirs { background: #e8edf2; color: #14181c; border-bottom-left-radius: 2px; }
.body--dark .msb-theirs { background: #313a43; color: #f2f5f8; }
.msb-ours { background: #d8ebf3; color: #10212a; margin-left: auto; border-bottom-right-radius: 2px; }
.body--dark .msb-ours { background: #17465b; color: #f2f8fb; }
.msb-staff { background: #f3e4ec; color: #2a1420; } .body--dark .msb-staff { background: #55314a; color: #fdf3f9; }
.msb-bubble-small { font-size: .75rem; display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: center; }
.msb-day { text-align: center; }
"""
PER_PAGE = 50
FAILED = ("failed", "dead", "refused", "unknown")


async def draw(sheet: Sheet) -> None:
    """The newest last, and what was before by a link."""
    older = sheet.visit.query.get("older")
    programme, number = sheet.visit.console.programme, sheet.member_id
    found = await sheet.visit.read(
        lambda session: timeline.conversation(session, programme, number, older=older, most=PER_PAGE)
    )
    look.muted(f"On all channels, in {sheet.name}'s own time ({sheet.dossier.person.time_zone}).")
    if not found.lines:
        ui.label("Nothing has been said yet.")
        return
    if found.older:
        ui.link("What was said before", sheet.at("conversation", older=found.older))
    with ui.element("div").classes("msb-chat"):
        for day, lines in groupby(found.lines, lambda line: sheet.local.day(line.at)):
            ui.label(day).classes("msb-day msb-muted text-caption q-my-sm").props("role=heading aria-level=2")
            with ui.column().classes("w-full gap-2"):
                for line in lines:
                    _bubble(sheet, line)
    if older:
        ui.link("Back to the newest", sheet.at("conversation"))


def _bubble(sheet: Sheet, line: Said) -> None:
    whose = "msb-theirs" if line.author is None else "msb-ours"
    staff = " msb-staff" if line.rule and line.rule.startswith("hand_off:reply") else ""
    with ui.element("div").classes(f"msb-bubble {whose}{staff}"):
        with ui.element("div").classes("msb-bubble-small"):
            ui.label(line.author or sheet.name).classes("text-weight-medium")
            ui.icon(look.CHANNEL_ICONS.get(line.channel, "chat"), size="14px").props("aria-hidden=true")
            ui.label(f"{sentence(named(line.channel))}, {line.at.astimezone(sheet.local.zone):%H:%M}")
        text = "Words for the member alone; they are not shown." if line.is_private else line.text
        ui.label(text or "(no text)").classes("msb-wrap")
        with ui.element("div").classes("msb-bubble-small"):
            for part in _small(line):
                ui.label(part)
            if line.case_id is not None:
                ui.link(f"Case {line.case_id}", sheet.case(line.case_id)).style("color: inherit")


def _small(line: Said) -> list[str]:
    told = []
    if line.state in FAILED:
        told.append(f"Not delivered: {line.error or line.state}")
    elif line.state:
        told.append(line.state.replace("_", " ").capitalize())
    if line.rule:
        told.append(line.rule)
    if line.understood:
        to_person = line.understood == "forwarded"
        told.append("Went to the colleague" if to_person else f"Understood as {line.understood.replace('_', ' ')}")
    return told
