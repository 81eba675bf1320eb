"""Where in Slack the cards of cases are."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from bot.handoff.desk import CHANNEL
from bot.model import OutboxMessage
from slackkit.faults import code_of, name_of

log = logging.getLogger(__name__)

MOST_KEPT = 5000
GONE = ("message_not_found", "channel_not_found")
Place = tuple[str, str]
"""A channel, and the ``ts`` of a message in it."""


def places(session: Session, case_ids: Collection[int]) -> dict[int, Place]:
    """The first card that was posted of each case, which shows it."""
    posted = (
        sa.select(OutboxMessage.hand_off_id, OutboxMessage.provider_id)
        .where(OutboxMessage.hand_off_id.in_(case_ids), OutboxMessage.channel == CHANNEL)
        .where(OutboxMessage.body["kind"].as_string() == "card", OutboxMessage.provider_id.is_not(None))
        .order_by(OutboxMessage.id.desc())
    )
    return {case_id: _place(name) for case_id, name in session.execute(posted) if case_id is not None and name}


def _place(provider_id: str) -> Place:
    channel, _, ts = provider_id.partition("#")[0].partition(":")
    return channel, ts


class Links:
    """Slack is asked for each link once; a message keeps its link."""

    def __init__(self) -> None:
        self._known: dict[Place, str] = {}

    def of(self, client: WebClient, found: Mapping[int, Place]) -> dict[int, str]:
        """Links to messages, by whatever names them. What Slack doesn't tell now is left out."""
        for place in dict.fromkeys(found.values()):
            if place not in self._known and not self._ask(client, place):
                break
        return {name: self._known[place] for name, place in found.items() if place in self._known}

    def _ask(self, client: WebClient, place: Place) -> bool:
        """False when it is of no use to ask for more."""
        channel, ts = place
        try:
            answer = client.chat_getPermalink(channel=channel, message_ts=ts)
        except Exception as error:  # noqa: BLE001 - a list without links is better than none
            log.warning("no link to a card: %s", name_of(error))
            return isinstance(error, SlackApiError) and code_of(error) in GONE
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[place] = str(answer["permalink"])
        return True
