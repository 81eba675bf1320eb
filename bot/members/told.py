"""Who or what did something, in words: from the sources and actors that the tables hold."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff.names import channel
from bot.model import Staff

OURS = {
    "bot": "the programme",
    "member": "the member",
    "keyword": "the member, by a keyword",
    "provider": "the provider",
    "calendar": "a calendar",
    "wrong_number": "somebody else at this address",
}
KINDS = {
    "event": "another system",
    "api": "another system",
    "import": "an imported file",
    "link": "a link",
    "survey": "a survey",
    "simulate": "a simulation",
}


def names_of_staff(session: Session) -> Mapping[str, str]:
    """The names of all colleagues by their e-mail addresses."""
    return dict(session.execute(sa.select(Staff.email, Staff.name)).tuples().all())


def colleague(source: str) -> str | None:
    """The e-mail address of the colleague whom a source or an actor names; None when it is none."""
    kind, _, rest = source.rpartition(":")
    if "@" in rest and kind.rpartition(":")[2] in ("", "staff", "console", "pause", "slack"):
        return rest
    return None


def told_by(source: str | None, staff: Mapping[str, str]) -> str | None:
    """Who or what it was: ``the member, by text message``, ``Maria Okafor``, ``another system (crm)``."""
    if not source:
        return None
    email = colleague(source)
    if email is not None:
        return staff.get(email, email)
    kind, _, rest = source.partition(":")
    if source in OURS:
        return OURS[source]
    if kind == "member":
        return f"the member, by {channel(rest)}"
    if kind == "staff":
        return rest or "staff"
    if kind == "event" and rest.startswith("api:"):
        rest = rest.removeprefix("api:")
    if kind in KINDS:
        return f"{KINDS[kind]} ({rest})" if rest else KINDS[kind]
    return source.replace("_", " ")
