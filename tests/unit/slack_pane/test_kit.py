"""What the emulator lets pass, the page can draw, and the tests in a browser look at all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.sandbox.slack.blocks import BLOCKS
from sandbox.slack.blocks import BLOCKS as ALLOWED
from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.elements import ACTIONS, INPUTS
from tests.support import kit


def elements(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        match block:
            case {"type": "actions", "elements": found}:
                yield from (one["type"] for one in found)
            case {"type": "input", "element": one} | {"type": "section", "accessory": one}:
                yield one["type"]


def test_there_is_a_drawing_of_each_kind_of_block() -> None:
    assert set(BLOCKS) == set(ALLOWED)
    assert {block["type"] for block in kit.MESSAGE} == set(ALLOWED) - {"input"}


def test_each_kind_of_element_is_looked_at() -> None:
    assert set(elements(kit.MESSAGE)) == ACTIONS
    assert set(elements(kit.dialog()["blocks"])) - {"button"} == INPUTS


def test_slack_would_take_them() -> None:
    assert prepare_blocks(kit.MESSAGE, "message")
    assert prepare_blocks(kit.dialog()["blocks"], "view")
