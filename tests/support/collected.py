"""Hooks of pytest's: what a file of tests leaves open is told of that file, not of whatever runs when it is noticed."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """What is there by now stays; looking at it each time would take long."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Files and sockets that nobody closed warn when they are collected, and a warning is an error."""
    yield
    gc.collect()
    gc.freeze()
