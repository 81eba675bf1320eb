"""Asking Twilio: its own client, one request with a timeout, and an honest word on what became of it."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import sqlalchemy as sa
import urllib3.exceptions
from sqlalchemy.orm import Session
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.config import Settings
from bot.model import OutboxMessage
from bot.ports import RetryLater, SendResult, Sent, Unknown
from channels import twilio_codes as codes

log = logging.getLogger(__name__)

LOOK_BACK = 50
LONGEST_RETRY_AFTER = timedelta(hours=1)
NEVER_CONNECTED = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ConnectTimeoutError,
)


class Http(TwilioHttpClient):  # type: ignore[misc]
    """Keeps the headers of the last answer, which the library's errors drop. One for each call: sessions aren't
    made for several threads."""

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.headers: Mapping[str, str] = {}

    def request(self, *args: Any, **kwargs: Any) -> Response:
        response = super().request(*args, **kwargs)
        self.headers = response.headers or {}
        return response

    def close(self) -> None:
        if self.session is not None:
            self.session.close()


@contextmanager
def connected(settings: Settings, http: Http | None = None) -> Iterator[Client]:
    """A client for one request."""
    http = http or Http(settings.send_timeout_seconds)
    client = Client(settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), http_client=http)
    if settings.twilio_api_base:
        client.api.base_url = settings.twilio_api_base.rstrip("/")
    try:
        yield client
    finally:
        http.close()


def create(settings: Settings, request: Callable[[Client], Any]) -> SendResult:
    """Makes the one request that creates something, and says what became of it."""
    http = Http(settings.send_timeout_seconds)
    with connected(settings, http) as client:
        try:
            sid = request(client).sid
        except TwilioException as error:
            return refused(error, http.headers)
        except requests.RequestException as error:
            if never_connected(error):
                return RetryLater(f"no connection to Twilio: {type(error).__name__}")
            return Unknown(f"connection to Twilio: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - an answer that makes no sense comes as whatever the library stumbles on
            return Unknown(f"unreadable answer of Twilio: {type(error).__name__}")
    return Sent(sid) if isinstance(sid, str) and sid else Unknown("Twilio answered without a sid")


def refused(error: TwilioException, headers: Mapping[str, str]) -> SendResult:
    """Below 500 Twilio did not take it. From 500 on nobody knows: it may have been taken before it went wrong."""
    status, code = getattr(error, "status", 0), getattr(error, "code", None)
    if status == 429:
        return codes.refusal(20429, retry_after(headers))
    if status == 408 or not 300 <= status < 500:
        return Unknown(f"Twilio answered {status}")
    return codes.refusal(code if code != status else None, retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in seconds, at most an hour; None when there is none that can be read."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return None
    return min(timedelta(seconds=int(value)), LONGEST_RETRY_AFTER)


def never_connected(error: requests.RequestException) -> bool:
    """Whether the request surely never left: no address, no connection, or no certificate that we trust."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, urllib3.exceptions.SSLError):
        reason = reason.args[0] if reason.args else None
    return isinstance(reason, (*NEVER_CONNECTED, ssl.SSLCertVerificationError))


def aware(moment: datetime) -> datetime:
    """Twilio's moments without a zone are in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def known_sids(session: Session, message: OutboxMessage) -> frozenset[str]:
    """What Twilio calls the last things that were sent to this address."""
    recent = (
        sa.select(OutboxMessage.provider_id)
        .where(OutboxMessage.lane == message.lane, OutboxMessage.provider_id.is_not(None))
        .order_by(OutboxMessage.id.desc())
        .limit(LOOK_BACK)
    )
    return frozenset(sid for sid in session.scalars(recent) if sid)
