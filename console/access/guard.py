"""Stands before everything below the console's path: whose request it is, where it comes from, what the answer says."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from nicegui import __version__ as nicegui_version
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.access import door, headers, origin, plain
from console.context import Console

FILES = f"/_nicegui/{nicegui_version}/"
CHANGING = f"{FILES}dynamic_resources/"
FOR_LONG = "public, max-age=31536000, immutable"
"""NiceGUI's own files have its version in their address; below a path of ours it lets browsers forget them."""
OPEN = ("/sign-in", "/favicon.ico", FILES)
"""For everybody: how to sign in, and files that are the same for all."""
CLAIMS = (b"forwarded", b"x-forwarded-prefix", b"x-forwarded-host")
"""What a proxy may say of our address; the settings say it, and NiceGUI must not believe anybody else."""


@dataclass(frozen=True)
class Guard:
    """Middleware of the application that serves the console below `at`; whatever else it serves passes by."""

    app: ASGIApp
    shown: Callable[[], Console]
    at: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] not in ("http", "websocket") or not (path == self.at or path.startswith(f"{self.at}/")):
            await self.app(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in CLAIMS]
        scope["state"] = {**scope.get("state", {}), "nonce": secrets.token_urlsafe(18)}
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = Headers(scope=scope)
        why = origin.refusal(self.shown().settings, "GET", found, is_socket=True)
        if why or not await self._lets_in(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": why or "signed out"})
            return
        await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings, found, path = self.shown().settings, Headers(scope=scope), scope["path"].removeprefix(self.at)
        is_secure = origin.is_secure(settings, found.get("host", ""))
        policy = headers.content_policy(scope["state"]["nonce"], is_secure=is_secure, sandbox_url=settings.sandbox_url)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told.update(headers.common(is_secure=is_secure))
                told.setdefault("Content-Security-Policy", policy)
                if _is_kept(path, message["status"]):
                    told["Cache-Control"] = FOR_LONG
                told.setdefault("Cache-Control", "no-store")
            await send(message)

        why = origin.refusal(settings, scope["method"], found, is_socket=False)
        if why:
            await plain.refused(why)(scope, receive, tell)
        elif path.startswith(OPEN) or await self._lets_in(scope):
            await self.app(scope, receive, tell)
        else:
            await self._to_sign_in(scope, path)(scope, receive, tell)

    async def _lets_in(self, scope: Scope) -> bool:
        """Keeps the visitor for the page, as ``request.state.visitor``."""
        visitor = await asyncio.to_thread(door.visitor_of, self.shown(), HTTPConnection(scope))
        scope["state"]["visitor"] = visitor
        return visitor is not None

    def _to_sign_in(self, scope: Scope, path: str) -> Response:
        """A page comes after signing in; anything else of a page that is still open is told so."""
        if scope["method"] != "GET" or path.startswith("/_nicegui"):
            return plain.answer(plain.Plain("Signed out", ["Sign in again."]), 401)
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = quote((path or "/") + (f"?{query}" if query else ""), safe="/")
        return RedirectResponse(f"{self.at}/sign-in?next={wanted}", 303)


def _is_kept(path: str, status: int) -> bool:
    return path.startswith(FILES) and not path.startswith(CHANGING) and status in (200, 206, 304)
