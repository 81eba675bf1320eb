"""The channel to staff: a case's card, kept up to date, and its thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.errors import Refused
from bot.handoff import digests, replies, view
from bot.handoff.desk import CHANNEL, ERASED
from bot.handoff.digests import Digest
from bot.handoff.routing import channel_of
from bot.model import HandOff, OutboxMessage, Team
from bot.ports import Capabilities, NoTrace, RetryLater, SendResult, Sent
from bot.programme.models import Programme
from inbox import cards, digest, findings, thread, uploads
from inbox.cards import Block
from inbox.client import make_client
from inbox.faults import classify
from inbox.uploads import Picture
from slackkit.history import Place, find

EVENT_TYPE = "member_success_outbox"
FORGOTTEN = "This was about somebody who asked to be forgotten. It has been erased."
Draw = Callable[[Digest], bytes]


@dataclass(frozen=True)
class Post:
    """A rendered message: a new one, in `thread` if that is set, or a new edition of the card `ts`."""

    outbox_id: int
    occasion: str
    channel: str
    thread: str | None
    ts: str | None
    text: str
    blocks: list[Block]
    at: datetime
    digest: Digest | None = None
    """Is shown as a chart, which `text` introduces and for which `blocks` stand when it can't be shown."""


class StaffDesk:
    """Posts to the staff channel through Slack's Web API; `draw` makes the picture of a team's week.

    A posted message is known as ``<channel>:<ts>``, a new edition of it as ``<channel>:<ts>#<outbox row>``, a picture
    as ``<channel>:<id of the file>``.
    """

    name = CHANNEL
    capabilities = Capabilities(max_characters=3000, buttons=True, patient=True)

    def __init__(self, settings: Settings, programme: Programme, draw: Draw | None = None) -> None:
        self.settings, self.programme, self.draw = settings, programme, draw
        self.per_second = settings.slack_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Post:
        """Renders the card as the case is now, or a message for its thread.

        Raises:
            Refused: the case is gone, or nobody knows how to show this.
        """
        if message.body.get("kind") == "audit":
            text, blocks = findings.post(message.body)
            return Post(message.id, message.dedupe, self.settings.slack_channel, None, None, text, blocks, now)
        if message.body.get("kind") == digests.KIND:
            return self._digest(message, now)
        if message.body.get("kind") == ERASED:
            return _written_over(message, now)
        case = session.get(HandOff, message.hand_off_id) if message.hand_off_id is not None else None
        if case is None:
            raise Refused("The message belongs to no case.")
        channel, root = _card(session, case.id) or (self._channel(case), None)
        if message.body.get("kind") == "card":
            seen = view.view(session, case, self.programme, now)
            text, blocks = cards.headline(seen), cards.card(seen)
            return Post(message.id, message.dedupe, channel, None, root, text, blocks, now)
        if message.body.get("kind") == "reply":
            text, blocks = thread.reply(replies.view_of(session, int(message.body["reply"])))
            return Post(message.id, message.dedupe, channel, root, _shown_reply(session, message), text, blocks, now)
        text, blocks = thread.post(message.body, case.member.zone if case.member else None)
        if root is None:  # the card's delivery has no known outcome: better outside of the thread than nowhere
            blocks = [*blocks, {"type": "context", "elements": [{"type": "plain_text", "text": f"Case {case.id}"}]}]
        return Post(message.id, message.dedupe, channel, root, None, text, blocks, now)

    def _channel(self, case: HandOff) -> str:
        """Where the cards of the case's team appear."""
        return channel_of(self.programme.inbox, case.team, self.settings.slack_channel)

    def _digest(self, message: OutboxMessage, now: datetime) -> Post:
        week = Digest.load(message.body)
        channel = channel_of(self.programme.inbox, Team(week.team), self.settings.slack_channel)
        text, blocks = digest.text(week), digest.blocks(week)
        return Post(message.id, message.dedupe, channel, None, None, text, blocks, now, digest=week)

    def send(self, payload: Post) -> SendResult:
        client = make_client(self.settings)
        try:
            if payload.digest is not None and self.draw is not None:
                week, seconds = payload.digest, self.settings.send_timeout_seconds
                shown = uploads.share(client, payload.channel, payload.text, _picture(week, self.draw), seconds)
                if shown is not None:
                    return shown
            return _update(client, payload) if payload.ts else _post(client, payload)
        except Exception as error:  # noqa: BLE001 - urllib and the library raise many kinds; each is classified
            return classify(error, repeatable=payload.ts is not None)

    def reconcile(self, payload: Post, since: datetime) -> Sent | NoTrace | RetryLater | None:
        """Looks for the message by its metadata. A new edition of a card isn't looked for: it may be shown again."""
        if payload.ts:
            return NoTrace()
        place = Place(payload.channel, payload.thread, min(since, payload.at))
        try:
            shared = digest.file_name(payload.digest) if payload.digest is not None else None
            return find(make_client(self.settings), place, _metadata(payload), file=shared)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer here, however it came about
            problem = classify(error, repeatable=True)
            return problem if isinstance(problem, RetryLater) else None


