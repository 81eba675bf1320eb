"""Who presses and writes: a Slack user becomes a colleague."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient

from bot.db import Database
from bot.handoff import people


def introduce(db: Database, client: WebClient, user: str) -> None:
    """Makes sure that we know the Slack user `user`; asks Slack only the first time.

    Without the permission to see e-mail addresses a colleague gets one of their own that leads nowhere.
    """
    with db.begin() as session:
        if people.known(session, user) is not None:
            return
    found: dict[str, Any] = client.users_info(user=user)["user"]
    profile: dict[str, Any] = found.get("profile") or {}
    name = profile.get("real_name") or found.get("real_name") or found.get("name") or user
    with db.begin() as session:
        people.meet(session, email=profile.get("email") or f"{user.lower()}@slack.invalid", name=name, slack_user=user)
