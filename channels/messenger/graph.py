"""Calls of the Graph API for one page."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from bot.config import Settings

PUBLIC_BASE = "https://graph.facebook.com"
LONGEST_PAUSE = timedelta(hours=1)
NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
FAILURES = (httpx.HTTPError, httpx.InvalidURL)

Json = dict[str, Any]


class Graph:
    """One connection; nothing is repeated by itself. Errors are those of httpx (`FAILURES`)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        base = (settings.messenger_api_base or PUBLIC_BASE).rstrip("/")
        self.http = httpx.Client(
            base_url=f"{base}/{settings.messenger_graph_version}/", timeout=settings.send_timeout_seconds
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def of_page(self, method: str, edge: str, body: Json | None = None, **query: str) -> httpx.Response:
        """A call about our page, with its token."""
        return self.with_page_token(method, f"{self.settings.messenger_page_id}/{edge}", body, **query)

    def with_page_token(self, method: str, path: str, body: Json | None = None, **query: str) -> httpx.Response:
        token = self.settings.messenger_page_token.get_secret_value()
        proof = app_secret_proof(self.settings.messenger_app_secret.get_secret_value(), token)
        known = {"access_token": token, **({"appsecret_proof": proof} if proof else {})}
        return self.http.request(method, path, params={**known, **query}, json=body)

    def of_app(self, method: str, edge: str, body: Json) -> httpx.Response:
        """A call about our app, with its id and secret."""
        app, secret = self.settings.messenger_app_id, self.settings.messenger_app_secret.get_secret_value()
        return self.http.request(method, f"{app}/{edge}", params={"access_token": f"{app}|{secret}"}, json=body)


def app_secret_proof(secret: str, token: str) -> str:
    """Shows Meta that whoever uses the token also has the app's secret; empty without one."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest() if secret else ""


def content(answer: httpx.Response) -> Json:
    """The JSON object in an answer; empty when there is none."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def error_codes(found: Json) -> tuple[int, int | None] | None:
    """Code and subcode of an error; None when the answer has no error that can be read."""
    error = found.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not isinstance(code, int):
        return None
    subcode = error.get("error_subcode")
    return code, subcode if isinstance(subcode, int) else None


def pause(answer: httpx.Response) -> timedelta | None:
    """How long Meta asks us to wait: its estimate in minutes, or Retry-After in seconds; at most an hour."""
    minutes = _estimates(answer.headers.get("X-Business-Use-Case-Usage", ""))
    if minutes:
        return min(timedelta(minutes=max(minutes)), LONGEST_PAUSE)
    seconds = answer.headers.get("Retry-After", "")
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 9:
        return None
    return min(timedelta(seconds=int(seconds)), LONGEST_PAUSE)


def _estimates(header: str) -> list[int]:
    try:
        found = json.loads(header)
    except (ValueError, RecursionError):
        return []
    lists = [uses for uses in found.values() if isinstance(uses, list)] if isinstance(found, dict) else []
    waits = [use.get("estimated_time_to_regain_access") for uses in lists for use in uses if isinstance(use, dict)]
    return [minutes for minutes in waits if isinstance(minutes, int) and 0 < minutes < 10_000]
