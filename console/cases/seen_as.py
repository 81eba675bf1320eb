"""What a member gets to see of a reply besides its words: the sender, and in how many parts it comes."""

from __future__ import annotations

from console.context import Console


def seen_as(console: Console, channel: str) -> str:
    """Who is seen as the sender there."""
    settings, organisation = console.settings, console.programme.organisation
    mail = settings.email_from_name or organisation.name
    known = {
        "sms": settings.twilio_from,
        "email": f"{mail} <{settings.email_from}>" if settings.email_from else mail,
        "telegram": f"@{settings.telegram_bot_name}" if settings.telegram_bot_name else "",
        "messenger": settings.messenger_page_name,
    }
    return known.get(channel) or organisation.programme_name


def cost(console: Console, channel: str, text: str) -> str:
    """What a text message costs: providers count its parts. Empty for other channels."""
    if channel != "sms" or console.lent.parts is None or not text:
        return ""
    parts, encoding = console.lent.parts(text)
    told = f"{parts} text message{'s' * (parts != 1)}"
    rare = " (a character in it halves the room of each)" if encoding == "UCS-2" else ""
    return told + rare
