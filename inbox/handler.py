"""The lane of staff: stored requests of Slack are dispatched to slack-bolt's listeners, in order for each thread."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from slack_bolt import Ack, App, BoltContext, BoltRequest
from sqlalchemy.orm import Session

from bot.clock import Clock, Times
from bot.config import Settings
from bot.db import Database
from bot.handoff import cases, desk
from bot.intake.receive import Desk
from bot.lanes.drain import Crash
from bot.lanes.retry import backoff
from bot.model import HandOff, InboxMessage, InboxState
from bot.outreach.reach import Reach
from bot.ports import RetryLater
from bot.programme.models import Programme
from inbox.client import make_client
from inbox.commands import Commands
from inbox.faults import classify
from inbox.home_tab import HomeTab
from inbox.homes import Homes
from inbox.links import Links
from inbox.listeners_case import CaseListeners
from inbox.listeners_reply import ReplyListeners
from inbox.listeners_thread import ThreadListeners
from inbox.modals import Origin
from inbox.visits import Work
from slackkit.bolt import quiet_app

log = logging.getLogger(__name__)

ATTEMPTS = 6
ANYTHING = re.compile(".*")
NOT_SEEN_AT_HOME = {"ignored", "opened", "not_opened", "refused", "no_case", "empty", "home_shown", "noted"}


@dataclass(frozen=True)
class StaffPlan:
    """A stored request on its way to a listener."""

    item_id: int
    dedupe: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Done:
    outcome: str


@dataclass(frozen=True)
class Again:
    """It didn't work; `after` is what Slack asked for, if it did."""

    reason: str
    after: timedelta | None = None


class StaffHandler:
    """Handles the lanes of staff. It is also what its listeners know of the application.

    Acts are harmless to repeat, so a request that was interrupted is simply dispatched again.
    """

    kind = Desk.STAFF

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, programme: Programme, reach: Reach | None = None
    ) -> None:
        self.settings, self.db, self.clock, self.programme = settings, db, clock, programme
        self.reach = reach or Reach({})
        self.links = Links()
        self.homes = Homes(self, self.links)
        self.app = self._bolt()

    def head(self, session: Session, lane: str) -> InboxMessage | None:
        waiting = sa.select(InboxMessage).where(InboxMessage.lane == lane, InboxMessage.state == InboxState.PENDING)
        return session.scalars(waiting.order_by(InboxMessage.id).limit(1)).first()

    def prepare(self, session: Session, item: InboxMessage, times: Times) -> StaffPlan:
        return StaffPlan(item.id, item.dedupe, item.body["payload"])

    def perform(self, plan: StaffPlan) -> Done | Again:
        work = Work(plan.item_id, plan.dedupe)
        answer = self.app.dispatch(BoltRequest(body=plan.payload, mode="socket_mode", context={"work": work}))
        if work.error is not None:
            problem = classify(work.error, repeatable=True)
            reason = f"{type(work.error).__name__}: {work.error}"[:300]
            return Again(reason, problem.after if isinstance(problem, RetryLater) else None)
        if work.outcome is None:
            return Again(f"no listener took it (answer {answer.status})")
        if work.outcome not in NOT_SEEN_AT_HOME and (user := _actor(plan.payload)) is not None:
            self.homes.refresh(make_client(self.settings), user)
        return Done(work.outcome)

    def settle(self, session: Session, plan: StaffPlan, result: Done | Again | Crash, times: Times) -> None:
        item = session.get_one(InboxMessage, plan.item_id)
        if isinstance(result, Done):
            item.state, item.handled_at, item.outcome = InboxState.DONE, times.now, item.outcome or result.outcome
            item.error, item.not_before = None, None
            return
        again = Again(result.error) if isinstance(result, Crash) else result
        item.attempts += 1
        item.error = again.reason
        if item.attempts >= ATTEMPTS:
            self.bury(session, item.id, again.reason, times)
        else:
            item.not_before = times.wall + (again.after or backoff(item.attempts))

    def settle_late(self, session: Session, plan: StaffPlan, result: Done | Again | Crash, times: Times) -> None:
        """Nothing: an act that was committed wrote its outcome to the row, and whoever holds the lane sees it."""

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        """Sets a request aside, and says so in the case's thread: its author believes it done."""
        item = session.get_one(InboxMessage, item_id)
        item.state, item.error, item.handled_at = InboxState.DEAD, error, times.now
        log.error("a request of staff was set aside: %s", error, extra={"item": item_id})
        case = _case_of(session, item.body.get("payload") or {})
        if case is not None:
            reason = error.partition(":")[0]
            desk.tell(session, case, "not_done", f"staff:{item.id}", now=times.now, wall=times.wall, reason=reason)

    def _bolt(self) -> App:
        """The requests were verified at the door, and nothing here asks Slack whether our token is good."""
        client = make_client(self.settings, with_token=False)
        app = quiet_app("member-success-inbox", self.settings.slack_bot_token, client)
        at_home, commands = HomeTab(self, self.homes), Commands(self, self.links)
        for listeners in (CaseListeners(self), ReplyListeners(self), ThreadListeners(self), at_home, commands):
            listeners.register(app)
        # Last, because the first that fits takes a request.
        for kind in (app.action, app.view, app.shortcut, app.command):
            kind(ANYTHING)(_ignore_request)
        app.event(ANYTHING)(_ignore_event)
        app.error(_remember)
        return app


def _ignore_request(ack: Ack, context: BoltContext) -> None:
    """Whatever else is pressed or submitted: without a listener, bolt would answer that it is unknown."""
    ack()
    context["work"].outcome = "ignored"


def _ignore_event(context: BoltContext) -> None:
    context["work"].outcome = "ignored"


def _actor(payload: dict[str, Any]) -> str | None:
    """The Slack user who did it."""
    match payload:
        case {"user": {"id": str() as user}} | {"event": {"user": str() as user}}:
            return user
    return None


def _remember(error: Exception, context: BoltContext) -> None:
    context["work"].error = error
    log.warning("a request of staff failed", exc_info=error)


def _case_of(session: Session, payload: dict[str, Any]) -> HandOff | None:
    """The case that a request is about, as well as can be told."""
    try:
        match payload:
            case {"event": {"channel": channel, "thread_ts": thread}}:
                return cases.by_card(session, f"{channel}:{thread}")
            case {"view": {"private_metadata": metadata}}:
                return session.get(HandOff, Origin.load(metadata).case_id)
            case {"actions": [{"block_id": "case", "value": value}, *_]}:
                return session.get(HandOff, int(value))
    except (KeyError, TypeError, ValueError):
        pass
    return None
