"""Text messages through Twilio."""

from __future__ import annotations

from channels.edge import Edge
from channels.sms.routes import router
from channels.sms.send import make

EDGE = Edge(name="sms", is_on=lambda settings: settings.sms_is_on, make=make, router=router)
