"""A house with a past."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.unit.housekeeping.past import Past


@pytest.fixture
def past(house: House) -> Past:
    return Past(house)
