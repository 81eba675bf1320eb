"""Everything that happened with a member, the newest first; each message with the rule that sent it."""

from __future__ import annotations

from itertools import groupby

from nicegui import ui

from bot.handoff.names import channel as named
from bot.members import timeline
from bot.members.timeline import Entry, Kind
from console import look
from console.members.sheet import Sheet

KINDS: dict[Kind, tuple[str, str]] = {
    Kind.MESSAGE: ("Messages", "chat"),
    Kind.TOUCH: ("Decisions", "rule"),
    Kind.JOURNEY: ("Journeys", "route"),
    Kind.CASE: ("Cases", "support_agent"),
    Kind.NOTE: ("Notes", "edit_note"),
    Kind.SURVEY: ("Surveys", "poll"),
    Kind.GOAL: ("Goals", "flag"),
    Kind.CONSENT: ("Consents", "fact_check"),
    Kind.ABSENCE: ("Absences", "event_busy"),
    Kind.CALL: ("Calls", "call"),
    Kind.EVENT: ("Events", "bolt"),
    Kind.RECORD: ("Record", "badge"),
}
PER_PAGE = 50
STAFF = "staff"


async def draw(sheet: Sheet) -> None:
    """Filters are links, so that a filtered timeline can be sent to a colleague."""
    wanted, older = sheet.visit.query.get("kind", ""), sheet.visit.query.get("older")
    kinds = (Kind(wanted),) if wanted in set(Kind) else ()
    programme, number = sheet.visit.console.programme, sheet.member_id
    page = await sheet.visit.read(
        lambda session: timeline.timeline(
            session, programme, number, kinds=kinds, by_staff=wanted == STAFF, older=older, most=PER_PAGE
        )
    )
    _filters(sheet, wanted)
    look.muted(f"The newest first, in {sheet.name}'s own time ({sheet.dossier.person.time_zone}).")
    if not page.entries:
        ui.label("Nothing of this kind has happened." if wanted else "Nothing has happened yet.")
    for day, entries in groupby(page.entries, lambda entry: sheet.local.day(entry.at)):
        with look.card(day):
            for entry in entries:
                _entry(sheet, entry)
    with ui.row().classes("gap-4"):
        if older:
            ui.link("Back to the newest", sheet.at("timeline", kind=wanted))
        if page.older:
            ui.link("Older", sheet.at("timeline", kind=wanted, older=page.older))


def _filters(sheet: Sheet, wanted: str) -> None:
    told = {"": "All", **{str(kind): title for kind, (title, _) in KINDS.items()}, STAFF: "By colleagues"}
    with ui.element("nav").classes("msb-tabs").props('aria-label="What to show"'):
        for key, title in told.items():
            link = ui.link(title, sheet.at("timeline", kind=key)).classes("text-caption")
            if key == wanted:
                link.props("aria-current=true")


def _entry(sheet: Sheet, entry: Entry) -> None:
    with ui.row().classes("w-full no-wrap gap-3 items-start"):
        ui.label(f"{entry.at.astimezone(sheet.local.zone):%H:%M}").classes("msb-muted text-caption")
        icon = KINDS.get(entry.kind, ("", "circle"))[1]
        ui.icon(icon, size="20px").classes("msb-info" if entry.is_ours else "msb-good").props("aria-hidden=true")
        with ui.column().classes("gap-0").style("min-width: 0"):
            ui.label(_title(entry)).classes("msb-wrap")
            if entry.text:
                ui.label(f"\u201c{entry.text}\u201d").classes("msb-muted msb-wrap")
            if entry.why and entry.why != entry.state:
                look.muted(entry.why)
            _small(sheet, entry)


def _title(entry: Entry) -> str:
    by = f", by {named(entry.channel)}" if entry.channel and entry.kind is Kind.MESSAGE else ""
    return f"{entry.what}{by}"


def _small(sheet: Sheet, entry: Entry) -> None:
    said = [entry.state.replace("_", " ").capitalize() if entry.state else None]
    said += [f"rule {entry.rule}" if entry.rule else None, f"by {entry.by}" if entry.by else None]
    told = ", ".join(part for part in said if part)
    with ui.row().classes("gap-x-3 gap-y-0 items-center"):
        if told:
            look.muted(told[:1].upper() + told[1:])
        if entry.case_id is not None:
            ui.link(f"Case {entry.case_id}", sheet.case(entry.case_id)).classes("text-caption")
