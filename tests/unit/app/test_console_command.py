"""``msb console``, and what `msb serve` has of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from app.cli import cli
from app.gateway import create_gateway
from app.migrate import upgrade
from app.processes import roles
from app.wiring import build
from bot.access import links
from bot.config import Settings
from bot.db import Database
from bot.errors import NotFound
from bot.model import Role, Staff
from tests.unit.app.conftest import JOURNEYS

URL = "https://bot.example.org/console"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Where the commands work."""
    db = Database(f"sqlite:///{tmp_path / 'msb.db'}")
    upgrade(db)
    monkeypatch.setenv("MSB_DATABASE_URL", str(db.url))
    monkeypatch.setenv("MSB_PROGRAMME_DIR", str(JOURNEYS))
    monkeypatch.setenv("MSB_CONSOLE_URL", URL)
    return db


def test_a_link_lets_the_first_admin_in(database: Database) -> None:
    done = CliRunner().invoke(cli, ["console", "link", "ada@example.org", "--role", "admin", "--name", "Ada Lovelace"])
    address = done.output.strip()
    assert (done.exit_code, address.startswith(f"{URL}/sign-in/")) == (0, True)
    with database.begin() as session:
        ada = session.scalars(sa.select(Staff)).one()
        assert (ada.name, ada.role) == ("Ada Lovelace", Role.ADMIN)


def test_a_stranger_gets_no_link(database: Database) -> None:
    done = CliRunner().invoke(cli, ["console", "link", "eve@example.org"])
    assert isinstance(done.exception, NotFound)
    with database.begin() as session:
        assert session.scalars(sa.select(Staff)).all() == []


def test_a_role_that_does_not_exist_is_refused(database: Database) -> None:
    assert CliRunner().invoke(cli, ["console", "link", "eve@example.org", "--role", "owner"]).exit_code == 2


def test_the_console_alone_needs_a_database_for_many(database: Database) -> None:
    application = build(Settings())
    with pytest.raises(roles.OneProcessOnly):
        roles.console(application)
    application.close()


def test_the_gateway_alone_has_no_console(database: Database) -> None:
    application = build(Settings())
    paths = {getattr(route, "path", "") for route in create_gateway(application).routes}
    assert not any(path.startswith(roles.CONSOLE) for path in paths)
    application.close()


def test_without_a_setting_a_link_leads_to_this_machine() -> None:
    settings = Settings(_env_file=None, gateway_port=8123)
    assert links.address(settings, "abc", "/sandbox") == "http://127.0.0.1:8123/console/sign-in/abc?next=%2Fsandbox"
