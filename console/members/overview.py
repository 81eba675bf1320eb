"""The first part of a member's page: where they stand, what comes next and what holds it, risk, addresses, the goal."""

from __future__ import annotations

from nicegui import ui

from bot.handoff.words import sentence
from bot.members import dossier as dossiers
from bot.members.dossier import Address, Dossier
from bot.model import RunState
from bot.outreach.plan import MOST_DAYS
from bot.plan.model import Plan
from console import look
from console.members import ahead, track
from console.members.sheet import Sheet

SHOWN = 5
"""So many things to come are told at once."""


async def draw(sheet: Sheet) -> None:
    """Two columns where there is room for them."""
    console, number = sheet.visit.console, sheet.member_id
    plan = await sheet.visit.read(
        lambda session: dossiers.plan(session, console.programme, console.reach, number, console.clock.now())
    )
    with ui.row().classes("w-full items-start gap-4"):
        with ui.column().classes("gap-3").style("flex: 3 1 34rem; min-width: 0; max-width: 100%"):
            _journeys(sheet)
            _coming(sheet, plan)
        with ui.column().classes("gap-3").style("flex: 1 1 18rem; min-width: 0; max-width: 100%"):
            _risk(sheet.dossier)
            _question(sheet, plan)
            _addresses(sheet)
            _goal(sheet)


def _journeys(sheet: Sheet) -> None:
    look.heading("Journeys")
    ways = sheet.dossier.ways
    under_way = [way for way in ways if way.state == RunState.ACTIVE]
    over = [way for way in ways if way.state != RunState.ACTIVE]
    if not under_way:
        look.muted(f"{sheet.name} is in no journey at present.")
    for way in under_way:
        track.draw(way, sheet.local)
    if over:
        told = f"{len(over)} journey{'s that are' if len(over) > 1 else ' that is'} over"
        with ui.expansion(told, icon="history").classes("w-full"), ui.column().classes("w-full gap-3"):
            for way in over:
                track.draw(way, sheet.local)


def _coming(sheet: Sheet, plan: Plan) -> None:
    with look.card(f"If {sheet.name} stays silent"):
        look.muted(f"The next {MOST_DAYS} days, in {sheet.name}'s own time ({plan.time_zone}).")
        if not plan.coming:
            ui.label("Nothing is planned.")
        ahead.draw_all(plan.coming[:SHOWN], sheet.local)
        if len(plan.coming) > SHOWN:
            with ui.expansion(f"{len(plan.coming) - SHOWN} more", icon="more_time").classes("w-full"):
                ahead.draw_all(plan.coming[SHOWN:], sheet.local)
                if plan.is_cut:
                    look.muted("\u2026 and what comes after that.")
        if plan.surveys:
            look.heading("Surveys to come", 3)
            for survey in plan.surveys:
                at = sheet.local.day(survey.at)
                ui.label(f"{at}: {survey.survey}" + ("" if survey.is_asked else " (left out)"))
                look.muted(survey.why)
        if plan.entries:
            look.heading("Journeys to come", 3)
            for entry in plan.entries:
                ui.label(f"{sheet.local.day(entry.at)}: {entry.journey}")
                look.muted(entry.why)


def _risk(dossier: Dossier) -> None:
    with look.card("Risk"):
        look.risk_tag(dossier.risk.level)
        if not dossier.risk.reasons:
            look.muted("Nothing speaks for a loss.")
        for reason in dossier.risk.reasons:
            with ui.column().classes("gap-0"):
                ui.label(reason.words).classes("msb-wrap")
                since = f", since {look.day(reason.since)}" if reason.since else ""
                look.muted(f"{sentence(reason.source)}{since}")


def _question(sheet: Sheet, plan: Plan) -> None:
    """What they were asked and have not answered."""
    steps = [step for way in sheet.dossier.ways if way.state == RunState.ACTIVE for one in way.milestones
             for step in one.steps if step.in_hand and step.asked_at is not None]  # fmt: skip
    surveys = [one for one in sheet.dossier.surveys if one.state == "asked"]
    if not steps and not surveys:
        return
    with look.card("Open question"):
        for step in steps:
            ui.label(look.words(step.name)).classes("msb-wrap")
            asked = f"Asked {sheet.local.moment(step.asked_at)}" if step.asked_at else "Not asked yet"
            look.muted(f"{asked}, {step.messages} message{'' if step.messages == 1 else 's'} so far")
        for survey in surveys:
            ui.label(f"Survey: {survey.name}").classes("msb-wrap")
            if survey.asked_at:
                look.muted(f"Asked {sheet.local.moment(survey.asked_at)}")


def _addresses(sheet: Sheet) -> None:
    with look.card("Ways to reach them"):
        if not sheet.dossier.addresses:
            look.muted("No address is known.")
        for address in sheet.dossier.addresses:
            _address(sheet, address)


def _address(sheet: Sheet, address: Address) -> None:
    with ui.row().classes("w-full items-start no-wrap gap-2"):
        icon = look.CHANNEL_ICONS.get(address.channel, "alternate_email")
        ui.icon(icon, size="20px").classes("msb-good" if address.is_usable else "msb-plain").props("aria-hidden=true")
        with ui.column().classes("gap-0").style("min-width: 0"):
            ui.label(f"{sentence(address.channel_name)}: {address.address}").classes("msb-wrap")
            told = "May be used" if address.is_usable else address.why_not or "May not be used"
            since = f" ({sheet.local.day(address.since)})" if address.since and not address.is_usable else ""
            last = "; last in use" if address.is_last else ""
            look.muted(f"{sentence(told).rstrip('.')}{since}{last}.")


def _goal(sheet: Sheet) -> None:
    goal = next((one for one in sheet.dossier.goals if one.end is None), None)
    with look.card("Goal"):
        if goal is None:
            look.muted("None is known.")
            return
        ui.label(f"\u201c{goal.text}\u201d").classes("msb-wrap")
        percent = next((note.percent for note in goal.notes if note.percent is not None), None)
        if percent is not None:
            ui.linear_progress(percent / 100, show_value=False).props(f'aria-label="Progress: {percent} %" rounded')
            look.muted(f"{percent} % of the way")
