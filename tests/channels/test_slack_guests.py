"""Who may ask for members in Slack, and what happens when Slack can't show the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.handoff import people
from bot.intake.receive import accept
from bot.lanes.drain import Drainer
from bot.model import HandOff, InboxMessage, InboxState, Member
from inbox import parse_people
from inbox.handler import StaffHandler
from tests.channels.provider import Answer, Provider, serve
from tests.channels.slack import DANA, command, home_opened
from tests.channels.world import World, make_world

PROFILE = {"real_name": "Dana", "email": "dana@example.org"}


@pytest.fixture
def slack() -> Iterator[Provider]:
    with serve(user()) as provider:
        yield provider


@pytest.fixture
def world(tmp_path: Path, slack: Provider) -> Iterator[World]:
    made = make_world(tmp_path, slack_api_base=f"{slack.url}/api/", send_timeout_seconds=1)
    made.new_member()
    yield made
    made.db.close()


def user(**signs: bool) -> Answer:
    """What Slack says of the person, and to everything else."""
    return Answer.json({"ok": True, "user": {"id": DANA, "profile": PROFILE, **signs}})


def do(world: World, *payloads: dict[str, Any]) -> InboxMessage:
    """Stores what came, as the door does, and works on it."""
    handler = StaffHandler(world.settings, world.db, world.clock, world.programme)
    drainer = Drainer(world.db, handler, world.clock, timedelta(seconds=30))
    for payload in payloads:
        parse = parse_people.from_command if "command" in payload else parse_people.from_home
        incoming = parse(payload)
        assert incoming is not None
        with world.db.begin() as session:
            accept(session, incoming, now=world.clock.now(), wall=world.clock.wall())
    for _ in range(5):
        while drainer.run_one():
            pass
        world.clock.pass_real(timedelta(hours=1))
    row: InboxMessage = world.inbox()[-1]
    return row


def typed(slack: Provider, line: str) -> dict[str, str]:
    return command(line, response_url=f"{slack.url}/commands/1")


def answers(slack: Provider) -> list[str]:
    return [str(request.fields["text"]) for request in slack.at("/commands/1")]


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot"])
@pytest.mark.parametrize("line", ["/member Ana", "/handoff Ana: rang", "/away tomorrow"])
def test_guests_and_strangers_are_told_nothing(world: World, slack: Provider, sign: str, line: str) -> None:
    slack.default = user(**{sign: True})
    assert do(world, typed(slack, line)).outcome == "refused"
    assert answers(slack) == ["Members are shown only to full members of this workspace."]
    assert world.rows(HandOff) == []
    with world.db.begin() as session:
        assert people.known(session, DANA) is None


def test_who_became_a_guest_is_told_nothing_any_more(world: World, slack: Provider) -> None:
    do(world, typed(slack, "/member Ana"))
    assert answers(slack)[-1].startswith("Ana Diaz")
    slack.default = user(is_restricted=True)
    do(world, {**typed(slack, "/member Ana"), "trigger_id": "2"})
    assert answers(slack)[-1].startswith("Members are shown only")


def test_the_home_of_a_guest_shows_nobody(world: World, slack: Provider) -> None:
    slack.default = user(is_ultra_restricted=True)
    world.new_case(world.rows(Member)[0].id)
    assert do(world, home_opened()).state is InboxState.DONE
    [published] = slack.at("views.publish")
    assert "full members" in published.body
    assert "Diaz" not in published.body


def test_a_colleague_is_met_by_a_command(world: World, slack: Provider) -> None:
    do(world, typed(slack, "/away tomorrow"))
    with world.db.begin() as session:
        dana = people.known(session, DANA)
        assert dana is not None
        assert dana.email == "dana@example.org"


def test_an_answer_that_slack_does_not_take_any_more_is_given_up(world: World, slack: Provider) -> None:
    slack.answers.extend([user(), Answer(404, "expired_url")])
    row = do(world, typed(slack, "/member Ana"))
    assert (row.state, row.outcome, len(answers(slack))) == (InboxState.DONE, "not_shown", 1)


@pytest.mark.parametrize("bad", [Answer(500), Answer(429, headers={"Retry-After": "5"}), Answer(broken=True)], ids=str)
def test_an_answer_that_fails_for_now_is_given_again_and_the_case_opened_once(
    world: World, slack: Provider, bad: Answer
) -> None:
    slack.answers.extend([user(), bad])
    row = do(world, typed(slack, "/handoff Ana: rang"))
    assert row.state is InboxState.DONE
    [case] = world.rows(HandOff)
    assert answers(slack)[-1].startswith(f"Case {case.id} about Ana Diaz is open.")
    assert len(answers(slack)) == 2


def test_when_slack_does_not_know_the_person_nothing_is_told(world: World, slack: Provider) -> None:
    slack.default = Answer.json({"ok": False, "error": "user_not_found"})
    row = do(world, typed(slack, "/member Ana"))
    assert row.state in (InboxState.PENDING, InboxState.DEAD)
    assert answers(slack) == []
