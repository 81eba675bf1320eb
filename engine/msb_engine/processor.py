"""Rasa's message processor with its silent failures made loud. It is built on a frozen release; the tests hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from msb_engine.actions import WatchedAction
from msb_engine.responses import StrictResponses


class TurnFailed(Exception):
    """A turn could not be finished, and nothing of it may be stored.

    `error` is the name that the caller is told, `failures` what failed: {"action": ..., "reason": ...}.
    """

    def __init__(self, error: str, failures: list[dict[str, str]]) -> None:
        super().__init__(f"{error}: {failures}")
        self.error = error
        self.failures = failures


class TurnProcessor(MessageProcessor):  # type: ignore[misc]
    """Answers a message in a tracker, or raises."""

    def __init__(self, model: Path, store: TrackerStore, action_endpoint: EndpointConfig) -> None:
        responses = StrictResponses({})
        super().__init__(
            model_path=model,
            tracker_store=store,
            lock_store=InMemoryLockStore(),
            generator=responses,
            action_endpoint=action_endpoint,
            on_circuit_break=_refuse_loop,
        )
        responses.responses = self.domain.responses
        store.domain = self.domain

    async def answer(
        self, message: UserMessage, parsed: dict[str, Any], tracker: DialogueStateTracker, output: OutputChannel
    ) -> None:
        """Runs the actions that the message calls for; they say what they say to `output`.

        Raises:
            TurnFailed: an action failed, or the actions don't come to an end.
        """
        uttered = UserUttered(
            message.text,
            parsed["intent"],
            parsed["entities"],
            parsed,
            input_channel=message.input_channel,
            message_id=message.message_id,
            metadata=message.metadata,
        )
        tracker.update(uttered, self.domain)
        await self.run_action_extract_slots(output, tracker)
        await self._run_prediction_loop(output, tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = WatchedAction(action)
        goes_on = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure is not None:
            raise TurnFailed("action_failed", [{"action": watched.name(), "reason": watched.failure}])
        return bool(goes_on)


def _refuse_loop(tracker: DialogueStateTracker, _output: OutputChannel, _nlg: NaturalLanguageGenerator) -> None:
    """Rasa would send the messages of every round, and never answer this member again."""
    raise TurnFailed("action_loop", [{"action": str(tracker.latest_action_name), "reason": "the actions do not end"}])
