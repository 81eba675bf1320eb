"""What reached anybody on any channel, so that a scenario can fail on what it did not expect."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from console.sandbox.world import World

Json = dict[str, Any]
Place = tuple[str, str]
"""The sandbox's folder (``phones``, ``mail`` ...) and the address in it."""

_PICKED_UP = re.compile(r"calls/(\+\d+)/(answer|no-answer|busy|decline|fail)")


def call_taken(path: str) -> str | None:
    """Whose ringing telephone a scenario acts on by this path of the control interface, if it does."""
    found = _PICKED_UP.fullmatch(path)
    return found[1] if found else None


def unexpected(world: World, read: Mapping[Place, int]) -> list[str]:
    """What nobody has read, a line each; `read` says how many messages were read where, and how many calls taken."""
    counted: Counter[Place] = Counter()
    lines = []
    for place, text in _received(world):
        counted[place] += 1
        if counted[place] > read.get(place, 0):
            lines.append(f"nobody expected that {place[1]} gets this by {place[0]}: {text!r}")
    return lines


def _received(world: World) -> Iterator[tuple[Place, str]]:
    """Everything that went out, oldest first at each address."""
    for folder, address, messages in _places(world):
        for message in messages:
            if _is_from_us(message, address):
                yield (folder, address), message["text"]
    for call in world.get("calls")["calls"]:
        yield ("calls", call["to"]), f"a call, {call['status']}"


def _places(world: World) -> Iterator[tuple[str, str, list[Json]]]:
    for phone in world.get("phones")["phones"]:
        yield "phones", phone["number"], phone["messages"]
    for box in world.get("mail")["mailboxes"]:
        yield "mail", box["address"], world.get(f"mail/{box['address']}")["messages"]
    for chat in world.get("telegram/chats")["chats"]:
        yield "telegram/chats", str(chat["user"]), chat["messages"]
    for thread in world.get("messenger/people")["people"]:
        yield "messenger/people", thread["psid"], thread["messages"]
    for person in world.get("slack-members")["people"]:
        yield "slack-members", person["id"], world.get(f"slack-members/{person['id']}")["messages"]


def _is_from_us(message: Json, address: str) -> bool:
    """Each provider marks in its own way who wrote."""
    if "direction" in message:
        return message["direction"] in ("to_phone", "to_member", "from_bot")
    return bool(message["by"] == "bot" if "by" in message else message["user"] != address)
