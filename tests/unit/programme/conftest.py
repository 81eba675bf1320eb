"""The shipped programme, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.programme.loader import load_programme
from bot.programme.models import Journey, Programme

CONTENT = Path(__file__).parents[3] / "journeys"


@pytest.fixture(scope="session")
def content() -> Path:
    return CONTENT


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(CONTENT)


@pytest.fixture(scope="session")
def onboarding(programme: Programme) -> Journey:
    return programme.journeys["onboarding"]
