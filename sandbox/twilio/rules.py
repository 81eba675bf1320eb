"""What Twilio accepts as a new message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import phonenumbers

from sandbox.twilio.errors import TwilioRefusal
from sandbox.twilio.state import TwilioState

BODY_LIMIT = 1600
BAD_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
BAD_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}


@dataclass(frozen=True)
class Draft:
    """An accepted request. `service_sid` is None when a sender number was given."""

    to: str
    sender: str
    body: str
    service_sid: str | None
    status_callback: str | None


def is_number(text: str) -> bool:
    """True for a possible number in E.164."""
    if not text.startswith("+"):
        return False
    try:
        parsed = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(parsed)


def check(form: Mapping[str, str], our_number: str, state: TwilioState) -> Draft:
    """The message asked for.

    Raises:
        TwilioRefusal: with the code Twilio gives.
    """
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    service = form.get("MessagingServiceSid") or None
    if not to:
        raise TwilioRefusal(21604)
    if not sender and not service:
        raise TwilioRefusal(21603)
    if not body:
        raise TwilioRefusal(21602)
    if len(body) > BODY_LIMIT:
        raise TwilioRefusal(21617)
    sender = sender or our_number
    _check_sender(sender, our_number)
    _check_to(to, sender)
    if (sender, to) in state.blocked:
        raise TwilioRefusal(21610)
    return Draft(to, sender, body, service, _callback(form.get("StatusCallback")))


def _check_sender(sender: str, our_number: str) -> None:
    if sender in BAD_FROM and sender != our_number:
        raise TwilioRefusal(BAD_FROM[sender], sender=sender)
    if not is_number(sender):
        raise TwilioRefusal(21212, sender=sender)
    if sender != our_number:
        raise TwilioRefusal(21606, sender=sender)


def _check_to(to: str, sender: str) -> None:
    if to in BAD_TO:
        raise TwilioRefusal(BAD_TO[to], to=to)
    if not is_number(to):
        raise TwilioRefusal(21211, to=to)
    if to == sender:
        raise TwilioRefusal(21266)


def _callback(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TwilioRefusal(21609, url=url)
    return url
