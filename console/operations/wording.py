"""Names of the machine's parts in the words of whoever looks after it. Pure."""

from __future__ import annotations

from bot.handoff.names import CHANNELS as NAMES
from bot.handoff.words import words
from bot.queues.pauses import OUTBOX_FULL, OUTREACH
from bot.queues.view import Paused

ROLES = {
    "serve": "All in one",
    "gateway": "Gateway",
    "worker": "Worker",
    "scheduler": "Scheduler",
    "actions": "Actions",
    "console": "Console",
}
CHANNELS = {name: said[:1].upper() + said[1:] for name, said in NAMES.items()} | {"staff": "Inbox in Slack"}
STATES = {
    "dead": "Dead: given up after all tries",
    "failed": "Failed: the provider refused it",
    "unknown": "Unknown: it may have arrived",
}
LANES = {"turn": "Messages of members", "staff": "Acts in Slack", "delivery": "Messages to send"}
URGENCIES = {
    "waited_for": "somebody waits",
    "staff": "for colleagues",
    "outreach": "we begin ourselves",
    "bulk": "in bulk",
}
PURPOSES = {
    "reply": "answer",
    "touch": "outreach",
    "staff_reply": "reply of a colleague",
    "notice": "notice",
    "staff": "to colleagues",
    "turn": "from members",
}


def role(name: str) -> str:
    return ROLES.get(name, name)


def held_back(one: Paused) -> str:
    """What we hold back ourselves, and why."""
    what = "Outreach pauses" if one.what == OUTREACH else f"{one.what} pauses"
    why = "too many messages wait to be sent" if one.reason == OUTBOX_FULL else words(one.reason)
    return f"{what} ({why})"
