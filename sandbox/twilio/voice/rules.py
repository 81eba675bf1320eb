"""What Twilio accepts as a new call, and as a change of one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import FormData

from sandbox.twilio.errors import TwilioRefusal
from sandbox.twilio.rules import is_number
from sandbox.twilio.voice.state import Listener

BAD_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
POST_ONLY = ("", "POST")
"""This sandbox knows no other."""
CHOICES = {
    "Method": POST_ONLY,
    "FallbackMethod": POST_ONLY,
    "StatusCallbackMethod": POST_ONLY,
    "MachineDetection": ("", "Enable", "DetectMessageEnd"),
}
RING_DEFAULT, TIME_LIMIT = 60, 14_400
LIMITS = {"Timeout": 600, "TimeLimit": TIME_LIMIT}


def check_new(form: FormData, our_numbers: Sequence[str]) -> None:
    """Whether a call may be placed.

    Raises:
        TwilioRefusal: with the code Twilio gives.
    """
    _check_numbers(text(form, "To"), text(form, "From"), our_numbers)
    for name in ("Url", "FallbackUrl", "StatusCallback"):
        _check_url(name, text(form, name), needed=name == "Url")
    for name, allowed in CHOICES.items():
        if text(form, name) not in allowed:
            raise TwilioRefusal(20001, name=name)
    for name, most in LIMITS.items():
        if not 1 <= whole(form, name, 1) <= most:
            raise TwilioRefusal(20001, name=name)
    if not set(_events(form)) <= EVENTS:
        raise TwilioRefusal(20001, name="StatusCallbackEvent")


def _check_numbers(to: str, sender: str, our_numbers: Sequence[str]) -> None:
    if not to:
        raise TwilioRefusal(21201)
    if not sender:
        raise TwilioRefusal(21213)
    if sender == "+15005550001" or not is_number(sender):
        raise TwilioRefusal(21212, sender=sender)
    if sender not in our_numbers:
        raise TwilioRefusal(21210, sender=sender)
    if to in BAD_TO:
        raise TwilioRefusal(BAD_TO[to], to=to)
    if not is_number(to):
        raise TwilioRefusal(21217, to=to)


def listener(form: FormData) -> Listener:
    """The events are given by repeating the parameter; without any, only the end is told."""
    return Listener(text(form, "StatusCallback") or None, frozenset(_events(form) or ["completed"]))


def text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def whole(form: FormData, name: str, default: int) -> int:
    """A number; -1 for what is none."""
    value = text(form, name)
    if not value:
        return default
    return int(value) if value.isascii() and value.isdigit() else -1


def _events(form: FormData) -> list[str]:
    return [value for value in form.getlist("StatusCallbackEvent") if isinstance(value, str)]


def _check_url(name: str, url: str, *, needed: bool) -> None:
    parts = urlsplit(url)
    if (needed or url) and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise TwilioRefusal(21609 if name == "StatusCallback" else 21205, url=url)
