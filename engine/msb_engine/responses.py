"""Words the responses of `domain.yml`, and refuses to send one that is missing or not filled in.

Rasa sends nothing when a response is missing, and sends "{first_name}" when a value is.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

_PLACEHOLDER = re.compile(r"(?<!\{)\{([^\n{}]+?)\}(?!\})")


class ResponseFailed(LookupError):
    """A response can't be worded."""


class StrictResponses(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa's own wording of responses, without its silence about mistakes."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """The response filled in with the slots and `kwargs`.

        Raises:
            ResponseFailed: the domain has no such response for the channel, or a value that it needs was not given.
        """
        response = await super().generate(utter_action, tracker, output_channel, **kwargs)
        if response is None:
            raise ResponseFailed(f"there is no response {utter_action} for the channel {output_channel}")
        return dict(response)

    def _fill_response(
        self, response: dict[str, Any], filled_slots: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        known = {**(filled_slots or {}), **kwargs}
        missing = sorted(name for name in _placeholders(response) if known.get(name) is None)
        if missing:
            raise ResponseFailed(f"a response needs values that were not given: {', '.join(missing)}")
        return dict(super()._fill_response(response, filled_slots, **kwargs))


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
