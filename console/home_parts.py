"""The parts of the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from nicegui import ui

from bot.handoff.queues import CaseLine
from bot.insights.today import MANY, Begun, Coming, Contact, Done, Needs, People
from bot.model import CheckInKind, MemberStatus, Purpose
from console.cases import words
from console.journeys.look import STAGES, bar, capital, figure, number
from console.look import card, moment, muted, tag

STYLE = """
.h-grid { display: grid; gap: 1rem; width: 100%; }
.h-grid { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.h-grid > * { height: 100%; }
.h-line { display: flex; gap: .75rem; align-items: center; width: 100%; padding: .35rem 0; }
.h-line { border-bottom: 1px solid var(--j-line); min-width: 0; }
.h-line:last-child { border-bottom: 0; }
.h-count { min-width: 2.2rem; text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }
"""
PURPOSES = {
    Purpose.TOUCH: "questions and reminders", Purpose.REPLY: "answers", Purpose.STAFF_REPLY: "replies of colleagues",
    Purpose.NOTICE: "notices",
}  # fmt: skip
HAPPENED = (
    ("step.done", "steps done"), ("step.skipped", "steps passed over"), ("journey.entered", "journeys begun"),
    ("journey.completed", "journeys finished"), ("hand_off.opened", "cases opened"),
    ("hand_off.resolved", "cases resolved"),
)  # fmt: skip
STATUSES = {MemberStatus.ACTIVE: "members", MemberStatus.LAPSED: "lapsed", MemberStatus.LEFT: "have left"}


def first_steps(begun: Begun, channels: Sequence[str], base: str) -> None:
    """What to do in the beginning; each ticks itself."""
    told = f"Switched on: {', '.join(channels)}." if channels else "None is switched on yet: see docs/configuration.md."
    steps = (
        (bool(channels), "Connect channels", told, ""),
        (begun.members, "Import members", "A file of members, checked line by line before anything is kept.",
         f"{base}/members"),
        (begun.colleagues, "Let colleagues in", "msb roles grant colleague@example.org manager", ""),
        (begun.sent, "The first message goes out", "By itself, within the hours of contact.", f"{base}/journeys"),
        (begun.heard, "A member writes back", "Their messages stand on their page, and cases in the inbox.",
         f"{base}/members"),
    )  # fmt: skip
    with card("First steps"), ui.element("ol").classes("j-plain w-full"):
        for is_done, name, about, to in steps:
            with ui.element("li").classes("h-line"):
                if is_done:
                    tag("done", "good", "check_circle")
                else:
                    tag("to do", "plain", "radio_button_unchecked")
                with ui.column().classes("gap-0"):
                    if to and not is_done:
                        ui.link(name, to)
                    else:
                        ui.label(name)
                    muted(about)


def needs(found: Needs, base: str, now: datetime, zone: tzinfo) -> None:
    """Each line leads to where something is done about it."""
    with card("Needs a person now"):
        if not found.has_any:
            with ui.row().classes("items-center gap-2"):
                ui.icon("check_circle", size="sm").classes("msb-good").props("aria-hidden=true")
                ui.label("Nothing waits for anybody.")
            return
        with ui.element("ul").classes("j-plain w-full"):
            _need(found.overdue, "cases overdue", f"{base}/cases?list=all&overdue=yes", bad=True)
            _need(found.cases, "cases open", f"{base}/cases?list=all")
            _need(found.unread, "messages of members that could not be handled", f"{base}/operations", bad=True)
            _need(found.unsent, "messages that did not arrive", f"{base}/operations")
            _need(found.findings, "findings of the auditor", f"{base}/operations", bad=True)
            for channel, why in found.failing:
                _need(None, f"Channel {channel} fails{f': {why[:120]}' if why else ''}", f"{base}/operations", bad=True)
            for what, why in found.paused:
                _need(None, f"{capital(what)} is held back: {why[:120]}", f"{base}/operations", bad=True)
            for process in found.silent:
                _need(None, f"No sign of life: {process}", f"{base}/operations", bad=True)
        if found.first:
            muted("The most urgent cases")
            with ui.element("ul").classes("j-plain w-full"):
                for one in found.first:
                    _case(one, base, now, zone)


def _need(count: int | None, name: str, to: str, *, bad: bool = False) -> None:
    if count == 0:
        return
    with ui.element("li").classes("h-line"):
        if count is None:
            ui.icon("warning", size="18px").classes("msb-bad h-count").props("aria-hidden=true")
        else:
            ui.label(number(count)).classes(f"h-count {'msb-bad' if bad else ''}")
        text = name if count != 1 else name.replace("cases", "case", 1).replace("messages", "message", 1).replace(
            "findings", "finding", 1
        )  # fmt: skip
        ui.link(text, to).classes("msb-wrap")


def _case(one: CaseLine, base: str, now: datetime, zone: tzinfo) -> None:
    with ui.element("li").classes("h-line"), ui.column().classes("gap-0"):
        ui.link(one.who, f"{base}/cases/{one.case_id}").classes("msb-wrap")
        muted(f"{one.summary} {words.due(one, now, zone)}")


def next_up(found: Coming, names: Mapping[tuple[str | None, str], str], base: str, now: datetime, zone: tzinfo) -> None:
    with card("Comes next"):
        with ui.row().classes("gap-x-8 gap-y-2"):
            figure(_many(found.hour), "contacts within the hour")
            figure(_many(found.day), "within a day")
            figure(_many(found.entries), "journeys begin within a day")
        if not found.first:
            muted("Nothing is planned. Members enter their journeys once they are imported.")
            return
        with ui.element("ol").classes("j-plain w-full"):
            for one in found.first:
                with ui.element("li").classes("h-line"), ui.column().classes("gap-0"):
                    ui.link(one.name, f"{base}/members/{one.member_id}").classes("msb-wrap")
                    when = moment(one.at, zone, now) if one.at > now else "now"
                    muted(f"{capital(when)}: {_about(one, names)}")


def _many(count: int) -> str:
    return number(count) if count < MANY else f"{number(MANY)} or more"


def _about(one: Contact, names: Mapping[tuple[str | None, str], str]) -> str:
    name = names.get((one.journey, one.about), one.about.replace("_", " "))
    kinds = {CheckInKind.SURVEY: f"survey {name}", CheckInKind.CELEBRATION: f"celebrates {name}"}
    return kinds.get(one.kind, f"asks about {name}")


def last_day(found: Done, base: str) -> None:
    heard, sent = sum(found.heard.values()), sum(found.sent.values())
    with card("Last 24 hours"):
        with ui.row().classes("gap-x-8 gap-y-2"):
            figure(number(heard), "messages of members")
            figure(number(sent), "messages of ours")
        parts = [f"{number(count)} {PURPOSES.get(purpose, purpose)}" for purpose, count in found.sent.items()]
        if parts:
            muted(f"Ours: {', '.join(parts)}.")
        if heard:
            muted(f"Theirs: {', '.join(f'{number(count)} by {channel}' for channel, count in found.heard.items())}.")
        with ui.element("ul").classes("j-plain w-full"):
            for action, name in HAPPENED:
                if count := found.happened.get(action, 0):
                    with ui.element("li").classes("h-line"):
                        ui.label(number(count)).classes("h-count")
                        ui.label(name)
        if not (heard or sent or found.happened):
            muted("Nothing happened.")
        ui.link("All measures", f"{base}/measures")


def people(found: People | None, stages: Mapping[str, str], base: str) -> None:
    """Bars with their numbers beside them; `stages` by journey. None: they are being counted."""
    with card("Members"):
        if found is None:
            muted("Counting them.")
            return
        with ui.row().classes("gap-x-8 gap-y-2"):
            for status, name in STATUSES.items():
                if status is MemberStatus.ACTIVE or found.statuses[status]:
                    figure(number(found.statuses[status]), name)
        if not found.statuses:
            muted("There are no members yet.")
        _stages(found, stages, base)
        with ui.row().classes("gap-4"):
            ui.link("All members", f"{base}/members")
            ui.link("All journeys", f"{base}/journeys")


def _stages(found: People, stages: Mapping[str, str], base: str) -> None:
    counted = {stage: sum(n for key, n in found.journeys.items() if stages.get(key) == stage) for stage in STAGES}
    most = max(counted.values())
    if not most:
        return
    muted("Journeys under way, by stage")
    with ui.element("ul").classes("j-plain w-full"):
        for stage, count in counted.items():
            with ui.element("li").classes("h-line"):
                ui.link(STAGES[stage], f"{base}/journeys").style("width: 7rem")
                with ui.element("div").classes("col"):
                    bar({"told": count}, most, f"{number(count)} under way")
                ui.label(number(count)).classes("h-count")


def footer(now: datetime, zone: tzinfo) -> None:
    muted(f"As of {moment(now, zone)} ({zone}). The page keeps itself up to date.")
