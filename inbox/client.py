"""The client for Slack's Web API: it never repeats a call by itself, and never waits for ever."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.config import Settings


def make_client(settings: Settings, *, with_token: bool = True) -> WebClient:
    """By default the library sends a message again when the connection breaks after Slack took it."""
    base = settings.slack_api_base or WebClient.BASE_URL
    return WebClient(
        token=settings.slack_bot_token.get_secret_value() if with_token else None,
        base_url=base.rstrip("/") + "/",
        timeout=max(1, round(settings.send_timeout_seconds)),
        retry_handlers=[],
    )
