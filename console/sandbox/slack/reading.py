"""What a colleague has seen of this Slack, for the marks of what is unread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


class Reading:
    """By person and by place, which is a channel or a thread: the time of the newest message that was on the screen."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], str] = {}

    def start(self, people: Iterable[str], channels: Iterable[Json]) -> None:
        """Whoever opens the page has read what was there before; what else was seen is forgotten."""
        self.seen.clear()
        everybody = list(people)
        for channel in channels:
            for me in everybody:
                self.look(me, channel["id"], of_channel(channel, me))
                for message in channel["messages"]:
                    self.look(me, message["ts"], of_thread(message, channel, me))

    def look(self, me: str, place: str, messages: Iterable[Json]) -> None:
        """They have these on the screen."""
        newest = max((message["ts"] for message in messages), default="")
        self.seen[me, place] = max(newest, self.seen.get((me, place), ""))

    def unread(self, me: str, place: str, messages: Iterable[Json]) -> int:
        """How many of these others wrote since."""
        last = self.seen.get((me, place), "")
        return sum(1 for message in messages if message["ts"] > last and message.get("user") != me)


def of_channel(channel: Json, me: str) -> list[Json]:
    """The messages outside of threads, with those that only this person sees; oldest first."""
    return _in_order([*channel["messages"], *_whispers(channel, me, None)])


def of_thread(root: Json, channel: Json, me: str) -> list[Json]:
    """The answers to a message, with those that only this person sees; oldest first."""
    return _in_order([*root.get("replies", []), *_whispers(channel, me, root["ts"])])


def _whispers(channel: Json, me: str, thread: str | None) -> list[Json]:
    return [one for one in channel["ephemeral"] if one["for_user"] == me and one.get("thread_ts") == thread]


def _in_order(messages: list[Json]) -> list[Json]:
    return sorted(messages, key=lambda one: one["ts"])
