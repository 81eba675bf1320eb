"""A provider of accounts for tests of signing in, and a browser without pictures that walks through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from bot.clock import SystemClock
from sandbox.oidc import api
from sandbox.oidc.provider import Provider
from tests.support.sandbox_server import serve

CLIENT, SECRET = "console", "a secret with spaces & signs"


@dataclass(frozen=True)
class Accounts:
    """The provider as it is served."""

    provider: Provider
    issuer: str

    def settings(self, console: str, **more: Any) -> dict[str, Any]:
        """Those of a console at that address which believes this provider."""
        url = f"{console}/console"
        self.provider.redirect_uris = (f"{url}/sign-in/oidc/callback",)
        named = {"oidc_issuer": self.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        return {**named, "console_url": url, **more}


@contextmanager
def accounts() -> Iterator[Accounts]:
    """Serves a provider of its own."""
    app = FastAPI()
    app.include_router(api.router)
    provider = Provider(SystemClock(), CLIENT, SECRET, ())
    app.state.oidc = provider
    with serve(app) as address:
        yield Accounts(provider, f"{address}/oidc")


def walk(client: httpx.Client, email: str, wanted: str = "") -> httpx.Response:
    """Goes to the provider, says who one is, and comes back; returns what the console answers then."""
    asked = client.get("/console/sign-in/oidc", params={"next": wanted} if wanted else None)
    if asked.status_code != 302:
        return asked
    where = httpx.URL(asked.headers["location"])
    told = {**where.params, "email": email}
    back = httpx.post(where.copy_with(query=None), data=told)
    return client.get(back.headers["location"])
