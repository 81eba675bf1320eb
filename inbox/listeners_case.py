"""What happens when staff press a button of a card, or submit the dialog that it opened.

First the act, committed; then what Slack shows of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import acts, cases, colleagues
from bot.handoff.act import Act, check_not_anothers, check_still_held, check_unresolved
from bot.handoff.colleagues import Colleague
from bot.handoff.view_reach import phone_of
from bot.model import CallOutcome, HandOff, HandOffState, Staff, Team
from bot.outreach import resume
from bot.outreach.hours import at_local
from inbox import modals, modals_case
from inbox.context import Context
from inbox.modals import Origin, View
from inbox.modals_case import Candidate
from inbox.text import moment
from inbox.visits import Body, ask, carry_out, case_of, origin_of, pressed, submitted
from slackkit.text import clip, read_field

NAME = 100
Dialog = Callable[[Session, Staff, HandOff, Origin], View]
Read = Callable[[View], Callable[[Session, Act], object]]
PERSON, TEAM = "staff", "team"
MATCHED = "matched"


class CaseListeners:
    """Methods take what slack-bolt gives by name."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def register(self, app: App) -> None:
        app.action("claim")(self._button("claimed", acts.claim))
        app.action("unsnooze")(self._button("unsnoozed", acts.unsnooze))
        app.action("reopen")(self._button("reopened", acts.reopen))
        app.action("unmatch")(self._button("unmatched", acts.unmatch))
        app.action("resolve")(self._asking(self._ask_resolve))
        app.action("assign")(self._asking(self._ask_assign))
        app.action("snooze")(self._asking(self._ask_snooze))
        app.action("call")(self._asking(_ask_call))
        app.action("match")(self._asking(_ask_match))
        app.view(modals.RESOLVE)(self._dialog("resolved", self._resolve))
        app.view(modals.MATCH)(self._dialog(MATCHED, _match))
        app.view(modals_case.ASSIGN)(self._dialog("assigned", _assign))
        app.view(modals_case.SNOOZE)(self._dialog("snoozed", self._snooze))
        app.view(modals_case.CALL)(self._dialog("called", _call))

    def _button(self, outcome: str, act: Callable[[Session, Act], object]) -> Callable[..., None]:
        """A button that does something at once."""

        def listener(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
            ack()
            carry_out(self.context, pressed(body, client, context), case_of(body), outcome, act)

        return listener

    def _asking(self, dialog: Dialog) -> Callable[..., None]:
        """A button that opens a dialog."""

        def listener(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
            ack()
            origin = origin_of(body)

            def shown(session: Session, staff: Staff) -> View:
                case = cases.get(session, origin.case_id)
                holder = case.assignee if case.state is HandOffState.CLAIMED else None
                view = dialog(session, staff, case, replace(origin, holder=holder.id if holder else 0))
                if holder is not None and holder.id != staff.id:  # the card may have shown something else
                    view["blocks"].insert(0, modals.remark(f"{clip(holder.name, NAME)} has this case."))
                return view

            ask(self.context, pressed(body, client, context), body["trigger_id"], shown)

        return listener

    def _dialog(self, outcome: str, read: Read) -> Callable[..., None]:
        """A dialog that was submitted."""

        def listener(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
            ack()
            view, origin = body["view"], Origin.load(body["view"]["private_metadata"])
            visit = submitted(body, origin, client, context)
            words = "" if outcome == MATCHED else read_field(modals.entered_text(view))

            def act(session: Session, act: Act) -> object:
                check_still_held(cases.get(session, act.case_id), act.staff, origin.holder)
                return read(view)(session, act)

            carry_out(self.context, visit, origin.case_id, outcome, act, words=words)

        return listener

    def _ask_resolve(self, session: Session, staff: Staff, case: HandOff, origin: Origin) -> View:
        check_unresolved(case)
        if case.member is None:
            return modals.resolve(origin, step=None)
        _, step = resume.about(session, case, case.member)
        tomorrow = self.context.clock.now().astimezone(case.member.zone).date() + timedelta(days=1)
        is_told = case.state is HandOffState.CLAIMED and resume.can_be_told(case)
        who = clip(case.member.name, NAME) if is_told else None
        return modals.resolve(origin, step=step.name if step else None, who=who, first_day=tomorrow)

    def _resolve(self, view: View) -> Callable[[Session, Act], object]:
        outcome, done = read_field(modals.entered_text(view)), modals.step_is_done(view)
        day = modals.picked_day(view, "day")
        return lambda session, act: acts.resolve(
            session, act, outcome, self.context.programme, step_done=done, follow_up_on=day
        )

    def _ask_assign(self, session: Session, staff: Staff, case: HandOff, origin: Origin) -> View:
        check_unresolved(case)
        inbox = self.context.programme.inbox
        people = colleagues.who_may_have(session, inbox, self.context.clock.now())
        zone, _ = colleagues.day_of(inbox, staff, case)
        found = [
            Candidate(one.name, f"{PERSON}:{one.staff_id}", _about(one, zone))
            for one in people
            if one.staff_id != case.assignee_id or case.state is HandOffState.OPEN
        ]
        teams = [Candidate(desk.name, f"{TEAM}:{key}") for key, desk in inbox.teams.items()]
        return modals_case.assign(origin, found, teams)

    def _ask_snooze(self, session: Session, staff: Staff, case: HandOff, origin: Origin) -> View:
        check_not_anothers(case, staff)
        zone, morning = colleagues.day_of(self.context.programme.inbox, staff, case)
        return modals_case.snooze(origin, self.context.clock.now(), zone, morning)

    def _snooze(self, view: View) -> Callable[[Session, Act], object]:
        moment, day = modals.picked(view, modals_case.UNTIL), modals.picked_day(view, modals_case.DAY)

        def snooze(session: Session, act: Act) -> None:
            programme = self.context.programme
            if day is not None:
                zone, morning = colleagues.day_of(programme.inbox, act.staff, cases.get(session, act.case_id))
                until = at_local(day, morning, zone)
            else:
                until = datetime.fromtimestamp(int(moment or 0), UTC)
            acts.snooze(session, act, until, programme)

        return snooze


def _ask_call(session: Session, staff: Staff, case: HandOff, origin: Origin) -> View:
    check_not_anothers(case, staff)
    number = phone_of(case)
    who = clip(case.member.name if case.member else case.address, NAME)
    if number is None:
        raise Refused(f"No phone number of {who} is known that works.")
    return modals_case.call(origin, who, number)


def _call(view: View) -> Callable[[Session, Act], object]:
    went, words = modals.picked(view, modals_case.WENT), read_field(modals.entered_text(view))
    return lambda session, act: acts.call_logged(session, act, CallOutcome(str(went)), words)


def _ask_match(session: Session, staff: Staff, case: HandOff, origin: Origin) -> View:
    acts.check_may_match(case)
    return modals.match(origin, clip(case.address, NAME))


def _match(view: View) -> Callable[[Session, Act], object]:
    number = read_field(modals.entered_text(view))
    return lambda session, act: acts.match(session, act, number)


def _assign(view: View) -> Callable[[Session, Act], object]:
    kind, _, which = str(modals.picked(view, modals_case.TO)).partition(":")

    def assign(session: Session, act: Act) -> None:
        if kind == TEAM:
            acts.give_to_team(session, act, Team(which))
            return
        acts.assign(session, act, session.get_one(Staff, int(which)))

    return assign


def _about(one: Colleague, zone: tzinfo) -> str:
    if one.away_until is not None:
        return f"away until {moment(one.away_until.astimezone(zone))}"
    return f"{one.cases} case{'s' * (one.cases != 1)}"
