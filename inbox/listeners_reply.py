"""What happens when staff answer a member by the dialog, or by the shortcut in the menu of a message."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.errors import NotFound, Refused
from bot.handoff import acts, canned, cases, people, replies
from bot.handoff.act import Act, check_not_anothers
from bot.model import Staff
from inbox import modals, modals_reply
from inbox.context import StaffContext
from inbox.modals import Origin, View
from inbox.modals_reply import CANNED, WAY, Draft
from inbox.text import divide
from inbox.visits import Body, Visit, ask, carry_out, colleague, origin_of, pressed, refuse, submitted
from slackkit.text import clip, read, read_field, with_emoji

log = logging.getLogger(__name__)

SHORTCUT = "send_as_reply"


class ReplyListeners:
    """Methods take what slack-bolt gives by name."""

    def __init__(self, context: StaffContext) -> None:
        self.context = context

    def register(self, app: App) -> None:
        app.action("reply")(self.ask_reply)
        app.action(CANNED)(self.fill_in)
        app.shortcut(SHORTCUT)(self.ask_to_send)
        app.view(modals_reply.REPLY)(self.reply)

    def ask_reply(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        visit, origin = pressed(body, client, context), origin_of(body)
        ask(self.context, visit, body["trigger_id"], lambda session, staff: self._dialog(session, staff, origin))

    def ask_to_send(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """The dialog, filled with what a colleague wrote in the thread: it leaves when somebody says so there."""
        ack()
        message, channel = body["message"], body["channel"]["id"]
        thread = message.get("thread_ts") or message["ts"]
        visit = Visit(context["work"], client, body["user"]["id"], channel, thread)

        def dialog(session: Session, staff: Staff) -> View:
            case = cases.by_card(session, f"{channel}:{thread}")
            if case is None:
                raise Refused("This message is in the thread of no case.")
            if message.get("bot_id") or not message.get("user"):
                raise Refused("Only what a colleague wrote can be sent to the member.")
            draft = Draft(text=_words(session, message))
            if len(draft.text) > modals_reply.REPLY_LIMIT:  # the field would cut it
                raise Refused(
                    f"This has {len(draft.text)} characters, and the dialog takes {modals_reply.REPLY_LIMIT}. "
                    "Write it anew with > at the beginning: that sends all of it."
                )
            return self._dialog(session, staff, Origin(case.id, channel, thread), draft)

        ask(self.context, visit, body["trigger_id"], dialog)

    def fill_in(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        """A canned reply was picked: its words take the place of what stands in the field."""
        ack()
        context["work"].outcome = "filled_in"
        chosen = body["actions"][0].get("selected_option") or {}
        shown, key = body["view"], str(chosen.get("value") or "")
        if not key:
            return
        origin = Origin.load(shown["private_metadata"])
        try:
            with self.context.db.begin() as session:
                staff, case = colleague(session, body["user"]["id"]), cases.get(session, origin.case_id)
                offered = canned.replies_for(self.context.programme, case, staff)
                picked = next((one for one in offered if one.key == key), None)
                if picked is None:
                    return
                draft = Draft(picked.text, picked.key, modals.picked(shown, WAY))
                view = self._dialog(session, staff, origin, draft)
        except (Refused, NotFound) as problem:  # somebody else has the case by now, or no way is open any more
            refuse(submitted(body, origin, client, context), problem)
            return
        try:
            client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except Exception as error:  # noqa: BLE001 - closed or changed meanwhile: whoever has the dialog sees that
            log.info("a dialog was not filled in: %s", type(error).__name__)

    def reply(self, ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
        ack()
        view = body["view"]
        origin, text = Origin.load(view["private_metadata"]), read_field(modals.entered_text(view))
        way = modals.picked(view, WAY)

        def send(session: Session, act: Act) -> None:
            case = cases.get(session, act.case_id)
            check_not_anothers(case, act.staff)
            to = replies.way_to(session, self.context.reach, case, act.now, way, text=text)
            acts.reply(session, act, text, to=to)

        visit = submitted(body, origin, client, context)
        carry_out(self.context, visit, origin.case_id, "replied", send, words=text)

    def _dialog(self, session: Session, staff: Staff, origin: Origin, draft: Draft | None = None) -> View:
        """Raises: Refused: there is nobody to answer, or no way to."""
        case = cases.get(session, origin.case_id)
        check_not_anothers(case, staff)
        ways = replies.ways(session, self.context.reach, case, self.context.clock.now())
        replies.check_any(case, ways)
        who = case.member.name if case.member else case.address
        return modals_reply.reply(
            origin, clip(who, 100), ways, canned.replies_for(self.context.programme, case, staff), draft
        )


def _words(session: Session, message: dict[str, Any]) -> str:
    """What a colleague wrote, without the marks by which it may have been meant for the member already."""

    def name_of(user: str) -> str:
        person = people.known(session, user)
        return person.name if person is not None else "somebody"

    spoken, kept = divide(with_emoji(message))
    return read(spoken or kept, name_of)
