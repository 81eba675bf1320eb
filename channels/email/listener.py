"""Our own SMTP listener: a mail host of the organisation hands answers over to it, without a webhook between."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Handed
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from channels.edge import Context
from channels.email.letter import Envelope, Malformed
from channels.email.routes import PROVIDER, receive
from channels.email.signing import Signing

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
MOST_COMMANDS = 100
MOST_RECIPIENTS = 10

TAKEN = "250 2.0.0 Message accepted"
NOT_OURS = "550 5.1.1 No such mailbox here"
TOO_MANY = "452 4.5.3 Too many recipients"
UNREADABLE = "554 5.6.0 This message can't be read"
LATER = "451 4.3.0 Try again later"


class Mailbox:
    """What the listener says to each command. It takes messages to our mailbox only, so it can't be a relay."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.signing = Signing(context.settings)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, _session: Session, envelope: Handed, address: str, _options: list[str]
    ) -> str:
        if not self.is_ours(address):
            return NOT_OURS
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Handed) -> str:  # noqa: N802 - likewise
        content = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<> ").lower()
        told = Envelope(sender, tuple(str(address) for address in envelope.rcpt_tos))
        result, reply = await asyncio.to_thread(self.store, content, told)
        metrics.webhooks.labels(PROVIDER, result).inc()
        return reply

    def is_ours(self, address: str) -> bool:
        """Our mailbox, with or without something after a plus."""
        local, _, domain = address.lower().rpartition("@")
        return domain == self.signing.domain and local.partition("+")[0] == self.signing.local

    def store(self, content: bytes, told: Envelope) -> tuple[str, str]:
        """What became of a message, and what its sender is told."""
        try:
            return receive(self.context, content, told), TAKEN
        except Malformed:
            return "malformed", UNREADABLE
        except SQLAlchemyError:
            log.exception("an e-mail could not be stored")
            return "unavailable", LATER


class Listener:
    """Serves on the running event loop between `start` and `stop`."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens; 0 when it doesn't."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server and self._server.sockets else 0

    async def start(self, port: int | None = None) -> None:
        """Listens, on the port of the settings unless another is given (0: any that is free).

        Raises:
            OSError: the port is taken.
        """
        settings = self.context.settings
        loop = asyncio.get_running_loop()
        mailbox = Mailbox(self.context)

        def serve() -> SMTP:
            return SMTP(
                mailbox,
                data_size_limit=settings.email_limit_bytes,
                enable_SMTPUTF8=True,
                hostname=mailbox.signing.domain or "localhost",
                ident="ESMTP",
                timeout=IDLE_SECONDS,
                command_call_limit=MOST_COMMANDS,
                loop=loop,
            )

        wanted = settings.email_listen_port if port is None else port
        self._server = await loop.create_server(serve, settings.email_listen_host, wanted)

    async def stop(self) -> None:
        """Takes no more connections; those that are open end by themselves or with the loop."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(server.wait_closed(), IDLE_SECONDS)
