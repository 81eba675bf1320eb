"""The picture of a journey: milestones from left to right with their steps, below each other on a phone.

It is a list of lists, so that it reads as well as it looks: each step says in words how far it is.
"""

from __future__ import annotations

from datetime import timedelta

from nicegui import ui

from bot.members.dossier import MilestoneLine, StepLine, Way
from bot.model import RunState, StepState
from console import look
from console.look import Local, Tone

PATIENCE = timedelta(days=2)
"""A step that was asked about so long ago, and is not done, is told as overdue."""
STYLE = """
.msb-track { display: grid; gap: 1rem 0; width: 100%; margin: 0; padding: 0; list-style: none; }
.msb-track { grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)); }
@media (max-width: 599px) { .msb-track { grid-template-columns: 1fr; } }
.msb-leg { position: relative; padding: 0 1rem 0 0; min-width: 0; }
.msb-leg-line { display: flex; align-items: center; height: 1.75rem; }
.msb-leg-line::after { content: ""; flex: 1; height: 3px; margin-right: -1rem; background: rgba(127, 127, 127, .35); }
.msb-leg-reached .msb-leg-line::after { background: #1b6e36; }
.body--dark .msb-leg-reached .msb-leg-line::after { background: #86d8a1; }
.msb-leg:last-child .msb-leg-line::after { display: none; }
.msb-stops { list-style: none; margin: .25rem 0 0; padding: 0; }
.msb-stop { display: flex; gap: .4rem; padding: .2rem .3rem; border-radius: 4px; }
.msb-here { background: rgba(127, 127, 127, .12); }
"""
STOPS: dict[str, tuple[str, Tone, str]] = {
    StepState.DONE: ("check_circle", "good", "Done"),
    StepState.SKIPPED: ("remove_circle_outline", "plain", "Passed over"),
    StepState.BLOCKED: ("error", "bad", "Stuck"),
    StepState.IN_PROGRESS: ("timelapse", "info", "Begun"),
    StepState.PENDING: ("radio_button_unchecked", "plain", "To come"),
}
ENDS = {RunState.ACTIVE: ("info", "Under way"), RunState.COMPLETED: ("good", "Completed"), RunState.ENDED: ("plain",
        "Ended")}  # fmt: skip


def draw(way: Way, local: Local) -> None:
    """One journey."""
    with ui.card().props("flat bordered").classes("msb-card"):
        with ui.row().classes("w-full items-center justify-between gap-x-4 gap-y-1"):
            look.heading(way.name, 3)
            tone, state = ENDS[RunState(way.state)]
            look.tag(f"{state}, {way.done} of {way.total} steps", "good" if tone == "good" else "info"
                     if tone == "info" else "plain")  # fmt: skip
        look.muted(_story(way, local))
        if way.state == RunState.ACTIVE:
            _points(way)
        with ui.element("ol").classes("msb-track") as milestones:
            milestones.props["aria-label"] = f"Milestones of {way.name}"
            for milestone in way.milestones:
                _leg(way, milestone, local)


def _story(way: Way, local: Local) -> str:
    told = [f"Since {local.day(way.entered_at)}"]
    if way.ended_at is not None:
        why = f" ({way.outcome.replace('_', ' ')})" if way.outcome else ""
        told = [f"From {local.day(way.entered_at)} to {local.day(way.ended_at)}{why}"]
    elif way.lapses_at is not None:
        told.append(f"ends at the latest on {local.day(way.lapses_at)}")
    return ", ".join(told)


def _points(way: Way) -> None:
    with ui.row().classes("items-start gap-x-6 gap-y-1"):
        for name, text in (("A, where they stand", way.point_a), ("B, where it leads", way.point_b)):
            with ui.row().classes("items-start no-wrap gap-2").style("min-width: 0; max-width: 100%"):
                look.tag(f"Point {name}", "info" if name[0] == "A" else "plain").style("flex: none")
                ui.label(text).classes("msb-wrap")


def _leg(way: Way, milestone: MilestoneLine, local: Local) -> None:
    reached = " msb-leg-reached" if milestone.is_reached else ""
    with ui.element("li").classes(f"msb-leg{reached}"):
        with ui.element("div").classes("msb-leg-line"):
            icon, tone = ("flag_circle", "good") if milestone.is_reached else ("outlined_flag", "plain")
            ui.icon(icon, size="24px").classes(f"msb-{tone}").props("aria-hidden=true")
        ui.label(milestone.name).classes("text-weight-medium msb-wrap")
        at = f" {local.short(milestone.reached_at)}" if milestone.reached_at else ""
        look.muted(f"Reached{at}" if milestone.is_reached else "Not reached yet")
        with ui.element("ul").classes("msb-stops"):
            for step in milestone.steps:
                _stop(step, local, is_open=way.state == RunState.ACTIVE)


def _stop(step: StepLine, local: Local, *, is_open: bool) -> None:
    here = step.in_hand and is_open
    icon, tone, words = _standing(step, local, here=here)
    with ui.element("li").classes("msb-stop msb-here" if here else "msb-stop"):
        ui.icon(icon, size="20px").classes(f"msb-{tone}").props("aria-hidden=true")
        with ui.column().classes("gap-0").style("min-width: 0"):
            ui.label(look.words(step.name)).classes("msb-wrap text-weight-medium" if here else "msb-wrap")
            ui.label(words).classes(f"text-caption msb-wrap msb-{tone}")
            if step.evidence and step.state != StepState.PENDING:
                look.muted(f"\u201c{step.evidence}\u201d")


def _standing(step: StepLine, local: Local, *, here: bool) -> tuple[str, Tone, str]:
    """Icon, tone and words for a step."""
    icon, tone, state = STOPS[StepState(step.state)]
    if step.state == StepState.PENDING:
        return _asked(step, local) if here else (icon, tone, state)
    by = ", they said so" if (step.by or "").startswith("the member") else f", by {step.by}" if step.by else ""
    return icon, tone, f"{state} {local.short(step.changed_at)}{by}"


def _asked(step: StepLine, local: Local) -> tuple[str, Tone, str]:
    if step.asked_at is None:
        return "radio_button_checked", "info", "In hand, not asked yet"
    messages = f"{step.messages} message{'' if step.messages == 1 else 's'}"
    since = f"asked {local.short(step.asked_at)}, {messages}, no answer"
    if local.now - step.asked_at > PATIENCE:
        return "schedule", "warn", f"Overdue: {since}"
    return "radio_button_checked", "info", f"In hand: {since} yet"
