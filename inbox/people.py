"""Who presses and writes: a Slack user becomes a colleague."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient

from bot.db import Database
from bot.errors import Refused
from bot.handoff import people

GUESTS = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
"""Slack's signs of those who are in the workspace without being colleagues."""


def introduce(db: Database, client: WebClient, user: str) -> None:
    """Makes sure that we know the Slack user `user`; asks Slack only until it has told their address.

    Without the permission to see e-mail addresses a colleague gets one of their own that leads nowhere.
    """
    if not _is_met(db, user):
        _meet(db, client.users_info(user=user)["user"], user)


def admit(db: Database, client: WebClient, user: str) -> None:
    """As `introduce`, for what anybody in the workspace may try: Slack is asked each time whether they are a colleague.

    Raises:
        Refused: a guest, somebody of another organisation, or no person.
    """
    found: dict[str, Any] = client.users_info(user=user)["user"]
    if any(found.get(sign) for sign in GUESTS):
        raise Refused("Members are shown only to full members of this workspace.")
    if not _is_met(db, user):
        _meet(db, found, user)


def _is_met(db: Database, user: str) -> bool:
    """False, too, of whom Slack has not told the address yet: it may by now."""
    with db.begin() as session:
        known = people.known(session, user)
        return known is not None and not people.is_hidden(known)


def _meet(db: Database, found: dict[str, Any], user: str) -> None:
    profile: dict[str, Any] = found.get("profile") or {}
    name = real_name(found) or found.get("name") or user
    with db.begin() as session:
        people.meet(session, email=profile.get("email") or f"{user.lower()}{people.HIDDEN}", name=name, slack_user=user)


def real_name(found: dict[str, Any]) -> str | None:
    """The name that somebody goes by in Slack."""
    return (found.get("profile") or {}).get("real_name") or found.get("real_name") or None
