"""What a colleague does outside of a case's thread, in our terms: typing a slash command, opening the App Home."""

from __future__ import annotations

from bot.intake.receive import Incoming
from inbox.parse import for_staff
from slackkit.payloads import Payload
from slackkit.verify import Unacceptable


def from_command(payload: Payload) -> Incoming:
    """A slash command, kept once by its trigger. Those of one person are answered in their order.

    Raises:
        Unacceptable: 400 when it lacks what every command has.
    """
    match payload:
        case {
            "command": str() as command,
            "user_id": str() as user,
            "trigger_id": str() as trigger,
            "response_url": str(),
        } if command and user and trigger:
            return for_staff("command", user, f"slack:{trigger}:{command}", {"text": "", **payload})
    raise Unacceptable(400, "malformed")


def from_home(envelope: Payload) -> Incoming | None:
    """Somebody opened the home tab; None for everything else. Other tabs are none of ours.

    Raises:
        Unacceptable: 400 when nothing tells it from others.
    """
    match envelope:
        case {"type": "event_callback", "event": {"type": "app_home_opened", "tab": "home", **event}}:
            user, name = event.get("user"), envelope.get("event_id")
            if not isinstance(user, str) or not isinstance(name, str):
                raise Unacceptable(400, "malformed")
            return for_staff("event", user, f"slack:{name}", envelope)
    return None
