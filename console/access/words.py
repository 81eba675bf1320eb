"""Roles and ways of coming in, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Role

NO_ROLE = "none"
ROLES: Mapping[str, str] = {
    NO_ROLE: "No role: can't come in",
    Role.VIEWER: "Viewer: looks, changes nothing",
    Role.MANAGER: "Manager: looks after members and cases",
    Role.ADMIN: "Admin: everything, also this page",
}
WAYS: Mapping[str, str] = {"link": "by a link", "oidc": "with their account"}


def role_name(role: Role | None) -> str:
    return str(role).capitalize() if role is not None else "No role"


def way(name: str) -> str:
    return WAYS.get(name, name)


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Like ``24 Nov, 15:00``, with the year if it is another one; of today ``today, 15:00``."""
    local, here = at.astimezone(zone), now.astimezone(zone)
    if local.date() == here.date():
        return f"today, {local:%H:%M}"
    year = "" if local.year == here.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"
