"""One thing that a colleague did in Slack, on its way to becoming an act."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.errors import MsbError, NotFound, Refused
from bot.handoff import people
from bot.handoff.acts import Act
from bot.model import InboxMessage, Staff
from inbox.blocks import section
from inbox.context import Context
from inbox.modals import Origin, View
from inbox.people import introduce
from inbox.thread import parts
from slackkit.text import mark

log = logging.getLogger(__name__)

Body = dict[str, Any]

PRESS_AGAIN = "Slack did not open the dialog. Please press the button again."


@dataclass
class Work:
    """A stored request being handled: what came of it, or what went wrong."""

    item_id: int
    dedupe: str
    outcome: str | None = None
    error: Exception | None = None


@dataclass(frozen=True)
class Visit:
    """Who did it, and where they can be told something that only they see."""

    work: Work
    client: WebClient
    user: str
    channel: str
    thread: str | None = None

    def whisper(self, text: str, words: str = "") -> None:
        """Best effort: the act is decided, whether or not Slack shows this. `words` are shown as they were typed."""
        told = mark(text + (f"\nYour words: {words}" if words else ""))
        shown = [section(mark(text)), *parts(words)] if words else None
        try:
            self.client.chat_postEphemeral(
                channel=self.channel, user=self.user, text=told, blocks=shown, thread_ts=self.thread
            )
        except Exception as error:  # noqa: BLE001 - Slack's words to staff may fail in any way; nothing depends on them
            log.warning("staff could not be told: %s", type(error).__name__, extra={"item": self.work.item_id})


def pressed(body: Body, client: WebClient, context: BoltContext) -> Visit:
    """Of a button of a card."""
    return Visit(context["work"], client, body["user"]["id"], body["container"]["channel_id"])


def submitted(body: Body, origin: Origin, client: WebClient, context: BoltContext) -> Visit:
    """Of a dialog that was opened from a card or its thread."""
    return Visit(context["work"], client, body["user"]["id"], origin.channel)


def case_of(body: Body) -> int:
    """The case of the card whose button was pressed."""
    return int(body["actions"][0]["value"])


def origin_of(body: Body) -> Origin:
    """From where a dialog is opened by a button of a card."""
    container = body["container"]
    return Origin(case_of(body), container["channel_id"], container.get("thread_ts") or container["message_ts"])


def carry_out(
    context: Context,
    visit: Visit,
    case_id: int,
    outcome: str,
    act: Callable[[Session, Act], object],
    *,
    words: str = "",
) -> bool:
    """Does an act once, whatever is repeated: its outcome is written to the stored request in the same transaction.

    A refusal is whispered to the colleague, with the `words` they typed, which would be lost otherwise; False then.
    """
    introduce(context.db, visit.client, visit.user)
    try:
        with context.db.begin() as session:
            row = session.get_one(InboxMessage, visit.work.item_id, with_for_update=True)
            if row.outcome is None:
                now, wall = context.clock.now(), context.clock.wall()
                act(session, Act(case_id, colleague(session, visit.user), visit.work.dedupe, now, wall))
                row.outcome = outcome
    except (Refused, NotFound) as problem:
        refuse(visit, problem, words)
        return False
    visit.work.outcome = outcome
    return True


def ask(context: Context, visit: Visit, trigger: str, dialog: Callable[[Session, Staff], View]) -> None:
    """Opens a dialog, or whispers why there is none: what an act would refuse is refused before anybody has typed."""
    introduce(context.db, visit.client, visit.user)
    try:
        with context.db.begin() as session:
            shown = dialog(session, colleague(session, visit.user))
    except (Refused, NotFound) as problem:
        refuse(visit, problem)
        return
    try:
        visit.client.views_open(trigger_id=trigger, view=shown)
    except Exception as error:  # noqa: BLE001 - too late, refused or lost: in each case the remedy is to press again
        log.warning("a dialog was not opened: %s", type(error).__name__, extra={"item": visit.work.item_id})
        visit.work.outcome = "not_opened"
        visit.whisper(PRESS_AGAIN)
        return
    visit.work.outcome = "opened"


def refuse(visit: Visit, problem: MsbError, words: str = "") -> None:
    visit.work.outcome = "refused"
    visit.whisper(problem.detail or str(problem), words)


def colleague(session: Session, user: str) -> Staff:
    """The colleague behind a Slack user id.

    Raises:
        Refused: we have not met.
    """
    staff = people.known(session, user)
    if staff is None:
        raise Refused("You are not known here yet. Please try again.")
    return staff
