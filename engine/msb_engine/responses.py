"""Words the responses of `domain.yml`, and refuses to send one that is missing or not filled in.

Rasa sends nothing when a response is missing, and sends "{first_name}" when a value is. It also picks a variation
blindly, so that people read the same sentence twice in a row.
"""

from __future__ import annotations

import copy
import re
import zlib
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

_PLACEHOLDER = re.compile(r"(?<!\{)\{([^\n{}]+?)\}(?!\})")
VARIATION = "variation"
"""Under this name the number of the variation is kept with what was said."""


class ResponseFailed(LookupError):
    """A response can't be worded."""


class StrictResponses(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa's own wording of responses, without its silence about mistakes."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """The response filled in with the slots and `kwargs`: its variations take turns in a conversation.

        Raises:
            ResponseFailed: the domain has no such response for the channel, or a value that it needs was not given.
        """
        slots = tracker.current_slot_values()
        fitting = self._fitting(utter_action, output_channel, slots)
        if not fitting:
            raise ResponseFailed(f"there is no response {utter_action} for the channel {output_channel}")
        number = _turn_of(utter_action, tracker, len(fitting))
        return {**self._fill_response(copy.deepcopy(fitting[number]), slots, **kwargs), VARIATION: number}

    def _fitting(self, utter_action: str, output_channel: str, slots: dict[str, Any]) -> list[dict[str, Any]]:
        if utter_action not in self.responses:
            return []
        found = ResponseVariationFilter(self.responses).responses_for_utter_action(utter_action, output_channel, slots)
        return list(found)

    def _fill_response(
        self, response: dict[str, Any], filled_slots: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        known = {**(filled_slots or {}), **kwargs}
        missing = sorted(name for name in _placeholders(response) if known.get(name) is None)
        if missing:
            raise ResponseFailed(f"a response needs values that were not given: {', '.join(missing)}")
        return dict(super()._fill_response(response, filled_slots, **kwargs))


def _turn_of(utter_action: str, tracker: DialogueStateTracker, count: int) -> int:
    """The variation after the one that was said last; where it begins differs from member to member."""
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered) and event.metadata.get("utter_action") == utter_action:
            return (int(event.metadata.get(VARIATION) or 0) + 1) % count
    return zlib.crc32(tracker.sender_id.encode()) % count


def _placeholders(value: Any) -> set[str]:
    """The names in braces in every text of a response: its own, those of its buttons, and so on."""
    if isinstance(value, str):
        return set(_PLACEHOLDER.findall(value))
    if isinstance(value, dict):
        # Conditions choose a response and are not part of what is said.
        parts = [part for key, part in value.items() if key not in ("condition", "metadata", "id", "channel")]
        return set().union(*map(_placeholders, parts))
    if isinstance(value, list):
        return set().union(*map(_placeholders, value))
    return set()
