"""Members in Slack: direct messages with an app of their own, which may be in another workspace than the inbox."""

from __future__ import annotations

from channels.edge import Edge
from channels.slack.people import check
from channels.slack.routes import router
from channels.slack.send import make
from channels.slack.socket import service

EDGE = Edge(
    name="slack",
    is_on=lambda settings: settings.slack_members_is_on,
    make=make,
    router=router,
    needs=("slack_member_bot_token", "slack_member_signing_secret|slack_member_app_token"),
    check=check,
    service=service,
)
