"""The addresses of our webhooks, each with the key of its call."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.config import Settings

PREFIX = "/webhooks/twilio/voice"


def address(settings: Settings, name: str, key: str, **more: str) -> str:
    """Absolute, so that it is signed as we give it."""
    return f"{settings.public_base_url.partition('#')[0].rstrip('/')}{PREFIX}/{name}?{urlencode({'c': key, **more})}"
