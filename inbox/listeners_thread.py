"""What happens when staff write in a case's thread, and when they change or delete what they wrote."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from slack_bolt import App, BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.handoff import acts, cases, edits, people, replies
from bot.handoff.act import Act, check_not_anothers
from bot.model import HandOff
from inbox.context import StaffContext
from inbox.parse import name_of_message
from inbox.text import divide
from inbox.visits import Body, Visit, carry_out
from slackkit.text import read, with_emoji

log = logging.getLogger(__name__)

PRIVATE, SENT_ON, NOT_SENT = "lock", "speech_balloon", "no_entry_sign"
PARTLY = "Only the lines that begin with > were sent to the member. The others stayed a private note."
NO_FILES = "Files can't be sent to the member; the words were."


class ThreadListeners:
    """Methods take what slack-bolt gives by name."""

    def __init__(self, context: StaffContext) -> None:
        self.context = context

    def register(self, app: App) -> None:
        app.event("message")(self.happened)

    def happened(self, body: Body, client: WebClient, context: BoltContext) -> None:
        match body["event"].get("subtype"):
            case "message_changed":
                self.edited(body, client, context)
            case "message_deleted":
                self.deleted(body, client, context)
            case _:
                self.written(body, client, context)

    def written(self, body: Body, client: WebClient, context: BoltContext) -> None:
        """What is quoted goes to the member, everything else is a private note."""
        event = body["event"]
        visit = Visit(context["work"], client, event["user"], event["channel"], event["thread_ts"])
        case_id, spoken, kept = self._read(visit, event)
        files = _files(event)
        kept = f"{kept} {files}".strip()
        if case_id is None or not (spoken or kept):
            visit.work.outcome = "no_case" if case_id is None else "empty"
            return
        outcome = "replied" if spoken else "noted"

        def keep(session: Session, act: Act) -> None:
            if spoken:
                self._send(session, act, spoken)
            if kept:
                acts.note(session, replace(act, dedupe=edits.note_name(act.dedupe)), kept)

        if carry_out(self.context, visit, case_id, outcome, keep):
            _react(visit, event["ts"], SENT_ON if spoken else PRIVATE)
            if spoken and kept:
                visit.whisper(NO_FILES if kept == files else PARTLY)
        else:
            _react(visit, event["ts"], NOT_SENT)

    def edited(self, body: Body, client: WebClient, context: BoltContext) -> None:
        event, message = body["event"], body["event"]["message"]
        visit = Visit(context["work"], client, message["user"], event["channel"], message["thread_ts"])
        case_id, spoken, kept = self._read(visit, message)
        kept = f"{kept} {_files(message)}".strip()
        written = name_of_message(event["channel"], message["ts"])
        self._explain(visit, case_id, "edited", lambda s, act: edits.edited(s, act, written, spoken, kept))

    def deleted(self, body: Body, client: WebClient, context: BoltContext) -> None:
        event, before = body["event"], body["event"]["previous_message"]
        visit = Visit(context["work"], client, before["user"], event["channel"], before["thread_ts"])
        written = name_of_message(event["channel"], event["deleted_ts"])
        case_id, _spoken, _kept = self._read(visit, before)
        self._explain(visit, case_id, "deleted", lambda s, act: edits.deleted(s, act, written))

    def _explain(
        self, visit: Visit, case_id: int | None, outcome: str, change: Callable[[Session, Act], str | None]
    ) -> None:
        told: list[str] = []

        def keep(session: Session, act: Act) -> None:
            said = change(session, act)
            told.extend([said] if said else [])

        if case_id is None:
            visit.work.outcome = "no_case"
        elif carry_out(self.context, visit, case_id, outcome, keep):
            for said in told:
                visit.whisper(said)

    def _read(self, visit: Visit, message: Body) -> tuple[int | None, str, str]:
        """The case of the thread, and what of the message is for the member and what is private."""
        with self.context.db.begin() as session:
            case = cases.by_card(session, f"{visit.channel}:{visit.thread}")

            def name_of(user: str) -> str:
                person = people.known(session, user)
                return person.name if person is not None else "somebody"

            spoken, kept = (read(part, name_of) for part in divide(with_emoji(message)))
            return case.id if case is not None else None, spoken, kept

    def _send(self, session: Session, act: Act, spoken: str) -> HandOff:
        case = cases.get(session, act.case_id)
        check_not_anothers(case, act.staff)
        to = replies.way_to(session, self.context.reach, case, act.now, text=spoken)
        return acts.reply(session, act, spoken, to=to, quoted=True)


def _files(message: Body) -> str:
    """The files of a message by name: they stay in Slack, and the note tells of them."""
    return " ".join(f"[file: {file.get('name') or 'without a name'}]" for file in message.get("files") or [])


def _react(visit: Visit, ts: str, name: str) -> None:
    try:
        visit.client.reactions_add(channel=visit.channel, timestamp=ts, name=name)
    except Exception as error:  # noqa: BLE001 - a sign only; after a repetition Slack says "already_reacted"
        log.info("no reaction: %s", type(error).__name__, extra={"item": visit.work.item_id})
