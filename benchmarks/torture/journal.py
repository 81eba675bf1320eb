"""Reading the sandbox's journal: what members wrote and what the bot sent, as the providers saw it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.torture.outside import Reference
from benchmarks.torture.records import Arrived, Written
from benchmarks.torture.script import Line

Entry = Mapping[str, Any]
ACCEPTED = "2"
"""What an answer begins with that means that the bot has taken the message."""


@dataclass
class Told:
    """What a provider's attempts to tell the bot of one message came to. `key` is the name that the inbox keeps."""

    key: str = ""
    results: list[str] = field(default_factory=list)
    first: int | None = None
    accepted: int | None = None
    accepted_at: datetime | None = None


def read(path: Path) -> list[Entry]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def written(entries: Iterable[Entry], lines: Sequence[tuple[Reference, Line]]) -> list[Written]:
    """Each message of the script with what became of its webhook."""
    told: dict[Reference, Told] = defaultdict(Told)
    for entry in entries:
        for reference, key in _told(entry):
            _note(told[reference], key, entry)
    return [_written(told[reference], reference, line) for reference, line in lines]


def arrived(entries: Iterable[Entry]) -> list[Arrived]:
    """The bot's messages to members and posts to staff, in the order in which the providers took them."""
    return [message for entry in entries if (message := _arrived(entry)) is not None]


def results(messages: Iterable[Written]) -> dict[str, int]:
    """How often each channel's webhooks were answered how."""
    counts: dict[str, int] = defaultdict(int)
    for message in messages:
        for result in message.results:
            counts[f"{message.channel} {result}"] += 1
    return dict(sorted(counts.items()))


def _told(entry: Entry) -> list[tuple[Reference, str]]:
    data = entry["data"]
    match entry["kind"]:
        case "twilio.webhook" if str(data["url"]).endswith("/sms"):
            return [(("sms", data["sid"]), f"twilio:{data['sid']}")]
        case "telegram.webhook" if data["message_id"] is not None:
            return [(("telegram", str(data["message_id"])), f"telegram:{data['update_id']}")]
        case "messenger.webhook":
            return [(("messenger", mid), f"messenger:{mid}") for mid in data["mids"]]
    return []


def _note(told: Told, key: str, entry: Entry) -> None:
    result = str(entry["data"]["result"])
    told.key = key
    told.results.append(result)
    told.first = told.first if told.first is not None else entry["seq"]
    if result.startswith(ACCEPTED) and told.accepted is None:
        told.accepted, told.accepted_at = entry["seq"], datetime.fromisoformat(entry["wall"])


def _written(told: Told, reference: Reference, line: Line) -> Written:
    return Written(
        key=told.key or ":".join(reference), channel=line.person.channel, address=line.person.address,
        kind=line.kind, results=tuple(told.results), first_tried=told.first, accepted=told.accepted,
        accepted_at=told.accepted_at,
    )  # fmt: skip


def _arrived(entry: Entry) -> Arrived | None:
    data, seq, at = entry["data"], entry["seq"], datetime.fromisoformat(entry["wall"])
    match entry["kind"]:
        case "sms.sent":
            return Arrived(seq, at, "sms", data["number"], data["sid"], data["text"])
        case "telegram.sent":
            name = f"telegram:{data['chat']}:{data['message_id']}"
            return Arrived(seq, at, "telegram", str(data["chat"]), name, data["text"])
        case "messenger.sent":
            return Arrived(seq, at, "messenger", data["psid"], data["mid"], data["text"])
        case "slack.message":  # nobody but the bot posts: staff do nothing here
            name = f"{data['channel']}:{data.get('files', [data['ts']])[0]}"  # Slack names a post with a file by it
            return Arrived(seq, at, "staff", data["channel"], name, entry["summary"])
        case "mail.in":
            return Arrived(seq, at, "email", data["address"], data["message_id"], entry["summary"])
    return None
