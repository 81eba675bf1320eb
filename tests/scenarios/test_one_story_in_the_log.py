"""One message, from its webhook to the receipt of its answer: one name in the log, and nothing of its author."""

from __future__ import annotations

import io
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from app import log
from bot import correlation
from tests.support.stage import Stage

NUMBER = "+12025550143"
PERSONAL = ("Ana", "Diaz", "2025550143", "certainly", "story-")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log of everything that happens meanwhile, as JSON."""
    root = logging.getLogger()
    handlers, level, stream = root.handlers[:], root.level, io.StringIO()
    log.set_up(as_json=True, level="DEBUG", stream=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    correlation.clear()


def by_story(stream: io.StringIO) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for line in map(json.loads, stream.getvalue().splitlines()):
        for name in line.get("correlation", "").split(","):
            found[name].append(line)
    return found


def test_a_message_is_one_story_from_its_webhook_to_the_receipt(world: Stage, lines: io.StringIO) -> None:
    ana = world.enrol("Ana Diaz", NUMBER)
    ana.expects("")
    ana.says("I have done it, certainly")
    ana.expects("")
    stories = by_story(lines)

    answered = stories["in-1"]
    stages = [line["event"] for line in answered]
    assert stages[:2] == ["accepted", "webhook"]
    assert [stage for stage in stages if stage in ("action", "turn", "delivery")] == ["action", "turn", "delivery"]
    assert stages.index("receipt") > stages.index("delivery")
    turn = next(line for line in answered if line["event"] == "turn")
    assert (turn["outcome"], turn["channel"], turn["item"], turn["attempts"]) == ("answered", "sms", 1, 0)
    assert turn["ms"] > 0
    delivery = next(line for line in answered if line["event"] == "delivery")
    assert (delivery["outcome"], delivery["purpose"]) == ("sent", "reply")
    receipt = next(line for line in answered if line["event"] == "receipt")
    assert (receipt["item"], receipt["channel"]) == (delivery["item"], "sms")


def test_a_question_of_ours_is_one_story_and_nothing_personal_is_told(world: Stage, lines: io.StringIO) -> None:
    ana = world.enrol("Ana Diaz", NUMBER)
    ana.expects("")
    ana.says("I have done it, certainly")
    ana.expects("")
    stories = by_story(lines)
    asked = [line["event"] for line in stories["check-in-1"]]
    assert "delivery" in asked
    assert "receipt" in asked
    text = lines.getvalue()
    assert len(text) > 1000
    for personal in PERSONAL:
        assert personal not in text
