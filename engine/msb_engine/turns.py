"""Runs a turn: one message of one member, answered and stored, or refused and not stored at all."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.channels.channel import UserMessage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ConversationResumed, SlotSet, UserUttered
from rasa.shared.core.slots import CategoricalSlot, Slot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from msb_engine.output import CollectedOutput
from msb_engine.processor import TurnProcessor
from msb_engine.tracker_store import Reply, WindowTrackerStore
from msb_engine.turn_request import TurnRefused, TurnRequest

RANKED = 5


class TurnRunner:
    """Turns of one conversation run one after the other, those of different ones side by side."""

    def __init__(self, processor: TurnProcessor, store: WindowTrackerStore) -> None:
        self._processor = processor
        self._store = store
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._slots: dict[str, Slot] = {slot.name: slot for slot in processor.domain.slots}

    @property
    def model(self) -> str:
        """The fingerprint of the model that answers."""
        return str(self._processor.model_filename).removesuffix(".tar.gz")

    async def run(self, turn: TurnRequest) -> Reply:
        """The reply to the turn; to one that has been answered before, the reply of then, marked as a duplicate.

        Raises:
            TurnRefused: the turn names what the assistant doesn't know.
            TurnFailed: an action failed; nothing is stored, so that the turn can be tried again.
            sqlalchemy.exc.SQLAlchemyError: the store doesn't answer; nothing is stored.
        """
        self._check(turn)
        async with self._locks.setdefault(turn.conversation_id, asyncio.Lock()):
            conversation = await self._store.load(turn.conversation_id)
            earlier = conversation.reply_to(turn.message_id)
            if earlier is not None:
                return {**earlier, "duplicate": True}
            reply = await self._answer(turn, conversation.tracker)
            await self._store.save_turn(conversation, turn.message_id, reply)
            return reply

    async def _answer(self, turn: TurnRequest, tracker: DialogueStateTracker) -> Reply:
        _repair(tracker)
        self._give_slots(turn, tracker)
        output = CollectedOutput(turn.channel)
        text = turn.plain_text if turn.kind == "text" else (turn.text or f"EXTERNAL: {turn.intent}")
        message = UserMessage(
            text, output, turn.conversation_id, None, turn.channel, turn.message_id, metadata=turn.metadata
        )
        parsed = await self._understand(turn, message, tracker)
        await self._processor.answer(message, parsed, tracker, output)
        return {
            "ok": True,
            "duplicate": False,
            "messages": output.messages,
            "intent": {key: parsed["intent"].get(key) for key in ("name", "confidence")},
            "intent_ranking": parsed.get("intent_ranking", [])[:RANKED],
            "entities": [_told(entity) for entity in parsed["entities"]],
            "latest_action": _latest_action(tracker),
            "n_events": len(tracker.events),
            "failures": [],
        }

    async def _understand(
        self, turn: TurnRequest, message: UserMessage, tracker: DialogueStateTracker
    ) -> dict[str, Any]:
        if turn.kind == "intent":
            entities = [{"entity": name, "value": value} for name, value in turn.entities.items()]
            return _parsed(message.text, str(turn.intent), entities)
        if not message.text:
            return _parsed("", DEFAULT_NLU_FALLBACK_INTENT_NAME, [])
        return dict(await self._processor.parse_message(message, tracker))

    def _give_slots(self, turn: TurnRequest, tracker: DialogueStateTracker) -> None:
        for name, value in turn.slots.items():
            if tracker.get_slot(name) != value:
                tracker.update(SlotSet(name, value), self._processor.domain)

    def _check(self, turn: TurnRequest) -> None:
        domain = self._processor.domain
        if turn.kind == "intent" and turn.intent not in domain.intents:
            raise TurnRefused("the assistant has no such intent", "unknown_intent")
        unknown = turn.entities.keys() - set(domain.entities)
        if unknown:
            raise TurnRefused(f"unknown entities: {', '.join(sorted(unknown))}")
        for name, value in turn.slots.items():
            if name not in self._slots:
                raise TurnRefused(f"unknown slots: {', '.join(sorted(turn.slots.keys() - self._slots.keys()))}")
            if not _fits(self._slots[name], value):
                raise TurnRefused(f"the slot {name} can't have this value")


def _fits(slot: Slot, value: Any) -> bool:
    if isinstance(slot, CategoricalSlot):
        return isinstance(value, str) and value in slot.values
    if isinstance(slot, TextSlot):
        return value is None or isinstance(value, str)
    return True


def _repair(tracker: DialogueStateTracker) -> None:
    """A turn that was cut off or a pause would leave the member without an answer for ever; neither can be now."""
    if tracker.latest_action_name not in (ACTION_LISTEN_NAME, None):
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
    if tracker.is_paused():
        tracker.update(ConversationResumed())


def _parsed(text: str, intent: str, entities: list[dict[str, Any]]) -> dict[str, Any]:
    certain = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": certain, "intent_ranking": [certain], "entities": entities}


def _told(entity: dict[str, Any]) -> dict[str, Any]:
    return {key: entity[key] for key in ("entity", "value", "text", "start", "end") if key in entity}


def _latest_action(tracker: DialogueStateTracker) -> str | None:
    """The last action of the turn that did something: listening for the next message ends every turn."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return None
        if isinstance(event, ActionExecuted) and event.action_name != ACTION_LISTEN_NAME:
            return str(event.action_name)
    return None
