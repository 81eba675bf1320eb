"""Our own SMTP listener: a mail host of the organisation hands answers over to it, without a webhook between."""

from __future__ import annotations

import asyncio
import logging
import threading

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
STOP_SECONDS = 5.0
TICK_SECONDS = 0.2
RESTART_SECONDS = 5.0

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
        self.busy = 0

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
        self.busy += 1
        try:
            result, reply = await asyncio.to_thread(self.store, content, told)
        finally:
            self.busy -= 1
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
    """Serves in a thread with an event loop of its own, from `start` to `stop`."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._thread: threading.Thread | None = None
        self._port = 0

    def start(self) -> None:
        """Returns at once. While the port is taken it tries again."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="email-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Takes no more connections, and lets messages that are being taken finish."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(STOP_SECONDS + TICK_SECONDS)

    def wait(self, seconds: float) -> int:
        """The port on which it listens, as soon as it does; 0 when it doesn't within `seconds`."""
        return self._port if self._listening.wait(seconds) else 0

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self._serve())
            except Exception:
                log.exception("the listener for e-mails can't run; it is started again")
                self._stopping.wait(RESTART_SECONDS)
            finally:
                self._listening.clear()

    async def _serve(self) -> None:
        settings = self.context.settings
        loop = asyncio.get_running_loop()
        mailbox = Mailbox(self.context)

        def answer() -> SMTP:
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

        port = max(settings.email_listen_port, 0)
        server = await loop.create_server(answer, settings.email_listen_host, port)
        self._port = int(server.sockets[0].getsockname()[1])
        self._listening.set()
        while not self._stopping.is_set():
            await asyncio.sleep(TICK_SECONDS)
        server.close()
        deadline = loop.time() + STOP_SECONDS
        while mailbox.busy and loop.time() < deadline:
            await asyncio.sleep(TICK_SECONDS / 10)


def service(context: Context) -> Listener | None:
    """The listener, if the settings ask for one."""
    return Listener(context) if context.settings.email_listen_port > 0 else None
