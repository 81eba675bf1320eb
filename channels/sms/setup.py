"""Asking Twilio about the sending number, and telling it where our webhook is."""

from __future__ import annotations

from bot.config import Settings
from channels import twilio_account
from channels.edge import Verdict

PATH = "/webhooks/twilio/sms"


def check(settings: Settings) -> Verdict:
    """Whether Twilio accepts the credentials and the sending number."""
    return twilio_account.check(settings, settings.twilio_from, "sms")


def register(settings: Settings) -> list[str]:
    """Sets the webhook for incoming texts; reports come to the address that each message names.

    Raises:
        Refused: Twilio said no, or could not be asked.
    """
    return twilio_account.set_sms_webhook(settings, PATH)
