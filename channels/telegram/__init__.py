"""Private chats in Telegram with a bot of ours."""

from __future__ import annotations

from channels.edge import Edge
from channels.telegram.poll import service
from channels.telegram.routes import router
from channels.telegram.send import make
from channels.telegram.setup import check, register

EDGE = Edge(
    name="telegram",
    is_on=lambda settings: settings.telegram_is_on,
    make=make,
    router=router,
    needs=("telegram_bot_token", "telegram_bot_name", "telegram_secret_token|telegram_polling"),
    check=check,
    register=register,
    service=service,
)
