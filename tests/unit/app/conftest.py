"""The application, put together as in production, on an empty database and with a dialogue that only remembers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api_keys import create_key
from app.gateway import create_gateway
from app.wiring import Application, build
from bot.config import Settings
from bot.db import Database
from tests.support.asgi_client import AsgiClient
from tests.support.fake_dialogue import FakeDialogue
from tests.support.house import TUESDAY
from tests.support.sandbox_clock import StillClock

JOURNEYS = Path(__file__).parents[3] / "journeys"


def settings_for(db: Database) -> Settings:
    """Settings of a site without any provider, on a database of the tests."""
    url = db.url.render_as_string(hide_password=False)
    return Settings(
        _env_file=None, database_url=url, programme_dir=JOURNEYS, actions_token="actions", queue="in_process"
    )


@pytest.fixture
def application(db: Database) -> Iterator[Application]:
    made = build(settings_for(db), clock=StillClock(TUESDAY), dialogue=FakeDialogue())
    yield made
    made.close()


@pytest.fixture
def client(application: Application) -> AsgiClient:
    """The public gateway, without its lifespan, as it is served."""
    return AsgiClient(create_gateway(application))


@pytest.fixture
def key(application: Application) -> str:
    return create_key(application, "crm")