def make(settings: Settings, programme: Programme, draw: Draw | None = None) -> StaffDesk:
    """The channel for these settings and this programme; without `draw` there are no pictures."""
    return StaffDesk(settings, programme, draw)


def _written_over(message: OutboxMessage, now: datetime) -> Post:
    channel, _, ts = str(message.body["post"]).partition(":")
    said: list[Block] = [{"type": "context", "elements": [{"type": "plain_text", "text": FORGOTTEN}]}]
    return Post(message.id, message.dedupe, channel, None, ts, FORGOTTEN, said, now)


def _picture(week: Digest, draw: Draw) -> Picture:
    return Picture(digest.file_name(week), digest.title(week), digest.alt_text(week), draw(week))


def _post(client: WebClient, post: Post) -> Sent:
    answer = client.chat_postMessage(
        channel=post.channel,
        thread_ts=post.thread,
        text=post.text,
        blocks=post.blocks,
        metadata=_metadata(post),
        unfurl_links=False,
        unfurl_media=False,
    )
    ts = answer.get("ts")
    if not isinstance(ts, str):
        raise TypeError("Slack answered without a ts")
    return Sent(f"{post.channel}:{ts}")


def _update(client: WebClient, post: Post) -> Sent:
    client.chat_update(channel=post.channel, ts=post.ts or "", text=post.text, blocks=post.blocks)
    return Sent(f"{post.channel}:{post.ts}#{post.outbox_id}")


def _metadata(post: Post) -> dict[str, Any]:
    """By which a message of ours is found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"outbox": post.outbox_id, "occasion": post.occasion}}


def _card(session: Session, case_id: int) -> tuple[str, str] | None:
    """Channel and ``ts`` of the message that shows the case: the first card that was posted."""
    return _posted(session, case_id, OutboxMessage.body["kind"].as_string() == "card")


def _shown_reply(session: Session, message: OutboxMessage) -> str | None:
    """The ``ts`` of the post that shows this reply of staff, which is brought up to date."""
    same = OutboxMessage.body["reply"].as_integer() == int(message.body["reply"])
    found = _posted(session, message.hand_off_id, OutboxMessage.body["kind"].as_string() == "reply", same)
    return found[1] if found else None


def _posted(session: Session, case_id: int | None, *which: sa.ColumnElement[bool]) -> tuple[str, str] | None:
    posted = (
        sa.select(OutboxMessage.provider_id)
        .where(OutboxMessage.hand_off_id == case_id, OutboxMessage.channel == CHANNEL, *which)
        .where(OutboxMessage.provider_id.is_not(None))
        .order_by(OutboxMessage.id)
        .limit(1)
    )
    provider_id = session.scalars(posted).first()
    if provider_id is None:
        return None
    channel, _, ts = provider_id.partition("#")[0].partition(":")
    return channel, ts
