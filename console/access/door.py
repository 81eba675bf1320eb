"""Who is behind a request, and what their browser keeps."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.access import sessions
from bot.config import Settings
from console.access.origin import is_secure
from console.access.visitor import Visitor
from console.context import Console

COOKIE = "msb_session"


def visitor_of(console: Console, request: HTTPConnection) -> Visitor | None:
    """Whoever is signed in, or None. Asked anew for each page and each act: a role may have been taken away."""
    token = token_of(request)
    if not token:
        return None

    def look(session: Session) -> Visitor | None:
        staff = sessions.who(session, token, console.clock.wall())
        return Visitor(staff.id, staff.email, staff.name, staff.role) if staff and staff.role else None

    return console.within(look)


def token_of(request: HTTPConnection) -> str:
    return request.cookies.get(COOKIE, "")


def form_token(token: str) -> str:
    """What our own forms send along: another site can neither read it nor make it."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def is_ours(request: HTTPConnection, brought: str) -> bool:
    """Whether the form was one of this browser's."""
    token = token_of(request)
    return bool(token) and hmac.compare_digest(form_token(token).encode(), brought.encode())


def keep(
    settings: Settings, request: HTTPConnection, answer: Response, name: str, value: str, seconds: int | None = None
) -> None:
    """Lets the browser keep it, for the console only, out of the reach of scripts."""
    root = request.scope.get("root_path", "") or "/"
    secure = is_secure(settings, request.headers.get("host", ""))
    answer.set_cookie(name, value, path=root, httponly=True, samesite="lax", secure=secure, max_age=seconds)


def forget(request: HTTPConnection, answer: Response, name: str) -> None:
    answer.delete_cookie(name, path=request.scope.get("root_path", "") or "/", httponly=True, samesite="lax")
