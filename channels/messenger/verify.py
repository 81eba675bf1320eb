"""Is a request really Meta's? It is signed over its raw bytes, with the app's secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from fastapi import Request

from bot.config import Settings
from channels.webhook import Unacceptable, parse_object, read_body

BODY_LIMIT = 512 * 1024
"""Room for a batch of long messages, in which Meta writes each letter beyond ASCII as six."""


async def verified_payload(request: Request, settings: Settings) -> dict[str, Any]:
    """The notification in a genuine request.

    Raises:
        Unacceptable: 413 too large, 403 not signed by Meta, 400 not a JSON object in UTF-8.
    """
    body = await read_body(request, BODY_LIMIT)
    secret = settings.messenger_app_secret.get_secret_value()
    if not is_genuine(secret, body, request.headers.get("X-Hub-Signature-256")):
        raise Unacceptable(403, "forged")
    return parse_object(body)


def is_genuine(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` (``sha256=`` and hex) is that of `body`. Without a secret nothing is genuine."""
    if not secret or not signature:
        return False
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode())


def check_handshake(settings: Settings, query: Mapping[str, str]) -> None:
    """Whether it is Meta that verifies the webhook's address; it then wants to read its challenge.

    Raises:
        Unacceptable: 403 when it isn't Meta that asks, or asks for something else.
    """
    token = settings.messenger_verify_token.get_secret_value()
    given = query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Unacceptable(403, "forged")
