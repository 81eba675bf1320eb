"""Is a request really Telegram's? It brings the secret that we gave it with the webhook."""

from __future__ import annotations

import hmac
import re

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SETTABLE = re.compile(r"[A-Za-z0-9_-]{1,256}")


def is_genuine(secret: str, header: str | None) -> bool:
    """Without a secret of ours nothing is genuine."""
    return bool(secret) and header is not None and hmac.compare_digest(header.encode(), secret.encode())


def is_settable(secret: str) -> bool:
    """Whether Telegram takes it as a secret."""
    return SETTABLE.fullmatch(secret) is not None
