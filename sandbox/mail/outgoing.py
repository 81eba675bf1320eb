"""From the mail host to the bot: by its webhook, or to its own SMTP listener."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal

import aiosmtplib

from sandbox.courier import Job
from sandbox.mail.compose import bounced
from sandbox.mail.state import Mail, new_id
from sandbox.world import World

SMTP_SECONDS = 15.0
INBOUND_PATH = "/webhooks/email/inbound"


def dispatch(
    world: World,
    address: str,
    message: EmailMessage,
    kind: Literal["message", "reply", "away", "bounce"],
    *,
    to: str | None = None,
    vouched: bool = True,
    due: datetime | None = None,
) -> Mail:
    """Queues a message to the bot, or holds it until `due`. `vouched`: our own host found the sender genuine."""
    sender = "" if kind in ("away", "bounce") else address
    mail = Mail(new_id(), address, "from_member", sender, message.as_bytes(), world.clock.now(), kind)
    world.mail.box(address).mails.append(mail)
    job = _job(world, mail, to or parseaddr(str(message["To"]))[1], vouched=vouched)
    if due is not None:
        world.courier.hold(f"mail {address}", job, due)
    elif kind == "bounce" and world.settings.sandbox_receipts == "manual":
        world.courier.hold(f"mail {address}", job, None)
    else:
        world.courier.put(f"mail {address}", job)
    return mail


def bounce(world: World, mail: Mail, *, hard: bool, due: datetime | None = None) -> Mail:
    """Reports to the sender of the envelope that a message could not be delivered."""
    report = bounced(mail, world.clock.now(), hard=hard)
    return dispatch(world, mail.address, report, "bounce", to=mail.envelope_from, due=due)


def _job(world: World, mail: Mail, to: str, *, vouched: bool) -> Job:
    async def hand_over() -> None:
        content = _traced(world, mail, vouched=vouched)
        by_smtp = world.settings.sandbox_mail_inbound == "smtp"
        mail.result = await (_by_smtp if by_smtp else _by_webhook)(world, mail, to, content)
        world.feed.add("mail.out", f"E-mail of {mail.address} ({mail.kind}) to the bot: {mail.result}", id=mail.id)

    return hand_over


def _traced(world: World, mail: Mail, *, vouched: bool) -> bytes:
    """The message with what the last host adds: who sent it, and whether that is true."""
    head = f"Return-Path: <{mail.envelope_from}>\r\n"
    if world.settings.email_authserv_id:
        domain, verdict = mail.address.rpartition("@")[2], "pass" if vouched else "fail"
        head += (
            f"Authentication-Results: {world.settings.email_authserv_id};\r\n dmarc={verdict} header.from={domain}\r\n"
        )
    return head.encode() + mail.content


async def _by_webhook(world: World, mail: Mail, to: str, content: bytes) -> str:
    headers = {
        "Content-Type": "message/rfc822",
        "Authorization": f"Bearer {world.settings.email_inbound_token}",
        "X-Envelope-From": f"<{mail.envelope_from}>",
        "X-Envelope-To": to,
    }
    url = world.settings.public_base_url.rstrip("/") + INBOUND_PATH
    outcome = await world.courier.post(url, content.decode("ascii"), headers, world.settings.sandbox_webhook_timeout)
    return outcome.says


async def _by_smtp(world: World, mail: Mail, to: str, content: bytes) -> str:
    smtp = aiosmtplib.SMTP(
        hostname=world.settings.email_listen_host,
        port=world.settings.email_listen_port,
        local_hostname="mail.sandbox.example",
        start_tls=False,
        timeout=SMTP_SECONDS,
    )
    try:
        async with smtp:
            await smtp.mail(mail.envelope_from)
            await smtp.rcpt(to)
            await smtp.data(content)
    except aiosmtplib.SMTPResponseException as error:
        return str(error.code)
    except (aiosmtplib.SMTPException, OSError) as error:
        return type(error).__name__
    return "250"
