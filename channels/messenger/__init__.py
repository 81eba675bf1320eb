"""Facebook Messenger: members write to the organisation's page, over Meta's Graph API."""

from __future__ import annotations

from channels.edge import Edge
from channels.messenger.routes import router
from channels.messenger.send import make
from channels.messenger.setup import check, register

EDGE = Edge(
    name="messenger",
    is_on=lambda settings: settings.messenger_is_on,
    make=make,
    router=router,
    needs=(
        "messenger_page_id",
        "messenger_page_token",
        "messenger_app_id",
        "messenger_app_secret",
        "messenger_verify_token",
    ),
    check=check,
    register=register,
)
