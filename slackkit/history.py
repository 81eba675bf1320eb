"""Looking for a message of ours whose send was interrupted: it carries our own metadata, or a file of that name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.ports import NoTrace, Sent

PAGE, PAGES = 200, 2  # both pages' timeouts fit into the time that a lane may be held
CLOCK_DIFFERENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Place:
    """A channel, or a thread in it, and since when to look."""

    channel: str
    thread: str | None
    since: datetime


def find(
    client: WebClient, place: Place, metadata: dict[str, Any], *, file: str | None = None
) -> Sent | NoTrace | None:
    """The message with this metadata, or with a file named `file` (one that shares a file takes no metadata); None when
    there are more messages than it looks through.

    Raises whatever Slack's client raises.
    """
    oldest, cursor = f"{(place.since - CLOCK_DIFFERENCE).timestamp():.6f}", ""
    for _ in range(PAGES):
        asked: dict[str, Any] = {"oldest": oldest, "limit": PAGE, "cursor": cursor, "include_all_metadata": True}
        if place.thread:
            page = client.conversations_replies(channel=place.channel, ts=place.thread, **asked)
        else:
            page = client.conversations_history(channel=place.channel, **asked)
        for found in page["messages"]:
            if _carries(found, metadata) or (file is not None and _shares(found, file)):
                return Sent(f"{place.channel}:{found['ts']}")
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return NoTrace()
    return None


def _carries(found: dict[str, Any], metadata: dict[str, Any]) -> bool:
    theirs = found.get("metadata") or {}
    return all(theirs.get(name) == value for name, value in metadata.items())


def _shares(found: dict[str, Any], file: str) -> bool:
    return any(shared.get("name") == file for shared in found.get("files") or [])
