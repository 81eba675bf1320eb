"""Text messages through Twilio."""

from __future__ import annotations

from channels.edge import Edge
from channels.sms.routes import router
from channels.sms.send import make
from channels.sms.setup import check, register

EDGE = Edge(
    name="sms",
    is_on=lambda settings: settings.sms_is_on,
    make=make,
    router=router,
    needs=("twilio_account_sid", "twilio_auth_token", "twilio_from", "public_base_url"),
    check=check,
    register=register,
)
