"""The dialogs by which a case is given to somebody, rests, or is called about: the same as in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from nicegui import ui
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import acts, cases, colleagues
from bot.handoff.act import Act
from bot.handoff.colleagues import Colleague
from bot.handoff.moments import moments_ahead
from bot.handoff.spoken import OUTCOMES
from bot.handoff.words import sentence
from bot.model import CallOutcome, HandOff, Staff, Team
from bot.outreach.hours import at_local
from console.cases.desk import Desk
from console.cases.words import team
from console.dialog import buttons, dialog
from console.look import moment, muted

PERSON, TEAM = "staff", "team"
LONGEST = 1000


def day_field(label: str, first: date) -> ui.input:
    """A day to come, in the browser's own calendar."""
    field = ui.input(label).props(f"type=date outlined dense stack-label min={first.isoformat()}")
    return field.classes("w-full")


def picked(field: ui.input) -> date | None:
    """Raises: Refused: it is no day."""
    try:
        return date.fromisoformat(field.value) if field.value else None
    except ValueError:
        raise Refused("That is no day.") from None


@dataclass(frozen=True)
class Rest:
    """By whose day a case rests: the zone, its beginning, and the moments that are often chosen."""

    zone: ZoneInfo
    moments: dict[str, str]


async def snooze(desk: Desk) -> None:
    """Asks until when the case rests."""
    console = desk.visit.console

    def look(session: Session) -> Rest:
        staff, case = session.get_one(Staff, desk.visit.visitor.staff_id), session.get_one(HandOff, desk.case_id)
        zone, morning = colleagues.day_of(console.programme.inbox, staff, case)
        now = console.clock.now()
        ahead = moments_ahead(now, zone, morning)
        return Rest(zone, {str(int(at.timestamp())): f"{label}: {moment(at, zone, now)}" for label, at in ahead})

    rest = await desk.visit.read(look)
    with dialog("Snooze") as drawn:
        until = ui.radio(rest.moments, value=next(iter(rest.moments))).props('aria-label="Let it rest until"')
        day = day_field("Or until the morning of", console.clock.now().astimezone(rest.zone).date())
        muted(f"Times are those of {rest.zone.key}. A message of the member ends it at once.")

        def perform(session: Session, act: Act) -> None:
            on = picked(day)
            if on is None:
                acts.snooze(session, act, datetime.fromtimestamp(int(until.value), UTC), console.programme)
                return
            zone, morning = colleagues.day_of(console.programme.inbox, act.staff, cases.get(session, act.case_id))
            acts.snooze(session, act, at_local(on, morning, zone), console.programme)

        buttons(drawn, "Snooze", lambda: desk.do("snooze", perform, "The case rests."))


async def assign(desk: Desk) -> None:
    """Asks who is to have the case: a colleague, or a team, whoever is there."""
    inbox = desk.visit.console.programme.inbox
    is_open, holder = desk.whole.view.state == "open", desk.whole.holder
    found = await desk.visit.read(
        lambda session: colleagues.who_may_have(session, inbox, desk.visit.console.clock.now())
    )
    people = {f"{PERSON}:{one.staff_id}": f"{one.name} ({_about(one, desk)})" for one in found
              if is_open or one.staff_id != holder}  # fmt: skip
    teams = {f"{TEAM}:{name}": f"{team(inbox, name)}: whoever is there" for name in inbox.teams or tuple(Team)}
    with dialog("Assign") as drawn:
        to = ui.select(people | teams, label="Who is to have it?", with_input=True).classes("w-full").props("outlined")
        muted("A colleague is told. A case that goes to a team is open again, for whoever is there.")

        def perform(session: Session, act: Act) -> None:
            kind, _, which = str(to.value or "").partition(":")
            if kind == PERSON:
                acts.assign(session, act, session.get_one(Staff, int(which)))
            elif kind == TEAM:
                acts.give_to_team(session, act, Team(which))
            else:
                raise Refused("Choose a colleague, or a team.")

        buttons(drawn, "Assign", lambda: desk.do("assign", perform, "The case is assigned."))


def _about(one: Colleague, desk: Desk) -> str:
    if one.away_until is not None:
        return f"away until {moment(one.away_until, desk.zone, desk.at)}"
    return f"{one.cases} case{'s' * (one.cases != 1)}"


async def call(desk: Desk) -> None:
    """Shows the number to call, and asks how the call went."""
    number = desk.whole.phone
    if number is None:
        ui.notify(f"No phone number of {desk.who} is known that works.", type="warning")
        return
    digits = "".join(sign for sign in number if sign.isdigit())
    with dialog("Call") as drawn:
        with ui.row().classes("items-center gap-2"):
            ui.label(desk.who).classes("text-weight-bold msb-wrap")
            ui.link(number, f"tel:+{digits}").classes("text-h6") if digits else ui.label(number)
        went = ui.radio({str(kind): sentence(said) for kind, said in OUTCOMES.items()}).props(
            'aria-label="How did the call go?"'
        )
        words = ui.textarea("What was said? Members don't see this.").props(f"outlined autogrow maxlength={LONGEST}")
        words.classes("w-full")

        def perform(session: Session, act: Act) -> None:
            if went.value is None:
                raise Refused("Say how the call went.")
            acts.call_logged(session, act, CallOutcome(went.value), words.value or "")

        buttons(drawn, "Keep", lambda: desk.do("call", perform, "The call is kept, and the case is yours."))
