"""Messages as JSON lines are understood as in a turn, in order, many at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Member
from engine_process import environment

TEXTS = ["I've done it", "/restart", "not yet", "remind me until the 14th", "can I talk to a person", "9/10"]


def run(assistant: Path, lines: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "msb_engine", "parse"]
    settings = environment(assistant)
    return subprocess.run(
        command, env=settings, input=lines, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


def parse(assistant: Path, texts: list[str]) -> list[dict[str, Any]]:
    done = run(assistant, "".join(json.dumps({"text": text}) + "\n" for text in texts))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def parsed(assistant: Path, model: Path) -> list[dict[str, Any]]:
    assert model.is_file()
    return parse(assistant, TEXTS)


def test_a_line_comes_back_for_each_line(parsed: list[dict[str, Any]]) -> None:
    assert len(parsed) == len(TEXTS)
    for found in parsed:
        assert set(found) == {"intent", "confidence", "ranking", "entities"}
        assert 0 < len(found["ranking"]) <= 5
    assert parsed[3]["entities"][0]["value"] == "until the 14th"


def test_a_turn_understands_the_same(parsed: list[dict[str, Any]], member: Member) -> None:
    for text, found in zip(TEXTS, parsed, strict=True):
        intent = member.says(text).body["intent"]
        assert intent["name"] == found["intent"]
        assert intent["confidence"] == pytest.approx(found["confidence"], abs=1e-6)


def test_what_has_no_words_is_not_understood(assistant: Path, model: Path) -> None:
    assert model.is_file()
    assert [found["intent"] for found in parse(assistant, [" // ", "not yet", ""])][::2] == ["nlu_fallback"] * 2


@pytest.mark.parametrize("line", ["not JSON", "[]", '{"text": 1}', '{"text": "a", "intent": "b"}'])
def test_a_line_that_is_no_message_is_refused(assistant: Path, model: Path, line: str) -> None:
    assert model.is_file()
    done = run(assistant, f'{{"text": "hello"}}\n{line}\n')
    assert done.returncode == 1
    assert "line 2" in done.stderr
