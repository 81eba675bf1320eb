"""How channels are called when colleagues are spoken to."""

from __future__ import annotations

CHANNELS = {
    "sms": "text message",
    "email": "e-mail",
    "voice": "phone call",
    "telegram": "Telegram",
    "messenger": "Messenger",
    "slack": "Slack",
    "staff": "hand-off",
}


def channel(name: str) -> str:
    """A channel in words; one that has none keeps its name, without underscores."""
    return CHANNELS.get(name, name.replace("_", " "))
