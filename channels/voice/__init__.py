"""Phone calls through Twilio that connect a member with their Member Success Manager."""

from __future__ import annotations

from channels import twilio_account
from channels.edge import Edge
from channels.voice.routes import router
from channels.voice.send import make

EDGE = Edge(
    name="voice",
    is_on=lambda settings: settings.voice_is_on,
    make=make,
    router=router,
    needs=("twilio_account_sid", "twilio_auth_token", "voice_from", "public_base_url"),
    check=lambda settings: twilio_account.check(settings, settings.voice_from, "voice"),
)
