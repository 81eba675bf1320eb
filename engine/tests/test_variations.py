"""What has several wordings is not said twice in a row in the same one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from actions_server import ActionsServer, says
from conftest import REPOSITORY, Member

GREETINGS: list[str] = [
    variation["text"]
    for variation in yaml.safe_load(Path(REPOSITORY / "domain.yml").read_text())["responses"]["utter_greet"]
]


def first_text(body: dict[str, Any]) -> str:
    return str(body["messages"][0]["text"])


def test_the_wordings_of_a_rules_response_take_turns(member: Member) -> None:
    heard = [first_text(member.means("greet").body) for _ in range(2 * len(GREETINGS))]
    assert set(heard) == set(GREETINGS)
    assert heard[: len(GREETINGS)] == heard[len(GREETINGS) :]


@pytest.mark.parametrize("between", ["ask_progress", "snooze"])
def test_something_else_in_between_does_not_matter(member: Member, between: str) -> None:
    first = first_text(member.means("greet").body)
    member.means(between)
    assert first_text(member.means("greet").body) != first


def test_the_wordings_of_an_actions_response_take_turns(member: Member, actions: ActionsServer) -> None:
    actions.handlers["action_progress"] = lambda _: says(response="utter_ok", first_name="Ana")
    heard = [first_text(member.means("ask_progress").body) for _ in range(8)]
    assert len(set(heard)) > 1
    assert all(one != other for one, other in pairwise(heard))


def test_a_long_conversation_still_never_repeats_itself(member: Member) -> None:
    heard = [first_text(member.means("greet").body) for _ in range(40)]
    assert all(one != other for one, other in pairwise(heard))


def test_not_everybody_is_greeted_alike(another: Callable[[], Member]) -> None:
    assert {first_text(another().means("greet").body) for _ in range(30)} == set(GREETINGS)


def test_a_repeated_message_gets_the_same_words(member: Member) -> None:
    turn = member.turn(kind="intent", intent="greet")
    assert first_text(member.engine.turn(turn).body) == first_text(member.engine.turn(turn).body)
