"""The client for Slack's Web API: it never repeats a call by itself, and never waits for ever."""

from __future__ import annotations

from slack_sdk import WebClient


def make_client(token: str | None, base: str, seconds: float) -> WebClient:
    """`base` is another address of the Web API, or empty. A call takes at most about `seconds`.

    By default the library sends a message again when the connection breaks after Slack took it.
    """
    return WebClient(
        token=token,
        base_url=(base or WebClient.BASE_URL).rstrip("/") + "/",
        timeout=max(1, round(seconds)),
        retry_handlers=[],
    )
