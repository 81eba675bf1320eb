"""The SMTP side: what a mail host answers to a client that wants to hand over a message."""

from __future__ import annotations

import asyncio
import hmac
import logging
from datetime import timedelta
from email import message_from_bytes
from email.policy import compat32

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.faults import Fault
from sandbox.mail.outgoing import bounce
from sandbox.mail.state import Mail, new_id
from sandbox.world import World

# aiosmtpd's own log warns at every login of what it itself does.
logging.getLogger("mail.log").setLevel(logging.ERROR)

SIZE_LIMIT = 25 * 1024 * 1024
IDLE_SECONDS = 60.0
NEEDED = ("From", "To", "Date", "Message-ID", "Subject")


class Host:
    """The answers. All of it runs on the sandbox's event loop."""

    def __init__(self, world: World) -> None:
        self.world = world

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        settings = self.world.settings
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = hmac.compare_digest(given.login, settings.email_smtp_user.encode())
        password = hmac.compare_digest(given.password, settings.email_smtp_password.encode())
        return AuthResult(success=user and password, handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - likewise
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.world.faults.take("mail", path=address)
        if fault is not None and fault.mode == "down":
            return _hang_up(server)
        if fault is not None and fault.mode in ("429", "500"):
            return (
                "450 4.7.1 Too many messages, try again later" if fault.mode == "429" else "554 5.3.0 Mail system error"
            )
        if (refusal := self._refusal(address)) is not None:
            return refusal
        if fault is not None:
            self._pending(envelope)[address] = fault
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        content = envelope.original_content or b""
        head = message_from_bytes(content, policy=compat32)
        missing = [name for name in NEEDED if head.get_all(name, []) == []]
        if missing or any(len(head.get_all(name, [])) > 1 for name in NEEDED):
            return f"554 5.6.0 Header fields missing or repeated: {', '.join(missing)}"
        for address in envelope.rcpt_tos:
            self._deliver(address, envelope.mail_from or "", content)
        fault = next(iter(self._pending(envelope).values()), None)
        if fault is not None and fault.mode == "lost":
            return _hang_up(server)
        if fault is not None and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        return "250 2.0.0 OK queued"

    def _refusal(self, address: str) -> str | None:
        box = self.world.mail.box(address)
        if box.fate == "unknown":
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if box.fate == "full":
            return "452 4.2.2 Mailbox full"
        if box.fate == "greylist" and box.refused == 0:
            box.refused += 1
            return "451 4.7.1 Greylisting in action, please come back later"
        return None

    def _deliver(self, address: str, sender: str, content: bytes) -> None:
        world = self.world
        box = world.mail.box(address)
        mail = Mail(new_id(), box.address, "to_member", sender, content, world.clock.now())
        fault = world.faults.take("mail", receipts=True, path=address)
        if box.fate in ("bounce", "bounce_soft") or (fault is not None and fault.mode in ("undelivered", "failed")):
            soft = box.fate == "bounce_soft" or (fault is not None and fault.mode == "failed")
            bounce(world, mail, hard=not soft)
            return
        if fault is not None and fault.mode == "late":
            due = world.clock.now() + timedelta(seconds=world.settings.sandbox_late_seconds)
            bounce(world, mail, hard=True, due=due)
            return
        box.mails.append(mail)
        which = {"address": address, "message_id": str(mail.message.get("Message-ID", ""))}
        world.feed.add("mail.in", f"E-mail to {address}: {mail.message.get('Subject', '')}", id=mail.id, **which)

    def _pending(self, envelope: Envelope) -> dict[str, Fault]:
        """The faults that strike when this message is handed over, kept with its envelope."""
        faults: dict[str, Fault] = envelope.__dict__.setdefault("sandbox_faults", {})
        return faults


def _hang_up(server: SMTP) -> str:
    """Breaks the connection; the answer goes nowhere. uvloop's transports are none of asyncio's."""
    abort = getattr(server.transport, "abort", None)
    if abort is None:
        raise RuntimeError("this connection can't be broken")
    abort()
    return "421 4.3.2 Closing"


class MailServer:
    """Serves on the running event loop between `start` and `stop`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens; 0 when it doesn't."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server and self._server.sockets else 0

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        host, settings = Host(self.world), self.world.settings

        def serve() -> SMTP:
            return SMTP(
                host,
                data_size_limit=SIZE_LIMIT,
                hostname="mail.sandbox.example",
                ident="ESMTP",
                timeout=IDLE_SECONDS,
                authenticator=host.authenticate,
                auth_require_tls=False,
                loop=loop,
            )

        self._server = await loop.create_server(serve, settings.sandbox_host, settings.sandbox_mail_port)
        self.world.mail_port = self.port

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
