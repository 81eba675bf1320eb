"""What drawing Block Kit needs besides the blocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from console.sandbox.slack.mrkdwn import Names

Json = dict[str, Any]


@dataclass(frozen=True)
class Press:
    """A person pressed a button, or picked `value` in a menu; `address` is where a button leads besides."""

    action_id: str
    value: Any = None
    address: str | None = None


async def _nobody(_: object) -> None:
    """For pictures: what is pressed reaches nobody."""


@dataclass(frozen=True)
class Desk:
    """`people` and `channels` are names by Slack id; `pictures` data addresses by file id.

    `follow` is asked what an address leads to within this Slack: None when it leads elsewhere.
    """

    people: Names
    channels: Names = field(default_factory=dict)
    press: Callable[[Press], Awaitable[None]] = _nobody
    follow: Callable[[str], Callable[[], None] | None] = lambda _address: None
    pictures: Mapping[str, str] = field(default_factory=dict)
    download: Callable[[Json], Awaitable[None]] = _nobody
    touched: Callable[[ui.element], None] = lambda _element: None
    """Is told what was pressed: the answer may draw it anew, which takes the focus away."""
    box: ui.element | None = None
    """What stays while blocks are drawn anew: questions are asked in it."""
    held: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """What Slack holds of a view's fields: by block_id, then action_id."""

    @property
    def names(self) -> Names:
        return {**self.people, **self.channels}

    def value_of(self, block: Json, element: Json) -> Any:
        """What stands in an element: what Slack holds of it, or else what the app put there."""
        held = self.held.get(block.get("block_id", ""), {}).get(element.get("action_id", ""))
        return initial(element) if held is None else _plain(held)


def initial(element: Json) -> Any:
    """What the app put into an element: a value, a list of them, or None."""
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    if element.get("initial_option"):
        return element["initial_option"]["value"]
    return next((value for name, value in element.items() if name.startswith("initial_")), None)


def _plain(held: Json) -> Any:
    value = next((value for name, value in held.items() if name != "type"), None)
    if isinstance(value, list):
        return [one["value"] if isinstance(one, dict) else one for one in value]
    return value["value"] if isinstance(value, dict) else value
