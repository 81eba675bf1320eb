"""The application, put together as in production, on an empty database and with a dialogue that only remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.api_keys import create_key
from app.cli import cli
from app.gateway import create_gateway
from app.wiring import Application, build
from bot.config import Settings
from bot.db import Database
from bot.errors import MsbError
from bot.model import Base
from tests.support import cast
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


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """A database of its own that the commands find by their settings, with Ana and Maria in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MSB_DATABASE_URL", f"sqlite:///{tmp_path / 'msb.db'}")
    monkeypatch.setenv("MSB_PROGRAMME_DIR", str(JOURNEYS))
    made = build(Settings(), clock=StillClock(TUESDAY))
    Base.metadata.create_all(made.db.engine)
    with made.db.begin() as session:
        cast.bring(session, made.programme, "Ana", made.clock.now())
        cast.colleague(session)
    yield made
    made.close()


@pytest.fixture
def msb(own: Application) -> Callable[..., str]:
    """Runs a command there and returns what it prints; an error of ours is raised."""

    def run(*words: str) -> str:
        result: Result = CliRunner().invoke(cli, list(words))
        if isinstance(result.exception, MsbError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run
