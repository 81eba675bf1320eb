"""The dialogs by which a case ends, and by which a stranger turns out to be a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from nicegui import ui
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import acts
from bot.handoff.act import Act
from bot.model import HandOff, HandOffState, Member
from bot.outreach import resume
from console.cases.ask import LONGEST, day_field, picked
from console.cases.ask_for import member_field
from console.cases.desk import Desk
from console.dialog import buttons, dialog
from console.look import muted


@dataclass(frozen=True)
class End:
    """What has to be asked at the end: the step in hand, whether the member is told, and the first day to choose."""

    step: str | None
    is_told: bool
    first_day: date | None


def end_of(session: Session, desk: Desk) -> End:
    case = session.get_one(HandOff, desk.case_id)
    if case.member is None:
        return End(None, False, None)
    _, step = resume.about(session, case, case.member)
    today = desk.visit.console.clock.now().astimezone(case.member.zone).date()
    is_told = case.state is HandOffState.CLAIMED and resume.can_be_told(case)
    return End(step.name if step is not None else None, is_told, today + timedelta(days=1))


async def resolve(desk: Desk) -> None:
    """Asks how it ended, whether the step in hand is done, and when to ask about it next."""
    end = await desk.visit.read(lambda session: end_of(session, desk))
    with dialog("Resolve") as drawn:
        outcome = ui.textarea("What came of it? Members don't see this.").classes("w-full")
        outcome.props(f"outlined autogrow maxlength={LONGEST}")
        done, day = None, None
        if end.step is not None and end.first_day is not None:
            done = ui.checkbox(f"Done: {end.step}")
            muted("If it isn't done, the assistant asks about it again; if it is, it goes on with the next step.")
            day = day_field("Next date", end.first_day)
            muted("The assistant asks on that day and not before. Left out: in a few days.")
        if end.is_told:
            muted(f"{desk.who} will be told that the assistant is back.")

        def perform(session: Session, act: Act) -> None:
            acts.resolve(
                session, act, outcome.value or "", desk.visit.console.programme,
                step_done=bool(done is not None and done.value), follow_up_on=picked(day) if day is not None else None,
            )  # fmt: skip

        buttons(drawn, "Resolve", lambda: desk.do("resolve", perform, "The case is resolved."))


async def match(desk: Desk) -> None:
    """Asks who the stranger is."""
    with dialog("Match to member") as drawn:
        ui.label(f"Who is {desk.who}?").classes("msb-wrap")
        who = member_field(desk.visit)
        muted("What they wrote, and what they write from now on, is this member's. It can be undone.")
        kept: list[int] = []

        def perform(session: Session, act: Act) -> None:
            member = session.get(Member, who.value) if who.value is not None else None
            if member is None:
                raise Refused("Look for the member first, and choose them.")
            if member.number is None:
                raise Refused(f"{member.name} has no member number, by which strangers are matched.")
            kept.append(acts.match(session, act, member.number).id)

        async def done() -> bool:
            did = await desk.do("match", perform, "They are matched.")
            if did and kept and kept[-1] != desk.case_id:  # it goes on in the case that the member had
                ui.navigate.to(desk.link(f"/cases/{kept[-1]}"))
            return did

        buttons(drawn, "Match", done)


async def unmatch(desk: Desk) -> None:
    """Asks whether the match is really to be taken back."""
    with dialog("Undo match") as drawn:
        ui.label(
            "The address is a stranger's again, with a case of its own, and what was written there is nobody's."
        ).classes("msb-wrap")
        kept: list[int] = []

        def perform(session: Session, act: Act) -> None:
            kept.append(acts.unmatch(session, act).id)

        async def done() -> bool:
            did = await desk.do("unmatch", perform, "The match is taken back.")
            if did and kept and kept[-1] != desk.case_id:
                ui.navigate.to(desk.link(f"/cases/{kept[-1]}"))
            return did

        buttons(drawn, "Undo match", done)
