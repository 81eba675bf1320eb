"""Who is behind a request."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.requests import Request

from bot.access import sessions
from console.access.visitor import Visitor
from console.context import Console

COOKIE = "msb_session"


def visitor_of(console: Console, request: Request) -> Visitor | None:
    """Whoever is signed in, or None. Asked anew for each page and each act: a role may have been taken away."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None

    def look(session: Session) -> Visitor | None:
        staff = sessions.who(session, token, console.clock.wall())
        return Visitor(staff.id, staff.email, staff.name, staff.role) if staff and staff.role else None

    return console.within(look)
