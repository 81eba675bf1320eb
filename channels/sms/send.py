"""Sending text messages: one request, and an honest word on what became of it."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

from bot.compose.choices import numbered, titles
from bot.compose.cut import shorten
from bot.config import Settings
from bot.errors import Refused
from bot.model import OutboxMessage
from bot.ports import Capabilities, NoTrace, RetryLater, SendResult, Sent, Unknown
from channels import twilio_codes as codes
from channels.sms.segments import economical, size

log = logging.getLogger(__name__)

MOST_CHARACTERS = 1600
LOOK_BACK = 50
CLOCK_DIFFERENCE = timedelta(minutes=5)
LONGEST_RETRY_AFTER = timedelta(hours=1)
NEVER_CONNECTED = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ConnectTimeoutError,
)


@dataclass(frozen=True)
class Text:
    """A rendered message. `taken` are the sids that earlier messages to `to` are known by, and `at` is when it was
    rendered: together they tell it from an older message with the same words."""

    outbox_id: int
    to: str
    body: str
    encoding: str
    segments: int
    at: datetime
    taken: frozenset[str]


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


class Sms:
    """The channel to members' phones."""

    name = "sms"
    capabilities = Capabilities(max_characters=MOST_CHARACTERS, receipts=True)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.per_second = settings.twilio_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Text:
        """Renders text and choices.

        Raises:
            Refused: there is nothing to say.
        """
        body = render(message.body)
        if not body:
            raise Refused("The message is empty.")
        cost = size(body)
        log.info("text rendered", extra={"outbox": message.id, "encoding": cost.encoding, "segments": cost.segments})
        taken = _known_sids(session, message)
        return Text(message.id, message.address, body, cost.encoding, cost.segments, now, taken)

    def send(self, payload: Text) -> SendResult:
        http = Http(self.settings.send_timeout_seconds)
        try:
            created = self._client(http).messages.create(
                to=payload.to,
                from_=self.settings.twilio_from,
                body=payload.body,
                status_callback=f"{self.settings.public_base_url.rstrip('/')}/webhooks/twilio/status",
            )
            sid = created.sid
        except TwilioException as error:
            return refused(error, http.headers)
        except requests.RequestException as error:
            if never_connected(error):
                return RetryLater(f"no connection to Twilio: {type(error).__name__}")
            return Unknown(f"connection to Twilio: {type(error).__name__}")
        except Exception as error:  # noqa: BLE001 - an answer that makes no sense comes as whatever the library stumbles on
            return Unknown(f"unreadable answer of Twilio: {type(error).__name__}")
        finally:
            http.close()
        return Sent(sid) if isinstance(sid, str) and sid else Unknown("Twilio answered without a sid")

    def reconcile(self, payload: Text, since: datetime) -> Sent | NoTrace | None:
        """Looks among the last messages to this number for one with these words that no other row of ours has.

        It asks for the number only, not for DateSent: a message that waits in Twilio's queue has no such date yet.
        """
        http = Http(self.settings.send_timeout_seconds)
        try:
            found = self._client(http).messages.list(to=payload.to, limit=LOOK_BACK, page_size=LOOK_BACK)
            return judge(found, payload, min(since, payload.at) - CLOCK_DIFFERENCE)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer here, however it came about
            log.warning("look-up at Twilio failed: %s", type(error).__name__, extra={"outbox": payload.outbox_id})
            return None
        finally:
            http.close()

    def _client(self, http: Http) -> Client:
        token = self.settings.twilio_auth_token.get_secret_value()
        client = Client(self.settings.twilio_account_sid, token, http_client=http)
        if self.settings.twilio_api_base:
            client.api.base_url = self.settings.twilio_api_base.rstrip("/")
        return client


def make(settings: Settings) -> Sms:
    """The channel for these settings."""
    return Sms(settings)


def render(body: Mapping[str, Any]) -> str:
    """The text, then the choices as a line that says which number to answer; the choices are never cut off."""
    tail = shorten(economical(numbered(titles(body))), MOST_CHARACTERS // 2)
    room = MOST_CHARACTERS - (len(tail) + 1 if tail else 0)
    text = shorten(economical(str(body.get("text") or "")), room)
    return economical("\n".join(part for part in (text, tail) if part))


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


def _known_sids(session: Session, message: OutboxMessage) -> frozenset[str]:
    recent = (
        sa.select(OutboxMessage.provider_id)
        .where(OutboxMessage.lane == message.lane, OutboxMessage.provider_id.is_not(None))
        .order_by(OutboxMessage.id.desc())
        .limit(LOOK_BACK)
    )
    return frozenset(sid for sid in session.scalars(recent) if sid)


def judge(records: Sequence[Any], payload: Text, since: datetime) -> Sent | NoTrace | None:
    """What Twilio's newest messages to a number say about a payload: the message, or surely not there, or unclear.

    A message that we didn't know of and whose words are others makes it unclear: it may be ours, rewritten on the way.
    """
    recent = [record for record in records if record.date_created and _aware(record.date_created) >= since]
    unclaimed = [record for record in recent if record.direction == "outbound-api" and record.sid not in payload.taken]
    ours = [record.sid for record in unclaimed if record.body.split() == payload.body.split()]
    if ours:
        return Sent(ours[-1])
    all_seen = len(records) < LOOK_BACK or len(recent) < len(records)
    return NoTrace() if all_seen and not unclaimed else None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
