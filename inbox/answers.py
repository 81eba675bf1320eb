"""Answers to one colleague alone, through the address that Slack gave with what they did."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from inbox.blocks import Block
from inbox.context import Context

log = logging.getLogger(__name__)

NOT_SHOWN = "not_shown"
LATER = (429, 500, 502, 503, 504)


def answer(
    context: Context, url: str, text: str, blocks: Sequence[Block] | None = None, *, replace: bool = False
) -> bool:
    """Shows a message that only whoever asked can see; `text` is escaped, and stands for `blocks` in notifications.

    The address works five times within half an hour: False when it doesn't any more, or Slack refuses the message.

    Raises:
        SlackApiError: Slack asks to come again.
        Exception: whatever the connection raises.
    """
    client = WebhookClient(url, timeout=max(1, round(context.settings.send_timeout_seconds)), retry_handlers=[])
    body: dict[str, Any] = {"text": text, "response_type": "ephemeral", "replace_original": replace}
    response = client.send_dict({**body, "blocks": list(blocks)} if blocks else body)
    if response.status_code in LATER:
        raise SlackApiError("an answer to a colleague could not be shown", response)  # type: ignore[no-untyped-call]
    if response.status_code >= 400:
        log.error("Slack does not show an answer to a colleague: %s", response.body[:200])
        return False
    return True
