"""One thing to come: when, where and from whom, why, what holds it and until when, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from bot.handoff.names import channel as named
from bot.handoff.words import sentence
from bot.plan.model import Coming, Kind
from console import look
from console.look import Local

LONGEST = 280


def draw_all(coming: Sequence[Coming], local: Local) -> None:
    """A list, in order of time."""
    if not coming:
        return
    with ui.element("ol").classes("w-full").style("list-style: none; margin: 0; padding: 0"):
        for one in coming:
            _draw(one, local)


def _draw(coming: Coming, local: Local) -> None:
    with ui.element("li").classes("w-full").style("padding: .4rem 0"), ui.row().classes("w-full no-wrap gap-3"):
        icon, tone = _mark(coming)
        ui.icon(icon, size="22px").classes(f"msb-{tone}").props("aria-hidden=true").style("flex: none")
        with ui.column().classes("gap-0 w-full").style("min-width: 0"):
            ui.label(_when(coming, local)).classes("text-weight-medium msb-wrap")
            ui.label(_what(coming)).classes("msb-wrap")
            if coming.text:
                text = coming.text if len(coming.text) <= LONGEST else f"{coming.text[:LONGEST].rstrip()} \u2026"
                ui.label(f"\u201c{text}\u201d").classes("msb-muted msb-wrap")
            look.muted(_why(coming))
            for hold in coming.holds:
                until = f" Until {local.moment(hold.until)}." if hold.until else ""
                ui.label(f"Held: {hold.words}{until}").classes("text-caption msb-wrap msb-warn")
            for skip in coming.skips:
                ui.label(f"Rung {skip.rung} ({skip.modality}) is left out: {skip.words}").classes(
                    "text-caption msb-wrap msb-plain"
                )


def _mark(coming: Coming) -> tuple[str, str]:
    match coming.kind:
        case Kind.CASE:
            return "support_agent", "warn"
        case Kind.END:
            return "block", "plain"
    return look.CHANNEL_ICONS.get(coming.channel or "", "schedule_send"), "warn" if coming.holds else "info"


def _when(coming: Coming, local: Local) -> str:
    if coming.at is None:
        return "When a colleague has resolved the case"
    return f"{local.moment(coming.at)} ({local.near(coming.at)})"


def _what(coming: Coming) -> str:
    match coming.kind:
        case Kind.CASE:
            return f"A case for {(coming.team or 'a person').replace('_', ' ')}"
        case Kind.END:
            return f"The question about {coming.step} ends"
    way = sentence(named(coming.channel)) if coming.channel else sentence(coming.modality or "message")
    to = f" to {coming.address}" if coming.address else ""
    sender = f", from {coming.sender}" if coming.sender else ""
    rung = f", {coming.rung} of {coming.rungs}" if coming.rung else ""
    return f"{way}{to}{sender}{rung}"


def _why(coming: Coming) -> str:
    about = f"{coming.journey}, {coming.step}" if coming.journey else coming.step
    also = f", and {coming.also}" if coming.also else ""
    return f"{about}{also}. {coming.why}"
