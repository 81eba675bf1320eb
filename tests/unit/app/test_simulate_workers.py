"""Parts of a simulation in processes of their own: what they return, and what becomes of them when one goes wrong."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading

import pytest

from app.simulate import workers
from app.simulate.workers import PartLost
from bot.errors import MsbError


def where(part: str) -> tuple[str, bool, int]:
    return part, multiprocessing.parent_process() is not None, logging.getLogger("bot").level


def goes_wrong(part: str) -> str:
    if part == "raises":
        raise MsbError("too much work")
    if part == "dies":
        os._exit(3)
    threading.Event().wait()  # for ever
    return part


def test_each_part_has_a_process_of_its_own_and_results_keep_their_order() -> None:
    level = logging.getLogger("bot").level
    assert workers.each(where, ["a", "b", "c"]) == [("a", True, level), ("b", True, level), ("c", True, level)]


def test_what_a_part_raises_is_told_and_the_others_are_ended() -> None:
    before = multiprocessing.active_children()
    with pytest.raises(MsbError, match="too much work"):
        workers.each(goes_wrong, ["raises", "waits"])
    assert multiprocessing.active_children() == before


def test_a_process_that_ends_without_a_result_is_told() -> None:
    before = multiprocessing.active_children()
    with pytest.raises(PartLost, match="ended before its part was done"):
        workers.each(goes_wrong, ["dies", "waits"])
    assert multiprocessing.active_children() == before
