"""One class serves every action: they differ only in what `bot/conversation` does for their name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.conversation.perform import ACTIONS, Performer
from bot.conversation.scene import Heard, Say


class MemberAction(Action):
    """Runs one action for the message that the tracker holds, once, whatever happens to the turn."""

    def __init__(self, name: str, performer: Performer) -> None:
        self._name, self._performer = name, performer

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Says what `bot/` decides; the database is the truth, so no events come out of it.

        Raises:
            NotFound: the turn names no message of a member.
            KeyError: the turn carries no `inbox_id` in its metadata.
        """
        message = tracker.latest_message
        inbox_id = int((message.get("metadata") or {})["inbox_id"])
        # A thread, because the database is synchronous and the action endpoint serves other turns meanwhile.
        replies = await asyncio.to_thread(self._performer.perform, self._name, inbox_id, heard(message))
        for reply in replies:
            utter(dispatcher, reply)
        return []


def heard(message: dict[str, Any]) -> Heard:
    """What the engine understood, from a tracker's latest message."""
    intent = message.get("intent") or {}
    ranking = [(entry["name"], float(entry["confidence"])) for entry in message.get("intent_ranking") or []]
    return Heard(message.get("text") or "", intent.get("name"), float(intent.get("confidence") or 0.0), ranking)


def utter(dispatcher: CollectingDispatcher, reply: Say) -> None:
    """A response of domain.yml with its values; the choices become buttons, which each channel shows its own way."""
    buttons = [{"title": choice, "payload": choice} for choice in reply.choices]
    dispatcher.utter_message(response=reply.response, buttons=buttons, **reply.values)


def all_actions(performer: Performer) -> Sequence[MemberAction]:
    """Every action that domain.yml names."""
    return [MemberAction(name, performer) for name in ACTIONS]
