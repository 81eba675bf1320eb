"""What went wrong in a call of Slack: refused for now, refused for good, or nobody knows.

Sources: docs.slack.dev/reference/methods (errors of chat.postMessage, chat.update) and .../apis/web-api/rate-limits.
"""

from __future__ import annotations

import logging
import ssl
import urllib.error
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.ports import Failed, RetryLater, Unknown

log = logging.getLogger(__name__)

REPAIR_PAUSE = timedelta(minutes=10)
RATE_PAUSE = timedelta(seconds=30)
LONGEST_RETRY_AFTER = timedelta(hours=1)

LIMITED = {"ratelimited", "rate_limited", "message_limit_exceeded"}
LATER = {"service_unavailable", "team_added_to_org"}
AMBIGUOUS = {"internal_error", "fatal_error", "request_timeout"}

# A person can repair these, and until then no message passes: they wait, and somebody is called.
TO_REPAIR = {
    "account_inactive": "the app's account is not active",
    "invalid_auth": "the bot token is wrong",
    "missing_scope": "the app lacks a permission",
    "not_authed": "the bot token is missing",
    "org_login_required": "the workspace is being moved",
    "token_expired": "the bot token has expired",
    "token_revoked": "the bot token was revoked",
}


@dataclass(frozen=True)
class Meanings:
    """What else Slack's words mean to those who use it: which of them a person can `repair`, in words, and which say
    that the address is `unusable`. `who` can't be reached meanwhile; a `local` fault keeps only some from them."""

    who: str
    repair: Mapping[str, str] = field(default_factory=dict)
    local: frozenset[str] = frozenset()
    unusable: frozenset[str] = frozenset()


def classify(error: Exception, meanings: Meanings, *, repeatable: bool = False) -> RetryLater | Failed | Unknown:
    """`repeatable` says that doing it twice is harmless, so that an unclear outcome is simply tried again."""
    if isinstance(error, SlackApiError):
        known = _answered(error, meanings)
        if known is not None:
            return known
    elif never_connected(error):
        return RetryLater(f"no connection to Slack: {name_of(error)}")
    reason = f"Slack: {name_of(error)}"
    return RetryLater(reason) if repeatable else Unknown(reason)


def never_connected(error: Exception) -> bool:
    """Whether the request surely never left: no address, no connection, or no certificate that we trust.

    urllib reports as URLError only what happens until the request is sent; a broken or late answer comes bare.
    """
    if not isinstance(error, urllib.error.URLError) or isinstance(error, urllib.error.HTTPError):
        return False
    reason = error.reason
    lost_on_the_way = isinstance(reason, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)
    return isinstance(reason, ssl.SSLCertVerificationError) or (isinstance(reason, OSError) and not lost_on_the_way)


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong; empty when the answer has none."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def _answered(error: SlackApiError, meanings: Meanings) -> RetryLater | Failed | None:
    """None when the answer leaves it open whether Slack did it."""
    status, code = getattr(error.response, "status_code", 0), code_of(error)
    if status == 429 or code in LIMITED:
        return RetryLater("Slack asks to wait", retry_after(error.response.headers), whole_provider=True)
    if code in LATER:
        return RetryLater(f"Slack: {code}")
    fault = meanings.repair.get(code) or TO_REPAIR.get(code)
    if fault:
        log.error("%s can't be reached in Slack: %s", meanings.who, fault, extra={"code": code})
        return RetryLater(f"{fault} (Slack {code})", REPAIR_PAUSE, whole_provider=code not in meanings.local)
    if status >= 500 or code in AMBIGUOUS or not code.isidentifier():
        return None
    log.warning("Slack refuses: %s", code)
    return Failed(f"Slack refuses it: {code}", unusable=code in meanings.unusable)


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """Retry-After in seconds, at most an hour; half a minute when there is none that can be read."""
    value = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return RATE_PAUSE
    return min(timedelta(seconds=int(value)), LONGEST_RETRY_AFTER)


def name_of(error: Exception) -> str:
    """What went wrong, in one word for logs."""
    if isinstance(error, SlackApiError):
        return (code_of(error) or "no answer that can be read")[:120]
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__
