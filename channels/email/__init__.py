"""E-mails: out through a mail server, answers in through a webhook or our own SMTP listener."""

from __future__ import annotations

from channels.edge import Edge
from channels.email.listener import service
from channels.email.routes import router
from channels.email.send import check, make

EDGE = Edge(
    name="email",
    is_on=lambda settings: settings.email_is_on,
    make=make,
    router=router,
    needs=("email_smtp_host", "email_from", "email_secret"),
    check=check,
    service=service,
)
