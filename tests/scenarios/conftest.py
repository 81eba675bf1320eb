"""What scenarios share: one engine for all, a fresh stage for each, on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from tests.support.databases import KINDS, empty_database
from tests.support.engine import ActionsSwitch, PrefixedDialogue, running_engine
from tests.support.stage import Stage, stage


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, ActionsSwitch]]:
    with running_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def world(database_url: str, engine: tuple[Engine, ActionsSwitch]) -> Iterator[Stage]:
    dialogue = PrefixedDialogue(engine[0], uuid.uuid4().hex)
    with stage(database_url, dialogue, engine[1]) as scene:
        yield scene
