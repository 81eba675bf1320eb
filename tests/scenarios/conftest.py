"""What scenarios share: a fresh stage for each, on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from tests.support.databases import KINDS, empty_database
from tests.support.edited_programme import copy_of_programme
from tests.support.engine import ActionsSwitch, PrefixedDialogue
from tests.support.stage import Stage, stage


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def without_surveys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped programme, less its surveys: they have stories of their own, in `test_surveys.py`."""
    folder = copy_of_programme(tmp_path_factory.mktemp("programme") / "journeys")
    (folder / "surveys.yml").unlink()
    return folder


@pytest.fixture
def world(database_url: str, engine: tuple[Engine, ActionsSwitch], without_surveys: Path) -> Iterator[Stage]:
    dialogue = PrefixedDialogue(engine[0], uuid.uuid4().hex)
    with stage(database_url, dialogue, engine[1], programme_dir=without_surveys) as scene:
        yield scene
