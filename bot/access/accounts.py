"""Colleagues who sign in with an account of the organisation: who they are here, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.access import sessions
from bot.config import Settings
from bot.model import Role, Staff

WAY = "oidc"


class Stranger(StrEnum):
    """Why an account does not come in."""

    NO_ADDRESS = "no_address"
    NOT_CHECKED = "address_not_checked"
    NO_ROLE = "no_role"


SAID: Mapping[Stranger, str] = {
    Stranger.NO_ADDRESS: "Your account has no e-mail address that the console is told of.",
    Stranger.NOT_CHECKED: "The e-mail address of your account has not been checked by the provider.",
    Stranger.NO_ROLE: "Your account has no role in this console. Ask a colleague who is an admin.",
}


@dataclass(frozen=True)
class Account:
    """What the provider vouches for. `role`: what its groups give, where they decide; None: nothing."""

    email: str
    name: str
    role: Role | None
    groups_decide: bool


def read(claims: Mapping[str, Any], settings: Settings) -> Account | Stranger:
    """Whom these claims of a token, whose signature has been checked, stand for."""
    email = claims.get(settings.oidc_email_claim)
    if not isinstance(email, str) or "@" not in email:
        return Stranger.NO_ADDRESS
    checked = claims.get("email_verified")
    if checked is False or checked == "false" or (checked is None and not settings.oidc_trust_email):
        return Stranger.NOT_CHECKED
    name = claims.get("name")
    role = _role(_inside(claims, settings.oidc_role_claim), settings.oidc_roles)
    return Account(email.strip(), name if isinstance(name, str) else "", role, bool(settings.oidc_role_claim))


def enter(session: Session, account: Account, wall: datetime) -> Staff | Stranger:
    """The colleague, whose role is from now on what the groups give, where they decide."""
    staff = session.scalars(sa.select(Staff).where(sa.func.lower(Staff.email) == account.email.lower())).first()
    if account.groups_decide:
        staff = _follow(session, staff, account, wall)
    if staff is None or staff.role is None:
        audit.write(
            session, wall, "console", "console.refused", subject=account.email, reason=Stranger.NO_ROLE, way=WAY
        )
        return Stranger.NO_ROLE
    return staff


def _follow(session: Session, staff: Staff | None, account: Account, wall: datetime) -> Staff | None:
    if staff is None:
        if account.role is None:
            return None
        staff = Staff(email=account.email, name=account.name or account.email.partition("@")[0])
        session.add(staff)
        session.flush()
    if staff.role is not account.role:
        audit.write(
            session, wall, "console:groups", "console.role", subject=staff.email, before=staff.role, after=account.role
        )
        staff.role = account.role
    if account.role is None:
        sessions.end_of(session, staff.id, wall, "console:groups")
    return staff


def _inside(claims: Mapping[str, Any], path: str) -> Iterable[Any]:
    """What stands at that place of the claims, as a list. A name with dots in it, such as a URL, is tried first."""
    if not path:
        return ()
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, list) else [found]


def _role(groups: Iterable[Any], roles: Mapping[str, str]) -> Role | None:
    """The greatest of those that the groups give."""
    given = [Role(roles[group]) for group in groups if isinstance(group, str) and group in roles]
    return max(given, key=list(Role).index, default=None)
