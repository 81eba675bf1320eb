"""Whether Twilio accepts our credentials and our number, and where it sends what members text to that number."""

from __future__ import annotations

from typing import Any

import requests
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.config import Settings
from bot.errors import Refused
from channels.edge import Verdict
from channels.twilio_client import connected

# Twilio repeats a request only when it can't connect. With this it also repeats one that met a database failure (503),
# or had no answer in time; it neither sends nor signs what comes after the sign.
REPEAT = "#rc=3&rp=5xx,ct,rt"


def check(settings: Settings, number: str, ability: str) -> Verdict:
    """Asks about the account and about `number`, which must be able to do `ability`: ``sms`` or ``voice``."""
    try:
        with connected(settings) as client:
            account = client.api.v2010.accounts(settings.twilio_account_sid).fetch()
            found = _numbers(client, number)
    except TwilioException as error:
        return Verdict(accepted=False, words=f"Twilio refuses it: {_code(error)}")
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        return Verdict(accepted=None, words=f"Twilio could not be asked: {type(error).__name__}")
    if account.status != "active":
        return Verdict(accepted=False, words=f"the account is {account.status}")
    if not found:
        return Verdict(accepted=False, words=f"{number} is no number of this account")
    if not (found[0].capabilities or {}).get(ability):
        return Verdict(accepted=False, words=f"{number} can't do {ability}")
    return Verdict(accepted=True, words=f"account {account.friendly_name}, number {number}")


def set_sms_webhook(settings: Settings, path: str) -> list[str]:
    """Makes Twilio send what is texted to our number to `path` of the gateway.

    Raises:
        Refused: Twilio said no, could not be asked, or the number isn't ours.
    """
    url = settings.public_base_url.partition("#")[0].rstrip("/") + path + REPEAT
    try:
        with connected(settings) as client:
            for number in _numbers(client, settings.twilio_from):
                number.update(sms_url=url, sms_method="POST")
                return [f"{settings.twilio_from}: incoming texts go to {url}"]
    except TwilioException as error:
        raise Refused(f"Twilio refuses it: {_code(error)}.") from error
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise Refused(f"Twilio could not be asked: {type(error).__name__}.") from error
    raise Refused(f"{settings.twilio_from or 'The sending number, which is not set,'} is no number of this account.")


def _numbers(client: Client, number: str) -> list[Any]:
    found: list[Any] = client.incoming_phone_numbers.list(phone_number=number, limit=1) if number else []
    return found


def _code(error: TwilioException) -> str:
    code = getattr(error, "code", None) or getattr(error, "status", None)
    return f"error {code}" if code else type(error).__name__
