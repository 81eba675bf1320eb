"""A colleague at work in the staff's Slack: writing, changing, pressing, filling in dialogs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from console.sandbox.world import Broken, Case, World


@dataclass(frozen=True)
class Colleague:
    """`name` is a first name that Slack knows."""

    world: World
    name: str

    @property
    def user(self) -> str:
        return self.world.user(self.name)

    def says(self, case: Case, text: str) -> str:
        """Writes in the case's thread; returns the message's ``ts``."""
        self.world.tell(f"  ## {self.name} writes in the thread: {text[:200]}")
        sent = self.world.post("slack/say", user=self.user, text=text, thread_ts=case.ts)
        return str(sent["ts"])

    def changes(self, ts: str, text: str) -> None:
        self.world.tell(f"  ## {self.name} changes a message to: {text[:200]}")
        self.world.post("slack/edit", user=self.user, ts=ts, text=text)

    def deletes(self, ts: str) -> None:
        self.world.tell(f"  ## {self.name} deletes a message")
        self.world.post("slack/delete", user=self.user, ts=ts)

    def picks_shortcut(self, ts: str) -> None:
        self.world.tell(f"  ## {self.name} picks “Send as reply”")
        self.world.post("slack/shortcut", user=self.user, ts=ts, callback_id="send_as_reply")

    def presses(self, case: Case, action: str) -> None:
        case.click(self.name, action)

    def dialog(self) -> dict[str, Any]:
        """What the open dialog holds.

        Raises:
            Broken: none is open.
        """
        view: dict[str, Any] | None = self.world.get(f"slack/views/{self.user}")["view"]
        if view is None:
            raise Broken(f"{self.name} sees no dialog")
        return view

    def sees_no_dialog(self) -> None:
        if self.world.get(f"slack/views/{self.user}")["view"] is not None:
            raise Broken(f"{self.name} sees a dialog")

    def picks(self, action: str, value: str) -> None:
        """Picks from a menu of the open dialog that acts at once."""
        self.world.tell(f"  ## {self.name} picks {value}")
        self.world.post("slack/click", user=self.user, view_id=self.dialog()["id"], action_id=action, value=value)

    def submits(self, **values: Any) -> None:
        """Sends the open dialog, after filling in `values`, by the names of the fields."""
        self.world.tell(f"  ## {self.name} sends the dialog: {values}")
        answer = self.world.post("slack/submit", user=self.user, view_id=self.dialog()["id"], values=values)
        if not answer["ok"]:
            raise Broken(f"the dialog was not taken: {answer}")

    def options(self, action: str) -> dict[str, str]:
        """Of a menu of the open dialog: values by what they say."""
        for block in self.dialog()["blocks"]:
            element = block.get("element") or {}
            if element.get("action_id") == action:
                groups = element.get("option_groups") or [element]
                return {one["text"]["text"]: one["value"] for group in groups for one in group["options"]}
        raise Broken(f"the dialog has no menu {action}")

    def choice(self, action: str, pattern: str) -> str:
        """The value of the option that says `pattern`."""
        return next(value for said, value in self.options(action).items() if re.search(pattern, said, re.IGNORECASE))

    def was_told(self, pattern: str) -> None:
        """Something that only they see says so."""
        told = [one["text"] for one in self.world.channel()["ephemeral"] if one["for_user"] == self.user]
        if not any(re.search(pattern, text, re.IGNORECASE) for text in told):
            raise Broken(f"{self.name} was told {told}, nothing like /{pattern}/")

    def was_told_nothing(self) -> None:
        told = [one["text"] for one in self.world.channel()["ephemeral"] if one["for_user"] == self.user]
        if told:
            raise Broken(f"{self.name} was told {told}")


def posts(case: Case, pattern: str) -> list[dict[str, Any]]:
    """The messages of the case's thread that say so, wherever in their blocks."""
    return [
        reply
        for reply in case.message()["replies"]
        if re.search(pattern, json.dumps(reply, ensure_ascii=False), re.IGNORECASE | re.DOTALL)
    ]
