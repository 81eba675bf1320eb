"""Twilio's error codes: what each one means for the message, the number and the account.

From Twilio's error dictionary (twilio.com/docs/api/errors) and its guide to delivery statuses in status callbacks
(twilio.com/docs/messaging/guides), as of November 2026. Codes are a contract, texts are not; and a new code may appear
any day, so that an unknown one means "not sent, not tried again, look into it".
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from bot.ports import Failed, RetryLater

log = logging.getLogger(__name__)


class Kind(Enum):
    """What a code is about, and so what is to be done."""

    LATER = "refused for now"
    ACCOUNT = "nothing can be sent until somebody repairs the account"
    SENDER = "this sending number, or our use of it, is at fault"
    OPTED_OUT = "the recipient said STOP"
    NUMBER = "the number can't get text messages from us"
    MESSAGE = "this message failed; the number may be fine"


@dataclass(frozen=True)
class Code:
    """`words` say to staff what happened. `pause` is for codes that are worth another try, `everybody` for those that
    say something about all messages."""

    kind: Kind
    words: str
    pause: timedelta | None = None
    everybody: bool = False


QUEUE_PAUSE = timedelta(minutes=10)
REPAIR_PAUSE = timedelta(minutes=10)

CODES: dict[int, Code] = {
    13214: Code(Kind.SENDER, "our calling number can't be shown to who is called"),
    13223: Code(Kind.NUMBER, "not a phone number"),
    13224: Code(Kind.NUMBER, "not a number that can be called"),
    13225: Code(Kind.NUMBER, "a number that may not be called"),
    13226: Code(Kind.SENDER, "not a country that can be called"),
    13227: Code(Kind.SENDER, "our account may not call this country"),
    20003: Code(Kind.ACCOUNT, "Twilio refuses our credentials", REPAIR_PAUSE, everybody=True),
    20005: Code(Kind.ACCOUNT, "our Twilio account is not active", REPAIR_PAUSE, everybody=True),
    20404: Code(Kind.MESSAGE, "Twilio doesn't know what was asked for"),
    20429: Code(Kind.LATER, "too many requests at the same time", everybody=True),
    21210: Code(Kind.SENDER, "our calling number is not a verified one"),
    21211: Code(Kind.NUMBER, "not a valid phone number"),
    21212: Code(Kind.SENDER, "our sending number is not valid"),
    21214: Code(Kind.NUMBER, "no call reaches this number"),
    21215: Code(Kind.SENDER, "our account may not call this country"),
    21216: Code(Kind.NUMBER, "a number that may not be called"),
    21217: Code(Kind.NUMBER, "not a valid phone number"),
    21220: Code(Kind.MESSAGE, "the call is over already"),
    21408: Code(Kind.SENDER, "our account may not send to this country"),
    21606: Code(Kind.SENDER, "our sending number can't send to this destination"),
    21608: Code(Kind.SENDER, "a trial account sends to verified numbers only"),
    21610: Code(Kind.OPTED_OUT, "the member opted out of text messages"),
    21611: Code(Kind.LATER, "our sending number's queue is full", QUEUE_PAUSE, everybody=True),
    21612: Code(Kind.NUMBER, "our number can't reach this number"),
    21614: Code(Kind.NUMBER, "not a mobile number"),
    21617: Code(Kind.MESSAGE, "the text is too long"),
    21635: Code(Kind.NUMBER, "a landline"),
    21703: Code(Kind.SENDER, "our messaging service has no number to send from"),
    30001: Code(Kind.LATER, "the queue overflowed"),
    30002: Code(Kind.ACCOUNT, "our Twilio account is suspended", REPAIR_PAUSE, everybody=True),
    30003: Code(Kind.MESSAGE, "the phone could not be reached"),
    30004: Code(Kind.MESSAGE, "the number blocks messages"),
    30005: Code(Kind.NUMBER, "no such phone"),
    30006: Code(Kind.NUMBER, "a landline, or a carrier that takes no text messages"),
    30007: Code(Kind.MESSAGE, "a carrier's filter took it for spam"),
    30008: Code(Kind.MESSAGE, "it failed for a reason that the carrier doesn't tell"),
    30017: Code(Kind.LATER, "the carrier's network is congested"),
    30022: Code(Kind.LATER, "over the campaign's rate"),
    30023: Code(Kind.LATER, "over the campaign's daily limit"),
    30032: Code(Kind.SENDER, "our toll-free number is not verified"),
    30034: Code(Kind.SENDER, "our number is not registered for US long-code traffic (A2P 10DLC)"),
}

PAGED = (Kind.ACCOUNT, Kind.SENDER)


def explain(code: int | None) -> Code:
    """What `code` means. Unknown codes are logged and fail the message, nothing else."""
    known = CODES.get(code) if code is not None else None
    if known is None:
        log.warning("Twilio reports an unknown error code", extra={"code": code})
        return Code(Kind.MESSAGE, "unknown error")
    if known.kind in PAGED:
        log.error("Twilio: %s", known.words, extra={"code": code})
    return known


def failure(code: int | None) -> Failed:
    """What a code means for a message that surely won't arrive: one refused for good, or reported as failed."""
    meaning = explain(code)
    number = f" (Twilio {code})" if code is not None else ""
    return Failed(
        f"{meaning.words}{number}",
        opted_out=meaning.kind is Kind.OPTED_OUT,
        unusable=meaning.kind is Kind.NUMBER,
    )


def refusal(code: int | None, after: timedelta | None) -> RetryLater | Failed:
    """What a code means when Twilio refused a request with it; `after` is what its Retry-After asked for."""
    meaning = CODES.get(code) if code is not None else None
    if meaning is None or meaning.kind not in (Kind.LATER, Kind.ACCOUNT):
        return failure(code)
    explain(code)
    return RetryLater(f"{meaning.words} (Twilio {code})", after or meaning.pause, whole_provider=meaning.everybody)
