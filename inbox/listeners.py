"""What happens when staff press, submit or write. First the act, committed; then what Slack shows of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.errors import NotFound, Refused
from bot.handoff import acts, cases, people
from bot.handoff.acts import Act
from bot.handoff.view import view
from bot.model import HandOff, HandOffState
from inbox import modals
from inbox.context import Context
from inbox.modals import Origin
from inbox.people import introduce
from inbox.text import divide
from inbox.visits import Visit, carry_out, refuse
from slackkit.text import clip, read, read_field

log = logging.getLogger(__name__)

Body = dict[str, Any]

PRIVATE, SENT_ON = "lock", "speech_balloon"
PRESS_AGAIN = "Slack did not open the dialog. Please press the button again."
PARTLY = "Only the lines that begin with > were sent to the member. The others stayed a private note."
NO_FILES = "Files can't be sent to the member; the words were."


class Listeners:
    """Methods take what slack-bolt gives by name."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def claim(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        carry_out(self.context, _pressed(body, client, context), _case_id(body), "claimed", acts.claim)

    def ask_reply(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        visit = _pressed(body, client, context)
        introduce(self.context.db, client, visit.user)
        try:
            with self.context.db.begin() as session:
                case = cases.get(session, _case_id(body))
                _check_may_reply(session, case, visit.user)
                who = case.member.name if case.member else case.address
        except (Refused, NotFound) as problem:
            refuse(visit, problem)
            return
        _open(visit, body, modals.reply(_origin(body), clip(who, 100)))

    def ask_resolve(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        visit = _pressed(body, client, context)
        try:
            with self.context.db.begin() as session:
                case = cases.get(session, _case_id(body))
                _check_not_resolved(case)
                position = view(session, case, self.context.programme, self.context.clock.now()).position
        except (Refused, NotFound) as problem:
            refuse(visit, problem)
            return
        has_step = position is not None and position.open_step is not None
        _open(visit, body, modals.resolve(_origin(body), has_step=has_step))

    def reply(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        origin, text = Origin.load(body["view"]["private_metadata"]), read_field(modals.entered_text(body["view"]))
        carry_out(
            self.context,
            _submitted(body, origin, client, context),
            origin.case_id,
            "replied",
            lambda session, act: acts.reply(session, act, text),
            words=text,
        )

    def resolve(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        origin, entered = Origin.load(body["view"]["private_metadata"]), body["view"]
        outcome, done = read_field(modals.entered_text(entered)), modals.step_is_done(entered)
        carry_out(
            self.context,
            _submitted(body, origin, client, context),
            origin.case_id,
            "resolved",
            lambda session, act: acts.resolve(session, act, outcome, self.context.programme, step_done=done),
            words=outcome,
        )

    def ask_match(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        visit = _pressed(body, client, context)
        try:
            with self.context.db.begin() as session:
                case = cases.get(session, _case_id(body))
                acts.check_may_match(case)
                who = case.address
        except (Refused, NotFound) as problem:
            refuse(visit, problem)
            return
        _open(visit, body, modals.match(_origin(body), clip(who, 100)))

    def match(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        origin, number = Origin.load(body["view"]["private_metadata"]), read_field(modals.entered_text(body["view"]))
        carry_out(
            self.context,
            _submitted(body, origin, client, context),
            origin.case_id,
            "matched",
            lambda session, act: acts.match(session, act, number),
        )

    def unmatch(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        carry_out(self.context, _pressed(body, client, context), _case_id(body), "unmatched", acts.unmatch)

    def written(self, body: Body, client: WebClient, context: BoltContext) -> None:
        """A message in a thread: what is quoted goes to the member, everything else is a private note."""
        event = body["event"]
        visit = Visit(context["work"], client, event["user"], event["channel"], event["thread_ts"])
        with self.context.db.begin() as session:
            case = cases.by_card(session, f"{visit.channel}:{visit.thread}")
            spoken, kept = (read(part, _names(session)) for part in divide(event.get("text") or ""))
        files = " ".join(f"[file: {file.get('name') or 'without a name'}]" for file in event.get("files") or [])
        kept = f"{kept} {files}".strip()
        if case is None or not (spoken or kept):
            visit.work.outcome = "no_case" if case is None else "empty"
            return
        outcome = "replied" if spoken else "noted"
        if carry_out(self.context, visit, case.id, outcome, lambda session, act: _keep(session, act, spoken, kept)):
            _react(visit, event["ts"], SENT_ON if spoken else PRIVATE)
            if spoken and kept:
                visit.whisper(NO_FILES if kept == files else PARTLY)

    def unknown(self, ack: Ack, context: BoltContext) -> None:
        """Whatever else is pressed or submitted: without a listener, bolt would answer that it is unknown."""
        ack()
        context["work"].outcome = "ignored"

    def other_event(self, context: BoltContext) -> None:
        context["work"].outcome = "ignored"


def _keep(session: Session, act: Act, spoken: str, kept: str) -> None:
    if spoken:
        acts.reply(session, act, spoken)
    if kept:
        acts.note(session, replace(act, dedupe=f"{act.dedupe}:note"), kept)


def _check_may_reply(session: Session, case: HandOff, user: str) -> None:
    """Says before anybody has typed a reply what `acts.reply` would say after it."""
    _check_not_resolved(case)
    staff = people.known(session, user)
    if case.assignee is not None and case.assignee is not staff:
        raise Refused(f"{case.assignee.name} has this case.")


def _check_not_resolved(case: HandOff) -> None:
    if case.state is HandOffState.RESOLVED:
        raise Refused("This case is resolved.")


def _open(visit: Visit, body: Body, dialog: modals.View) -> None:
    try:
        visit.client.views_open(trigger_id=body["trigger_id"], view=dialog)
    except Exception as error:  # noqa: BLE001 - too late, refused or lost: in each case the remedy is to press again
        log.warning("a dialog was not opened: %s", type(error).__name__, extra={"item": visit.work.item_id})
        visit.work.outcome = "not_opened"
        visit.whisper(PRESS_AGAIN)
        return
    visit.work.outcome = "opened"


def _react(visit: Visit, ts: str, name: str) -> None:
    try:
        visit.client.reactions_add(channel=visit.channel, timestamp=ts, name=name)
    except Exception as error:  # noqa: BLE001 - a sign only; after a repetition Slack says "already_reacted"
        log.info("no reaction: %s", type(error).__name__, extra={"item": visit.work.item_id})


def _pressed(body: Body, client: WebClient, context: BoltContext) -> Visit:
    return Visit(context["work"], client, body["user"]["id"], body["container"]["channel_id"])


def _submitted(body: Body, origin: Origin, client: WebClient, context: BoltContext) -> Visit:
    return Visit(context["work"], client, body["user"]["id"], origin.channel)


def _case_id(body: Body) -> int:
    return int(body["actions"][0]["value"])


def _origin(body: Body) -> Origin:
    container = body["container"]
    return Origin(_case_id(body), container["channel_id"], container.get("thread_ts") or container["message_ts"])


def _names(session: Session) -> Any:
    def name_of(user: str) -> str:
        colleague = people.known(session, user)
        return colleague.name if colleague else "a colleague"

    return name_of
