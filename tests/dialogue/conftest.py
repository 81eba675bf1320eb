"""Each conversation begins in a database of its own, copied from an empty one. SQLite only: this is about words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.engine import Engine
from bot.db import Database
from bot.model import Base
from bot.programme.models import Programme
from tests.support.chat import DAY, Chat
from tests.support.chat_programme import chat_programme, survey_programme
from tests.support.engine import ActionsSwitch

Running = tuple[Engine, ActionsSwitch]


@cache
def programmes() -> tuple[Programme, Programme]:
    return chat_programme(), survey_programme()


@pytest.fixture(scope="session")
def no_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    db = Database(f"sqlite:///{path}")
    Base.metadata.create_all(db.engine)
    db.close()
    return path


@pytest.fixture
def db(no_rows: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(no_rows, tmp_path / "chat.db")
    db = Database(f"sqlite:///{tmp_path / 'chat.db'}")
    yield db
    db.close()


@pytest.fixture
def chat(db: Database, engine: Running) -> Chat:
    """Ana has just been asked whether her profile is filled in."""
    return Chat(db, programmes()[0], *engine)


@pytest.fixture
def survey(db: Database, engine: Running) -> Chat:
    """Ana has just been asked how likely she is to recommend us."""
    chat = Chat(db, programmes()[1], *engine)
    chat.passes(DAY)
    return chat
