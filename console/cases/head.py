"""The head of a case: who, how urgent, whose, by when; and what might be done next."""

from __future__ import annotations

from nicegui import ui

from bot.handoff.words import reason, sentence, words
from console import shell
from console.cases import words as said
from console.cases.desk import Desk
from console.look import day, moment, muted, tag

STATES = {"open": "Open", "claimed": "Claimed", "resolved": "Resolved"}


def key(desk: Desk) -> object:
    whole = desk.whole
    return whole.line, whole.suggestions, _local(desk), whole.view.outcome, whole.view.follow_up_on


def draw(desk: Desk) -> None:
    view, line = desk.whole.view, desk.whole.line
    ui.link("All cases", desk.link("/cases"))
    with ui.row().classes("items-center gap-x-3 gap-y-1 w-full"):
        shell.heading(desk.who).classes("msb-wrap")
        tag(STATES.get(view.state, sentence(words(view.state))), "good" if view.state == "resolved" else "info")
        if view.priority in ("urgent", "high"):
            tag(f"{sentence(view.priority)}", "bad" if view.priority == "urgent" else "warn", "priority_high")
        if line.is_overdue and view.state != "resolved":
            tag(said.due(line, desk.at, desk.zone), "bad", "schedule")
        if line.snoozed_until is not None:
            tag(said.due(line, desk.at, desk.zone), "plain", "snooze")
    ui.label(f"{reason(view.reason)}. {_whose(desk)}").classes("msb-wrap text-body1")
    if view.summary.strip():
        ui.label(view.summary).classes("msb-wrap")
    muted(" \u00b7 ".join(_facts(desk)))
    if view.outcome or view.follow_up_on:
        _outcome(desk)
    if desk.whole.suggestions:
        _next(desk)


def _whose(desk: Desk) -> str:
    line = desk.whole.line
    if line.assignee is None:
        return "Nobody has taken it yet."
    return f"{said.whose(line)}."


def _facts(desk: Desk) -> list[str]:
    view, line, clock = desk.whole.view, desk.whole.line, desk.whole.view.clock
    facts = [f"Case {view.case_id}", view.team, f"opened {moment(view.opened_at, desk.zone, desk.at)}"]
    if view.state == "resolved":
        if view.resolved_at is not None:
            facts.append(f"resolved {moment(view.resolved_at, desk.zone, desk.at)}")
    else:
        facts.append(said.waits(line, desk.at).lower())
        for due, what in ((clock.reply_due, "reply due"), (clock.resolve_due, "to be done by")):
            if due is not None and clock.snoozed_until is None:
                late = " (missed)" if due <= desk.at else ""
                facts.append(f"{what} {moment(due, desk.zone, desk.at)}{late}")
    if clock.reminders:
        facts.append(f"{clock.reminders} reminder{'s' * (clock.reminders != 1)}")
    if view.reopened:
        facts.append("opened again" + (f" {view.reopened} times" if view.reopened > 1 else ""))
    facts += [found] if (found := _local(desk)) else []
    return [*facts, f"times are those of {desk.zone.key}"]


def _local(desk: Desk) -> str:
    person = desk.whole.view.person
    return f"their time is {person.local_time:%a %H:%M}" if person is not None else ""


def _outcome(desk: Desk) -> None:
    view = desk.whole.view
    with ui.element("div").classes("msb-banner msb-good"):
        if view.outcome:
            ui.label(f"What came of it: {view.outcome}").classes("msb-text msb-wrap")
        if view.follow_up_on is not None:
            ui.label(f"Next date: {day(view.follow_up_on)}").classes("msb-text")


def _next(desk: Desk) -> None:
    """In words alone: nothing here is done by itself."""
    with ui.element("section").props('aria-label="Suggested next steps"').classes("msb-banner msb-info"):
        ui.label("Suggested next steps").classes("msb-text text-weight-bold")
        with ui.element("ul").classes("msb-text list-disc q-pl-md q-my-none"):
            for one in desk.whole.suggestions:
                with ui.element("li").classes("msb-wrap"):
                    ui.label(one)
