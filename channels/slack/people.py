"""Who is who in the members' workspace, and whether our credentials are good there."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.config import Settings
from bot.errors import Refused
from channels.edge import Verdict
from channels.slack.client import make_client
from slackkit.check import ask
from slackkit.faults import code_of, name_of

SCOPES = frozenset({"chat:write", "im:history", "im:write", "users:read", "users:read.email"})


def propose(settings: Settings, email: str) -> str | None:
    """The address ``<team>:<user>`` of whoever has this e-mail address in the workspace, or None.

    A proposal only: addresses are reassigned, so the person has to confirm it. Bots, people who left and people of
    other organisations are not proposed.

    Raises:
        Refused: Slack could not be asked.
    """
    try:
        user: dict[str, Any] = make_client(settings).users_lookupByEmail(email=email)["user"]
        address = f"{user['team_id']}:{user['id']}"
    except SlackApiError as error:
        if code_of(error) == "users_not_found":
            return None
        raise Refused(f"Slack refuses to look for people: {name_of(error)}.") from error
    except Exception as error:
        raise Refused(f"Slack could not be asked for people: {name_of(error)}.") from error
    no_member = user.get("deleted") or user.get("is_bot") or user.get("is_stranger")
    return None if no_member else address


def check(settings: Settings) -> Verdict:
    """Asks Slack who we are, what we may do and, for Socket Mode, for a connection that is not used."""
    answer = ask(make_client(settings), settings.slack_member_app_token.get_secret_value(), SCOPES)
    return Verdict(accepted=answer.accepted, words=answer.words)
