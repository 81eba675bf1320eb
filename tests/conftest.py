"""What scenarios and conversations share: one process of the real engine, started by the first test that needs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.engine import Engine
from tests.support.engine import ActionsSwitch, running_engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, ActionsSwitch]]:
    with running_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running
