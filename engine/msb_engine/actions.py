"""Custom actions, called so that a failure fails the turn.

Rasa logs a failed action and carries on as if it had run: the member gets half an answer or none, and nobody hears of
it. Here the failure is remembered and raised when Rasa has finished with the action.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import rasa
from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, FollowupAction, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from msb_engine.action_endpoint import ActionFailed
from msb_engine.responses import ResponseFailed


class AnswerRefused(ValueError):
    """The answer of an action is not one that this engine carries out."""


class CheckedRemoteAction(RemoteAction):  # type: ignore[misc]
    """A custom action; its answer is checked, but not each time the schema it is checked against, which takes 25 ms."""

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        """Without the domain and the turns before, which no action of ours reads: they are most of a call."""
        state = {**tracker.current_state(EventVerbosity.NONE), "events": [event.as_dict() for event in _turn(tracker)]}
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": state,
            "version": rasa.__version__,
            "domain": {},
        }

    def _validate_action_result(self, result: Any) -> bool:
        error = next(_answer_schema().iter_errors(result), None)
        if error is not None:
            raise AnswerRefused(f"not a result of an action, at {list(error.absolute_path)}")
        return True


class WatchedAction(Action):  # type: ignore[misc]
    """Runs another action and remembers why it failed, because Rasa's processor swallows the exception."""

    def __init__(self, action: Action) -> None:
        is_remote = isinstance(action, RemoteAction)
        self._action = CheckedRemoteAction(action.name(), action.action_endpoint) if is_remote else action
        self.failure: str | None = None

    def name(self) -> str:
        return str(self._action.name())

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        try:
            events: list[Event] = await self._action.run(output_channel, nlg, tracker, domain)
            if isinstance(self._action, RemoteAction):
                _check_events(events, domain)
            return events
        except ActionExecutionRejection:
            # Rasa would go on with another action: the member would get an answer to something they didn't say.
            self.failure = "the action was refused by the action server"
            raise
        except Exception as error:
            self.failure = _reason(error)
            raise

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> ActionExecuted:
        return self._action.event_for_successful_execution(prediction)


def _turn(tracker: DialogueStateTracker) -> list[Event]:
    """The events since the member's message, which is the first."""
    found: list[Event] = []
    for event in reversed(tracker.events):
        found.append(event)
        if isinstance(event, UserUttered):
            break
    return found[::-1]


def _check_events(events: list[Event], domain: Domain) -> None:
    """Slots that decide what comes next are given by the application with each turn, and by nobody else.

    An action that set one would change what its own rule was chosen by, and Rasa would then answer a second time.
    """
    deciding = {slot.name for slot in domain.slots if slot.has_features()}
    for event in events:
        if not isinstance(event, (BotUttered, FollowupAction, SlotSet)):
            raise AnswerRefused(f"actions may not return the event {event.type_name!r}")
        if isinstance(event, SlotSet) and event.key in deciding:
            raise AnswerRefused(f"actions may not set the slot {event.key!r}, which rules depend on")


def _reason(error: BaseException) -> str:
    """The reason as told by an error of ours; of any other error only the type, whose text may quote the member."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (ActionFailed, AnswerRefused, ResponseFailed)):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


@cache
def _answer_schema() -> jsonschema.Draft7Validator:
    schema = RemoteAction.action_response_format_spec()
    return jsonschema.validators.validator_for(schema)(schema)
