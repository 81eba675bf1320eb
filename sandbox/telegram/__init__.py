"""Telegram in miniature: the Bot API, its updates by webhook or by polling, and the chats of the members."""
