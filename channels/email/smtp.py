"""One message to the mail server, and what its answers mean (RFC 5321, codes of RFC 3463)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import aiosmtplib

from bot.config import Settings
from bot.ports import Failed, RetryLater, SendResult, Sent, Unknown

log = logging.getLogger(__name__)

LEAVE_SECONDS = 2.0
REPAIR_PAUSE = timedelta(minutes=10)
GREYLIST_PAUSE = timedelta(minutes=5)
"""Greylisting hosts refuse a second try that comes too soon, and remember the first for hours."""
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
NO_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
NO_MAILBOX_WORDS = re.compile(
    r"(user|mailbox|recipient|address|account)\b.{0,40}\b(unknown|not exist|not found|unavailable|disabled|invalid)"
    r"|(unknown|invalid|no such) (user|mailbox|recipient|address|account)|does ?n[o']t exist",
    re.IGNORECASE,
)
LOGIN_NEEDED = frozenset({530, 534, 535, 538})


class Stage(Enum):
    """How far the conversation came: what fails before the data was surely not taken."""

    CONNECT = "connecting"
    SENDER = "naming the sender"
    RECIPIENT = "naming the recipient"
    DATA = "handing over the message"


@dataclass(frozen=True)
class Parcel:
    """A finished message. `envelope_from` gets the bounces; `provider_id` is its Message-ID."""

    provider_id: str
    envelope_from: str
    to: str
    content: bytes


def client(settings: Settings) -> aiosmtplib.SMTP:
    """Not connected yet; logs in when it connects, if there is somebody to log in as."""
    return aiosmtplib.SMTP(
        hostname=settings.email_smtp_host,
        port=settings.email_smtp_port,
        username=settings.email_smtp_user or None,
        password=settings.email_smtp_password.get_secret_value() or None,
        local_hostname=settings.email_from.rpartition("@")[2] or "localhost",
        timeout=settings.send_timeout_seconds,
        use_tls=settings.email_smtp_security == "tls",
        start_tls=settings.email_smtp_security == "starttls",
    )


def deliver(settings: Settings, parcel: Parcel) -> SendResult:
    """Hands one message to the mail server, within the send timeout; doesn't raise."""
    return asyncio.run(_deliver(settings, parcel))


async def _deliver(settings: Settings, parcel: Parcel) -> SendResult:
    stage = Stage.CONNECT
    smtp = client(settings)
    try:
        async with asyncio.timeout(settings.send_timeout_seconds):
            await smtp.connect()
            stage = Stage.SENDER
            await smtp.mail(parcel.envelope_from)
            stage = Stage.RECIPIENT
            await smtp.rcpt(parcel.to)
            stage = Stage.DATA
            await smtp.data(parcel.content)
        await _leave(smtp)
    except aiosmtplib.SMTPResponseException as error:
        return refused(stage, error.code, error.message)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return lost(stage, error)
    except Exception as error:  # noqa: BLE001 - whatever an answer makes the library stumble on
        return lost(stage, error)
    finally:
        smtp.close()
    return Sent(parcel.provider_id)


async def _leave(smtp: aiosmtplib.SMTP) -> None:
    """A polite end, which changes nothing any more."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await smtp.quit(timeout=LEAVE_SECONDS)


def lost(stage: Stage, error: Exception) -> SendResult:
    """The conversation broke off. Once the message was on its way nobody knows whether the server took it."""
    words = f"{stage.value}: {type(error).__name__}"
    return Unknown(words) if stage is Stage.DATA else RetryLater(words)


def refused(stage: Stage, code: int, text: str) -> RetryLater | Failed | Unknown:
    """What a refusal means for the message, the address and all others. `text` may name the recipient: not logged."""
    found = ENHANCED.search(text)
    enhanced = found.group() if found else ""
    words = f"{stage.value}: {code} {enhanced}".rstrip()
    if stage is Stage.CONNECT or code in LOGIN_NEEDED:
        log.error("the mail server refuses us: %s", words)
        return RetryLater(words, REPAIR_PAUSE, whole_provider=True)
    if code == 421:
        return RetryLater(words, whole_provider=True)
    if 400 <= code < 500:
        return RetryLater(words, GREYLIST_PAUSE if stage is Stage.RECIPIENT else None)
    if not 500 <= code < 600:
        return Unknown(words) if stage is Stage.DATA else RetryLater(words)
    if stage is Stage.SENDER:
        log.error("the mail server refuses our sender address: %s", words)
        return Failed(words)
    return Failed(words, unusable=is_no_mailbox(code, text) and stage is Stage.RECIPIENT)


def is_no_mailbox(code: int, text: str) -> bool:
    """Whether a permanent refusal says that nobody can ever be reached there; a full mailbox doesn't."""
    if found := ENHANCED.search(text):
        return found.group() in NO_MAILBOX
    return code in (550, 551, 553) and NO_MAILBOX_WORDS.search(text) is not None


def probe(settings: Settings) -> tuple[bool | None, str]:
    """Connects, logs in, says NOOP: whether the server accepts us (None: it could not be asked), and why."""
    return asyncio.run(_probe(settings))


async def _probe(settings: Settings) -> tuple[bool | None, str]:
    smtp = client(settings)
    where = f"{settings.email_smtp_host}:{settings.email_smtp_port}"
    try:
        async with asyncio.timeout(settings.send_timeout_seconds):
            await smtp.connect()
            await smtp.noop()
        await _leave(smtp)
    except aiosmtplib.SMTPResponseException as error:
        return (None if error.code < 500 else False), f"{where} answered {error.code}"
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return None, f"{where}: {type(error).__name__}"
    finally:
        smtp.close()
    who = f"logged in as {settings.email_smtp_user}" if settings.email_smtp_user else "without login"
    return True, f"{where} takes our e-mails, {who}"
