"""The colleagues of the content are looked up in Slack, so that a reminder can mention them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model import Staff
from inbox.acquaint import find_colleagues
from tests.channels.provider import Answer, Provider, serve
from tests.channels.world import World, make_world

PEOPLE = ["jonas.weber@example.org", "maria.okafor@example.org", "priya.nair@example.org"]
UNKNOWN = Answer.json({"ok": False, "error": "users_not_found"})


@pytest.fixture
def slack() -> Iterator[Provider]:
    with serve(UNKNOWN) as provider:
        yield provider


@pytest.fixture
def world(tmp_path: Path, slack: Provider) -> Iterator[World]:
    made = make_world(tmp_path, slack_api_base=f"{slack.url}/api/", send_timeout_seconds=1)
    yield made
    made.db.close()


def find(world: World) -> int:
    return find_colleagues(world.settings, world.db, world.programme.inbox)


def known(world: World) -> dict[str, str | None]:
    return {person.email: person.slack_user for person in sorted(world.rows(Staff), key=lambda one: one.email)}


def user(name: str) -> Answer:
    return Answer.json({"ok": True, "user": {"id": name}})


def test_each_is_found_by_their_address_and_not_asked_for_again(world: World, slack: Provider) -> None:
    slack.answers.extend([user("U0MARIA"), user("U0JONAS"), user("U0PRIYA")])
    assert find(world) == 3
    assert known(world) == dict(zip(PEOPLE, ["U0JONAS", "U0MARIA", "U0PRIYA"], strict=True))
    assert {request.fields["email"] for request in slack.at("users.lookupByEmail")} == set(PEOPLE)
    assert (find(world), len(slack.received)) == (0, 3)


def test_who_is_not_in_the_workspace_is_looked_for_the_next_time(world: World, slack: Provider) -> None:
    slack.answers.extend([UNKNOWN, user("U0JONAS"), UNKNOWN])
    assert find(world) == 1
    assert known(world) == dict(zip(PEOPLE, ["U0JONAS", None, None], strict=True))
    slack.answers.append(user("U0MARIA"))
    assert find(world) == 1
    assert known(world) == dict(zip(PEOPLE, ["U0JONAS", "U0MARIA", None], strict=True))


@pytest.mark.parametrize(
    "answer",
    [Answer.json({"ok": False, "error": "missing_scope"}), Answer(status=503), Answer(broken=True)],
    ids=["refused", "in trouble", "broken"],
)
def test_when_slack_can_not_be_asked_nobody_else_is_asked_for(world: World, slack: Provider, answer: Answer) -> None:
    slack.default = answer
    asked = len(slack.received)
    assert find(world) == 0
    assert known(world) == dict.fromkeys(PEOPLE)
    assert {request.fields["email"] for request in slack.received[asked:]} == {"maria.okafor@example.org"}


def test_a_colleague_whom_we_met_under_another_address_stays_who_they_are(world: World, slack: Provider) -> None:
    world.new_colleague("Mary", "U0MARIA")
    slack.answers.append(user("U0MARIA"))
    assert find(world) == 0
    assert known(world)["mary@example.org"] == "U0MARIA"
    assert known(world)["maria.okafor@example.org"] is None
