"""The dialogs for a reply, for who a stranger is and for the end of a case, and what staff entered in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from slackkit.text import plain

View = dict[str, Any]

REPLY, RESOLVE, MATCH = "reply", "resolve", "match"
REPLY_LIMIT = 1500
OUTCOME_LIMIT = 1000
NUMBER_LIMIT = 100
DONE = "done"


@dataclass(frozen=True)
class Origin:
    """The case of a dialog, and the thread in which staff hear what became of it."""

    case_id: int
    channel: str
    thread: str

    def dump(self) -> str:
        return json.dumps({"case": self.case_id, "channel": self.channel, "thread": self.thread})

    @classmethod
    def load(cls, metadata: str) -> Origin:
        """Raises: KeyError, TypeError, ValueError: it isn't ours."""
        content = json.loads(metadata)
        return cls(int(content["case"]), str(content["channel"]), str(content["thread"]))


def reply(origin: Origin, who: str) -> View:
    """Asks for the words to the member."""
    text = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": REPLY_LIMIT}
    block = {"type": "input", "block_id": "text", "label": plain(f"To {who}", 200), "element": text}
    return _view(REPLY, "Reply", "Send", origin, [block])


def resolve(origin: Origin, *, has_step: bool) -> View:
    """Asks how it ended and, when the member has a step in hand, whether that is done."""
    text = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": OUTCOME_LIMIT}
    label = plain("What came of it? Members don't see this.", 200)
    blocks = [{"type": "input", "block_id": "text", "optional": True, "label": label, "element": text}]
    if has_step:
        option = {"text": {"type": "plain_text", "text": "The step is done"}, "value": DONE}
        boxes = {"type": "checkboxes", "action_id": "step", "options": [option]}
        blocks.append(
            {"type": "input", "block_id": "step", "optional": True, "label": plain("Step", 200), "element": boxes}
        )
    return _view(RESOLVE, "Resolve", "Resolve", origin, blocks)


def match(origin: Origin, who: str) -> View:
    """Asks for the member number of the stranger."""
    text = {"type": "plain_text_input", "action_id": "text", "max_length": NUMBER_LIMIT}
    hint = plain("What they wrote, and what they write from now on, is this member's. It can be undone.", 200)
    label = plain(f"Member number of {who}", 200)
    block = {"type": "input", "block_id": "text", "label": label, "element": text, "hint": hint}
    return _view(MATCH, "Match to member", "Match", origin, [block])


def entered_text(view: View) -> str:
    return str(_state(view, "text", "text").get("value") or "").strip()


def step_is_done(view: View) -> bool:
    chosen = _state(view, "step", "step").get("selected_options") or []
    return any(option.get("value") == DONE for option in chosen)


def _state(view: View, block: str, action: str) -> dict[str, Any]:
    state: dict[str, Any] = view.get("state", {}).get("values", {}).get(block, {}).get(action, {})
    return state


def _view(callback: str, title: str, submit: str, origin: Origin, blocks: list[dict[str, Any]]) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": origin.dump(),
        "blocks": blocks,
    }
