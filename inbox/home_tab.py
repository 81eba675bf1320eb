"""What happens when a colleague opens the home tab of the app, or presses something there."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.errors import NotFound, Refused
from bot.handoff import acts, people
from bot.handoff.acts import Act
from bot.handoff.lookup import look_up
from bot.model import InboxMessage, Member, Staff
from inbox import home, lookup
from inbox.context import StaffContext
from inbox.homes import Homes
from inbox.links import places
from inbox.people import admit
from slackkit.faults import name_of

log = logging.getLogger(__name__)

Body = dict[str, Any]


class HomeTab:
    """Methods take what slack-bolt gives by name."""

    def __init__(self, context: StaffContext, homes: Homes) -> None:
        self.context, self.homes = context, homes

    def register(self, app: App) -> None:
        app.event("app_home_opened")(self.opened)
        app.action(home.REFRESH)(self.refresh)
        app.action(home.CLAIM)(self.claim)
        app.action(home.MEMBER)(self.member)

    def opened(self, body: Body, client: WebClient, context: BoltContext) -> None:
        self.homes.show(client, body["event"]["user"])
        context["work"].outcome = "home_shown"

    def refresh(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        self.homes.show(client, body["user"]["id"])
        context["work"].outcome = "home_shown"

    def claim(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """As in the channel; why it is refused stands on top of the home."""
        ack()
        user, work, notice = body["user"]["id"], context["work"], None
        try:
            admit(self.context.db, client, user)
            with self.context.db.begin() as session:
                row = session.get_one(InboxMessage, work.item_id, with_for_update=True)
                if row.outcome is None:
                    now, wall = self.context.clock.now(), self.context.clock.wall()
                    case_id = int(body["actions"][0]["value"])
                    acts.claim(session, Act(case_id, _colleague(session, user), work.dedupe, now, wall))
                    row.outcome = "claimed"
        except (Refused, NotFound) as problem:
            notice = problem.detail or str(problem)
        self.homes.show(client, user, notice)
        work.outcome = "refused" if notice else "claimed"

    def member(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """Shows a member in a dialog: the home has no conversation to answer in."""
        ack()
        user, work = body["user"]["id"], context["work"]
        try:
            admit(self.context.db, client, user)
            with self.context.db.begin() as session:
                member = _member(session, int(body["actions"][0]["value"]))
                found = look_up(session, self.context.programme, self.context.reach, member, self.context.clock.now())
                where = places(session, [found.case.case_id] if found.case is not None else [])
        except (Refused, NotFound) as problem:
            self.homes.show(client, user, problem.detail or str(problem))
            work.outcome = "refused"
            return
        try:
            link = next(iter(self.homes.links.of(client, where).values()), None)
            client.views_open(trigger_id=body["trigger_id"], view=lookup.dialog(found, link))
        except Exception as error:  # noqa: BLE001 - too late, refused or lost: in each case the remedy is to press again
            log.warning("a dialog was not opened: %s", name_of(error), extra={"item": work.item_id})
            work.outcome = "not_opened"
            return
        work.outcome = "opened"


def _colleague(session: Session, user: str) -> Staff:
    staff = people.known(session, user)
    if staff is None:
        raise Refused("You are not known here yet. Please try again.")
    return staff


def _member(session: Session, member_id: int) -> Member:
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    return member
