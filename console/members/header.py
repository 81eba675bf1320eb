"""The head of a member's page: who it is, what has to be known before anything else, and what can be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from bot.members.dossier import Dossier, Person
from bot.model import HandOffState, MemberStatus, Role
from console import look, shell
from console.members import acts, acts_admin, acts_record, acts_way
from console.members.sheet import Sheet


def draw(sheet: Sheet) -> None:
    """Name, tags, facts, actions, banners."""
    person = sheet.dossier.person
    ui.link("All members", sheet.members).classes("text-caption")
    with ui.row().classes("w-full items-start justify-between gap-x-6 gap-y-2"):
        with ui.column().classes("gap-1").style("flex: 1 1 20rem; min-width: 0; max-width: 100%"):
            shell.heading(person.name or "(no name)").classes("msb-wrap", remove="q-mb-sm")
            with ui.row().classes("items-center gap-2"):
                tone, status = look.STATUSES.get(person.status, ("plain", look.words(person.status)))
                look.tag(status, tone)
                look.tag(person.segment_name + (", by staff" if person.segment_by_staff else ""), "info")
                look.risk_tag(sheet.dossier.risk.level)
        if sheet.is_open and sheet.visit.may(Role.MANAGER):
            _actions(sheet)
    look.muted(_facts(sheet))
    _banners(sheet)


def _facts(sheet: Sheet) -> str:
    person = sheet.dossier.person
    msm = f"looked after by {person.msm}" if person.msm else "looked after by nobody"
    renewal = f"renews {look.day(person.renews_on)}{_days(person)}" if person.renews_on else None
    local = f"{person.local_time:%H:%M} there now ({person.time_zone})"
    said = [person.number, person.account, msm, f"joined {look.day(person.joined_on)}", renewal, local]
    return " \u00b7 ".join(part for part in said if part)


def _days(person: Person) -> str:
    if person.renews_on is None:
        return ""
    days = (person.renews_on - person.local_time.date()).days
    return f" (in {days} days)" if days > 1 else " (tomorrow)" if days == 1 else " (today)" if days == 0 else ""


def _actions(sheet: Sheet) -> None:
    with ui.row().classes("items-center gap-2"):
        ui.button("Message", icon="chat", on_click=lambda: acts.message(sheet)).props("no-caps unelevated")
        ui.button("Note", icon="edit_note", on_click=lambda: acts.note(sheet)).props("no-caps outline")
        if sheet.dossier.paused_until is not None:
            ui.button("Resume", icon="play_arrow", on_click=lambda: acts.resume(sheet)).props("no-caps outline")
        else:
            ui.button("Pause", icon="pause", on_click=lambda: acts.pause(sheet)).props("no-caps outline")
        with ui.button("More", icon="more_horiz").props("no-caps outline aria-haspopup=menu"):
            _menu(sheet)


def _menu(sheet: Sheet) -> None:
    entries: list[tuple[str, Callable[[Sheet], Awaitable[None]]]]
    entries = [("Mark a step", acts.mark_step), ("Move", acts_way.move),
               ("Correct the record", acts_record.correct)]  # fmt: skip
    if sheet.visit.may(Role.ADMIN):
        entries += [("Merge with another record", acts_admin.merge), ("Export", acts_admin.export),
                    ("Erase", acts_admin.erase)]  # fmt: skip
    with ui.menu().props('role=menu aria-label="More to do"'):
        for text, act in entries:
            ui.menu_item(text, on_click=lambda act=act: act(sheet)).props("role=menuitem")


def _banners(sheet: Sheet) -> None:
    dossier, person = sheet.dossier, sheet.dossier.person
    if person.status == MemberStatus.MERGED:
        into = (f"Open the record of {sheet.name}", f"{sheet.members}/{person.into_id}") if person.into_id else None
        look.banner("This record is part of another one now: nothing is asked here any more.", "plain", "merge", into)
        return
    if person.status == MemberStatus.LEFT:
        look.banner(f"{sheet.name} has left. Nothing is begun with them any more.", "bad", "logout")
    _case(sheet, dossier)
    paused = dossier.paused_until
    away = next((one.ends_at for one in dossier.absences if one.is_now and not one.is_pause), None)
    if paused is not None:
        until = sheet.local.moment(paused)
        look.banner(f"Paused until {until}, {sheet.name}'s time: the programme begins nothing.", "warn", "pause")
    elif away is not None:
        look.banner(f"Away until {sheet.local.moment(away)}, {sheet.name}'s time.", "warn", "flight_takeoff")


def _case(sheet: Sheet, dossier: Dossier) -> None:
    case = next((one for one in dossier.cases if one.state != HandOffState.RESOLVED), None)
    if case is None:
        return
    link = (f"Open case {case.case_id}", sheet.case(case.case_id))
    if case.state == HandOffState.CLAIMED:
        who = case.assignee or "A colleague"
        look.banner(f"The assistant is silent: {who} holds the conversation.", "info", "support_agent", link)
    else:
        given = f" It was given to {case.assignee}." if case.assignee else ""
        look.banner(f"A case is open: {case.summary}{given} Nothing new is asked until it is resolved.", "warn",
                    "support_agent", link)  # fmt: skip
