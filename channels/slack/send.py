"""Sending direct messages: the conversation is opened if need be, then one post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.errors import Refused
from bot.model import OutboxMessage
from bot.ports import Capabilities, NoTrace, SendResult, Sent
from channels.slack import people, render
from channels.slack.client import MEMBERS, make_client
from channels.slack.parse import CHANNEL
from slackkit.faults import classify
from slackkit.history import Place, find

EVENT_TYPE = "member_success_message"


@dataclass(frozen=True)
class Post:
    """A rendered message to the Slack user `user`; `channel` is the conversation with them, if it is known."""

    outbox_id: int
    occasion: str
    user: str
    channel: str | None
    text: str
    blocks: list[render.Block]
    at: datetime


class SlackMembers:
    """The channel to members in Slack. A posted message is known as ``<channel>:<ts>``."""

    name = CHANNEL
    capabilities = Capabilities(max_characters=render.MOST_CHARACTERS, modality="chat", buttons=True)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.per_second = settings.slack_member_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Post:
        """Renders text and choices.

        Raises:
            Refused: there is nothing to say, or the address is none of Slack's.
        """
        _, _, user = message.address.partition(":")
        if not user:
            raise Refused("The address is not that of a Slack user.")
        blocks = render.blocks(message.id, message.body)
        if not blocks:
            raise Refused("The message is empty.")
        channel, text = _known(session, message.address), render.fallback(message.body)
        return Post(message.id, message.dedupe, user, channel, text, blocks, now)

    def send(self, payload: Post) -> SendResult:
        client = make_client(self.settings)
        try:
            channel = payload.channel or _open(client, payload.user)
        except Exception as error:  # noqa: BLE001 - urllib and the library raise many kinds; each is classified
            return classify(error, MEMBERS, repeatable=True)
        try:
            return _post(client, channel, payload)
        except Exception as error:  # noqa: BLE001 - as above
            return classify(error, MEMBERS)

    def reconcile(self, payload: Post, since: datetime) -> Sent | NoTrace | None:
        """Looks for the message by its metadata."""
        client = make_client(self.settings)
        try:
            channel = payload.channel or _open(client, payload.user)
            return find(client, Place(channel, None, min(since, payload.at)), _metadata(payload))
        except Exception as error:  # noqa: BLE001 - not knowing is an answer here, however it came about
            classify(error, MEMBERS)
            return None

    def by_email(self, email: str) -> str | None:
        """Whose address this is in the workspace; see `channels.slack.people.propose`."""
        return people.propose(self.settings, email)


def make(settings: Settings) -> SlackMembers:
    """The channel for these settings."""
    return SlackMembers(settings)


def _open(client: WebClient, user: str) -> str:
    """The conversation with a user. Opening it again changes nothing."""
    channel = client.conversations_open(users=user)["channel"]["id"]
    if not isinstance(channel, str):
        raise TypeError("Slack opened a conversation without an id")
    return channel


def _post(client: WebClient, channel: str, post: Post) -> Sent:
    answer = client.chat_postMessage(
        channel=channel,
        text=post.text,
        blocks=post.blocks,
        metadata=_metadata(post),
        unfurl_links=False,
        unfurl_media=False,
    )
    ts = answer.get("ts")
    if not isinstance(ts, str):
        raise TypeError("Slack answered without a ts")
    return Sent(f"{channel}:{ts}")


def _metadata(post: Post) -> dict[str, Any]:
    """By which a message of ours is found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"outbox": post.outbox_id, "occasion": post.occasion}}


def _known(session: Session, address: str) -> str | None:
    """The conversation in which our last message to this member is."""
    last = (
        sa.select(OutboxMessage.provider_id)
        .where(OutboxMessage.channel == CHANNEL, OutboxMessage.address == address)
        .where(OutboxMessage.provider_id.is_not(None))
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    provider_id = session.scalars(last).first()
    return provider_id.partition(":")[0] if provider_id else None
