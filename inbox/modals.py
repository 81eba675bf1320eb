"""What all dialogs share, those for who a stranger is and for the end of a case, and what staff entered. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from slackkit.text import plain

View = dict[str, Any]
Block = dict[str, Any]

RESOLVE, MATCH = "resolve", "match"
OUTCOME_LIMIT = 1000
NUMBER_LIMIT = 100
DONE = "done"


@dataclass(frozen=True)
class Origin:
    """The case of a dialog, and the thread in which staff hear what became of it.

    `holder` is the number of the colleague who had claimed the case when the dialog was opened; 0 when nobody had.
    """

    case_id: int
    channel: str
    thread: str
    holder: int = 0

    def dump(self) -> str:
        return json.dumps({"case": self.case_id, "channel": self.channel, "thread": self.thread, "holder": self.holder})

    @classmethod
    def load(cls, metadata: str) -> Origin:
        """Raises: KeyError, TypeError, ValueError: it isn't ours."""
        content = json.loads(metadata)
        holder = int(content.get("holder") or 0)
        return cls(int(content["case"]), str(content["channel"]), str(content["thread"]), holder)


def resolve(origin: Origin, *, step: str | None, who: str | None = None, first_day: date | None = None) -> View:
    """Asks how it ended and, when the member has a step in hand, whether that is done and when to ask about it next.

    `who` is the member's name when the bot will tell them that it is back; `first_day` is the first day that may be
    picked, in the member's own calendar.
    """
    text = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": OUTCOME_LIMIT}
    blocks = [ask("text", "What came of it? Members don't see this.", text, optional=True)]
    if step is not None:
        option = {"text": plain(f"Done: {step}", 75), "value": DONE}
        boxes = {"type": "checkboxes", "action_id": "step", "options": [option]}
        hint = "If it isn't done, the assistant asks about it again; if it is, it goes on with the next step."
        blocks.append(ask("step", "The step in hand", boxes, optional=True, hint=hint))
        picker: Block = {"type": "datepicker", "action_id": "day"}
        if first_day is not None:
            picker["placeholder"] = plain(f"From {first_day:%d %b %Y}", 150)
        hint = "The assistant asks on that day and not before. Left out: in a few days."
        blocks.append(ask("day", "Next date", picker, optional=True, hint=hint))
    if who is not None:
        blocks.append(remark(f"{who} will be told that the assistant is back."))
    return view(RESOLVE, "Resolve", "Resolve", origin, blocks)


def match(origin: Origin, who: str) -> View:
    """Asks for the member number of the stranger."""
    text = {"type": "plain_text_input", "action_id": "text", "max_length": NUMBER_LIMIT}
    hint = "What they wrote, and what they write from now on, is this member's. It can be undone."
    return view(MATCH, "Match to member", "Match", origin, [ask("text", f"Member number of {who}", text, hint=hint)])


def entered_text(view: View) -> str:
    """What stands in the text field, whose block has another name after a canned reply was picked."""
    values: dict[str, Any] = view.get("state", {}).get("values", {})
    block = next((name for name in values if name.partition(":")[0] == "text"), "text")
    return str(entered(view, block, "text").get("value") or "").strip()


def picked(view: View, name: str) -> str | None:
    """The value of the chosen option of a menu; its block and its action have the same name."""
    option = entered(view, name, name).get("selected_option") or {}
    return str(option["value"]) if option.get("value") else None


def picked_day(view: View, name: str) -> date | None:
    day = entered(view, name, name).get("selected_date")
    return date.fromisoformat(str(day)) if day else None


def step_is_done(view: View) -> bool:
    chosen = entered(view, "step", "step").get("selected_options") or []
    return any(option.get("value") == DONE for option in chosen)


def entered(view: View, block: str, action: str) -> dict[str, Any]:
    """The state of one field; empty when the dialog has none of that name."""
    state: dict[str, Any] = view.get("state", {}).get("values", {}).get(block, {}).get(action, {})
    return state


def ask(block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """A field with its label."""
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 200), "element": element}
    if optional:
        block["optional"] = True
    return {**block, "hint": plain(hint, 200)} if hint else block


def remark(text: str) -> Block:
    """Small plain letters."""
    return {"type": "context", "elements": [plain(text, 1000)]}


def option(text: str, value: str) -> Block:
    """One choice of a menu."""
    return {"text": plain(text, 75), "value": value}


def menu(name: str, options: list[Block], chosen: str | None = None, kind: str = "static_select") -> Block:
    """A menu, or radio buttons; `chosen` is the value that it starts with."""
    element: Block = {"type": kind, "action_id": name, "options": options}
    initial = next((one for one in options if one["value"] == chosen), None)
    return {**element, "initial_option": initial} if initial is not None else element


def view(callback: str, title: str, submit: str, origin: Origin, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": origin.dump(),
        "blocks": blocks,
    }
