"""Parts of a member's page that list what is on record: consents, goals, surveys, cases, and all other data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from bot.handoff.names import channel as named
from bot.handoff.words import reason as reason_of
from bot.handoff.words import sentence
from bot.members.dossier import AnswerLine, GoalLine, SurveyLine
from bot.model import HandOffState, Role
from console import look
from console.members import acts_admin
from console.members.sheet import Sheet

CHOSEN = {"wishes": "How they want to be written to"}


def rows(columns: Sequence[tuple[str, str]], found: Sequence[dict[str, Any]], empty: str) -> None:
    """A table of what is said in `found`; in its own box, so that it never makes the page wider."""
    if not found:
        look.muted(empty)
        return
    told = [{"name": name, "label": label, "field": name, "align": "left"} for name, label in columns]
    keyed = [{"id": number, **one} for number, one in enumerate(found)]
    drawn = ui.table(rows=keyed, columns=told, row_key="id").classes("w-full msb-record")
    drawn.props('flat bordered dense wrap-cells :grid="Quasar.Screen.lt.md"')


async def consents(sheet: Sheet) -> None:
    """The ledger: what was agreed to and taken back, where, when and in which words."""
    local = sheet.local
    with look.card("Messages that they do not want"):
        found = [
            {"what": look.words(one.message_class), "at": local.moment(one.at), "words": f"\u201c{one.wording}\u201d",
             "source": one.source}
            for one in sheet.dossier.declined
        ]  # fmt: skip
        columns = (("what", "Kind"), ("at", "Since"), ("words", "In these words"), ("source", "Said by"))
        rows(columns, found, f"None. {sheet.name} has declined no kind of message.")
    with look.card("Record of consent"):
        look.muted("Entries are added and never changed: the newest counts. "
                   f"Times are {sheet.name}'s own ({sheet.dossier.person.time_zone}).")  # fmt: skip
        ledger = [
            {"at": local.moment(one.at), "what": "Given" if one.granted else "Withdrawn",
             "where": f"{look.words(one.message_class)} messages, everywhere" if one.message_class
             else f"{sentence(named(one.channel))}: {one.address}",
             "words": f"\u201c{one.wording}\u201d", "source": one.source}
            for one in sheet.dossier.consents
        ]  # fmt: skip
        told = (("at", "When"), ("what", "Consent"), ("where", "For"), ("words", "In these words"),
                   ("source", "By way of"))  # fmt: skip
        rows(told, ledger, f"{sheet.name} has agreed to nothing yet, so that nothing is begun with them.")


async def goals(sheet: Sheet) -> None:
    """What they want from the membership: now and before."""
    if not sheet.dossier.goals:
        look.muted(f"No goal of {sheet.name} is known. The assistant asks for it in the first days.")
    for goal in sheet.dossier.goals:
        _goal(sheet, goal)


def _goal(sheet: Sheet, goal: GoalLine) -> None:
    local = sheet.local
    with look.card(f"\u201c{goal.text}\u201d"):
        look.tag("Goal now" if goal.end is None else look.words(goal.end), "good" if goal.end in (None, "reached")
                 else "plain")  # fmt: skip
        until = f", until {local.day(goal.ended_at)}" if goal.ended_at else ""
        look.muted(f"Since {local.day(goal.set_at)}{until}, by {goal.source.replace(':', ' ')}")
        for note in goal.notes:
            told = [f"{note.percent} %" if note.percent is not None else None, note.text]
            ui.label(f"{local.day(note.at)}: {', '.join(part for part in told if part)}").classes("msb-wrap")


async def surveys(sheet: Sheet) -> None:
    """Each survey with its answers."""
    if not sheet.dossier.surveys:
        look.muted(f"{sheet.name} has not been asked by a survey yet.")
    for survey in sheet.dossier.surveys:
        _survey(sheet, survey)


def _survey(sheet: Sheet, survey: SurveyLine) -> None:
    local = sheet.local
    with look.card(survey.name):
        look.tag(look.words(survey.state), "good" if survey.state == "answered" else "plain")
        when = [("Due", survey.due_at), ("asked", survey.asked_at), ("over", survey.finished_at)]
        told = ", ".join(f"{name} {local.moment(at)}" for name, at in when if at)
        look.muted(f"{told}{f', by {named(survey.channel)}' if survey.channel else ''}".strip(", "))
        if survey.reason:
            look.muted(look.words(survey.reason))
        for answer in survey.answers:
            _answer(answer)


def _answer(answer: AnswerLine) -> None:
    with ui.column().classes("gap-0"):
        look.muted(answer.question)
        with ui.row().classes("items-center gap-2"):
            if answer.score is not None and answer.highest is not None:
                ui.label(f"{answer.score} of {answer.highest}").classes("text-weight-medium")
                if answer.band:
                    tones: dict[str, look.Tone] = {"low": "bad", "middle": "warn", "high": "good"}
                    look.tag(look.words(answer.band), tones.get(answer.band, "plain"))
            elif answer.score is not None and not answer.words:
                ui.label(str(answer.score)).classes("text-weight-medium")
            if answer.words:
                ui.label(f"\u201c{answer.words}\u201d").classes("msb-wrap")


async def cases(sheet: Sheet) -> None:
    """All cases about the member, those that are open first."""
    if not sheet.dossier.cases:
        look.muted(f"There has been no case about {sheet.name}.")
    for case in sorted(sheet.dossier.cases, key=lambda one: one.state == HandOffState.RESOLVED):
        with look.card(f"Case {case.case_id}: {reason_of(case.reason)}"):
            with ui.row().classes("gap-2"):
                look.tag(look.words(case.state), "good" if case.state == HandOffState.RESOLVED else "warn")
                look.tag(f"{look.words(case.priority)} priority", "plain")
                look.tag(case.team.replace("_", " "), "plain")
            ui.label(case.summary).classes("msb-wrap")
            until = f", resolved {sheet.local.moment(case.resolved_at)}" if case.resolved_at else ""
            who = f", {case.assignee}" if case.assignee else ""
            look.muted(f"Opened {sheet.local.moment(case.opened_at)}{until}{who}")
            if case.outcome:
                ui.label(f"Outcome: {case.outcome}").classes("msb-wrap")
            ui.link(f"Open case {case.case_id}", sheet.case(case.case_id))


async def data(sheet: Sheet) -> None:
    """Traits, dates, wishes, absences, notes, and records that were joined."""
    person, local = sheet.dossier.person, sheet.local
    with ui.row().classes("w-full items-stretch gap-3"):
        with ui.column().classes("gap-3").style("flex: 1 1 20rem; min-width: 0; max-width: 100%"):
            with look.card("Record"):
                look.facts([
                    ("First name", person.first_name), ("Last name", person.last_name), ("Number", person.number),
                    ("Account", person.account), ("Language", person.language), ("Time zone", person.time_zone),
                    ("Country", person.country), ("Joined", look.day(person.joined_on)),
                    ("Renews", look.day(person.renews_on) if person.renews_on else None),
                    ("Lapsed", look.day(person.lapsed_on) if person.lapsed_on else None),
                    ("On record", f"since {local.moment(person.created_at)}"), ("Id", str(person.member_id)),
                ])  # fmt: skip
            with look.card("Dates"):
                look.facts([(look.words(name), str(day)) for name, day in person.dates.items()])
                if not person.dates:
                    look.muted("No other dates are known.")
        with ui.column().classes("gap-3").style("flex: 1 1 20rem; min-width: 0; max-width: 100%"):
            with look.card("Traits"):
                look.facts([(look.words(name), str(value)) for name, value in person.traits.items()])
                if not person.traits:
                    look.muted("No traits are known.")
            with look.card(CHOSEN["wishes"]):
                look.facts([(look.words(name), str(value)) for name, value in person.wishes.items()])
                if not person.wishes:
                    look.muted(f"{sheet.name} has asked for nothing in particular.")
    _absences(sheet)
    _notes(sheet)
    _merges(sheet)


def _absences(sheet: Sheet) -> None:
    with look.card("Absences"):
        found = [
            {"first": sheet.local.moment(one.starts_at), "last": sheet.local.moment(one.ends_at),
             "what": "Pause" if one.is_pause else "Away", "by": one.source.removeprefix("pause:").replace(":", " "),
             "note": one.note or ""}
            for one in sheet.dossier.absences
        ]  # fmt: skip
        columns = (("first", "From"), ("last", "Until"), ("what", "Kind"), ("by", "Said by"), ("note", "Note"))
        rows(columns, found, "None.")


def _notes(sheet: Sheet) -> None:
    with look.card("Notes"):
        if not sheet.dossier.notes:
            look.muted("None. Notes never leave the house.")
        for note in sheet.dossier.notes:
            with ui.column().classes("gap-0"):
                ui.label(note.text).classes("msb-wrap")
                case = f", in case {note.case_id}" if note.case_id else ""
                look.muted(f"{note.author}, {sheet.local.moment(note.at)}{case}")


def _merges(sheet: Sheet) -> None:
    if not sheet.dossier.merges:
        return
    with look.card("Records that were joined"):
        for merge in sheet.dossier.merges:
            with ui.row().classes("w-full items-center justify-between gap-2"):
                with ui.column().classes("gap-0").style("min-width: 0"):
                    told = "This record became part of that of" if merge.is_into else "Has become part of this record:"
                    ui.label(f"{told} {merge.other}").classes("msb-wrap")
                    undone = f", undone {sheet.local.moment(merge.undone_at)}" if merge.undone_at else ""
                    look.muted(f"By {merge.by}, {sheet.local.moment(merge.at)}{undone}")
                ui.link("Other record", f"{sheet.members}/{merge.other_id}")
                if merge.undone_at is None and sheet.visit.may(Role.ADMIN):
                    number = merge.merge_id
                    undo = ui.button("Undo", on_click=lambda number=number: acts_admin.part(sheet, number))
                    undo.props("outline no-caps")
