"""The colleagues of the content are looked up in Slack, so that a reminder can mention them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.handoff import acts, people
from bot.handoff.act import Act
from bot.model import HandOff, Staff
from inbox.acquaint import find_colleagues
from inbox.client import make_client
from inbox.people import introduce
from tests.channels.provider import Answer, Provider, serve
from tests.channels.world import NOW, World, make_world

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


def test_the_name_in_slack_takes_the_place_of_one_that_was_guessed_and_of_no_other(
    world: World, slack: Provider
) -> None:
    with world.db.begin() as session:
        session.add(Staff(email=PEOPLE[0], name="J. Weber"))
    for email, name in ((PEOPLE[1], "M\u00e1ria Okafor"), (PEOPLE[0], "jonas"), (PEOPLE[2], "")):
        answer = {"id": f"U0{email[:2].upper()}", "profile": {"real_name": name}}
        slack.answers.append(Answer.json({"ok": True, "user": answer}))
    assert find(world) == 3
    names = {person.email: person.name for person in world.rows(Staff)}
    assert [names[email] for email in PEOPLE] == ["J. Weber", "M\u00e1ria Okafor", "Priya Nair"]


def hidden(world: World, case: int) -> None:
    """Somebody whose address Slack did not tell claims the case."""
    with world.db.begin() as session:
        people.meet(session, email="u0maria@slack.invalid", name="Maria", slack_user="U0MARIA")
        acts.claim(session, Act(case, session.query(Staff).one(), "act:1", NOW, NOW))


def test_whose_address_was_hidden_becomes_who_they_are_with_what_they_have_in_hand(
    world: World, slack: Provider
) -> None:
    case = world.new_case()
    hidden(world, case)
    slack.answers.append(user("U0MARIA"))
    assert find(world) == 1
    assert known(world)["maria.okafor@example.org"] == "U0MARIA"
    assert known(world)["u0maria@slack.invalid"] is None
    with world.db.begin() as session:
        assignee = session.get_one(HandOff, case).assignee
        assert assignee is not None
        assert assignee.email == "maria.okafor@example.org"


def test_whose_address_slack_tells_at_last_gets_it(world: World, slack: Provider) -> None:
    hidden(world, world.new_case())
    slack.default = Answer.json({"ok": True, "user": {"id": "U0MARIA", "profile": {"email": "Mary@example.org"}}})
    for _ in range(2):
        introduce(world.db, make_client(world.settings), "U0MARIA")
    assert known(world) == {"mary@example.org": "U0MARIA"}
    assert len(slack.at("users.info")) == 1
