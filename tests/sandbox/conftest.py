"""A sandbox and a recording gateway, both served on free ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.support.sandbox_clock import StillClock
from tests.support.sandbox_gateway import RecordingGateway
from tests.support.sandbox_server import address_of, free_socket, serve

ANA, BEN = "+14155550123", "+14155550124"
MARIA = "U0MARIA"


@dataclass
class Town:
    """The sandbox at `url`, the gateway that hears its webhooks, and the official clients."""

    url: str
    gateway: RecordingGateway
    clock: StillClock
    settings: SandboxSettings
    http: httpx.Client
    twilio: Client = field(init=False)
    slack: WebClient = field(init=False)

    def __post_init__(self) -> None:
        self.twilio = self.twilio_client(self.settings.twilio_auth_token)
        self.slack = self.slack_client(self.settings.slack_bot_token)

    def twilio_client(self, token: str, timeout: float = 5) -> Client:
        client = Client(self.settings.twilio_account_sid, token, http_client=TwilioHttpClient(timeout=timeout))
        client.api.base_url = f"{self.url}/twilio"
        return client

    def slack_client(self, token: str) -> WebClient:
        return WebClient(token=token, base_url=f"{self.url}/slack/api/", retry_handlers=[], timeout=5)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(f"/sandbox/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.http.post(f"/sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def grant(self, *names: str) -> None:
        """The app of staff gets scopes, events and tabs that its manifest doesn't ask for."""
        self.post("slack/app", more=list(names))

    def settle(self) -> None:
        """Returns when every webhook that is not held has arrived."""
        assert self.get("idle", wait=10)["idle"]

    def text_to(self, number: str, text: str, **more: Any) -> Any:
        return self.twilio.messages.create(to=number, from_=self.settings.twilio_from, body=text, **more)


def build(**changes: Any) -> Iterator[Town]:
    gateway, clock, bound = RecordingGateway(), StillClock(), free_socket()
    with serve(gateway) as gateway_url:
        settings = SandboxSettings(
            public_base_url=gateway_url,
            sandbox_port=int(address_of(bound).rpartition(":")[2]),
            sandbox_receipt_delay=0,
            sandbox_slack_retry_seconds=(0, 0, 0),
            **changes,
        )
        with serve(create_app(settings, clock), bound) as url, httpx.Client(base_url=url, timeout=15) as http:
            yield Town(url, gateway, clock, settings, http)


@pytest.fixture(scope="session")
def built() -> Iterator[Town]:
    yield from build()


@pytest.fixture(scope="session")
def built_manual() -> Iterator[Town]:
    yield from build(sandbox_receipts="manual")


@pytest.fixture
def town(built: Town) -> Town:
    """One sandbox serves all tests and is emptied before each; only its clock runs on."""
    return emptied(built)


@pytest.fixture
def manual_town(built_manual: Town) -> Town:
    """Its receipts wait for a flush."""
    return emptied(built_manual)


def emptied(town: Town) -> Town:
    town.settle()
    town.http.post("/sandbox/reset", params={"contacts": True}).raise_for_status()
    town.gateway.forget()
    return town
