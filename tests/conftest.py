"""What scenarios and conversations share: one process of the real engine, started by the first test that needs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.engine import Engine
from tests.support.broken_off import pytest_internalerror, pytest_unconfigure
from tests.support.collected import collected, pytest_collection_finish
from tests.support.engine import ActionsSwitch, running_engine

__all__ = ["collected", "engine", "pytest_collection_finish", "pytest_internalerror", "pytest_unconfigure"]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, ActionsSwitch]]:
    with running_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running
