"""Signing in by a link, and signing out."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import audit
from bot.access import links, sessions
from bot.model import Staff
from console.access import door, plain
from console.access.origin import safe_path
from console.access.plain import Form, Link, Plain
from console.context import Console

FORM_COOKIE = "msb_form"
T = TypeVar("T")
TOO_MANY = Plain("Too many tries", ["Wait a minute, then try again."])
STALE = Plain(
    "This link does not work",
    ["A sign-in link works once, and for 15 minutes. This one was used, is too old, or is not complete."],
    hints=["Ask for a new one: an admin makes it on the page Access, or on the server with"],
    command="msb console link you@example.org",
)


@dataclass
class SignIn:
    """The pages by which people come in and go out. `shown` is the console of this moment."""

    shown: Callable[[], Console]

    def add_to(self, app: FastAPI) -> None:
        for path, page, method in (
            ("/sign-in", self.start, "GET"),
            ("/sign-in/{token}", self.ask, "GET"),
            ("/sign-in/{token}", self.use, "POST"),
            ("/sign-out", self.ask_to_leave, "GET"),
            ("/sign-out", self.leave, "POST"),
        ):
            app.add_api_route(path, page, methods=[method], include_in_schema=False, response_model=None)

    async def start(self, request: Request) -> Response:
        """Where everybody lands who is not signed in."""
        warning = "You are signed out." if "out" in request.query_params else ""
        answer = plain.answer(start_page(self.shown(), request, warning))
        if door.token_of(request) and await asyncio.to_thread(door.visitor_of, self.shown(), request) is None:
            door.forget(request, answer, door.COOKIE)
        return answer

    async def ask(self, request: Request, token: str) -> Response:
        """Shows whom the link signs in. Scanners of mail open it too, so that it takes a press to use it."""
        if not self.may_try(request):
            return plain.answer(TOO_MANY, 429)
        name = await self._within(lambda session: _name(links.whose(session, token, self.shown().clock.wall())))
        if name is None:
            return plain.answer(STALE, 410)
        form = secrets.token_urlsafe(24)
        fields = {"form": form, "next": request.query_params.get("next", "")}
        page = Plain(
            "Sign in", form=Form(_own_path(request), f"Sign in as {name}", fields), hints=["The link works once."]
        )
        answer = plain.answer(page)
        door.keep(self.shown().settings, request, answer, FORM_COOKIE, form, seconds=900)
        return answer

    async def use(self, request: Request, token: str) -> Response:
        """Signs them in, if the press came from our own page."""
        if not self.may_try(request):
            return plain.answer(TOO_MANY, 429)
        async with request.form() as sent:
            form, wanted = str(sent.get("form", "")), str(sent.get("next", ""))
        if not form or not hmac.compare_digest(form.encode(), request.cookies.get(FORM_COOKIE, "").encode()):
            return plain.refused("the form is too old, or not ours")
        wall, old = self.shown().clock.wall(), door.token_of(request)

        def enter(session: Session) -> str | None:
            staff = links.use(session, token, wall)
            if staff is None:
                audit.write(session, wall, "console", "console.refused", reason="link_unusable", way="link")
                return None
            sessions.end(session, old, wall)
            return sessions.begin(session, staff, "link", wall)

        made = await self._within(enter)
        if made is None:
            return plain.answer(STALE, 410)
        return self.welcome(request, made, wanted)

    def welcome(self, request: Request, token: str, wanted: str) -> Response:
        """Lets the browser keep the session, and goes on to the page that they wanted."""
        answer = RedirectResponse(request.scope.get("root_path", "") + safe_path(wanted), 303)
        door.keep(self.shown().settings, request, answer, door.COOKIE, token)
        door.forget(request, answer, FORM_COOKIE)
        return answer

    async def ask_to_leave(self, request: Request) -> Response:
        fields = {"form": door.form_token(door.token_of(request))}
        link = Link(f"{request.scope.get('root_path', '')}/", "Stay")
        return plain.answer(Plain("Sign out?", form=Form(_own_path(request), "Sign out", fields), link=link))

    async def leave(self, request: Request) -> Response:
        """Ends the session, for every page of it that is open."""
        async with request.form() as sent:
            if not door.is_ours(request, str(sent.get("form", ""))):
                return plain.refused("the form is too old, or not ours")
        wall = self.shown().clock.wall()
        await self._within(lambda session: sessions.end(session, door.token_of(request), wall))
        answer = RedirectResponse(f"{request.scope.get('root_path', '')}/sign-in?out", 303)
        door.forget(request, answer, door.COOKIE)
        return answer

    def may_try(self, request: Request) -> bool:
        console = self.shown()
        return console.tries.may(request.client.host if request.client else "", console.clock.wall())

    async def _within(self, work: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self.shown().within, work)


def start_page(console: Console, request: Request, warning: str = "") -> Plain:
    """By what ways one can come in, with these settings."""
    root = request.scope.get("root_path", "")
    command = "msb console link you@example.org"
    if not console.settings.oidc_is_on:
        lines = ["Open the sign-in link that you were given."]
        hints = ["None? An admin makes one on the page Access, or on the server with"]
        return Plain("Sign in", lines, warning, hints=hints, command=command)
    wanted = quote(request.query_params.get("next", ""), safe="")
    link = Link(f"{root}/sign-in/oidc?next={wanted}", "Sign in with your organisation's account", is_button=True)
    hints = ["If that does not work, an admin can give you a sign-in link."]
    return Plain("Sign in", (), warning, link=link, hints=hints)


def _name(staff: Staff | None) -> str | None:
    return staff.name if staff is not None else None


def _own_path(request: Request) -> str:
    return request.url.path
